import { cancellationOf, SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import type { Tag } from '../name/tag.ts';
import type { DestinationPlan } from './plan.ts';
import type { DestinationReport, TagReport } from './report.ts';

/** One destination on its way: what it has got so far, or why it got no further. */
export class Journey {
  readonly plan: DestinationPlan;
  readonly #tags: Map<Tag, TagReport>;
  readonly #cosignTags: Map<Tag, TagReport>;
  readonly #written = new Set<Digest>();
  #error: SuiteError | undefined;

  constructor(plan: DestinationPlan) {
    this.plan = plan;
    this.#tags = new Map(plan.tags.map(({ tag }) => [tag, { tag, outcome: 'unset' }]));
    this.#cosignTags = new Map(plan.cosignTags.map(({ tag }) => [tag, { tag, outcome: 'unset' }]));
  }

  get hasFailed(): boolean {
    return this.#error !== undefined;
  }

  wrote(digest: Digest): void {
    this.#written.add(digest);
  }

  hasWritten(digest: Digest): boolean {
    return this.#written.has(digest);
  }

  tagged(report: TagReport): void {
    this.#tags.set(report.tag, report);
  }

  cosignTagged(report: TagReport): void {
    this.#cosignTags.set(report.tag, report);
  }

  /** Goes a part of the way. What fails is kept, so that the other destinations go on. */
  async attempt(signal: AbortSignal, part: () => Promise<void>): Promise<void> {
    try {
      await part();
    } catch (error) {
      this.#error = signal.aborted ? cancellationOf(signal) : toSuiteError(error);
    }
  }

  report(): DestinationReport {
    const { registry, referrers } = this.plan;
    return {
      location: registry.location,
      tags: [...this.#tags.values()],
      cosignTags: [...this.#cosignTags.values()],
      manifests: [...this.#written].toSorted(),
      referrers: referrers
        .filter(({ digest, isMissing }) => !isMissing || this.#written.has(digest))
        .map(({ subject, digest, artifactType, isMissing }) => ({
          subject,
          digest,
          artifactType,
          isNew: isMissing,
        })),
      error: this.#error,
    };
  }
}

function toSuiteError(error: unknown): SuiteError {
  if (error instanceof SuiteError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new SuiteError('INTERNAL', `The copy failed unexpectedly: ${message}`, { cause: error });
}
