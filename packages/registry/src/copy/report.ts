import { SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import type { Location } from '../name/location.ts';
import { formatLocation } from '../name/reference.ts';
import type { Tag } from '../name/tag.ts';
import type { CosignTagDecision } from './cosign-tag.ts';
import type { CopyStatistics } from './progress.ts';

/** What became of one tag; `unset` where the copy ended before it. */
export type TagOutcome = CosignTagDecision['outcome'] | 'unset';

/** A tag at a destination. */
export interface TagReport {
  readonly tag: Tag;
  readonly outcome: TagOutcome;
  /** What it pointed to before, where it was moved. */
  readonly previous?: Digest;
}

/** Something that is attached to a manifest of the image at a destination. */
export interface ReferrerReport {
  readonly subject: Digest;
  readonly digest: Digest;
  readonly artifactType: string | undefined;
  /** Whether this copy has brought it. */
  readonly isNew: boolean;
}

/** What one destination got. */
export interface DestinationReport {
  readonly location: Location;
  readonly tags: readonly TagReport[];
  readonly cosignTags: readonly TagReport[];
  /** Digests of the manifests that were written. */
  readonly manifests: readonly Digest[];
  /** All that is attached to the image there, of what was to go with it. */
  readonly referrers: readonly ReferrerReport[];
  /** Why it failed; the others may have all but their tags. */
  readonly error: SuiteError | undefined;
}

/** What a copy did. */
export interface CopyReport {
  readonly digest: Digest;
  readonly destinations: readonly DestinationReport[];
  readonly statistics: CopyStatistics;
  readonly warnings: readonly string[];
}

/**
 * A copy that failed at one destination at least, with the state of all. Its code is that of the first
 * failure.
 */
export class CopyError extends SuiteError {
  readonly report: CopyReport;

  constructor(report: CopyReport, first: SuiteError) {
    super(first.code, describeFailures(report, first), {
      remedy: first.remedy,
      cause: first,
    });
    this.report = report;
  }
}

function describeFailures({ destinations }: CopyReport, first: SuiteError): string {
  if (destinations.length === 1) return first.message;
  const failed = destinations.flatMap(({ location, error }) =>
    error === undefined ? [] : `${formatLocation(location)}: ${error.message}`,
  );
  return `The copy to ${failed.length} of ${destinations.length} destinations failed. ${failed.join(' ')}`;
}
