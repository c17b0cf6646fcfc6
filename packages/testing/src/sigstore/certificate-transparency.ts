import { createHash } from 'node:crypto';
import type { Extension } from './certificate.ts';
import { derOctets } from './der.ts';
import { makeSigningKey, type SigningKey } from './signing-key.ts';

/** A certificate transparency log as far as Fulcio needs one: it promises, it keeps nothing. */
export interface CtLog {
  readonly key: SigningKey;
  /** SHA-256 of its public key. */
  readonly id: Buffer;
}

export function makeCtLog(): CtLog {
  const key = makeSigningKey('P-256');
  return { key, id: createHash('sha256').update(key.spki).digest() };
}

/** What the log promises to enter. */
export interface Precertificate {
  /** The certificate's signed part without the promise. */
  readonly tbs: Buffer;
  /** The public key of its issuer, as SubjectPublicKeyInfo. */
  readonly issuerSpki: Buffer;
  /** When it was seen, in milliseconds since 1970. */
  readonly time: number;
}

/** Signs what the log promises: algorithms, length and signature (RFC 6962, 3.2; RFC 5246, 4.7). */
export function signPromise(log: CtLog, { tbs, issuerSpki, time }: Precertificate): Buffer {
  const signed = Buffer.concat([
    // Version 1, certificate_timestamp.
    Buffer.of(0, 0),
    uint(time, 8),
    // precert_entry.
    Buffer.of(0, 1),
    createHash('sha256').update(issuerSpki).digest(),
    prefixed(tbs, 3),
    // No extensions.
    uint(0, 2),
  ]);
  // SHA-256 with ECDSA.
  return Buffer.concat([Buffer.of(4, 3), prefixed(log.key.sign(signed), 2)]);
}

/** Makes the extension with one signed certificate timestamp (RFC 6962, 3.2 and 3.3). */
export function promiseEntry(log: CtLog, precertificate: Precertificate): Extension {
  const timestamp = Buffer.concat([
    Buffer.of(0),
    log.id,
    uint(precertificate.time, 8),
    uint(0, 2),
    signPromise(log, precertificate),
  ]);
  return { oid: '1.3.6.1.4.1.11129.2.4.2', value: derOctets(prefixed(prefixed(timestamp, 2), 2)) };
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(value));
  return buffer.subarray(8 - bytes);
}

function prefixed(bytes: Buffer, lengthBytes: number): Buffer {
  return Buffer.concat([uint(bytes.length, lengthBytes), bytes]);
}
