import { createECDH, type KeyObject } from 'node:crypto';
import { readChildren, readDer, TAG } from '../certificate/der.ts';

/** A point of a curve, never the one at infinity. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** y² = x³ − 3x + b over the field of p; n is the order of the generator (NIST SP 800-186, 3.2.1). */
interface Curve {
  readonly name: string;
  readonly size: number;
  readonly p: bigint;
  readonly n: bigint;
  readonly b: bigint;
}

const CURVES: Readonly<Record<string, Curve>> = {
  prime256v1: {
    name: 'prime256v1',
    size: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  secp384r1: {
    name: 'secp384r1',
    size: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
};

/**
 * Verifies an ECDSA signature over a digest (FIPS 186-5, 6.4.2) where what was hashed is not at hand: `node:crypto`
 * always hashes by itself. The multiplications are OpenSSL's (ECDH); only two additions of points are done here.
 * Everything is public, so nothing has to take the same time for every value.
 *
 * @returns `undefined` for a key of another kind.
 */
export function verifyEcdsaDigest(key: KeyObject, digest: Buffer, signature: Buffer): boolean | undefined {
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (curve === undefined) return undefined;
  try {
    return verify(curve, publicPoint(key), digest, signature);
  } catch {
    // No DER, a number out of range, a point at infinity: none is a signature.
    return false;
  }
}

function verify(curve: Curve, q: Point, digest: Buffer, signature: Buffer): boolean {
  const { n } = curve;
  const numbers = readChildren(readDer(signature, TAG.sequence));
  if (numbers.length !== 2 || numbers.some(({ tag }) => tag !== TAG.integer)) return false;
  const [r = 0n, s = 0n] = numbers.map(({ content }) => readPositive(content));
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  // The leftmost bits, as many as the order has; both orders have whole bytes.
  const e = toBigInt(digest.subarray(0, curve.size));
  const w = invert(s, n);
  const sum = add(curve, multiplyGenerator(curve, (e * w) % n), multiply(curve, (r * w) % n, q));
  return modulo(sum.x, n) === r;
}

function publicPoint(key: KeyObject): Point {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return { x: toBigInt(Buffer.from(x, 'base64url')), y: toBigInt(Buffer.from(y, 'base64url')) };
}

function multiplyGenerator(curve: Curve, scalar: bigint): Point {
  const ecdh = createECDH(curve.name);
  ecdh.setPrivateKey(toBytes(scalar, curve.size));
  const point = ecdh.getPublicKey();
  return { x: toBigInt(point.subarray(1, 1 + curve.size)), y: toBigInt(point.subarray(1 + curve.size)) };
}

/** ECDH gives the x of a product only; which of the two points it is, the x of the next multiple tells. */
function multiply(curve: Curve, scalar: bigint, q: Point): Point {
  const x = multiplyForX(curve, scalar, q);
  const y = power(modulo(x ** 3n - 3n * x + curve.b, curve.p), (curve.p + 1n) / 4n, curve.p);
  const next = multiplyForX(curve, scalar + 1n, q);
  const point = { x, y };
  return add(curve, point, q).x === next ? point : { x, y: curve.p - y };
}

function multiplyForX(curve: Curve, scalar: bigint, { x, y }: Point): bigint {
  const ecdh = createECDH(curve.name);
  ecdh.setPrivateKey(toBytes(scalar, curve.size));
  const { size } = curve;
  return toBigInt(ecdh.computeSecret(Buffer.concat([Buffer.of(4), toBytes(x, size), toBytes(y, size)])));
}

function add({ p }: Curve, a: Point, b: Point): Point {
  const isDouble = a.x === b.x;
  if (isDouble && a.y !== b.y) throw new RangeError('the point at infinity');
  const slope = isDouble
    ? modulo((3n * a.x ** 2n - 3n) * invert(2n * a.y, p), p)
    : modulo((b.y - a.y) * invert(b.x - a.x, p), p);
  const x = modulo(slope ** 2n - a.x - b.x, p);
  return { x, y: modulo(slope * (a.x - x) - a.y, p) };
}

/** By Euclid's algorithm. */
function invert(value: bigint, modulus: bigint): bigint {
  let [a, b] = [modulo(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  if (a !== 1n) throw new RangeError('no inverse');
  return modulo(x, modulus);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** A positive INTEGER in its shortest form. */
function readPositive(content: Buffer): bigint {
  const [first = 0x80, second = 0x80] = content;
  if (first >= 0x80 || (first === 0 && second < 0x80)) throw new RangeError('not a positive number');
  return toBigInt(content);
}

function toBigInt(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}

function toBytes(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex');
}
