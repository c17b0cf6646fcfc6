import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { judge, type Scenario, TORTURE_SCENARIOS, type Verdict } from '@artifact-lifecycle/testing';
import { buildBundle } from '../../bundle/bundle.ts';
import { openWorkplace } from '../workplace.ts';
import { type Contestant, findContestants } from './contestants.ts';
import { CLIENTS_BENCH_HELP, type ClientsBenchOptions, parseClientsArguments } from './options.ts';
import { formatReasons, formatScenarios, formatScoreboard, type Score } from './scoreboard.ts';

/** Has every client play every scenario, and gives the scoreboard; progress goes to standard error. */
export async function benchClients(root: string, args: readonly string[]): Promise<string> {
  const options = parseClientsArguments(args);
  if (options === undefined) return CLIENTS_BENCH_HELP;
  const scenarios = TORTURE_SCENARIOS.filter(({ id }) => isWanted(id, options.cases));
  if (options.list) return formatScenarios(scenarios);
  const workplace = await openWorkplace('clients');
  try {
    const main = await findMain(root, workplace.directory, options);
    const { present, absent } = await findContestants(main);
    const contestants = present.filter(
      ({ name }) => options.only.length === 0 || options.only.includes(name),
    );
    const scores = await playAll(scenarios, contestants, options.jobs, (name) => workplace.place(name));
    return [
      formatScoreboard(scenarios, scores),
      '',
      ...scores.map(({ name, version }) => `- ${name}: ${version}`),
      ...absent.map((name) => `- ${name}: absent, it did not play`),
      ...(options.why ? ['', formatReasons(scenarios, scores)] : []),
    ].join('\n');
  } finally {
    await workplace.close();
  }
}

async function findMain(root: string, directory: string, { build }: ClientsBenchOptions): Promise<string> {
  if (!build) return join(root, 'dist', 'promote', 'index.js');
  process.stderr.write('making the bundle of promote\n');
  await buildBundle(root, 'promote', join(directory, 'promote'));
  return join(directory, 'promote', 'index.js');
}

async function playAll(
  scenarios: readonly Scenario[],
  contestants: readonly Contestant[],
  jobs: number,
  place: (name: string) => Promise<string>,
): Promise<readonly Score[]> {
  const scores = contestants.map(({ name, version }) => ({
    name,
    version,
    verdicts: new Map<string, Verdict>(),
  }));
  // Scenario by scenario: what else the machine does falls on all clients.
  const waiting = scenarios.flatMap((scenario) =>
    contestants.map((contestant, at) => ({ scenario, contestant, verdicts: scores[at]?.verdicts })),
  );
  const work = async (): Promise<void> => {
    for (let turn = waiting.shift(); turn !== undefined; turn = waiting.shift()) {
      const { scenario, contestant, verdicts } = turn;
      const directory = await place(`${contestant.name}-${scenario.id}`);
      const verdict = await judge(scenario, contestant.open(directory));
      await rm(directory, { recursive: true, force: true });
      verdicts?.set(scenario.id, verdict);
      process.stderr.write(`${scenario.id.padEnd(4)} ${contestant.name.padEnd(8)} ${verdict.result}\n`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return scores;
}

function isWanted(id: string, cases: readonly string[]): boolean {
  return cases.length === 0 || cases.includes(id) || cases.includes(String(Number.parseInt(id, 10)));
}
