import type { KeyObject } from 'node:crypto';
import { readElements, readOne } from './der-reader.ts';

/**
 * ECDSA over a digest that somebody else computed, which `node:crypto` cannot verify. Public values only, so nothing
 * here has to take the same time for every key.
 */

interface Curve {
  readonly p: bigint;
  /** The order of the generator. */
  readonly n: bigint;
  readonly generator: Point;
}

/** A point in Jacobian coordinates; `z` is 0 at infinity. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const INFINITY: Point = { x: 1n, y: 1n, z: 0n };

function curve(p: bigint, n: string, x: string, y: string): Curve {
  return { p, n: BigInt(`0x${n}`), generator: { x: BigInt(`0x${x}`), y: BigInt(`0x${y}`), z: 1n } };
}

/** FIPS 186-5 and SP 800-186, 3.2.1: P-256, P-384, P-521; `a` is -3 for all of them. */
const CURVES: Readonly<Record<string, Curve>> = {
  prime256v1: curve(
    2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
    '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296',
    '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  ),
  secp384r1: curve(
    2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    'aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7',
    '3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f',
  ),
  secp521r1: curve(
    2n ** 521n - 1n,
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
    '00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66',
    '011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650',
  ),
};

/** Says whether a signature is one over this digest; throws `NotDer` for a signature that is none. */
export function verifyEcdsaDigest(key: KeyObject, digest: Buffer, signature: Buffer): boolean {
  const { crv = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const found = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (found === undefined) throw new Error(`No curve is known for ${crv}.`);
  const { n } = found;
  const [r = 0n, s = 0n] = readElements(readOne(signature, 0x30).content).map((part) =>
    toBigInt(part.content),
  );
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  const excess = BigInt(Math.max(0, digest.length * 8 - n.toString(2).length));
  const inverse = invert(s, n);
  const point: Point = { x: fromUrl(x), y: fromUrl(y), z: 1n };
  const sum = combine(found, ((toBigInt(digest) >> excess) * inverse) % n, (r * inverse) % n, point);
  if (sum.z === 0n) return false;
  const z = invert(sum.z, found.p);
  return ((sum.x * z * z) % found.p) % n === r;
}

function toBigInt(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}

function fromUrl(text: string): bigint {
  return toBigInt(Buffer.from(text, 'base64url'));
}

/** `first` times the generator and `second` times a point, added (Shamir's trick). */
function combine(on: Curve, first: bigint, second: bigint, point: Point): Point {
  const both = add(on.p, on.generator, point);
  let sum = INFINITY;
  for (let bit = BigInt(on.n.toString(2).length); bit >= 0n; bit -= 1n) {
    sum = double(on.p, sum);
    const takesFirst = ((first >> bit) & 1n) === 1n;
    const takesSecond = ((second >> bit) & 1n) === 1n;
    if (takesFirst && takesSecond) sum = add(on.p, sum, both);
    else if (takesFirst) sum = add(on.p, sum, on.generator);
    else if (takesSecond) sum = add(on.p, sum, point);
  }
  return sum;
}

/** EFD "dbl-2001-b" for a = -3. */
function double(p: bigint, { x, y, z }: Point): Point {
  if (z === 0n || y === 0n) return INFINITY;
  const delta = (z * z) % p;
  const gamma = (y * y) % p;
  const beta = (x * gamma) % p;
  const alpha = (3n * (x - delta) * (x + delta)) % p;
  const x3 = mod(alpha * alpha - 8n * beta, p);
  return {
    x: x3,
    y: mod(alpha * (4n * beta - x3) - 8n * gamma * gamma, p),
    z: mod((y + z) * (y + z) - gamma - delta, p),
  };
}

/** EFD "add-2007-bl". */
function add(p: bigint, a: Point, b: Point): Point {
  if (a.z === 0n) return b;
  if (b.z === 0n) return a;
  const az = (a.z * a.z) % p;
  const bz = (b.z * b.z) % p;
  const u = (a.x * bz) % p;
  const s = (a.y * b.z * bz) % p;
  const h = mod(b.x * az - u, p);
  const r = mod(2n * (b.y * a.z * az - s), p);
  if (h === 0n) return r === 0n ? double(p, a) : INFINITY;
  const i = (4n * h * h) % p;
  const j = (h * i) % p;
  const v = (u * i) % p;
  const x = mod(r * r - j - 2n * v, p);
  return { x, y: mod(r * (v - x) - 2n * s * j, p), z: mod(((a.z + b.z) ** 2n - az - bz) * h, p) };
}

function mod(value: bigint, p: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}

/** The inverse by Euclid's extended algorithm. */
function invert(value: bigint, p: bigint): bigint {
  let [low, high] = [mod(value, p), p];
  let [a, b] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high % low, low];
    [a, b] = [b - quotient * a, a];
  }
  return mod(a, p);
}
