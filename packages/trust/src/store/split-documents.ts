/** A JSON object in a file of several, as it stands there. */
export interface JsonDocument {
  /** The line it begins on, from 1. */
  readonly line: number;
  readonly bytes: Uint8Array;
  /** Whether it is an object with an end; whether it is JSON is left to its reader. */
  readonly isWhole: boolean;
}

/**
 * A bundle nests six levels. What nests deeper is none, and is given up: a start whose end never comes would else be
 * looked for to the end of the file, and the next one again.
 */
const MAX_DEPTH = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Splits bytes into the JSON objects that follow one another in them: one document, a line for each, or documents
 * over several lines, with blank lines wherever they like. What is no object ends with its line, so that the next
 * one is found again. Each byte is looked at no more often than documents nest.
 *
 * @param limit no more than so many and one are split off
 */
export function splitDocuments(bytes: Uint8Array, limit: number): readonly JsonDocument[] {
  const documents: JsonDocument[] = [];
  let line = 1;
  let at = hasByteOrderMark(bytes) ? 3 : 0;
  while (at < bytes.length && documents.length <= limit) {
    const byte = bytes[at];
    if (byte === NEWLINE) line += 1;
    if (isSpace(byte)) {
      at += 1;
      continue;
    }
    const end = byte === OPEN_OBJECT ? endOfObject(bytes, at) : undefined;
    const next = end ?? endOfLine(bytes, at);
    documents.push({ line, bytes: bytes.subarray(at, next), isWhole: end !== undefined });
    for (; at < next; at++) if (bytes[at] === NEWLINE) line += 1;
  }
  return documents;
}

/** Where an object is over; `undefined` where it never is, a list ends it, or it nests too deep. */
function endOfObject(bytes: Uint8Array, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth += 1;
      if (depth > MAX_DEPTH) return undefined;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return byte === CLOSE_OBJECT ? at + 1 : undefined;
    }
  }
  return undefined;
}

/** The closing quote. JSON's strings hold no line break, so that one that is cut off ends with its line. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE && bytes[at] !== NEWLINE) {
    at += bytes[at] === BACKSLASH && bytes[at + 1] !== NEWLINE ? 2 : 1;
  }
  return at;
}

function endOfLine(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(NEWLINE, start);
  return end < 0 ? bytes.length : end;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;
}

/** PowerShell writes one before what it redirects. */
function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
