import {
  formatBytes,
  formatCount,
  formatElapsed,
  type Line,
  type Summary,
} from '@artifact-lifecycle/core/action';
import { formatReference, type TagOutcome } from '@artifact-lifecycle/registry';
import { isRefused, type PromotedTag, type PromotionOutcome, type RunOutcome, totalOf } from './outcome.ts';
import { describePromotion } from './promotion-summary.ts';

/** How an outcome is told: as done, and as a dry run says it. */
const OUTCOMES: Readonly<Record<TagOutcome, { readonly done: string; readonly would: string }>> = {
  created: { done: 'created', would: 'would be created' },
  same: { done: 'unchanged', would: 'unchanged' },
  kept: { done: 'unchanged', would: 'unchanged' },
  moved: { done: 'moved', would: 'would be moved' },
  refused: { done: 'refused', would: 'would be refused' },
  unset: { done: 'not set', would: 'not set' },
};

/** What became of a tag, in words; of a dry run what would. */
export function tellTag(outcome: TagOutcome, isPlanOnly: boolean): string {
  return OUTCOMES[outcome][isPlanOnly ? 'would' : 'done'];
}

/** What a run came to, in one line: the verdict of log and summary. */
export function verdictOf(run: RunOutcome): string {
  const { promotions, isPlanOnly } = run;
  const refused = promotions.filter(({ judged }) => isRefused(judged));
  const what = digestsOf(promotions);
  if (refused.length > 0) return `Refused: ${digestsOf(refused)} does not pass the gates; nothing was copied`;
  const failed = promotions.find(({ state }) => state === 'failed' || state === 'not-started');
  if (failed !== undefined) return `Failed on the way: ${digestsOf([failed])} is not everywhere it should be`;
  const tags = promotions.flatMap((one) => one.tags);
  const places = formatCount(new Set(tags.map((one) => nameOf(one))).size, 'reference');
  if (run.isPlan === true) return `Planned: ${what} is to be promoted to ${places}; nothing was written yet`;
  if (isPlanOnly) return `Dry run: ${what} would be promoted to ${places}; nothing was written`;
  const changed = tags.some(({ outcome }) => outcome === 'created' || outcome === 'moved');
  if (changed || totalOf(promotions).manifestsCopied > 0) return `Promoted ${what} to ${places}`;
  return `Nothing to do: ${what} is at ${places} already`;
}

function digestsOf(promotions: readonly PromotionOutcome[]): string {
  const digests = [...new Set(promotions.map(({ judged }) => judged.artifact.digest))];
  return digests.length > 3
    ? `${digests.slice(0, 3).join(', ')} and ${digests.length - 3} more`
    : digests.join(', ');
}

/** Writes the job summary: the verdict first, then the road with its gates, then every reference. */
export function summarise(run: RunOutcome, summary: Summary): void {
  const { promotions, isPlanOnly } = run;
  const refused = promotions.some(({ judged }) => isRefused(judged));
  const failed = promotions.some(({ state }) => state === 'failed' || state === 'not-started');
  summary.heading(`${refused || failed ? '❌' : isPlanOnly ? '📝' : '✅'} ${verdictOf(run)}`);
  for (const one of promotions) describePromotion(one, promotions.length === 1, summary);
  if (refused) return;
  if (failed) summary.paragraph([{ strong: 'Where it stands:' }, ' running it again finishes the work.']);
  listReferences(run, summary);
  summary.table(['What', 'How much'], effortRows(run));
  const warnings = promotions.flatMap((one) => one.warnings);
  if (warnings.length > 0) {
    summary.details(formatCount(warnings.length, 'warning'), (inner) => inner.list(warnings));
  }
  const [first] = promotions;
  const tag = first?.tags[0];
  if (isPlanOnly || failed || first === undefined || tag?.location.kind !== 'registry') return;
  summary.details('Use it by its digest', (inner) => {
    inner.code(
      formatReference({ location: tag.location, tag: undefined, digest: first.judged.artifact.digest }),
    );
  });
}

function listReferences({ isPlanOnly, promotions }: RunOutcome, summary: Summary): void {
  const rows = promotions.flatMap(({ tags, judged }) =>
    tags.map((one): readonly Line[] => {
      const outcome = tellTag(one.outcome, isPlanOnly);
      const isSet = one.outcome !== 'unset' && one.outcome !== 'refused';
      return [
        { code: nameOf(one) },
        isSet ? { code: judged.artifact.digest } : '',
        one.previous === undefined ? outcome : [`${outcome} from `, { code: one.previous }],
      ];
    }),
  );
  summary.table(['Reference', 'Digest', 'Tag'], rows);
}

/** What a run took: a name and how much, a row each. */
export function effortRows(run: RunOutcome): readonly (readonly [string, string])[] {
  const { isPlanOnly, promotions, requests, seconds } = run;
  const copied = totalOf(promotions);
  return [
    [
      isPlanOnly ? 'To copy at most' : 'Copied',
      `${formatBytes(copied.bytesCopied)} in ${formatCount(copied.blobsCopied, 'blob')}, ${formatCount(copied.manifestsCopied, 'manifest')}`,
    ],
    ...(isPlanOnly
      ? []
      : ([
          ['Mounted from another repository', formatCount(copied.blobsMounted, 'blob')],
          ['Skipped, found there', formatCount(copied.blobsSkipped, 'blob')],
        ] as const)),
    [
      'Attached to it',
      formatCount(
        promotions.reduce((sum, { referrers }) => sum + referrers, 0),
        'referrer',
      ),
    ],
    ['Requests', String(requests)],
    ['Time', formatElapsed(seconds * 1000)],
  ];
}

function nameOf({ location, tag }: PromotedTag): string {
  return formatReference({ location, tag, digest: undefined });
}
