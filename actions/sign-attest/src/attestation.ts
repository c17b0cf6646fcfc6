import type { BundleOrigin, SignedStatement } from '@artifact-lifecycle/trust';
import type { PlannedStatement } from './statements.ts';

/** A statement that is signed and kept. */
export interface Attestation {
  readonly planned: PlannedStatement;
  /** `found`: the same was there, signed by the same identity, and nothing was signed anew. */
  readonly outcome: 'signed' | 'found';
  /** `undefined` where the same was found. */
  readonly signed: SignedStatement | undefined;
  /** The bundle's bytes. */
  readonly bytes: Uint8Array;
  /** Where it is kept now. */
  readonly origins: readonly BundleOrigin[];
}

/** The digest of the manifest that holds it beside the image. */
export function referrerOf({ origins }: Attestation): string | undefined {
  return origins.flatMap((origin) => (origin.kind === 'referrer' ? [origin.digest] : []))[0];
}

/** The file that holds it. */
export function pathOf({ origins }: Attestation): string | undefined {
  return origins.flatMap((origin) => (origin.kind === 'file' ? [origin.path] : []))[0];
}

/** What GitHub knows it by. */
export function githubOf({ origins }: Attestation): {
  readonly id?: string | undefined;
  readonly url?: string | undefined;
} {
  return origins.flatMap((origin) => (origin.kind === 'github' ? [origin] : []))[0] ?? {};
}
