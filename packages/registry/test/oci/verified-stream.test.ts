import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { digestOf } from '../../src/name/digest.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { VerifiedStream } from '../../src/oci/verified-stream.ts';

function describeBytes(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): Descriptor {
  return {
    mediaType: 'application/octet-stream',
    digest: digestOf(bytes, algorithm),
    size: bytes.length,
  };
}

/** Each chunk arrives, and the end too, when whoever reads has had the time to read what came before. */
async function* slowly(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    yield chunk;
    for (let turns = 3; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function pass(chunks: readonly Uint8Array[], blob: Descriptor) {
  const received: Uint8Array[] = [];
  const counts: number[] = [];
  const stream = new VerifiedStream(blob, { onBytes: (count) => counts.push(count) });
  let error: unknown;
  try {
    await pipeline(Readable.from(slowly(chunks), { objectMode: false }), stream, async (source) => {
      for await (const chunk of source) received.push(chunk);
    });
  } catch (thrown) {
    error = thrown;
  }
  return { bytes: Buffer.concat(received), error, counts };
}

describe('VerifiedStream', () => {
  it('passes any bytes in any chunks, unchanged and counted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 }),
        fc.constantFrom('sha256' as const, 'sha512' as const),
        async (chunks, algorithm) => {
          const whole = Buffer.concat(chunks);
          const { bytes, error, counts } = await pass(chunks, describeBytes(whole, algorithm));
          expect(error).toBeUndefined();
          expect(bytes.equals(whole)).toBe(true);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(whole.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never gives out all bytes of a blob with one bit changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        async (chunks, position) => {
          const right = Buffer.concat(chunks);
          const blob = describeBytes(right);
          const at = position % right.length;
          const wrong = Buffer.from(right);
          wrong[at] = (wrong[at] ?? 0) ^ 1;
          const { bytes, error } = await pass([wrong.subarray(0, at), wrong.subarray(at)], blob);
          expect(error).toMatchObject({ code: 'DIGEST_MISMATCH' });
          expect(bytes.length).toBeLessThan(right.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    { name: 'one byte short', sent: 'abcde', size: 6, text: 'ended after 5' },
    { name: 'one byte long', sent: 'abcdef', size: 5, text: 'more arrived' },
    { name: 'empty in place of something', sent: '', size: 6, text: 'ended after 0' },
    { name: 'something in place of empty', sent: 'abcdef', size: 0, text: 'more arrived' },
  ])('refuses a blob that is $name', async ({ sent, size, text }) => {
    const blob = { ...describeBytes(Buffer.from('abcdef')), size };
    const { bytes, error } = await pass([Buffer.from(sent)], blob);
    expect(error).toMatchObject({ code: 'DIGEST_MISMATCH', message: expect.stringContaining(text) });
    expect(bytes.length).toBe(0);
  });

  it('passes the empty blob', async () => {
    const { bytes, error } = await pass([], describeBytes(Buffer.alloc(0)));
    expect(error).toBeUndefined();
    expect(bytes.length).toBe(0);
  });
});
