/** One element of a DER document, and what it holds. */
export interface DerElement {
  readonly tag: number;
  /** Its content. */
  readonly content: Buffer;
  /** All of it: tag, length, content. */
  readonly whole: Buffer;
}

/** Thrown for bytes that are not DER: servers answer it with a refusal. */
export class NotDer extends Error {}

/** Lengths longer than this many bytes are of no document a test sends. */
const MAX_LENGTH_BYTES = 4;

/**
 * Reads elements that follow each other up to the end of the bytes.
 *
 * @throws NotDer when a length is indefinite, too long, not the shortest form, or over the end
 */
export function readElements(bytes: Buffer): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const element = readElement(bytes.subarray(offset));
    elements.push(element);
    offset += element.whole.length;
  }
  return elements;
}

/**
 * Reads bytes that are one element.
 *
 * @throws NotDer when they are not, or when the tag is another
 */
export function readOne(bytes: Buffer, tag: number): DerElement {
  const [only, ...more] = readElements(bytes);
  if (only === undefined || more.length > 0 || only.tag !== tag) throw new NotDer('unexpected element');
  return only;
}

function readElement(bytes: Buffer): DerElement {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new NotDer('truncated element');
  if ((tag & 0x1f) === 0x1f) throw new NotDer('tag of several bytes');
  if (first < 0x80) return cut(bytes, tag, 2, first);
  const count = first & 0x7f;
  if (count === 0 || count > MAX_LENGTH_BYTES || bytes.length < 2 + count) throw new NotDer('bad length');
  const length = bytes.readUIntBE(2, count);
  if (length < 0x80 || bytes[2] === 0) throw new NotDer('length is not the shortest');
  return cut(bytes, tag, 2 + count, length);
}

function cut(bytes: Buffer, tag: number, start: number, length: number): DerElement {
  if (bytes.length < start + length) throw new NotDer('truncated element');
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length) };
}

/** The dotted form of an object identifier's content. */
export function readOid(content: Buffer): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join('.');
}
