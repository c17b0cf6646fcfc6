import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openSecretbox } from '../../src/key/secretbox.ts';

/** Sealed by another implementation, with the key 00 01 … 1f and the nonce ff fe … e8, over the bytes 0, 7, 14, …. */
const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const NONCE = Buffer.from(Array.from({ length: 24 }, (_, index) => 255 - index));
const STREAM =
  'f918ffec4e3e14abc867a67ab3a66468abebb55225665470f9edd963f6378696af72b99bda173d6151dd7e4b7c7eeb740fa28322f08dcfddfdf62090e5303835c31dfa4145d69d45a182cd689ffe089e4386d3bfa37571581f042a284bae2a339aecea1d';
const BOXES = [
  { length: 0, mac: '7041e4fadc3ebc5db89c6ca60f73ede4' },
  { length: 1, mac: '2a6851ad9d83fbacafecaf5e03ac0568' },
  { length: 31, mac: '430e7753b1285b0224caa7e982641a40' },
  { length: 32, mac: 'b42139f60eb6bb247b036a2233c8a43b' },
  { length: 33, mac: 'dd5a8ecd2848c37d9cab27250372cbd6' },
  { length: 64, mac: '7b1f95535f83532f6b9318dbc413b55b' },
  { length: 100, mac: '67f358c7a176a631a8cb952680dc080b' },
] as const;

function boxOf({ length, mac }: (typeof BOXES)[number]): Buffer {
  return Buffer.concat([Buffer.from(mac, 'hex'), Buffer.from(STREAM, 'hex').subarray(0, length)]);
}

describe('openSecretbox', () => {
  it.each(BOXES)('opens a box of $length bytes', (row) => {
    const message = Buffer.from(Array.from({ length: row.length }, (_, index) => (index * 7) & 255));
    expect(openSecretbox(boxOf(row), NONCE, KEY)).toEqual(message);
  });

  it('opens none of which a bit was changed', () => {
    const [, , , , , , largest = BOXES[0]] = BOXES;
    const box = boxOf(largest);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: box.length * 8 - 1 }), (bit) => {
        const changed = Buffer.from(box);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return openSecretbox(changed, NONCE, KEY) === undefined;
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    { name: 'another key', key: Buffer.alloc(32), nonce: NONCE },
    { name: 'another nonce', key: KEY, nonce: Buffer.alloc(24) },
    { name: 'a short nonce', key: KEY, nonce: Buffer.alloc(8) },
    { name: 'a short key', key: Buffer.alloc(16), nonce: NONCE },
  ])('opens none with $name', ({ key, nonce }) => {
    expect(openSecretbox(boxOf(BOXES[6]), nonce, key)).toBeUndefined();
  });

  it('opens none that is shorter than its proof', () => {
    expect(openSecretbox(Buffer.alloc(15), NONCE, KEY)).toBeUndefined();
  });
});
