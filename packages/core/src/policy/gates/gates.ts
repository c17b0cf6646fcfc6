import type * as z from 'zod/mini';
import { optional, settings } from '../settings.ts';
import { approvalGate } from './approval.ts';
import { canaryGate } from './canary.ts';
import { checksGate, testsGate } from './checks.ts';
import { commandGate } from './command.ts';
import { attestationGate, platformsGate, provenanceGate, sbomGate, signatureGate } from './proof.ts';
import { soakGate, windowGate } from './timing.ts';
import { vulnerabilitiesGate } from './vulnerabilities.ts';

/**
 * The gates of an environment. What a gate leaves out is absent, not filled with its default (those are the
 * `…_DEFAULTS` beside each gate): whether an input weakens a policy can only be told before defaults are in.
 */
export type Gates = z.output<ReturnType<typeof gates>>;

/** The name of a gate. */
export type GateName = keyof Gates;

/** The mapping `gates`, in the policy file and as promote's input. */
export function gates() {
  return settings({
    checks: optional("Check runs and commit statuses of the artifact's commit are successful.", checksGate()),
    tests: optional('Test cases are counted: enough pass, none fails.', testsGate()),
    signature: optional('It is signed by someone in particular.', signatureGate()),
    provenance: optional('Where and how it was built is proven.', provenanceGate()),
    sbom: optional('Each platform has its SBOM.', sbomGate()),
    vulnerabilities: optional('Nothing is known that is bad enough.', vulnerabilitiesGate()),
    attestation: optional('A statement of some type, by someone, says something.', attestationGate()),
    platforms: optional('The index holds these platforms.', platformsGate()),
    canary: optional('The new does not behave worse than the old.', canaryGate()),
    approval: optional('People have approved.', approvalGate()),
    soak: optional('It has been in the environment before for so long.', soakGate()),
    window: optional('Now is a time at which something may go in.', windowGate()),
    command: optional(
      'A program of your own says yes: evidence as JSON on stdin, exit code 0.',
      commandGate(),
    ),
  });
}
