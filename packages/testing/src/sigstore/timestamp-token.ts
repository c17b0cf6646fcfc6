import { createHash } from 'node:crypto';
import {
  derElement,
  derExplicit,
  derGeneralizedTime,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSet,
  derTime,
} from './der.ts';
import { readElements } from './der-reader.ts';
import type { SigningKey } from './signing-key.ts';

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

/** Digests that a stamp may be of, by name and by identifier. */
export const STAMPED_DIGESTS: Readonly<Record<string, { readonly oid: string; readonly length: number }>> = {
  sha256: { oid: OID.sha256, length: 32 },
  sha384: { oid: '2.16.840.1.101.3.4.2.2', length: 48 },
  sha512: { oid: '2.16.840.1.101.3.4.2.3', length: 64 },
};

/** What is stamped, and how. */
export interface Stamp {
  /** The digest's identifier and bytes. */
  readonly digestOid: string;
  readonly digest: Buffer;
  /** Milliseconds since 1970; of the second's fraction only the text below is written. */
  readonly time: number;
  /** Digits after the point; none when empty. */
  readonly fraction: string;
  readonly policy: string;
  readonly serial: Buffer;
  /** The content of the request's INTEGER. */
  readonly nonce: Buffer | undefined;
}

/** Who stamps. */
export interface StampSigner {
  readonly key: SigningKey;
  /** In DER. */
  readonly certificate: Buffer;
  readonly issuer: Buffer;
  readonly serial: Buffer;
  /** Certificates to send along, in DER. */
  readonly enclosed: readonly Buffer[];
}

/** Writes a granted response with a token (RFC 3161, 2.4.2). */
export function writeTimestampResponse(stamp: Stamp, signer: StampSigner): Buffer {
  return derSequence(derSequence(derInteger(0)), writeToken(writeTstInfo(stamp), stamp.time, signer));
}

function writeTstInfo(stamp: Stamp): Buffer {
  return derSequence(
    derInteger(1),
    derOid(stamp.policy),
    derSequence(derSequence(derOid(stamp.digestOid), derNull()), derOctets(stamp.digest)),
    derInteger(stamp.serial),
    derGeneralizedTime(stamp.time, stamp.fraction),
    // Within a second, as Sigstore's authority says.
    derSequence(derInteger(1)),
    ...(stamp.nonce === undefined ? [] : [derElement(0x02, stamp.nonce)]),
  );
}

/** ContentInfo with SignedData of one signer (RFC 5652, 5.1 and 5.3). */
function writeToken(content: Buffer, time: number, signer: StampSigner): Buffer {
  const sha256 = derSequence(derOid(OID.sha256));
  const attributes = derSet(
    attribute(OID.contentType, derOid(OID.tstInfo)),
    attribute(OID.signingTime, derTime(time)),
    attribute(OID.messageDigest, derOctets(createHash('sha256').update(content).digest())),
    attribute(OID.signingCertificateV2, writeCertificateId(signer)),
  );
  const signerInfo = derSequence(
    derInteger(1),
    derSequence(signer.issuer, derInteger(signer.serial)),
    sha256,
    // What is signed is the SET; what is sent is [0] IMPLICIT (RFC 5652, 5.4).
    derElement(0xa0, contentOf(attributes)),
    signer.key.algorithm,
    derOctets(signer.key.sign(attributes)),
  );
  const signedData = derSequence(
    derInteger(3),
    derSet(sha256),
    derSequence(derOid(OID.tstInfo), derExplicit(0, derOctets(content))),
    ...(signer.enclosed.length === 0 ? [] : [derElement(0xa0, ...signer.enclosed)]),
    derSet(signerInfo),
  );
  return derSequence(derOid(OID.signedData), derExplicit(0, signedData));
}

function attribute(oid: string, value: Buffer): Buffer {
  return derSequence(derOid(oid), derSet(value));
}

/** Binds the stamp to the very certificate (RFC 5816, 2.2.1). */
function writeCertificateId({ certificate, issuer, serial }: StampSigner): Buffer {
  const hash = derOctets(createHash('sha256').update(certificate).digest());
  const issuerSerial = derSequence(derSequence(derExplicit(4, issuer)), derInteger(serial));
  return derSequence(derSequence(derSequence(hash, issuerSerial)));
}

function contentOf(element: Buffer): Buffer {
  const [only] = readElements(element);
  if (only === undefined) throw new Error('An element has no content.');
  return only.content;
}
