import type { StoredImage } from '../image/stored-image.ts';

/** What a policy says of one image, before the graph and the rails have their word. */
export type RetentionDecision =
  | { readonly kind: 'keep'; readonly rule: string; readonly reason: string }
  | {
      readonly kind: 'delete';
      /** All of its tags, or those that are let go while others stay. */
      readonly tags: readonly string[];
      readonly rule: string;
      readonly reason: string;
    }
  | { readonly kind: 'transition'; readonly to: 'archive'; readonly rule: string; readonly reason: string };

/** What no rule of a policy is for, it keeps. */
export const KEEP_UNMATCHED: RetentionDecision = {
  kind: 'keep',
  rule: 'unmatched',
  reason: 'No rule of the policy is for it.',
};

/** What a policy may ask about the world beside the images. */
export interface RetentionWorld {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Branches that exist, and numbers of pull requests that are open; `undefined` where nobody asked. */
  readonly branches: ReadonlySet<string> | undefined;
  readonly openPullRequests: ReadonlySet<number> | undefined;
  /** `false` where the service does not say when an image was pulled: nothing goes for not being pulled there. */
  readonly tellsPullTime?: boolean | undefined;
}

/** A policy of whatever shape: ours, Amazon ECR's, Google's, Harbor's. Pure. */
export interface RetentionPolicy {
  readonly name: string;
  /** sha256 of what it says, in hex: a plan that was made by another policy is stale. */
  readonly fingerprint: string;
  /** Whether it judges every image (Amazon ECR), or roots only and lets the graph follow. */
  readonly judges: 'all' | 'roots';
  /** One decision an image, in their order. */
  decide(images: readonly StoredImage[], world: RetentionWorld): readonly RetentionDecision[];
}
