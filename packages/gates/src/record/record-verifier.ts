import type { Clock } from '@artifact-lifecycle/core';
import {
  type IdentityPolicy,
  type NamedTrustedRoot,
  type VerificationPolicy,
  verifyArtifact,
} from '@artifact-lifecycle/trust';
import { PROMOTION_RECORD_TYPE } from './record.ts';
import type { RecordVerifier } from './verified-record.ts';

/** Who signs records, and whose word on that is believed; asked for when the first record is looked at. */
export interface RecordTrust {
  readonly identity: () => Promise<IdentityPolicy>;
  /** The repository whose runs they come from, `acme/app`; any when absent. */
  readonly sourceRepository: VerificationPolicy['sourceRepository'];
  readonly roots: (isKeyAlone: boolean) => Promise<readonly NamedTrustedRoot[]>;
  readonly clock: Clock;
}

/** Verifies what claims to be a record, for whoever signs records. */
export function recordVerifier({ identity, sourceRepository, roots, clock }: RecordTrust): RecordVerifier {
  return async (digest, entries) => {
    const who = await identity();
    const { evidence } = await verifyArtifact({
      digest,
      entries,
      policy: {
        identity: who,
        sourceRepository,
        sourceRefs: [],
        events: [],
        denySelfHosted: false,
        builders: [],
        minSlsaLevel: 0,
        require: [PROMOTION_RECORD_TYPE],
        allowLegacy: false,
      },
      roots: await roots(who.kind === 'key'),
      clock,
    });
    return evidence;
  };
}
