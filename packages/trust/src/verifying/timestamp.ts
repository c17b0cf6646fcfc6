import type { RFC3161Timestamp } from '@sigstore/core';
import { childAt, type DerElement, readChildren, readDer, TAG } from '../certificate/der.ts';
import { readDerTime } from '../certificate/der-time.ts';
import { Refusal } from './refusal.ts';

const EXPLICIT_0 = 0xa0;

/**
 * Reads the time of a stamp (RFC 3161, 2.4.2: TSTInfo.genTime) in milliseconds since 1970. The library knows only
 * times with no fraction or three digits of it, and forgets those.
 *
 * @throws DerError
 */
export function readStampedTime(response: Uint8Array): number {
  const [, token] = readChildren(readDer(response, TAG.sequence));
  const signedData = only(childAt(childrenOf(token), 1, EXPLICIT_0));
  const encapsulated = childrenOf(childAt(childrenOf(signedData), 2, TAG.sequence));
  const octets = only(childAt(encapsulated, 1, EXPLICIT_0));
  const info = readChildren(readDer(childAt([octets], 0, TAG.octetString).content, TAG.sequence));
  return readDerTime(childAt(info, 4, TAG.generalizedTime));
}

/** A stamp as the library verifies it, which tells the time that was really stamped. */
export function parseTimestamp(parser: typeof RFC3161Timestamp, response: Buffer): RFC3161Timestamp {
  const time = readStampedTime(response);
  const timestamp = parser.parse(Buffer.from(response));
  // 0 is granted, 1 granted with modifications (RFC 3161, 2.4.2).
  if (timestamp.status !== 0n && timestamp.status !== 1n) throw new Refusal('A timestamp was not granted.');
  return Object.defineProperty(timestamp, 'signingTime', { value: new Date(time) });
}

function only(element: DerElement): DerElement {
  return readDer(element.content);
}

function childrenOf(element: DerElement | undefined): readonly DerElement[] {
  return element === undefined ? [] : readChildren(element);
}
