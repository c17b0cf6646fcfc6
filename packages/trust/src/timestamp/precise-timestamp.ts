import type { RFC3161Timestamp } from '@sigstore/core';
import { parseGeneralizedTime } from './generalized-time.ts';

/**
 * Parses a TimeStampResp with the library, whose own reading of times knows fractions of three digits only.
 *
 * @throws Error when it is none
 */
export function parseTimestamp(
  { ASN1Obj, RFC3161Timestamp }: typeof import('@sigstore/core'),
  der: Uint8Array,
): RFC3161Timestamp {
  const timestamp = new RFC3161Timestamp(ASN1Obj.parseBuffer(Buffer.from(der)));
  // TSTInfo: version, policy, messageImprint, serialNumber, genTime (RFC 3161, 2.4.2).
  const time = timestamp.tstInfo.root.subs[4];
  const parsed = time?.tag.isGeneralizedTime()
    ? parseGeneralizedTime(time.value.toString('latin1'))
    : undefined;
  if (parsed === undefined) throw new Error('invalid time');
  return Object.defineProperty(timestamp, 'signingTime', { value: new Date(parsed) });
}
