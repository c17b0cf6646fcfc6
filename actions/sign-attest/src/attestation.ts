import type { ActionContext } from '@artifact-lifecycle/core/action';
import type { BundleOrigin, SignedStatement } from '@artifact-lifecycle/trust';
import type { PlannedStatement } from './statements.ts';

/** A statement that is signed and kept. */
export interface Attestation {
  readonly planned: PlannedStatement;
  /** `found`: the same was there, signed by the same identity, and nothing was signed anew. */
  readonly outcome: 'signed' | 'found';
  /** As it was signed now, or found. */
  readonly signed: SignedStatement;
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

/** Kyverno reads bundles up to this size, and other readers are not far from it. */
const READABLE_BYTES = 10_000_000;

/** Tells of what is kept, and warns of what some readers will refuse. */
export function tellOf(
  { planned: { subject, kind }, outcome, signed }: Attestation,
  log: Pick<ActionContext['log'], 'info' | 'warning'>,
): void {
  log.info(`  ${subject.label}: ${kind} ${outcome}`);
  if (signed.bytes.length <= READABLE_BYTES) return;
  log.warning(
    `The bundle of the ${kind} of ${subject.label} has ${signed.bytes.length} bytes; some readers, Kyverno among them, take at most 10 MB.`,
  );
}
