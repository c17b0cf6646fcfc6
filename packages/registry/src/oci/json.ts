import { SuiteError } from '@artifact-lifecycle/core';

/** A manifest nests about six levels; unknown fields may nest more, but no honest one comes near this. */
const MAX_JSON_DEPTH = 64;

/** Each value costs some 50 bytes of heap, so that the largest document stays below 50 MB once parsed. */
const MAX_JSON_VALUES = 1_000_000;

/** A JSON object from outside. Its keys are hostile: they are read through {@link field} only. */
export type JsonObject = Readonly<Record<string, unknown>>;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Reads hostile bytes as one JSON document within limits of depth and number of values, both counted
 * before anything is built.
 *
 * @param what names the document, for the error: `manifest of ghcr.io/a/b:1`.
 * @param maxValues more for files of our own, such as a plan of a hundred thousand images.
 * @throws SuiteError `CONTENT_INVALID` (not UTF-8, not JSON), `LIMIT_EXCEEDED`
 */
export function parseBoundedJson(
  bytes: Uint8Array,
  what: string,
  maxValues: number = MAX_JSON_VALUES,
): unknown {
  countStructure(bytes, what, maxValues);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SuiteError('CONTENT_INVALID', `The ${what} is not UTF-8 text.`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's own message quotes the text, which may be a login page or worse; the start is enough.
    throw new SuiteError(
      'CONTENT_INVALID',
      `The ${what} is not JSON; it starts with ${JSON.stringify(text.slice(0, 40))}.`,
      { cause },
    );
  }
}

/** Whether a value of parsed JSON is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A field of an object from outside; `undefined` where it is absent or null, which Go's encoders write for
 * an empty list or pointer. Nothing inherited is seen.
 */
export function field(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

function countStructure(bytes: Uint8Array, what: string, maxValues: number): void {
  let depth = 0;
  let values = 1;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === COMMA) {
      values++;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth++;
      values++;
      if (depth > MAX_JSON_DEPTH) throw tooMuch(what, `nests deeper than ${MAX_JSON_DEPTH} levels`);
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth--;
    }
    if (values > maxValues) throw tooMuch(what, `holds more than ${maxValues} values`);
  }
}

function tooMuch(what: string, fact: string): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `The ${what} ${fact}.`, {
    remedy: 'Check who wrote it: no manifest needs this.',
  });
}
