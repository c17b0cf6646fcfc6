import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { listZipEntries, readZipEntry } from '../../src/archive/zip.ts';
import { makeZip } from '../support/zip.ts';

const TEXT = 'what is in it, again and again, '.repeat(50);
const FILES = { 'a/one.txt': TEXT, 'two.bin': { content: Buffer.from([1, 2, 3]), isStored: true }, 'ü/': '' };
const MOST = 1_000_000;

function readAll(bytes: Buffer): Readonly<Record<string, string>> {
  const entries = listZipEntries(bytes, () => true);
  return Object.fromEntries(
    entries.map((entry) => [entry.name, readZipEntry(bytes, entry, MOST).toString('latin1')]),
  );
}

/** The code of what is thrown, and its message. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing was refused';
}

describe('a zip archive', () => {
  it.each([
    { name: 'plain', bytes: makeZip(FILES) },
    { name: 'with 64 bits', bytes: makeZip(FILES, { isLong: true }) },
    {
      name: 'behind a script that starts it',
      bytes: makeZip(FILES, { prefix: Buffer.from('#!/bin/sh\nexec java\n') }),
    },
    {
      name: 'with 64 bits, behind a script',
      bytes: makeZip(FILES, { isLong: true, prefix: Buffer.from('#!/bin/sh\n') }),
    },
    {
      name: 'with a comment that looks like its end',
      bytes: makeZip(FILES, { comment: `PK\x05\x06${'\0'.repeat(30)}` }),
    },
    {
      name: 'that was written as a stream',
      bytes: makeZip({ ...FILES, 'a/one.txt': { content: TEXT, hasDescriptor: true } }),
    },
  ])('$name: every file is read', ({ bytes }) => {
    expect(readAll(bytes)).toEqual({ 'a/one.txt': TEXT, 'two.bin': '\x01\x02\x03', 'ü/': '' });
  });

  it('only what is wanted is listed, and stored files are views', () => {
    const bytes = makeZip(FILES);
    const [entry, ...others] = listZipEntries(bytes, (name) => name === 'two.bin');
    if (entry === undefined) throw new Error('nothing was listed');
    expect(others).toEqual([]);
    expect(readZipEntry(bytes, entry, MOST).buffer).toBe(bytes.buffer);
  });

  const overlapping = (): Buffer => {
    const bytes = makeZip({ a: 'x'.repeat(1000), b: 'y' });
    const second = bytes.lastIndexOf('PK\x01\x02');
    bytes.writeUInt32LE(10, second + 42);
    return bytes;
  };
  const elsewhere = (): Buffer => {
    const bytes = makeZip({ a: 'x' });
    bytes.writeUInt32LE(7, bytes.lastIndexOf('PK\x01\x02') + 42);
    return bytes;
  };
  it.each([
    { name: 'no archive', bytes: Buffer.from('no archive'), expected: 'its end record is missing' },
    { name: 'nothing', bytes: Buffer.alloc(0), expected: 'its end record is missing' },
    { name: 'cut off', bytes: makeZip(FILES).subarray(0, -30), expected: 'its end record is missing' },
    {
      name: 'encrypted',
      bytes: makeZip({ a: { content: 'x', isEncrypted: true } }),
      expected: 'entry "a" is encrypted',
    },
    {
      name: 'larger than it says',
      bytes: makeZip({ a: { content: TEXT, claimedSize: 10 } }),
      expected: 'entry "a" cannot be inflated to 10 bytes',
    },
    { name: 'entries within each other', bytes: overlapping(), expected: 'entry "b" lies within another' },
    { name: 'an entry that is elsewhere', bytes: elsewhere(), expected: 'entry "a" is not where it says' },
  ])('$name is refused', ({ bytes, expected }) => {
    expect(refusal(() => readAll(bytes))).toBe(`CONTENT_INVALID: The zip archive is broken: ${expected}.`);
  });

  it('what is larger than it may be is not inflated', () => {
    const bytes = makeZip({ bomb: Buffer.alloc(2 * MOST) });
    expect(bytes.length).toBeLessThan(5000);
    expect(refusal(() => readAll(bytes))).toBe('LIMIT_EXCEEDED: Entry "bomb" has 2000000 bytes.');
  });

  it('whatever is changed or cut, it is read or refused', () => {
    const bytes = makeZip(FILES, { isLong: true });
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), fc.nat(bytes.length), (changes, length) => {
        const broken = Buffer.from(bytes);
        for (const { at, to } of changes) broken[at] = to;
        for (const file of [broken, broken.subarray(0, length)]) {
          let said = 'CONTENT_INVALID';
          const answer = refusal(() => {
            readAll(file);
            said = 'nothing was refused';
          });
          expect([said, 'LIMIT_EXCEEDED']).toContain(answer.split(':')[0]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
