import {
  type CopyPlan,
  type CopyReport,
  type CopyStatistics,
  type Digest,
  formatReference,
  type Location,
  type Tag,
  type TagOutcome,
} from '@artifact-lifecycle/registry';

/** One name at a destination, and what became of it or, in a dry run, would. */
export interface PromotedTag {
  readonly location: Location;
  readonly tag: Tag;
  readonly outcome: TagOutcome;
  readonly previous: Digest | undefined;
}

/** A promotion as it is told to people and programs: done, or only planned. */
export interface Promotion {
  readonly isDryRun: boolean;
  readonly digest: Digest;
  readonly tags: readonly PromotedTag[];
  /** Distinct manifests attached to the image that its copies have with them. */
  readonly referrers: number;
  readonly copied: CopyStatistics;
  readonly requests: number;
  readonly seconds: number;
  readonly warnings: readonly string[];
}

/** What a run has cost so far. */
export type Effort = Pick<Promotion, 'requests' | 'seconds'>;

/** A promotion that only was planned: all that it would write is counted as if it had to be sent. */
export function planned(plan: CopyPlan, effort: Effort): Promotion {
  const blobs = plan.destinations.flatMap((destination) => destination.blobs);
  return {
    isDryRun: true,
    digest: plan.root.digest,
    tags: plan.destinations.flatMap(({ registry: { location }, tags }) =>
      tags.map(({ tag, decision }) => ({
        location,
        tag,
        outcome: decision.outcome,
        previous: 'previous' in decision ? decision.previous : undefined,
      })),
    ),
    referrers: countDistinct(plan.destinations.flatMap(({ referrers }) => referrers)),
    copied: {
      bytesCopied: blobs.reduce((sum, { size }) => sum + size, 0),
      blobsCopied: blobs.length,
      blobsMounted: 0,
      blobsSkipped: 0,
      manifestsCopied: plan.destinations.flatMap(({ levels }) => levels.flat()).length,
    },
    warnings: plan.warnings,
    ...effort,
  };
}

/** A promotion that was carried out, or failed on its way. */
export function carriedOut(report: CopyReport, effort: Effort): Promotion {
  return {
    isDryRun: false,
    digest: report.digest,
    tags: report.destinations.flatMap(({ location, tags }) =>
      tags.map(({ tag, outcome, previous }) => ({ location, tag, outcome, previous })),
    ),
    referrers: countDistinct(report.destinations.flatMap(({ referrers }) => referrers)),
    copied: report.statistics,
    warnings: report.warnings,
    ...effort,
  };
}

/** The full names of what is at the destinations, `host/name:tag@digest`; without those that were not set. */
export function referencesOf({ tags, digest }: Promotion): readonly string[] {
  return tags
    .filter(({ outcome }) => outcome !== 'unset')
    .map(({ location, tag }) => formatReference({ location, tag, digest }));
}

/** What the summary says beyond the outputs, for the output `json`: sizes in bytes, `previous` where a tag moved. */
export function factsOf(promotion: Promotion): Readonly<Record<string, unknown>> {
  const { isDryRun, tags, referrers, warnings, copied } = promotion;
  return {
    dryRun: isDryRun,
    tags: tags.map(({ location, tag, outcome, previous }) => ({
      reference: formatReference({ location, tag, digest: undefined }),
      outcome,
      ...(previous !== undefined && { previous }),
    })),
    referrers,
    blobsCopied: copied.blobsCopied,
    manifestsCopied: copied.manifestsCopied,
    warnings,
  };
}

function countDistinct(referrers: readonly { readonly digest: Digest }[]): number {
  return new Set(referrers.map(({ digest }) => digest)).size;
}
