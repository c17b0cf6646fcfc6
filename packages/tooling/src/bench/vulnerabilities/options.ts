import { parseArgs } from 'node:util';

/** What to measure. */
export interface VulnerabilitiesBenchOptions {
  /** Records in the directory. */
  readonly records: number;
  /** Packages that are held against them. */
  readonly packages: number;
  /** Runs that count; one more before them does not. */
  readonly runs: number;
}

/** What `--help` prints. */
export const VULNERABILITIES_BENCH_HELP = `Measures the matching of packages against a directory of OSV records, without a network.

  npm run bench -- vulnerabilities [options]

  --records COUNT    generated records of eight ecosystems, 1 to 6 KB each (default 200000)
  --packages COUNT   packages that are held against them (default 1000)
  --runs COUNT       runs that count, after one that does not (default 5)

Each run is a process of its own: it reads the whole directory, then matches.`;

/**
 * Reads the command line; `undefined` when help was asked for.
 *
 * @throws Error that says what is wrong
 */
export function parseVulnerabilitiesArguments(
  args: readonly string[],
): VulnerabilitiesBenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      records: { type: 'string', default: '200000' },
      packages: { type: 'string', default: '1000' },
      runs: { type: 'string', default: '5' },
    },
  });
  if (values.help) return undefined;
  return {
    records: readCount('records', values.records, 1_000_000),
    packages: readCount('packages', values.packages, 100_000),
    runs: readCount('runs', values.runs, 1000),
  };
}

function readCount(name: string, text: string, most: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new Error(`--${name} ${text}: write 1 to ${most}`);
}
