import { fingerprintOf } from '../fingerprint.ts';
import type { RetentionPolicy } from '../retention-decision.ts';
import type { EcrPolicy } from './ecr-policy.ts';
import { evaluateEcrPolicy } from './evaluate-ecr-policy.ts';

/** An Amazon ECR lifecycle policy as a policy for any repository; it judges every image, as ECR does. */
export function ecrRetention(policy: EcrPolicy): RetentionPolicy {
  return {
    name: 'Amazon ECR',
    fingerprint: fingerprintOf(policy),
    judges: 'all',
    decide: (images, world) => evaluateEcrPolicy(policy, images, world),
  };
}
