import { isSuiteError } from '@artifact-lifecycle/core';
import { readVexObject } from './read-vex.ts';
import type { VexDocument } from './statement.ts';

/** Whether an attestation of this type may hold statements. CycloneDX's is an SBOM's, too, which says nothing here. */
export function isVexPredicate(predicateType: string): boolean {
  return (
    predicateType === 'https://openvex.dev/ns' ||
    predicateType.startsWith('https://openvex.dev/ns/') ||
    predicateType === 'text/vex' ||
    predicateType === 'https://cyclonedx.org/bom' ||
    /^https:\/\/cyclonedx\.org\/(?:bom|vex)\/v?1\.\d+$/.test(predicateType) ||
    predicateType === 'https://cyclonedx.org/vex'
  );
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
  const read = attestations
    .filter(({ predicateType }) => isVexPredicate(predicateType))
    .map((attestation): AttestedVex => {
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
