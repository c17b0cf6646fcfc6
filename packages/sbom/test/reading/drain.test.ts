import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { drain } from '../../src/reading/drain.ts';
import { giveBack } from '../../src/reading/give-back.ts';

const bytes = (...texts: string[]): Readable =>
  Readable.from(
    texts.map((text) => Buffer.from(text)),
    { objectMode: false },
  );

async function textsOf(stream: Readable): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const chunk of drain(stream)) texts.push(chunk.toString());
  return texts;
}

describe('draining a stream', () => {
  it('gives its chunks as they were made, not joined, however many wait', async () => {
    const texts = Array.from({ length: 50 }, (_, index) => `chunk ${index}`);
    expect(await textsOf(bytes(...texts))).toEqual(texts);
    expect(await textsOf(bytes())).toEqual([]);
  });

  it('fails with what the stream fails with', async () => {
    const stream = new Readable({ read: () => {} });
    const reading = textsOf(stream);
    stream.push('one');
    stream.destroy(new Error('cut off'));
    await expect(reading).rejects.toThrow('cut off');
  });

  it('fails where the stream is closed before its end', async () => {
    const stream = new Readable({ read: () => {} });
    const reading = textsOf(stream);
    stream.destroy();
    await expect(reading).rejects.toThrow('closed before its end');
  });

  it('destroys the stream of which nobody wants more', async () => {
    const stream = bytes('one', 'two', 'three');
    for await (const _ of drain(stream)) break;
    expect(stream.destroyed).toBe(true);
  });
});

describe('giving memory back', () => {
  // Node 20 leaves it to the garbage collector.
  const frees = 'transfer' in ArrayBuffer.prototype;

  it('empties bytes that have their memory for themselves', () => {
    const own = Buffer.allocUnsafeSlow(64 * 1024);
    giveBack(own);
    expect(own.length).toBe(frees ? 0 : 64 * 1024);
  });

  it.each([
    { name: 'a part of more', part: Buffer.alloc(64 * 1024, 7).subarray(1) },
    { name: 'a small one', part: Buffer.alloc(1024, 7) },
  ])('leaves $name alone', ({ part }) => {
    const { length } = part;
    giveBack(part);
    expect([part.length, part[0]]).toEqual([length, 7]);
  });
});
