import type { StorageClass } from '../../image/stored-image.ts';

/** What an ECR rule looks at: images by their tags, or all. */
export type EcrSelection =
  | { readonly status: 'any' | 'untagged' }
  | {
      readonly status: 'tagged';
      readonly list: 'tagPatternList' | 'tagPrefixList';
      /** Each of them must match a tag of the image (LifecyclePolicies.html, "evaluation rules"). */
      readonly texts: readonly string[];
    };

/** Which of the selected images an ECR rule acts on. */
export type EcrCount =
  | { readonly kind: 'more-than'; readonly images: number }
  | { readonly kind: 'since'; readonly event: 'pushed' | 'pulled' | 'transitioned'; readonly days: number };

export interface EcrRule {
  readonly priority: number;
  readonly storageClass: StorageClass;
  readonly selection: EcrSelection;
  readonly count: EcrCount;
  readonly action: 'expire' | 'transition';
}

/** An Amazon ECR lifecycle policy that ECR would take; its rules in order of priority. */
export interface EcrPolicy {
  readonly rules: readonly EcrRule[];
}

/** botocore, `LifecyclePolicyText`: at most 30,720 characters. */
export const MAX_ECR_POLICY_LENGTH = 30_720;

/** Amazon ECR service quotas, "Rules per lifecycle policy". */
export const MAX_ECR_RULES = 50;

/** lifecycle_policy_parameters.html, `tagPatternList`. */
export const MAX_ECR_WILDCARDS = 4;
