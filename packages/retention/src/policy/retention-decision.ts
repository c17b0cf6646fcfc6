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

/** What a policy may ask about the world beside the images. */
export interface RetentionWorld {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Branches that exist, and numbers of pull requests that are open; `undefined` where nobody asked. */
  readonly branches: ReadonlySet<string> | undefined;
  readonly openPullRequests: ReadonlySet<number> | undefined;
}

/** A policy of whatever shape: ours, Amazon ECR's, Google's, Harbor's. Pure. */
export interface RetentionPolicy {
  readonly name: string;
  /** Whether it judges every image (Amazon ECR), or roots only and lets the graph follow. */
  readonly judges: 'all' | 'roots';
  /** One decision an image, in their order. */
  decide(images: readonly StoredImage[], world: RetentionWorld): readonly RetentionDecision[];
}
