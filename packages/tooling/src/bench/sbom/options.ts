import { parseArgs } from 'node:util';

/** What to measure. */
export interface SbomBenchOptions {
  /** Runs that count; one more before them does not. */
  readonly runs: number;
  /** Names of contestants; all when empty. */
  readonly only: readonly string[];
  /** How often the image lies in the one that is measured: 4 is about 4 GB. */
  readonly size: number;
  /** Measures an image of so many small files in the place of the Debian image. */
  readonly files: number | undefined;
}

/** What `--help` prints. */
export const SBOM_BENCH_HELP = `Measures sbom against Syft, and against gunzip and two SHA-256 of the same layers on the same Node.

  npm run bench -- sbom [options]

  --runs COUNT    runs that count, after one that does not (default 3)
  --only NAMES    of sbom, syft, bare; separated by commas
  --size COUNT    the Debian image so many times over in one image: 4 is about 4 GB (default 1)
  --files COUNT   an image of so many small files in the place of the Debian image

The Debian image has Node, Python, Java, Go and Rust content; it is made once, as root, from the packages of their
registries, and kept in the cache of the user. So is Syft, which Go builds.`;

/**
 * Reads the command line; `undefined` when help was asked for.
 *
 * @throws Error that says what is wrong
 */
export function parseSbomArguments(args: readonly string[]): SbomBenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      runs: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
      size: { type: 'string', default: '1' },
      files: { type: 'string' },
    },
  });
  if (values.help) return undefined;
  return {
    runs: readCount('runs', values.runs, 1000),
    only: values.only.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
    size: readCount('size', values.size, 16),
    files: values.files === undefined ? undefined : readCount('files', values.files, 10_000_000),
  };
}

function readCount(name: string, text: string, most: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new Error(`--${name} ${text}: write 1 to ${most}`);
}
