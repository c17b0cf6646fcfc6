import { parseArgs } from 'node:util';

/** What to measure. */
export interface SigningBenchOptions {
  /** Runs that count; one more before them does not. */
  readonly runs: number;
  /** Names of contestants; all when empty. */
  readonly only: readonly string[];
  /** How many subjects are many. */
  readonly subjects: number;
}

/** What `--help` prints. */
export const SIGNING_BENCH_HELP = `Measures sign-attest and verify against cosign, with Sigstore's own services on loopback.

  npm run bench -- sign-attest [options]

  --runs COUNT       runs that count, after one that does not (default 5)
  --only NAMES       of ours, cosign; separated by commas
  --subjects COUNT   images that are signed in one go (default 50)

Needs registry, cosign, fulcio, posix and timestamp-server where ARTIFACT_LIFECYCLE_TOOLS says, or in the path.`;

/**
 * Reads the command line; `undefined` when help was asked for.
 *
 * @throws Error that says what is wrong
 */
export function parseSigningArguments(args: readonly string[]): SigningBenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      runs: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
      subjects: { type: 'string', default: '50' },
    },
  });
  if (values.help) return undefined;
  return {
    runs: readCount('runs', values.runs),
    only: values.only.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
    subjects: readCount('subjects', values.subjects),
  };
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw new Error(`--${name} ${text}: write 1 to 1000`);
}
