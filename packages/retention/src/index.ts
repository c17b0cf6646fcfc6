export { AuditFile, type AuditLine, type AuditSink, formatAuditLine, parseAudit } from './execute/audit.ts';
export { type Execution, executePlan } from './execute/execute-plan.ts';
export type { ExecutionReport, ItemOutcome, ItemReport } from './execute/report.ts';
export { type RestoredItem, type RestoreReport, restoreDeleted } from './execute/restore.ts';
export { DigestCache, parseDigestCache } from './graph/digest-cache.ts';
export type * from './graph/image-graph.ts';
export { type GraphOptions, type ReadGraph, readGraph } from './graph/read-graph.ts';
export type * from './image/stored-image.ts';
export { INVENTORY_ABILITIES, type Inventory, readInventory } from './inventory/read-inventory.ts';
export { inventoryDigest, makePlan, type PlanRequest } from './plan/make-plan.ts';
export type * from './plan/plan.ts';
export { formatPlan, parsePlan } from './plan/plan-file.ts';
export { DEFAULT_RAILS, enforceRails, findExceededRails, type Rails } from './plan/rails.ts';
export type { ClassPolicySource, RetentionEnvironments } from './policy/classes/compiled-class.ts';
export type { EcrPolicy, EcrRule } from './policy/ecr/ecr-policy.ts';
export { ECR_DIFFERENCES, emitEcrPolicy } from './policy/ecr/emit-ecr-policy.ts';
export { type ProtectionRules, protectionOf, type RetentionProtection } from './policy/protection.ts';
export {
  type RetentionSource,
  readRetention,
  requireRetention,
  retentionFor,
  retentionOfPolicy,
} from './policy/read-retention.ts';
export type * from './policy/retention-decision.ts';
export { type RecordHoldReading, readRecordHolds } from './record/read-record-holds.ts';
export { NO_RECORD_HOLDS, type RecordHold, type RecordHolds } from './record/record-hold.ts';
export type * from './record/record-source.ts';
export { openServices, type ServiceContext } from './service/open-services.ts';
export { RegistryService } from './service/registry-service.ts';
export { fetchManifestBytes } from './service/rest/final-service.ts';
export type * from './service/retention-service.ts';
