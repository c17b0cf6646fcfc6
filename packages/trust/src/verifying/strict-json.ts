import { isJsonObject, type JsonObject, parseBoundedJson } from '@artifact-lifecycle/registry';
import { Refusal } from './refusal.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Reads hostile bytes as JSON that has one meaning: bounded in depth and number of values, no key of an object twice
 * (readers differ in which of the two they believe), and no key that is a prototype's.
 *
 * @param what names the bytes, for the error: `bundle`, `statement`.
 * @throws SuiteError for what is no JSON or too large, Refusal for what has two meanings
 */
export function parseStrictJson(bytes: Uint8Array, what: string): unknown {
  const value = parseBoundedJson(bytes, what);
  refuseAmbiguousKeys(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), what);
  return value;
}

/** The same for bytes that must be an object. */
export function parseStrictObject(bytes: Uint8Array, what: string): JsonObject {
  const value = parseStrictJson(bytes, what);
  if (!isJsonObject(value)) throw new Refusal(`The ${what} is not a JSON object.`);
  return value;
}

/** Walks JSON that is known to be well-formed; a string is a key exactly where a colon follows it. */
function refuseAmbiguousKeys(bytes: Buffer, what: string): void {
  const open: (Set<string> | undefined)[] = [];
  let pending: string | undefined;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case OPEN_OBJECT:
        open.push(new Set());
        break;
      case OPEN_LIST:
        open.push(undefined);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop();
        break;
      case COMMA:
        pending = undefined;
        break;
      case QUOTE: {
        const end = endOfString(bytes, at);
        // Values of strings need not be decoded: only an object's keys stand where a colon can follow.
        pending = open.at(-1) === undefined ? undefined : keyBetween(bytes, at, end);
        at = end;
        break;
      }
      case COLON: {
        const keys = open.at(-1);
        if (pending === undefined || keys === undefined) break;
        if (keys.has(pending)) throw new Refusal(`The ${what} has the key ${JSON.stringify(pending)} twice.`);
        if (pending === '__proto__') throw new Refusal(`The ${what} has the key "__proto__".`);
        keys.add(pending);
        pending = undefined;
        break;
      }
      default:
    }
  }
}

/** The string as a key, or `undefined` where no colon follows. */
function keyBetween(bytes: Buffer, start: number, end: number): string | undefined {
  let next = end + 1;
  while (isSpace(bytes[next])) next++;
  if (bytes[next] !== COLON) return undefined;
  const text = bytes.toString('utf8', start, end + 1);
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1);
}

function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
