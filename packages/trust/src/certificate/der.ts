/** The deepest certificate or timestamp nests some fifteen levels; each level is read by an explicit call. */
const MAX_LENGTH_BYTES = 4;

/** Longer identifiers are none that anybody registered; the bound keeps their arithmetic small. */
const MAX_OID_BYTES = 64;

/** Bytes that are not DER, or not of the shape that was expected. */
export class DerError extends Error {}

/** One element of DER (X.690): its identifier octet, its contents, and both with the length between them. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

/** Identifier octets. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/**
 * Reads bytes that are one element, and nothing behind it.
 *
 * @throws DerError
 */
export function readDer(bytes: Uint8Array, tag?: number): DerElement {
  const [only, ...more] = readElements(bytes);
  if (only === undefined || more.length > 0) throw new DerError('not one element');
  return tag === undefined ? only : expectTag(only, tag);
}

/** Reads the elements inside a constructed one. */
export function readChildren(element: DerElement): readonly DerElement[] {
  if ((element.tag & 0x20) === 0) throw new DerError('not a constructed element');
  return readElements(element.content);
}

/** Reads elements one behind the other, to the last byte. */
export function readElements(bytes: Uint8Array): readonly DerElement[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: DerElement[] = [];
  for (let at = 0; at < buffer.length; ) {
    const element = readAt(buffer, at);
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

/** The element at an index, which must have this tag. */
export function childAt(children: readonly DerElement[], index: number, tag: number): DerElement {
  const child = children[index];
  if (child === undefined) throw new DerError('an element is missing');
  return expectTag(child, tag);
}

/** An OBJECT IDENTIFIER in dots. */
export function readOid(element: DerElement): string {
  const { content } = expectTag(element, TAG.oid);
  if (content.length === 0 || content.length > MAX_OID_BYTES) throw new DerError('not an object identifier');
  const arcs: bigint[] = [];
  let arc = 0n;
  let isFirst = true;
  for (const byte of content) {
    // An arc with leading zeros is one arc written in two ways.
    if (isFirst && byte === 0x80) throw new DerError('not an object identifier');
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    isFirst = (byte & 0x80) === 0;
    if (isFirst) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  if (!isFirst) throw new DerError('not an object identifier');
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

/** A BOOLEAN, which in DER is one of two bytes. */
export function readBoolean(element: DerElement): boolean {
  const { content } = expectTag(element, TAG.boolean);
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw new DerError('not a boolean');
  return content[0] === 0xff;
}

function expectTag(element: DerElement, tag: number): DerElement {
  if (element.tag !== tag) throw new DerError(`an element has the tag ${element.tag}, not ${tag}`);
  return element;
}

function readAt(buffer: Buffer, start: number): DerElement {
  const tag = buffer[start];
  const short = buffer[start + 1];
  if (tag === undefined || short === undefined) throw new DerError('an element is cut off');
  if ((tag & 0x1f) === 0x1f) throw new DerError('a tag of more than one byte');
  let from = start + 2;
  let length = short;
  if (short >= 0x80) {
    const count = short & 0x7f;
    if (count === 0 || count > MAX_LENGTH_BYTES) throw new DerError('a length that DER does not allow');
    if (from + count > buffer.length) throw new DerError('an element is cut off');
    length = buffer.readUIntBE(from, count);
    from += count;
    // DER has one way to write a length: the shortest (X.690, 10.1).
    if (length < 0x80 || length < 2 ** (8 * (count - 1)))
      throw new DerError('a length that DER does not allow');
  }
  const end = from + length;
  if (end > buffer.length) throw new DerError('an element is cut off');
  return { tag, content: buffer.subarray(from, end), whole: buffer.subarray(start, end) };
}
