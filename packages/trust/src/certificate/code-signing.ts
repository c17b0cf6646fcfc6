import type { Certificate } from './certificate.ts';
import { childAt, DerError, readBoolean, readChildren, readDer, readOid, TAG } from './der.ts';

const OID = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  signedCertificateTimestamps: '1.3.6.1.4.1.11129.2.4.2',
} as const;

/** What a reader of certificates must know where it is marked critical (RFC 5280, 4.2). */
const UNDERSTOOD: ReadonlySet<string> = new Set(Object.values(OID));

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/** Bits of KeyUsage (RFC 5280, 4.2.1.3), in the first byte. */
const DIGITAL_SIGNATURE = 0x80;
const KEY_CERT_SIGN = 0x04;

/**
 * Why a certificate is not one that code is signed with, as a half-sentence, or `undefined`: it must say so
 * (extended key usage), must be for signatures and not for issuing certificates, and may hold nothing critical that
 * is not understood. The library checks none of this of a leaf.
 *
 * @throws DerError
 */
export function codeSigningProblem({ extensions }: Certificate): string | undefined {
  for (const [oid, { critical }] of extensions) {
    if (critical && !UNDERSTOOD.has(oid)) return `has the critical extension ${oid}, which nobody here knows`;
  }
  const usages = extensions.get(OID.extendedKeyUsage);
  const names = usages === undefined ? [] : readChildren(readDer(usages.value, TAG.sequence)).map(readOid);
  if (!names.includes(CODE_SIGNING)) return 'is not for signing code (extended key usage)';
  const usage = extensions.get(OID.keyUsage);
  const bits = usage === undefined ? 0 : readUsageBits(usage.value);
  if ((bits & DIGITAL_SIGNATURE) === 0) return 'is not for signatures (key usage)';
  if ((bits & KEY_CERT_SIGN) !== 0) return 'is for issuing certificates (key usage)';
  const constraints = extensions.get(OID.basicConstraints);
  if (constraints !== undefined && isAuthority(constraints.value)) return 'is that of an authority';
  return undefined;
}

function readUsageBits(value: Buffer): number {
  const { content } = readDer(value, TAG.bitString);
  if (content.length < 2 || (content[0] ?? 8) > 7) throw new DerError('not a key usage');
  return content[1] ?? 0;
}

function isAuthority(value: Buffer): boolean {
  const parts = readChildren(readDer(value, TAG.sequence));
  return parts.length > 0 && parts[0]?.tag === TAG.boolean && readBoolean(childAt(parts, 0, TAG.boolean));
}
