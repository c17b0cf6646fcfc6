import type { Statement } from '../statement/statement.ts';

/** Who must have signed. */
export type IdentityPolicy =
  | {
      readonly kind: 'certificate';
      /**
       * Exact text, a glob anchored at both ends, or globs of which one must match; at least one of these and
       * `signerWorkflow`.
       */
      readonly identity?:
        | { readonly exact: string }
        | { readonly pattern: string }
        | { readonly anyOf: readonly string[] }
        | undefined;
      /** `owner/name/.github/workflows/x.yml[@ref]`: the whole path, and the ref where one is given. */
      readonly signerWorkflow?: string | undefined;
      /** Exact text, always. */
      readonly issuer: string;
    }
  /** PEM. */
  | { readonly kind: 'key'; readonly publicKey: string };

/** A name of `require`, or a predicate type's URI. */
export type Requirement = 'signature' | 'provenance' | 'sbom' | 'vsa' | `${string}:${string}`;

/** What is demanded of an artifact (contract: "verify"). */
export interface VerificationPolicy {
  readonly identity: IdentityPolicy;
  /** `owner/name`, checked against the certificate. */
  readonly sourceRepository?: string | undefined;
  /** Numbers of repository and owner where they are known: names can be taken over, numbers cannot. */
  readonly sourceRepositoryId?: string | undefined;
  readonly sourceRepositoryOwnerId?: string | undefined;
  /** Globs of refs, and names of events, that may have started the build; empty means any. */
  readonly sourceRefs: readonly string[];
  readonly events: readonly string[];
  readonly denySelfHosted: boolean;
  /** Reusable workflows that the operator trusts to isolate a build: `owner/name/.github/workflows/x.yml@ref`. */
  readonly builders: readonly string[];
  readonly minSlsaLevel: 0 | 1 | 2 | 3;
  /** Older signatures are refused; milliseconds. */
  readonly maxAge?: number | undefined;
  /** Each must verify. Empty: every bundle at hand must be valid and bind the subject, whatever it states. */
  readonly require: readonly Requirement[];
  /** Whether cosign's `.sig` and `.att` tags count, too. */
  readonly allowLegacy: boolean;
  /** What a `vsa` must say besides `PASSED`; of the signer's own word where it is absent. */
  readonly vsa?: VsaPolicy | undefined;
  /** What else the caller has against a statement that is signed as demanded, as a sentence. */
  readonly objection?: ((statement: Statement) => string | undefined) | undefined;
}

/** Whose summaries count, and for what (SLSA, "Verification Summary Attestation"). */
export interface VsaPolicy {
  /** `verifier.id`, one of these; any when empty. */
  readonly verifiers: readonly string[];
  /** `resourceUri`, exactly. */
  readonly resourceUri?: string | undefined;
  /** Levels that `verifiedLevels` must hold: `SLSA_BUILD_LEVEL_3`; a higher one of its track holds, too. */
  readonly levels: readonly string[];
}
