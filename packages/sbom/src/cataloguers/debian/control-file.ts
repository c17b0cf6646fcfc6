/** A stanza of a control file (deb822(5)): values by field name in lower case. */
export type Stanza = ReadonlyMap<string, string>;

/** No field name is longer; what is, is text with a colon in it. */
const MAX_NAME_LENGTH = 64;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

/**
 * Copies the wanted fields (names in lower case) of a control file and leaves out the rest, which is most of it. Of
 * `firstLines` only the first line is kept: a description's first is its summary. The copy is a control file again.
 */
export function keepFields(
  bytes: Buffer,
  wanted: ReadonlySet<string>,
  firstLines: ReadonlySet<string> = new Set(),
): Buffer {
  const kept = Buffer.allocUnsafe(bytes.length + 1);
  let length = 0;
  let keepsNext: boolean = false;
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline + 1;
    let keeps: boolean = keepsNext;
    if (isBlank(bytes, at, end)) {
      keeps = true;
      keepsNext = false;
    } else if (bytes[at] !== SPACE && bytes[at] !== TAB) {
      const name = fieldName(bytes, at, end);
      keeps = name !== undefined && wanted.has(name);
      keepsNext = keeps && name !== undefined && !firstLines.has(name);
    }
    if (keeps) length += bytes.copy(kept, length, at, end);
    at = end;
  }
  return Buffer.from(kept.subarray(0, length));
}

function isBlank(bytes: Buffer, at: number, end: number): boolean {
  let next = at;
  while (next < end && (bytes[next] === SPACE || bytes[next] === TAB || bytes[next] === RETURN)) next++;
  return next >= end || bytes[next] === NEWLINE;
}

function fieldName(bytes: Buffer, at: number, end: number): string | undefined {
  const limit = Math.min(end, at + MAX_NAME_LENGTH);
  for (let next = at; next < limit; next++) {
    if (bytes[next] === COLON) return bytes.toString('latin1', at, next).toLowerCase();
  }
  return undefined;
}

/** Reads stanza by stanza. Lines that are no field are passed over; of a field given twice the last counts. */
export function* readStanzas(bytes: Buffer): Generator<Stanza> {
  let fields = new Map<string, string>();
  let name: string | undefined;
  let value: string[] = [];
  const endField = () => {
    if (name !== undefined) fields.set(name, value.join('\n').trim());
    name = undefined;
  };
  for (const line of linesOf(bytes.toString('utf8'))) {
    if (line.trim() === '') {
      endField();
      if (fields.size > 0) yield fields;
      fields = new Map();
    } else if (line.startsWith(' ') || line.startsWith('\t')) {
      if (name !== undefined) value.push(line);
    } else {
      endField();
      const colon = line.slice(0, MAX_NAME_LENGTH).indexOf(':');
      if (colon < 1) continue;
      name = line.slice(0, colon).toLowerCase();
      value = [line.slice(colon + 1)];
    }
  }
  endField();
  if (fields.size > 0) yield fields;
}

/** Lines of a text, one at a time: a list of them all would be larger than the text. */
export function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    yield text.slice(at, text[end - 1] === '\r' ? end - 1 : end);
    at = end + 1;
  }
}
