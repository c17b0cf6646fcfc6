import { timingSafeEqual } from 'node:crypto';
import { deriveHSalsa20, streamSalsa20 } from './salsa20.ts';

const MAC_BYTES = 16;
const PRIME = (1n << 130n) - 5n;
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

/**
 * Opens NaCl's secret box, XSalsa20 with Poly1305 (Bernstein, "Cryptography in NaCl", 9 and 10); `undefined` when the key
 * is another or a bit was changed. `key` has 32 bytes, `nonce` 24.
 */
export function openSecretbox(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Buffer | undefined {
  if (box.length < MAC_BYTES || nonce.length !== 24 || key.length !== 32) return undefined;
  const subkey = deriveHSalsa20(key, nonce.subarray(0, 16));
  const sealed = box.subarray(MAC_BYTES);
  // The first half of the first block is the key of the MAC.
  const stream = streamSalsa20(subkey, nonce.subarray(16), 32 + sealed.length);
  if (!timingSafeEqual(authenticate(sealed, stream.subarray(0, 32)), box.subarray(0, MAC_BYTES)))
    return undefined;
  return Buffer.from(sealed.map((byte, index) => byte ^ (stream[32 + index] ?? 0)));
}

/** Poly1305 (RFC 8439, 2.5). */
function authenticate(message: Uint8Array, key: Uint8Array): Buffer {
  const r = readLittleEndian(key.subarray(0, 16)) & CLAMP;
  const s = readLittleEndian(key.subarray(16, 32));
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const block = message.subarray(at, at + 16);
    sum = ((sum + readLittleEndian(block) + (1n << BigInt(8 * block.length))) * r) % PRIME;
  }
  const tag = Buffer.from(((sum + s) & ((1n << 128n) - 1n)).toString(16).padStart(32, '0'), 'hex');
  return tag.reverse();
}

function readLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex') || '0'}`);
}
