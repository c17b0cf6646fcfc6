import { createHash } from 'node:crypto';

/** `{ 2.16.840.1.101.3.4.2.1 }` (SHA-256) with NULL parameters: an AlgorithmIdentifier in DER. */
const SHA256 = Buffer.from('300d06096086480165030402010500', 'hex');

/**
 * Writes a TimeStampReq over the SHA-256 of bytes, which asks for the authority's certificates (RFC 3161, 2.4.1).
 * `nonce` is a positive number of eight bytes, the first of which is below 128.
 */
export function writeTimestampQuery(stamped: Uint8Array, nonce: Buffer): Buffer {
  const imprint = element(0x30, SHA256, element(0x04, createHash('sha256').update(stamped).digest()));
  return element(
    0x30,
    element(0x02, Buffer.of(1)),
    imprint,
    element(0x02, nonce),
    element(0x01, Buffer.of(0xff)),
  );
}

/** One element of DER: everything here is shorter than 128 bytes, whose length is one byte. */
function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag, content.length), content]);
}
