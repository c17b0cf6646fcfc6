import type { Hash, HashAlgorithm } from '../inventory/package.ts';

const ALGORITHMS: ReadonlyMap<string, HashAlgorithm> = new Map([
  ['md5', 'MD5'],
  ['sha1', 'SHA-1'],
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
]);

/** Reads `sha256:<hex>`, as pip, Poetry, uv and PDM write it. */
export function parseHash(text: string): Hash | undefined {
  const colon = text.indexOf(':');
  const algorithm = ALGORITHMS.get(text.slice(0, Math.max(colon, 0)));
  const hex = text.slice(colon + 1).toLowerCase();
  return algorithm !== undefined && /^[0-9a-f]{32,128}$/.test(hex) ? { algorithm, hex } : undefined;
}
