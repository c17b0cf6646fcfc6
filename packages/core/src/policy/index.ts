export { type DocumentProblem, type OpenDocument, openDocument } from './document.ts';
export { DURATION_FORM, formatDuration, type Milliseconds, parseDuration } from './duration.ts';
export { type Environment, TAG_STRATEGIES, type TagStrategy } from './environment.ts';
export { APPROVAL_DEFAULTS } from './gates/approval.ts';
export { CANARY_DEFAULTS, CANARY_SCOPE, type CanaryMetric, type Moment } from './gates/canary.ts';
export { TESTS_DEFAULTS } from './gates/checks.ts';
export { COMMAND_DEFAULTS } from './gates/command.ts';
export type { Condition } from './gates/conditions.ts';
export type { GateName, Gates } from './gates/gates.ts';
export { FAIL_ON, VULNERABILITIES_DEFAULTS, type VulnerabilityException } from './gates/vulnerabilities.ts';
export { renderPolicySchema } from './json-schema.ts';
export { formatJson } from './json-text.ts';
export {
  loadPolicy,
  loadSigstoreInstance,
  parseExceptions,
  parseGates,
  parseRegistries,
  parseRetention,
  parseSigner,
} from './load.ts';
export { formatPath, type ValuePath } from './positions.ts';
export { quote, type Source } from './problem.ts';
export { type PolicyLocation, readPolicy } from './read.ts';
export type { RecordSigner } from './record-signer.ts';
export { REGISTRY_KINDS, type Registries, type RegistryKind, type RegistrySettings } from './registries.ts';
export type {
  DigestSource,
  Keep,
  Protection,
  Retention,
  RetentionClass,
  RetentionRule,
} from './retention.ts';
export type { Policy } from './schema.ts';
export type { PublicKey, Signer } from './signer.ts';
export type { SigstoreChoice, SigstoreInstance } from './sigstore.ts';
export { MAX_POLICY_BYTES } from './size.ts';
export type { CalendarDay } from './texts.ts';
export type { FreezeRange, Weekday, WeeklyWindow } from './window.ts';
