import { gatherApproval } from './approval.ts';
import { gatherCanary } from './canary.ts';
import { gatherChecks } from './checks.ts';
import { gatherPlatforms } from './platforms.ts';
import { gatherSbom } from './sbom.ts';
import type { EarlyGate, Gatherer } from './scene.ts';
import { gatherAttestation, gatherProvenance, gatherSignature } from './signed.ts';
import { gatherTests } from './tests.ts';
import { gatherSoak, gatherWindow } from './timing.ts';
import { gatherVulnerabilities } from './vulnerabilities.ts';

export { gatherCommand } from './command.ts';

/** Gates in the order in which they are told; `command` comes last, since it reads what the others say. */
export const GATHERERS: { readonly [Name in EarlyGate]: Gatherer<Name> } = {
  checks: gatherChecks,
  tests: gatherTests,
  signature: gatherSignature,
  provenance: gatherProvenance,
  sbom: gatherSbom,
  vulnerabilities: gatherVulnerabilities,
  attestation: gatherAttestation,
  platforms: gatherPlatforms,
  canary: gatherCanary,
  approval: gatherApproval,
  soak: gatherSoak,
  window: gatherWindow,
};
