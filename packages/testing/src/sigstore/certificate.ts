import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import {
  derBits,
  derBoolean,
  derExplicit,
  derImplicit,
  derInteger,
  derOctets,
  derOid,
  derSequence,
  derSet,
  derTime,
  derUtf8,
} from './der.ts';
import type { SigningKey } from './signing-key.ts';

/** An extension: its value is the DER (or raw bytes) that goes into the OCTET STRING. */
export interface Extension {
  readonly oid: string;
  readonly critical?: boolean | undefined;
  readonly value: Uint8Array;
}

/** What a certificate says. */
export interface CertificateTemplate {
  /** Names in DER; `EMPTY_NAME` for Fulcio's leaves, which say who they are in the alternative name. */
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly publicKey: KeyObject;
  /** Milliseconds since 1970; certificates keep whole seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Extension[];
  /** Up to 20 bytes, most significant first. */
  readonly serial: Uint8Array;
}

export const EMPTY_NAME = derSequence();

/** A name of organisation and common name, as Sigstore's authorities have. */
export function makeName(organization: string, commonName: string): Buffer {
  const attribute = (oid: string, text: string): Buffer => derSet(derSequence(derOid(oid), derUtf8(text)));
  return derSequence(attribute('2.5.4.10', organization), attribute('2.5.4.3', commonName));
}

/** 16 random bytes whose first is neither zero nor negative. */
export function makeSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

/** The part of a certificate that is signed (RFC 5280, 4.1). */
export function writeTbs(template: CertificateTemplate, algorithm: Buffer): Buffer {
  const { subject, issuer, publicKey, notBefore, notAfter, extensions, serial } = template;
  return derSequence(
    derExplicit(0, derInteger(2)),
    derInteger(serial),
    algorithm,
    issuer,
    derSequence(derTime(notBefore), derTime(notAfter)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [derExplicit(3, derSequence(...extensions.map(writeExtension)))]),
  );
}

function writeExtension({ oid, critical, value }: Extension): Buffer {
  return derSequence(derOid(oid), ...(critical === true ? [derBoolean(true)] : []), derOctets(value));
}

/** Signs a certificate, and gives its DER. */
export function signCertificate(template: CertificateTemplate, key: SigningKey): Buffer {
  const tbs = writeTbs(template, key.algorithm);
  return derSequence(tbs, key.algorithm, derBits(key.sign(tbs)));
}

/** The SHA-1 of the key itself (RFC 5280, 4.2.1.2, method 1). */
export function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

export function subjectKeyIdentifier(publicKey: KeyObject): Extension {
  return { oid: '2.5.29.14', value: derOctets(keyIdentifier(publicKey)) };
}

export function authorityKeyIdentifier(publicKey: KeyObject): Extension {
  return { oid: '2.5.29.35', value: derSequence(derImplicit(0, keyIdentifier(publicKey))) };
}

/** Key usages by the byte that BIT STRING has, and its unused bits. */
const KEY_USAGE = { digitalSignature: [0x80, 7], certSign: [0x06, 1] } as const;

export function keyUsage(usage: keyof typeof KEY_USAGE): Extension {
  const [byte, unused] = KEY_USAGE[usage];
  return { oid: '2.5.29.15', critical: true, value: derBits(Buffer.of(byte), unused) };
}

/** Extended key usages: `1.3.6.1.5.5.7.3.3` signs code, `.8` signs timestamps. */
export function extendedKeyUsage(oid: string, critical = false): Extension {
  return { oid: '2.5.29.37', critical, value: derSequence(derOid(oid)) };
}

export function basicConstraints(isAuthority: boolean, pathLength?: number): Extension {
  const members = isAuthority ? [derBoolean(true)] : [];
  if (pathLength !== undefined) members.push(derInteger(pathLength));
  return { oid: '2.5.29.19', critical: true, value: derSequence(...members) };
}

/** Writes certificates as PEM, one after another. */
export function toPem(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
