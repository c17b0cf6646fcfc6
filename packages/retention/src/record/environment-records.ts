import type { RetentionRule } from '@artifact-lifecycle/core/policy';
import type { RecordChain, VerifiedRecord } from '@artifact-lifecycle/gates';
import type { Digest } from '@artifact-lifecycle/registry';

/** What is known of one environment in one repository. */
export interface EnvironmentRecords {
  readonly name: string;
  /** Its retention by the policy; `undefined` where that says nothing. */
  readonly rule: RetentionRule | undefined;
  /** From the newest back, as far as was asked for; `undefined` where no head tag leads to it. */
  readonly chain: RecordChain | undefined;
  /** Records of images that would go. */
  readonly carried: readonly VerifiedRecord[];
}

/**
 * How many digests a rollback may choose from, the present one with them: as many as the environment keeps anyway by
 * `keep-last`, else the present one and the one before.
 */
export function windowSize(rule: RetentionRule | undefined): number {
  return Math.max(2, rule?.keepLast ?? 0);
}

/** Records, each once, the newest first. */
export function sortRecords(records: readonly VerifiedRecord[]): readonly VerifiedRecord[] {
  const byManifest = new Map(records.map((record) => [record.manifest, record]));
  return [...byManifest.values()].sort((a, b) => timeOf(b) - timeOf(a) || (a.manifest < b.manifest ? -1 : 1));
}

/** When something came in, by the word of whoever signs records; milliseconds. What says no time came in just now. */
export function timeOf({ record }: VerifiedRecord): number {
  const time = Date.parse(record.time);
  return Number.isNaN(time) ? Number.MAX_SAFE_INTEGER : time;
}

/** Says of one record after the other, the newest first, whether a rollback has enough to choose from. */
export function windowOf(rule: RetentionRule | undefined): (record: VerifiedRecord) => boolean {
  const size = windowSize(rule);
  const seen = new Set<Digest>();
  let withdrawn: ReadonlySet<string> | undefined;
  return ({ subject, record }) => {
    // What the newest record says is withdrawn nothing goes back to; what it is about itself is there.
    withdrawn ??= new Set(record.withdrawn.filter((digest) => digest !== subject));
    if (!withdrawn.has(subject)) seen.add(subject);
    return seen.size >= size;
  };
}
