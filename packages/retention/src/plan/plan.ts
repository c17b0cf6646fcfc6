/** What is done to an image (contract: "The plan file"). */
export interface PlannedDeletion {
  readonly id: string;
  readonly digest?: string | undefined;
  readonly tags: readonly string[];
  readonly action: 'delete' | 'untag';
  /** ISO 8601, where the service says it: an image that changed since is not touched. */
  readonly updatedAt?: string | undefined;
  /** The ids that must be gone before: what holds it, and what it refers to. */
  readonly after?: readonly string[] | undefined;
  /** The class or rule that lets it go: `dev`, `rule 2`. */
  readonly rule: string;
  /** One sentence. */
  readonly reason: string;
}

/** A move to another storage class (Amazon ECR). */
export interface PlannedTransition {
  readonly id: string;
  readonly digest?: string | undefined;
  readonly tags: readonly string[];
  readonly updatedAt?: string | undefined;
  readonly to: 'archive';
  readonly rule: string;
  readonly reason: string;
}

/** An image that stays, and why. */
export interface PlannedKeep {
  readonly id: string;
  readonly digest?: string | undefined;
  readonly tags: readonly string[];
  readonly rule: string;
  readonly reason: string;
}

/** A plan: dry run and real run are the same one. Every list is sorted, `delete` in the order it is carried out. */
export interface RetentionPlan {
  readonly version: 1;
  readonly target: string;
  /** ISO 8601: what ages were counted from. */
  readonly now: string;
  readonly delete: readonly PlannedDeletion[];
  readonly transition: readonly PlannedTransition[];
  readonly keep: readonly PlannedKeep[];
  /** What could not be judged, and therefore stays. */
  readonly problems: readonly string[];
  /** Bytes that deleting frees, shared layers counted once; `undefined` where nobody knows. */
  readonly freedBytes: number | undefined;
  /** sha256 of the inventory it was made of: an executor tells a stale plan by it. */
  readonly inventory: string;
  /** sha256 of the policy and of what protects, in hex: a plan of another policy is stale. */
  readonly policy: string;
  /** Images that a policy has a say about, of which the rails count: all, and those that go. */
  readonly roots: { readonly total: number; readonly going: number };
}
