import { SuiteError } from '@artifact-lifecycle/core';

/** Longer ids, names and versions are nobody's. */
const MAX_TEXT_CHARS = 4_096;

/** Whether a value of parsed JSON is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of an object from outside; `undefined` where it is absent or null. Nothing inherited is seen. */
export function own(of: object, key: string): unknown {
  return Object.hasOwn(of, key) ? (Reflect.get(of, key) ?? undefined) : undefined;
}

/** A text that is neither empty nor longer than anybody writes. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_CHARS ? value : undefined;
}

/** A member that is an object; an empty one where it is not. */
export function objectOf(of: object, key: string): object {
  const value = own(of, key);
  return isObject(value) ? value : {};
}

/** The texts of a list, each once; what is no text is left out. */
export function textsOf(of: object, key: string, max: number): readonly string[] {
  const value = own(of, key);
  if (!Array.isArray(value)) return [];
  return [...new Set(value.slice(0, max).flatMap((one) => textOf(one) ?? []))];
}

/**
 * A list that decides; empty where it is absent.
 *
 * @throws SuiteError `CONTENT_INVALID` where it is no list, `LIMIT_EXCEEDED`
 */
export function listOf(of: object, key: string, title: string, max: number): readonly unknown[] {
  const value = own(of, key);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new SuiteError('CONTENT_INVALID', `${title} has no list in "${key}".`);
  if (value.length > max) {
    throw new SuiteError('LIMIT_EXCEEDED', `${title} has ${value.length} ${key}, and ${max} are allowed.`);
  }
  return value;
}

/** Text for people, cut where it is long; what is cut off is not kept in memory. */
export function shorten(value: unknown, max: number): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length <= max ? value : Buffer.from(`${value.slice(0, max)}…`).toString();
}

/** Names a record in an error, whatever its id is. */
export function describeRecord(id: string): string {
  return `The advisory ${id.replace(/[^\w:.-]/g, '?').slice(0, 80)}`;
}
