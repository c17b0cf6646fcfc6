/**
 * A copy of a JSON value whose objects have their keys in order at every depth, so that the same facts are the
 * same bytes. Values are as `JSON.stringify` would write them: `toJSON` is honoured, functions are left out.
 */
export function sortKeys<T>(value: T): T;
export function sortKeys(value: unknown): unknown {
  return order(JSON.parse(JSON.stringify(value) ?? 'null'));
}

function order(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(order);
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // fromEntries defines each key, so that one named __proto__ stays a key.
  return Object.fromEntries(sorted.map(([key, child]) => [key, order(child)]));
}

/** The value with its lists replaced by their counts, and objects below `depth` by the count of their keys. */
export function countLists(value: object, depth: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, count(child, depth - 1)]));
}

function count(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'object' || value === null) return value;
  return depth <= 0 ? Object.keys(value).length : countLists(value, depth);
}
