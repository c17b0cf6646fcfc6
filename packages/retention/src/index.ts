export type * from './image/stored-image.ts';
export type * from './plan/plan.ts';
export type { ClassPolicySource, RetentionEnvironments } from './policy/classes/compiled-class.ts';
export type { EcrPolicy, EcrRule } from './policy/ecr/ecr-policy.ts';
export { type ProtectionRules, protectionOf, type RetentionProtection } from './policy/protection.ts';
export {
  type RetentionSource,
  readRetention,
  requireRetention,
  retentionFor,
  retentionOfPolicy,
} from './policy/read-retention.ts';
export type * from './policy/retention-decision.ts';
export type * from './service/retention-service.ts';
