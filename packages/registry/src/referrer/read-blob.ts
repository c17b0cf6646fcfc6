import { pipeline } from 'node:stream/promises';
import { SuiteError } from '@artifact-lifecycle/core';
import type { Descriptor } from '../oci/descriptor.ts';
import { VerifiedStream } from '../oci/verified-stream.ts';
import type { Registry, RequestOptions } from '../registry.ts';

/**
 * Reads a small blob whole: its size and digest are those of its descriptor.
 *
 * @param limit bytes; a descriptor that promises more is refused before anything is fetched
 * @throws SuiteError `LIMIT_EXCEEDED`, `DIGEST_MISMATCH`, and those of `openBlob`
 */
export async function readBlobBytes(
  registry: Registry,
  blob: Descriptor,
  limit: number,
  options: RequestOptions = {},
): Promise<Buffer> {
  if (blob.size > limit) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The blob ${blob.digest} has ${blob.size} bytes; the limit is ${limit}.`,
    );
  }
  const verified = new VerifiedStream(blob);
  const chunks: Uint8Array[] = [];
  const source = await registry.openBlob(blob, 0, options);
  await pipeline(source, verified, async (passed: AsyncIterable<Uint8Array>) => {
    for await (const chunk of passed) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}
