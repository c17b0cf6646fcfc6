import {
  childAt,
  type DerElement,
  DerError,
  readBoolean,
  readChildren,
  readDer,
  readOid,
  TAG,
} from './der.ts';
import { readDerTime } from './der-time.ts';

/** Fulcio's certificates have some 1 kB; the bound keeps the work on a hostile one small. */
const MAX_CERTIFICATE_BYTES = 32_768;

/** An extension (RFC 5280, 4.2). */
export interface CertificateExtension {
  readonly critical: boolean;
  /** What the OCTET STRING holds. */
  readonly value: Buffer;
}

/** A certificate as it stands in its bytes; nothing of it is checked but its form. */
export interface Certificate {
  readonly der: Buffer;
  /** Names in DER. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** By object identifier; none comes twice. */
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
}

const VERSION_3 = 2;
const EXPLICIT_VERSION = 0xa0;
const EXPLICIT_EXTENSIONS = 0xa3;

/**
 * Reads a certificate of X.509 version 3 (RFC 5280, 4.1) by itself, so that what a policy decides on does not depend
 * on how the library that checks the chain finds its way in it.
 *
 * @throws DerError
 */
export function readCertificate(der: Uint8Array): Certificate {
  if (der.length > MAX_CERTIFICATE_BYTES) throw new DerError('a certificate of more than 32 kB');
  const whole = readDer(der, TAG.sequence);
  const parts = readChildren(whole);
  if (parts.length !== 3) throw new DerError('not a certificate');
  const tbs = readChildren(childAt(parts, 0, TAG.sequence));
  const version = childAt(readChildren(childAt(tbs, 0, EXPLICIT_VERSION)), 0, TAG.integer).content;
  if (version.length !== 1 || version[0] !== VERSION_3) throw new DerError('not a certificate of version 3');
  // Both places name the algorithm, and only one is signed (RFC 5280, 4.1.1.2).
  const outer = childAt(parts, 1, TAG.sequence).whole;
  if (!outer.equals(childAt(tbs, 2, TAG.sequence).whole)) throw new DerError('two signature algorithms');
  const [notBefore, notAfter, ...none] = readChildren(childAt(tbs, 4, TAG.sequence));
  if (notBefore === undefined || notAfter === undefined || none.length > 0) throw new DerError('no validity');
  return {
    der: whole.whole,
    issuer: childAt(tbs, 3, TAG.sequence).whole,
    subject: childAt(tbs, 5, TAG.sequence).whole,
    publicKey: childAt(tbs, 6, TAG.sequence).whole,
    notBefore: readDerTime(notBefore),
    notAfter: readDerTime(notAfter),
    extensions: readExtensions(tbs.slice(7)),
  };
}

function readExtensions(rest: readonly DerElement[]): ReadonlyMap<string, CertificateExtension> {
  const [explicit, ...others] = rest;
  if (explicit?.tag !== EXPLICIT_EXTENSIONS || others.length > 0) throw new DerError('no extensions');
  const [list, ...more] = readChildren(explicit);
  if (list?.tag !== TAG.sequence || more.length > 0) throw new DerError('no extensions');
  const extensions = new Map<string, CertificateExtension>();
  for (const extension of readChildren(list)) {
    if (extension.tag !== TAG.sequence) throw new DerError('not an extension');
    const parts = readChildren(extension);
    const oid = readOid(childAt(parts, 0, TAG.oid));
    const hasFlag = parts.length === 3;
    if (!hasFlag && parts.length !== 2) throw new DerError('not an extension');
    // Two of one kind: each reader may believe another one (RFC 5280, 4.2, forbids it).
    if (extensions.has(oid)) throw new DerError(`the extension ${oid} twice`);
    extensions.set(oid, {
      critical: hasFlag && readBoolean(childAt(parts, 1, TAG.boolean)),
      value: childAt(parts, hasFlag ? 2 : 1, TAG.octetString).content,
    });
  }
  return extensions;
}
