import { compressSnappy } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decompressSnappy } from '../../src/attestations/snappy.ts';

const LIMIT = 100_000;

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

describe('snappy', () => {
  it('is undone, whatever was compressed', () => {
    const text = fc.array(fc.constantFrom('abcdefgh', 'abc', '{"a":', 'x'.repeat(100), '\u0000'), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
          text.map((parts) => Buffer.from(parts.join(''))),
        ),
        (bytes) => {
          expect(decompressSnappy(compressSnappy(bytes), LIMIT)).toEqual(bytes);
        },
      ),
    );
  });

  // Written by hand from google/snappy's format description.
  it.each([
    { name: 'nothing', packed: '00', text: '' },
    { name: 'a literal', packed: '03 08 616263', text: 'abc' },
    { name: 'a literal with one byte of length', packed: '03 f0 02 616263', text: 'abc' },
    { name: 'a literal with two bytes of length', packed: '03 f4 0200 616263', text: 'abc' },
    { name: 'a literal with four bytes of length', packed: '03 fc 02000000 616263', text: 'abc' },
    { name: 'a copy of one byte of offset', packed: '07 08 616263 01 03', text: 'abcabca' },
    { name: 'a copy of two bytes of offset', packed: '06 08 616263 0a 0300', text: 'abcabc' },
    { name: 'a copy of four bytes of offset', packed: '06 08 616263 0b 03000000', text: 'abcabc' },
    { name: 'a copy that reaches into itself', packed: '09 00 61 1e 0100', text: 'aaaaaaaaa' },
  ])('is read: $name', ({ packed, text }) => {
    expect(decompressSnappy(hex(packed), LIMIT).toString()).toBe(text);
  });

  it.each([
    { name: 'no bytes', packed: '', code: 'CONTENT_INVALID' },
    { name: 'a length without an end', packed: 'ffffffffffff', code: 'CONTENT_INVALID' },
    { name: 'a length of more than 32 bits', packed: 'ffffffff7f', code: 'CONTENT_INVALID' },
    { name: 'a length past the limit', packed: 'a18d06 00 61', code: 'LIMIT_EXCEEDED' },
    { name: 'less than was promised', packed: '04 08 616263', code: 'CONTENT_INVALID' },
    { name: 'more than was promised', packed: '02 08 616263', code: 'CONTENT_INVALID' },
    { name: 'a literal that is cut off', packed: '03 08 6162', code: 'CONTENT_INVALID' },
    { name: 'a literal of 4 GB', packed: '03 fc ffffffff 616263', code: 'CONTENT_INVALID' },
    { name: 'a copy from nowhere', packed: '07 08 616263 01 00', code: 'CONTENT_INVALID' },
    { name: 'a copy from before the start', packed: '07 08 616263 01 04', code: 'CONTENT_INVALID' },
    { name: 'a copy past the end', packed: '04 08 616263 01 03', code: 'CONTENT_INVALID' },
    { name: 'a copy that is cut off', packed: '06 08 616263 0a 03', code: 'CONTENT_INVALID' },
  ])('is refused: $name', ({ packed, code }) => {
    expect(() => decompressSnappy(hex(packed), LIMIT)).toThrow(expect.objectContaining({ code }));
  });

  it('ends on any bytes, and within its limit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(decompressSnappy(bytes, 1000).length).toBeLessThanOrEqual(1000);
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(?:CONTENT_INVALID|LIMIT_EXCEEDED)$/),
          });
        }
      }),
    );
  });
});
