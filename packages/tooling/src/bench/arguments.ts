import { parseArgs } from 'node:util';

/** What to measure. */
export interface BenchOptions {
  /** Bytes of the image. */
  readonly size: number;
  /** Small images that are promoted together. */
  readonly images: number;
  /** Runs that count; one more before them does not. */
  readonly runs: number;
  /** Names of the clients to run; all when empty. */
  readonly only: readonly string[];
}

/** What `--help` prints. */
export const BENCH_HELP = `Measures promote against other people's clients, between two distribution v3 registries on disk.

  npm run bench -- [promote] [options]

  --size SIZE    of the image with its two platforms (default 632MB)
  --images COUNT of small images that are promoted in one call (default 500; 0: none)
  --runs COUNT   runs that count, after one that does not (default 5)
  --only NAMES   of promote, crane, skopeo, regctl, oras; separated by commas

  npm run bench -- tag [--runs COUNT]   the CPU time of tag against an empty action (default 31 runs)
  npm run bench -- sbom [--help]         sbom against Syft, and against the bare reading of an image's layers
  npm run bench -- cleanup [--help]      whether cleanup breaks anything, and what its plans take
  npm run bench -- clients [--help]      promote and other people's clients between registries that misbehave
  npm run bench -- sign-attest [--help]  sign-attest and verify against cosign, with Sigstore's own services
  npm run bench -- vulnerabilities [--help]  matching against a directory of advisories, its time and memory

Programs are looked for in ARTIFACT_LIFECYCLE_TOOLS, then in the path; "registry" (distribution v3) is required.`;

/** The size of the published figures of the peers (reference: registry.md §11), so that they compare. */
const DEFAULT_SIZE = '632MB';

/**
 * Reads the command line; `undefined` when help was asked for.
 *
 * @throws Error that says what is wrong
 */
export function parseBenchArguments(args: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      size: { type: 'string', default: DEFAULT_SIZE },
      images: { type: 'string', default: '500' },
      runs: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
    },
  });
  if (values.help) return undefined;
  const unknown = positionals.find((name) => name !== 'promote');
  if (unknown !== undefined) throw new Error(`there is no benchmark "${unknown}": write promote`);
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > 1000)
    throw new Error(`--runs ${values.runs}: write 1 to 1000`);
  const images = Number(values.images);
  if (!Number.isInteger(images) || images < 0 || images > 10_000)
    throw new Error(`--images ${values.images}: write 0 to 10000`);
  return {
    size: parseSize(values.size),
    images,
    runs,
    only: values.only.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
  };
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};
const SIZE = /^(\d{1,12})\s?([kmg]i?b)?$/i;

/** Reads a size as people write it: `500MB`, `64 MiB`, or a number of bytes. */
function parseSize(text: string): number {
  const match = SIZE.exec(text.trim());
  if (match === null) throw new Error(`--size ${text}: write 500MB, 64MiB or a number of bytes`);
  return Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1);
}
