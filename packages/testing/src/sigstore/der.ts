/**
 * A writer of DER (ITU-T X.690) for certificates and timestamps. Written here, since what judges the suite shares no
 * code with it, and since attacks need certificates that a library refuses to write.
 */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  nothing: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  printable: 0x13,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** Writes one element: its tag, its length in as few bytes as possible, its content. */
export function derElement(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const digits = Buffer.from(evenHex(length.toString(16)), 'hex');
  return Buffer.concat([Buffer.from([0x80 | digits.length]), digits]);
}

function evenHex(hex: string): string {
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

export function derSequence(...members: readonly Uint8Array[]): Buffer {
  return derElement(TAG.sequence, ...members);
}

/** A SET OF: DER sorts its members by their bytes. */
export function derSet(...members: readonly Uint8Array[]): Buffer {
  return derElement(TAG.set, ...[...members].sort(Buffer.compare));
}

/** A non-negative integer, as a number or as its bytes, most significant first. */
export function derInteger(value: number | bigint | Uint8Array): Buffer {
  const hex = typeof value === 'object' ? Buffer.from(value).toString('hex') : value.toString(16);
  const digits = Buffer.from(evenHex(hex.replace(/^0+(?=.)/, '')), 'hex');
  // A set highest bit would make it negative.
  return (digits[0] ?? 0) >= 0x80
    ? derElement(TAG.integer, Buffer.of(0), digits)
    : derElement(TAG.integer, digits);
}

/** An object identifier from its dotted form. */
export function derOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return derElement(TAG.oid, ...[first * 40 + second, ...rest].map(base128));
}

function base128(arc: number): Buffer {
  const digits = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
    digits.unshift((left % 128) | 0x80);
  }
  return Buffer.from(digits);
}

export function derBoolean(value: boolean): Buffer {
  return derElement(TAG.boolean, Buffer.of(value ? 0xff : 0));
}

export function derNull(): Buffer {
  return derElement(TAG.nothing);
}

export function derOctets(bytes: Uint8Array): Buffer {
  return derElement(TAG.octets, bytes);
}

/** A BIT STRING of whole bytes, or one whose last byte leaves some bits unused. */
export function derBits(bytes: Uint8Array, unused = 0): Buffer {
  return derElement(TAG.bits, Buffer.of(unused), bytes);
}

export function derUtf8(text: string): Buffer {
  return derElement(TAG.utf8, Buffer.from(text));
}

export function derPrintable(text: string): Buffer {
  return derElement(TAG.printable, Buffer.from(text, 'ascii'));
}

export function derIa5(text: string): Buffer {
  return derElement(TAG.ia5, Buffer.from(text, 'latin1'));
}

/** `[n] EXPLICIT`: a constructed element around others. */
export function derExplicit(number: number, ...content: readonly Uint8Array[]): Buffer {
  return derElement(0xa0 | number, ...content);
}

/** `[n] IMPLICIT` over a primitive type. */
export function derImplicit(number: number, content: Uint8Array): Buffer {
  return derElement(0x80 | number, content);
}

/** A time of a certificate, in whole seconds: UTCTime until 2049, GeneralizedTime later (RFC 5280, 4.1.2.5). */
export function derTime(milliseconds: number): Buffer {
  const digits = timeDigits(milliseconds);
  return Number(digits.slice(0, 4)) < 2050
    ? derElement(TAG.utcTime, Buffer.from(`${digits.slice(2)}Z`))
    : derElement(TAG.generalizedTime, Buffer.from(`${digits}Z`));
}

/** A GeneralizedTime with so much of a second as the text says: `''`, `1`, `123456`. */
export function derGeneralizedTime(milliseconds: number, fraction: string): Buffer {
  const point = fraction === '' ? '' : `.${fraction}`;
  return derElement(TAG.generalizedTime, Buffer.from(`${timeDigits(milliseconds)}${point}Z`));
}

/** `YYYYMMDDhhmmss` in UTC. */
function timeDigits(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(0, 14);
}
