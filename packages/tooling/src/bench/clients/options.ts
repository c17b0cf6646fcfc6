import { parseArgs } from 'node:util';

/** What to run. */
export interface ClientsBenchOptions {
  /** Names of clients; all when empty. */
  readonly only: readonly string[];
  /** Numbers of cases (`6`) or scenarios (`6c`); all when empty. */
  readonly cases: readonly string[];
  /** Whether each failure is told with its reasons and the end of the client's log. */
  readonly why: boolean;
  /** Whether the scenarios are only told. */
  readonly list: boolean;
  /** Whether promote's bundle is made from the source first; else that of `dist` plays. */
  readonly build: boolean;
  /** Runs at a time. */
  readonly jobs: number;
}

/** What `--help` prints. */
export const CLIENTS_BENCH_HELP = `Has clients of registries copy an image between registries that misbehave, and judges by what came out.

  npm run bench -- clients [options]

  --only NAMES    of promote, crane, regctl, oras, skopeo; separated by commas
  --cases NUMBERS of cases (6) or scenarios (6c); separated by commas
  --list          the scenarios with their criteria and sources; nothing is run
  --why           the reasons of each failure, and the end of what the client printed
  --build         makes promote's bundle from the source first
  --jobs COUNT    runs at a time (default 2)

Programs are looked for in ARTIFACT_LIFECYCLE_TOOLS, then in the path. What it is: .github/docs/client-conformance.md`;

/**
 * Reads the command line; `undefined` when help was asked for.
 *
 * @throws Error that says what is wrong
 */
export function parseClientsArguments(args: readonly string[]): ClientsBenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      only: { type: 'string', default: '' },
      cases: { type: 'string', default: '' },
      list: { type: 'boolean', default: false },
      why: { type: 'boolean', default: false },
      build: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '2' },
    },
  });
  if (values.help) return undefined;
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 64)
    throw new Error(`--jobs ${values.jobs}: write 1 to 64`);
  const cases = splitList(values.cases);
  const wrong = cases.find((text) => !/^\d{1,2}[a-z]?$/.test(text));
  if (wrong !== undefined) throw new Error(`--cases ${wrong}: write a number such as 6 or 6c`);
  return {
    only: splitList(values.only),
    cases,
    why: values.why,
    list: values.list,
    build: values.build,
    jobs,
  };
}

function splitList(text: string): readonly string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}
