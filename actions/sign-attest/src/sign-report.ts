import type { SigstoreInstance } from '@artifact-lifecycle/trust';
import type { Attestation } from './attestation.ts';
import type { PlannedStatement } from './statements.ts';
import type { Subject } from './subject.ts';

/** A run as it is told to people and programs. */
export interface SignReport {
  readonly isDryRun: boolean;
  readonly subjects: readonly Subject[];
  readonly planned: readonly PlannedStatement[];
  /** Empty in a dry run. */
  readonly attestations: readonly Attestation[];
  readonly instance: SigstoreInstance;
  /** The certificate's identity, or the key's hint. */
  readonly identity: string;
  readonly issuer: string | undefined;
  /** `owner/name`; empty outside of GitHub. */
  readonly repository: string;
  readonly run: { readonly url: string; readonly sha: string } | undefined;
  /** The trusted root that was given, where the instance is none that verifiers know. */
  readonly trustedRoot: string | undefined;
  readonly workspace: string;
  /** Where the bundles are, from the root of the file system. */
  readonly directory: string;
}
