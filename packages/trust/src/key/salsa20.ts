/**
 * Salsa20's core (Bernstein, "The Salsa20 family of stream ciphers"), which node:crypto does not have: only what opens a
 * box that cosign keeps its key in. Speed and timing do not matter there: the box is small, on our own disk, and whoever
 * could measure us could read the key itself.
 */

/** "expand 32-byte k". */
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

/** Words that a quarter-round takes, for the columns and then the rows. */
const QUARTERS = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const;

/** Words of the state where the constants, the key and the input stand. */
const SIGMA_AT = [0, 5, 10, 15] as const;
const KEY_AT = [1, 2, 3, 4, 11, 12, 13, 14] as const;
const INPUT_AT = [6, 7, 8, 9] as const;

/** `key` has 32 bytes, `input` 16. */
function setUp(key: Uint8Array, input: Uint8Array): Uint32Array {
  const state = new Uint32Array(16);
  SIGMA_AT.forEach((at, index) => {
    state[at] = SIGMA[index] ?? 0;
  });
  KEY_AT.forEach((at, index) => {
    state[at] = wordAt(key, 4 * index);
  });
  INPUT_AT.forEach((at, index) => {
    state[at] = wordAt(input, 4 * index);
  });
  return state;
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, true);
}

function mix(start: Uint32Array): Uint32Array {
  const x = Uint32Array.from(start);
  const turn = (to: number, from: number, other: number, bits: number): void => {
    const sum = ((x[from] ?? 0) + (x[other] ?? 0)) >>> 0;
    x[to] = (x[to] ?? 0) ^ ((sum << bits) | (sum >>> (32 - bits)));
  };
  for (let round = 0; round < 10; round += 1) {
    for (const [a, b, c, d] of QUARTERS) {
      turn(b, a, d, 7);
      turn(c, b, a, 9);
      turn(d, c, b, 13);
      turn(a, d, c, 18);
    }
  }
  return x;
}

/** Derives a key of 32 bytes from a key and the first 16 bytes of a long nonce. */
export function deriveHSalsa20(key: Uint8Array, input: Uint8Array): Buffer {
  const mixed = mix(setUp(key, input));
  const derived = Buffer.alloc(32);
  [...SIGMA_AT, ...INPUT_AT].forEach((at, index) => {
    derived.writeUInt32LE(mixed[at] ?? 0, 4 * index);
  });
  return derived;
}

/** So many bytes of the key stream, for a nonce of 8 bytes. */
export function streamSalsa20(key: Uint8Array, nonce: Uint8Array, length: number): Buffer {
  const blocks = Math.ceil(length / 64);
  const stream = Buffer.alloc(blocks * 64);
  const input = Buffer.alloc(16);
  input.set(nonce);
  for (let block = 0; block < blocks; block += 1) {
    input.writeUInt32LE(block, 8);
    const start = setUp(key, input);
    const mixed = mix(start);
    for (let word = 0; word < 16; word += 1) {
      stream.writeUInt32LE(((mixed[word] ?? 0) + (start[word] ?? 0)) >>> 0, block * 64 + 4 * word);
    }
  }
  return stream.subarray(0, length);
}
