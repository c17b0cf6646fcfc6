import { SuiteError } from '@artifact-lifecycle/core';
import { field, isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';

/** Longer ids, names and versions are nobody's. */
const MAX_TEXT_CHARS = 4_096;

/** A text that is neither empty nor longer than anybody writes. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_CHARS ? value : undefined;
}

/** A member that is an object; an empty one where it is not. */
export function objectOf(of: JsonObject, key: string): JsonObject {
  const value = field(of, key);
  return isJsonObject(value) ? value : {};
}

/** The texts of a list, each once; what is no text is left out. */
export function textsOf(of: JsonObject, key: string, max: number): readonly string[] {
  const value = field(of, key);
  if (!Array.isArray(value)) return [];
  return [...new Set(value.slice(0, max).flatMap((one) => textOf(one) ?? []))];
}

/**
 * A list that decides; empty where it is absent.
 *
 * @throws SuiteError `CONTENT_INVALID` where it is no list, `LIMIT_EXCEEDED`
 */
export function listOf(of: JsonObject, key: string, title: string, max: number): readonly unknown[] {
  const value = field(of, key);
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
