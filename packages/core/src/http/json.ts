import { SuiteError } from '../errors.ts';
import { MAX_JSON_DEPTH } from './limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Where `__proto__` can stand at all: as it is, or with its underscores or letters escaped. */
const MAY_NAME_PROTOTYPE = /__proto__|\\u00/i;

/**
 * Parses JSON that came from outside, as UTF-8 (RFC 8259; a byte order mark is passed over). The value is of
 * unknown shape: its reader checks it. `what` names it in errors, without article: `tag list of ghcr.io/acme/api`.
 *
 * @throws SuiteError `PROTOCOL_INVALID` when it is no JSON (HTML, say), is not UTF-8, or has the key `__proto__`,
 * with which a copy of the object would change its prototype; `LIMIT_EXCEEDED` when it nests too deeply.
 */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  const text = decode(bytes, what);
  refuseDepth(bytes, what);
  try {
    const value: unknown = MAY_NAME_PROTOTYPE.test(text)
      ? // Walking costs three times the parsing, so only where there may be something to find.
        JSON.parse(text, (key, item: unknown) => refusePrototype(key, item, what))
      : JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SuiteError) throw error;
    throw notJson(what, describeText(text), error);
  }
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw notJson(what, 'is not UTF-8 text', error);
  }
}

function describeText(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'is empty where JSON was expected';
  return start.startsWith('<') ? 'is HTML or XML where JSON was expected' : 'is not valid JSON';
}

function notJson(what: string, fault: string, cause: unknown): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `The ${what} ${fault}.`, {
    remedy:
      'Check that the host is the server you mean: a login page, a proxy or a web site may answer there.',
    cause,
  });
}

function refusePrototype(key: string, item: unknown, what: string): unknown {
  if (key !== '__proto__') return item;
  throw new SuiteError('PROTOCOL_INVALID', `The ${what} has a key "__proto__", which no honest JSON has.`, {
    remedy: 'Check that the host is the server you mean.',
  });
}

/** Counts how deep brackets nest outside of strings, before anybody recurses over the value. */
function refuseDepth(bytes: Uint8Array, what: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) {
        throw new SuiteError(
          'LIMIT_EXCEEDED',
          `The ${what} nests deeper than the ${MAX_JSON_DEPTH} levels allowed.`,
          { remedy: 'Check that the host is the server you mean.' },
        );
      }
    } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) depth -= 1;
  }
}
