/** What is to become of an image, before it is known whether what it belongs to lets it. */
export type NodeVerdict =
  | { readonly kind: 'go' | 'archive'; readonly rule: string; readonly reason: string }
  /** Goes when all go that it belongs to; with a rule where the policy names one of its own. */
  | { readonly kind: 'follow'; readonly rule?: string | undefined }
  | {
      readonly kind: 'stay';
      readonly rule: string;
      readonly reason: string;
      /**
       * Whether something keeps it that no plan may overrule which was made before: a lock, a deployment, what
       * cannot be read.
       */
      readonly isHeld: boolean;
      /** Tags that are taken away from it though it stays. */
      readonly untag?: UntagVerdict | undefined;
    };

/** Tags that go while their image stays. */
export interface UntagVerdict {
  readonly tags: readonly string[];
  readonly rule: string;
  readonly reason: string;
}

/** What becomes of an image in the end. */
export type Outcome =
  | { readonly kind: 'go' | 'archive'; readonly rule: string; readonly reason: string }
  | Extract<NodeVerdict, { readonly kind: 'stay' }>;
