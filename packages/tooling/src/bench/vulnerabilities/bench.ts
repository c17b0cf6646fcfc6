import { cpus } from 'node:os';
import { join } from 'node:path';
import { runChecked } from '../process.ts';
import { openWorkplace } from '../workplace.ts';
import { writeRecords } from './generated-records.ts';
import { parseVulnerabilitiesArguments, VULNERABILITIES_BENCH_HELP } from './options.ts';
import { type MatchResources, reportMatches } from './report.ts';

/** Measures matching against a generated directory, and gives the table; progress goes to standard error. */
export async function benchVulnerabilities(root: string, args: readonly string[]): Promise<string> {
  const options = parseVulnerabilitiesArguments(args);
  if (options === undefined) return VULNERABILITIES_BENCH_HELP;
  // Compiled, as actions are shipped: taking the types out of the sources would be measured, too.
  const node = process.execPath;
  await runChecked(node, ['node_modules/typescript/bin/tsc', '-b', 'packages/tooling'], { cwd: root });
  const workplace = await openWorkplace('bench-vulnerabilities');
  try {
    const directory = join(workplace.directory, 'advisories');
    const bytes = writeRecords(directory, options.records);
    process.stderr.write(`${options.records} records are written\n`);
    const runs: MatchResources[] = [];
    for (let number = 0; number <= options.runs; number += 1) {
      const program = 'packages/tooling/lib/bench/vulnerabilities/offline-match.js';
      const printed: MatchResources = JSON.parse(
        await runChecked(node, [program, directory, String(options.packages)], {
          cwd: root,
          timeout: 600_000,
        }),
      );
      const { indexSeconds, readSeconds, matchSeconds } = printed;
      const title = number === 0 ? 'warm-up' : `${number} of ${options.runs}`;
      const seconds = [indexSeconds, readSeconds, matchSeconds].map((value) => `${value.toFixed(2)} s`);
      process.stderr.write(`${title.padEnd(8)} ${seconds.join('  ')}\n`);
      if (number > 0) runs.push(printed);
    }
    return [
      `Medians of ${options.runs} runs after one that does not count, on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.versions.node}.`,
      '',
      reportMatches(runs, bytes),
    ].join('\n');
  } finally {
    await workplace.close();
  }
}
