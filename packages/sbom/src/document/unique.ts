import { createHash } from 'node:crypto';

/** Namespace of this suite's documents (RFC 9562, section 5.5): made once, and never changed. */
const NAMESPACE = Buffer.from('8f1c2a5e7b4d4f0e9a6337d1c5b09e42', 'hex');

/** A version 5 UUID of content: the same content has the same, and nothing else has (RFC 9562). */
export function uuidOf(content: string): string {
  const name = createHash('sha256').update(content).digest();
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Characters of an id that people can read; its hash keeps it apart from others. */
const MAX_SLUG_CHARS = 80;

/** A name of letters, digits, dots and hyphens that is unique to the text (SPDX 2.3, "idstring"). */
export function slugOf(text: string): string {
  const slug = text
    .slice(0, MAX_SLUG_CHARS)
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return `${slug === '' ? 'x' : slug}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
