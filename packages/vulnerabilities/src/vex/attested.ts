import { isSuiteError } from '@artifact-lifecycle/core';
import { field } from '@artifact-lifecycle/registry';
import { readVexObject } from './read-vex.ts';
import type { VexDocument } from './statement.ts';

/**
 * Types of attestations that may hold statements: OpenVEX by its versions, and CycloneDX, which is an SBOM's, too.
 */
export const VEX_PREDICATE_TYPES = [
  'https://openvex.dev/ns',
  'https://openvex.dev/ns/v0.0.1',
  'https://openvex.dev/ns/v0.0.2',
  'https://openvex.dev/ns/v0.2.0',
  'https://cyclonedx.org/vex',
  'https://cyclonedx.org/bom',
] as const;

/** Whether attestations of a type may hold statements. */
function isVexPredicate(predicateType: string): boolean {
  return VEX_PREDICATE_TYPES.some((type) => type === predicateType);
}

/**
 * Whether an attestation says anything of vulnerabilities. An SBOM does not, and that somebody else signed it is no news;
 * a statement that does not count is.
 */
export function holdsStatements({
  predicateType,
  predicate,
}: Pick<VerifiedAttestation, 'predicateType' | 'predicate'>): boolean {
  if (!isVexPredicate(predicateType)) return false;
  const list = field(predicate, 'vulnerabilities');
  return !predicateType.startsWith('https://cyclonedx.org/') || (Array.isArray(list) && list.length > 0);
}

/** A statement that was verified: who signed it is settled before it comes here. */
export interface VerifiedAttestation {
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
  /** Of the artifact that it was verified for: `sha256:…`. */
  readonly subject: string;
  /** Names it in reports: `attestation sha256:…`. */
  readonly document: string;
  /** Who signed it, for reports: the certificate's identity. */
  readonly signer: string | undefined;
  /** Milliseconds since 1970, by somebody who is trusted; `undefined` where nobody says. */
  readonly signedAt: number | undefined;
}

/** What came of the attestations of an artifact. */
export type AttestedVex = Pick<VexDocument, 'statements' | 'warnings'>;

/**
 * Reads the statements of attestations. One that names no product is about the artifact (OpenVEX, "Attesting"); one
 * that names products is about these in the artifact it is attached to. An attestation that cannot be read excuses
 * nothing, and a warning names it.
 */
export function readAttestedVex(attestations: readonly VerifiedAttestation[]): AttestedVex {
  const read = attestations.filter(holdsStatements).map((attestation): AttestedVex => {
    const { predicate, subject, document, signer, signedAt } = attestation;
    try {
      const products = [{ ids: [], digests: [subject], subcomponents: [] }];
      const { statements, warnings } = readVexObject(predicate, { document, products, issuedAt: signedAt });
      return {
        statements: signer === undefined ? statements : statements.map((one) => signedBy(one, signer)),
        warnings,
      };
    } catch (error) {
      if (!isSuiteError(error, 'CONTENT_INVALID')) throw error;
      return { statements: [], warnings: [error.message] };
    }
  });
  return {
    statements: read.flatMap(({ statements }) => statements),
    warnings: read.flatMap(({ warnings }) => warnings),
  };
}

/** Who is named as author is a claim; who signed is proven. */
function signedBy(
  statement: VexDocument['statements'][number],
  signer: string,
): VexDocument['statements'][number] {
  return { ...statement, origin: { ...statement.origin, author: signer } };
}
