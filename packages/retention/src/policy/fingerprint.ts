import { createHash } from 'node:crypto';

/** The sha256, in hex, of plain data; the same data gives the same text, whatever the order of its keys. */
export function fingerprintOf(data: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(data)))
    .digest('hex');
}

/** Recurses as deep as a policy nests, which its reader bounds. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value instanceof Map) return sorted([...value]);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]);
}
