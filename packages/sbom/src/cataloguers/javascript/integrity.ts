import type { Hash, HashAlgorithm } from '../../inventory/package.ts';

const ALGORITHMS: ReadonlyMap<string, readonly [algorithm: HashAlgorithm, bytes: number]> = new Map([
  ['sha1', ['SHA-1', 20]],
  ['sha256', ['SHA-256', 32]],
  ['sha384', ['SHA-384', 48]],
  ['sha512', ['SHA-512', 64]],
]);

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads `sha512-…` as lock files write it, base64 after the algorithm, several separated by spaces (W3C Subresource
 * Integrity, section 3.5). What is none is passed over.
 */
export function parseIntegrity(text: string | undefined): readonly Hash[] {
  if (text === undefined) return [];
  return text.split(/\s+/).flatMap((part) => {
    const dash = part.indexOf('-');
    const [algorithm, length] = ALGORITHMS.get(part.slice(0, Math.max(dash, 0))) ?? [];
    // Options follow a question mark.
    const [base64 = ''] = part.slice(dash + 1).split('?');
    if (algorithm === undefined || !BASE64.test(base64)) return [];
    const bytes = Buffer.from(base64, 'base64');
    return bytes.length === length ? [{ algorithm, hex: bytes.toString('hex') }] : [];
  });
}
