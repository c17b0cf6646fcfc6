import { parseArgs } from 'node:util';

/** What to measure. */
export interface CleanupBenchOptions {
  /** Builds of five versions each, of which requests are counted. */
  readonly builds: number;
  /** Versions that are planned for in a process of its own. */
  readonly versions: number;
}

/** What `--help` prints. */
export const CLEANUP_BENCH_HELP = `Proves that cleanup breaks nothing, and measures what a plan takes.

  npm run bench -- cleanup [options]

  --builds COUNT     builds of an index, two platforms and two attestations, of which requests are counted (default 2000)
  --versions COUNT   versions that are planned for in a process of its own (default 100000)

GitHub's Packages API and registry are the project's own, on loopback; they refuse what GitHub refuses.`;

/**
 * Reads the command line; `undefined` when help was asked for.
 *
 * @throws Error that says what is wrong
 */
export function parseCleanupArguments(args: readonly string[]): CleanupBenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      builds: { type: 'string', default: '2000' },
      versions: { type: 'string', default: '100000' },
    },
  });
  if (values.help) return undefined;
  return {
    builds: readCount('builds', values.builds, 10_000),
    versions: readCount('versions', values.versions, 1_000_000),
  };
}

function readCount(name: string, text: string, most: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new Error(`--${name} ${text}: write 1 to ${most}`);
}
