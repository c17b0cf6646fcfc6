import { median } from '../measurement.ts';
import { formatTable } from '../report.ts';

/** What one run took. */
export interface MatchResources {
  readonly records: number;
  readonly packages: number;
  /** Records that name one of the packages. */
  readonly candidates: number;
  readonly findings: number;
  readonly indexSeconds: number;
  /** Reading the candidates. */
  readonly readSeconds: number;
  /** Judging them by their ranges, merging aliases, rating. */
  readonly matchSeconds: number;
  /** Peak resident memory in bytes. */
  readonly memory: number;
}

/** Issue 8, line 7: for 1,000 packages and 200,000 records, the indexing left out. */
const MOST = { seconds: 3, megabytes: 500 } as const;

/** Writes the medians of all runs. */
export function reportMatches(runs: readonly MatchResources[], bytes: number): string {
  const middle = (figure: (run: MatchResources) => number): number => median(runs.map(figure));
  const [index, read, match] = [
    middle(({ indexSeconds }) => indexSeconds),
    middle(({ readSeconds }) => readSeconds),
    middle(({ matchSeconds }) => matchSeconds),
  ];
  const megabytes = middle(({ memory }) => memory) / 1e6;
  const isKept = read + match <= MOST.seconds && megabytes <= MOST.megabytes;
  const seconds = (value: number): string => `${value.toFixed(2)} s`;
  return formatTable([
    [
      ...['offline', 'records', 'packages', 'candidates', 'findings', 'indexing'],
      ...['reading', 'matching', 'peak RSS', 'at most, after indexing'],
    ],
    [
      `a directory of ${(bytes / 1e6).toFixed(0)} MB`,
      ...[
        middle(({ records }) => records),
        middle(({ packages }) => packages),
        middle(({ candidates }) => candidates),
        middle(({ findings }) => findings),
      ].map(String),
      ...[index, read, match].map(seconds),
      `${megabytes.toFixed(0)} MB`,
      `${MOST.seconds} s, ${MOST.megabytes} MB: ${isKept ? 'kept' : 'not kept'}`,
    ],
  ]);
}
