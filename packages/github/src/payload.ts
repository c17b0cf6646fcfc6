/** JSON from outside, of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The object at a key; an empty one where there is none. */
export function objectAt(json: JsonObject, key: string): JsonObject {
  const value = valueAt(json, key);
  return isObject(value) ? value : {};
}

/** The text at a key; `undefined` where there is none, or an empty one. */
export function textAt(json: JsonObject, key: string): string | undefined {
  const value = valueAt(json, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The objects of the list at a key. */
export function objectsAt(json: JsonObject, key: string): readonly JsonObject[] {
  const value = valueAt(json, key);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Whether a value is an object that is no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(json: JsonObject, key: string): unknown {
  return Object.hasOwn(json, key) ? json[key] : undefined;
}
