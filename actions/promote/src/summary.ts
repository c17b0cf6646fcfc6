import {
  formatBytes,
  formatCount,
  formatElapsed,
  type Line,
  type Summary,
} from '@artifact-lifecycle/core/action';
import { formatReference, type TagOutcome } from '@artifact-lifecycle/registry';
import type { PromotedTag, Promotion } from './promotion.ts';

/** How an outcome is told: as done, and as a dry run says it. */
const OUTCOMES: Readonly<Record<TagOutcome, { readonly done: string; readonly would: string }>> = {
  created: { done: 'created', would: 'would be created' },
  same: { done: 'unchanged', would: 'unchanged' },
  kept: { done: 'unchanged', would: 'unchanged' },
  moved: { done: 'moved', would: 'would be moved' },
  refused: { done: 'refused', would: 'would be refused' },
  unset: { done: 'not set', would: 'not set' },
};

/** What a promotion came to, in one line: the verdict of log and summary. */
export function verdictOf(promotion: Promotion): string {
  const { isDryRun, tags, digest } = promotion;
  const places = formatCount(new Set(tags.map((one) => nameOf(one))).size, 'reference');
  if (isDryRun) return `Dry run: ${digest} would be promoted to ${places}; nothing was written`;
  const changed = tags.some(({ outcome }) => outcome === 'created' || outcome === 'moved');
  if (changed || promotion.copied.manifestsCopied > 0) return `Promoted ${digest} to ${places}`;
  return `Nothing to do: ${digest} is at ${places} already`;
}

/** Writes the job summary: the verdict first, then every reference, then what moved. */
export function summarise(promotion: Promotion, summary: Summary): void {
  const { isDryRun, tags, digest, warnings } = promotion;
  summary.heading(`${isDryRun ? '📝' : '✅'} ${verdictOf(promotion)}`);
  listReferences(promotion, summary);
  summary.table(['What', 'How much'], effortRows(promotion));
  if (warnings.length > 0) {
    summary.details(formatCount(warnings.length, 'warning'), (inner) => inner.list(warnings));
  }
  const first = tags[0];
  if (isDryRun || first?.location.kind !== 'registry') return;
  summary.details('Use it by its digest', (inner) => {
    inner.code(formatReference({ location: first.location, tag: undefined, digest }));
  });
}

/** Writes what had become of every reference when a promotion failed. */
export function summariseState(promotion: Promotion, summary: Summary): void {
  summary.paragraph([{ strong: 'Where it stands:' }, ' running it again finishes the work.']);
  listReferences(promotion, summary);
}

function listReferences({ isDryRun, tags, digest }: Promotion, summary: Summary): void {
  const rows = tags.map((one): readonly Line[] => {
    const outcome = OUTCOMES[one.outcome][isDryRun ? 'would' : 'done'];
    const isSet = one.outcome !== 'unset' && one.outcome !== 'refused';
    return [
      { code: nameOf(one) },
      isSet ? { code: digest } : '',
      one.previous === undefined ? outcome : [`${outcome} from `, { code: one.previous }],
    ];
  });
  summary.table(['Reference', 'Digest', 'Tag'], rows);
}

function effortRows(promotion: Promotion): readonly (readonly Line[])[] {
  const { isDryRun, copied, referrers, requests, seconds } = promotion;
  return [
    [
      isDryRun ? 'To copy at most' : 'Copied',
      `${formatBytes(copied.bytesCopied)} in ${formatCount(copied.blobsCopied, 'blob')}, ${formatCount(copied.manifestsCopied, 'manifest')}`,
    ],
    ...(isDryRun
      ? []
      : [
          ['Mounted from another repository', formatCount(copied.blobsMounted, 'blob')],
          ['Skipped, found there', formatCount(copied.blobsSkipped, 'blob')],
        ]),
    ['Attached to it', formatCount(referrers, 'referrer')],
    ['Requests', requests],
    ['Time', formatElapsed(seconds * 1000)],
  ];
}

function nameOf({ location, tag }: PromotedTag): string {
  return formatReference({ location, tag, digest: undefined });
}
