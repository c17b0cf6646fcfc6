import { createHash } from 'node:crypto';
import type { Json } from '../verdict/verdict.ts';

/**
 * Writes plain data the one way that everybody would write it (RFC 8785, JSON Canonicalization Scheme): keys sorted by
 * UTF-16 units, numbers as ECMAScript writes them, no blanks.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((one: Json) => canonicalJson(one)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`).join(',')}}`;
}

/** `sha256:…` of plain data as canonical JSON. */
export function digestOfJson(value: Json): string {
  return `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
}
