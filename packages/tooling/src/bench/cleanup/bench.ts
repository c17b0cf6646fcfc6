import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { runChecked } from '../process.ts';
import { countPlanRequests } from './cost.ts';
import { CLEANUP_BENCH_HELP, parseCleanupArguments } from './options.ts';
import { type ProofResult, prove } from './proof/prove.ts';
import { PROOF_SCENARIOS } from './proof/scenarios/index.ts';
import { listFaults, type PlanResources, reportCost, reportProof, reportResources } from './report.ts';

const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url));

/** Proves and measures cleanup, and gives the tables; progress goes to standard error. */
export async function benchCleanup(args: readonly string[]): Promise<string> {
  const options = parseCleanupArguments(args);
  if (options === undefined) return CLEANUP_BENCH_HELP;
  const results: ProofResult[] = [];
  for (const scenario of PROOF_SCENARIOS) {
    results.push(await prove(scenario));
    process.stderr.write(`${scenario.name}\n`);
  }
  const cost = await countPlanRequests(options.builds);
  process.stderr.write('requests are counted\n');
  const resources = await planInOwnProcess(options.versions);
  const faults = listFaults(results);
  return [
    `On ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.versions.node}.`,
    '',
    reportProof(results),
    ...(faults.length === 0 ? [] : ['', ...faults]),
    '',
    reportCost(cost),
    '',
    reportResources(resources),
  ].join('\n');
}

/** Compiled, as actions are shipped: taking the types out of the sources would be measured, too. */
async function planInOwnProcess(versions: number): Promise<PlanResources> {
  const node = process.execPath;
  await runChecked(node, ['node_modules/typescript/bin/tsc', '-b', 'packages/tooling'], { cwd: ROOT });
  const program = 'packages/tooling/lib/bench/cleanup/large-plan.js';
  const printed: PlanResources = JSON.parse(
    await runChecked(node, [program, String(versions)], { cwd: ROOT }),
  );
  return printed;
}
