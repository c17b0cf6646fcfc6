import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compressSnappy } from '../../src/index.ts';
import { writeCanonicalJson } from '../../src/sigstore/canonical-json.ts';
import { derInteger, derOctets, derOid, derSequence } from '../../src/sigstore/der.ts';
import { NotDer, readElements, readOid, readOne } from '../../src/sigstore/der-reader.ts';
import { hashLeaf, MerkleTree } from '../../src/sigstore/merkle-tree.ts';
import { verifyDigest } from '../../src/sigstore/verifier-key.ts';

describe('DER', () => {
  it('reads back what it wrote, whatever the length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), (bytes) => {
        const [only] = readElements(readOne(derSequence(derOctets(bytes)), 0x30).content);
        expect(only?.content.equals(bytes)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    { name: 'zero', value: 0, hex: '020100' },
    { name: 'a highest bit, which would be a sign', value: 128, hex: '02020080' },
    { name: 'more than a number holds', value: 2n ** 64n, hex: '0209010000000000000000' },
    { name: 'bytes with leading zeros', value: Buffer.of(0, 0, 5), hex: '020105' },
  ])('writes integers in the shortest form: $name', ({ value, hex }) => {
    expect(derInteger(value).toString('hex')).toBe(hex);
  });

  it.each(['1.3.6.1.4.1.57264.1.24', '2.5.29.17', '1.2.840.113549.1.9.16.2.47', '2.16.840.1.101.3.4.2.1'])(
    'writes and reads the object identifier %s',
    (oid) => {
      expect(readOid(readOne(derOid(oid), 0x06).content)).toBe(oid);
    },
  );

  it('never fails on hostile bytes but by saying that they are not DER', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          readElements(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(NotDer);
        }
      }),
    );
  });

  it.each([
    { name: 'an indefinite length', hex: '30800000' },
    { name: 'a length that is not the shortest', hex: '3081050201010500' },
    { name: 'an end before the end', hex: '300502' },
  ])('refuses $name', ({ hex }) => {
    expect(() => readElements(Buffer.from(hex, 'hex'))).toThrow(NotDer);
  });
});

describe('canonical JSON', () => {
  it('sorts names by code units at every depth and leaves out what is undefined', () => {
    expect(writeCanonicalJson({ b: [{ z: 1, a: null }], a: 'ä\n', B: true, c: undefined })).toBe(
      '{"B":true,"a":"ä\\n","b":[{"a":null,"z":1}]}',
    );
  });
});

/** RFC 9162, 2.1.3.2: written here anew, so that the tree is not judged by itself. */
function rootFromProof(leaf: Buffer, index: number, size: number, proof: readonly Buffer[]): string {
  const node = (left: Buffer, right: Buffer): Buffer =>
    createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (fn % 2 === 1 || fn === sn) {
      hash = node(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else hash = node(hash, sibling);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  expect(sn).toBe(0);
  return hash.toString('hex');
}

describe('a Merkle tree', () => {
  it('proves each leaf in each size', () => {
    const tree = new MerkleTree();
    const leaves = Array.from({ length: 40 }, (_, number) => hashLeaf(Buffer.from(`entry ${number}`)));
    for (const leaf of leaves) tree.append(leaf);
    for (let size = 1; size <= leaves.length; size += 1) {
      for (const [index, leaf] of leaves.slice(0, size).entries()) {
        const proof = tree.inclusionProof(index, size);
        expect(rootFromProof(leaf, index, size, proof)).toBe(tree.root(size).toString('hex'));
      }
    }
  });

  it('has the hash of nothing as the root of nothing', () => {
    expect(new MerkleTree().root().toString('hex')).toBe(createHash('sha256').digest('hex'));
  });
});

describe('signatures over digests', () => {
  it.each([
    { name: 'P-256', digest: 'sha256' },
    { name: 'P-384', digest: 'sha384' },
    { name: 'P-521', digest: 'sha512' },
    { name: 'P-256', digest: 'sha512' },
    { name: 'P-521', digest: 'sha256' },
  ] as const)('hold for $name and $digest, and for nothing else', ({ name, digest }) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: name });
    const other = generateKeyPairSync('ec', { namedCurve: name }).publicKey;
    for (let turn = 0; turn < 5; turn += 1) {
      const data = Buffer.from(`message ${turn}`);
      const signature = sign(digest, data, privateKey);
      const hash = createHash(digest).update(data).digest();
      const changed = Buffer.from(hash);
      changed[3] = (changed[3] ?? 0) ^ 1;
      expect(verifyDigest(publicKey, digest, hash, signature)).toBe(true);
      expect(verifyDigest(publicKey, digest, changed, signature)).toBe(false);
      expect(verifyDigest(other, digest, hash, signature)).toBe(false);
      expect(verifyDigest(publicKey, digest, hash.subarray(1), signature)).toBe(false);
    }
  });

  it('hold for RSA with PKCS #1 v1.5', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signature = sign('sha256', Buffer.from('data'), privateKey);
    const hash = createHash('sha256').update('data').digest();
    expect(verifyDigest(publicKey, 'sha256', hash, signature)).toBe(true);
    expect(verifyDigest(publicKey, 'sha256', createHash('sha256').digest(), signature)).toBe(false);
  });

  it('never fail on bytes that are none', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(verifyDigest(publicKey, 'sha256', Buffer.alloc(32), Buffer.from(bytes))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

/** The decoder of snappy's "format_description", as far as its tags go. */
function decompress(bytes: Buffer): Buffer {
  let [at, length, shift] = [0, 0, 0];
  do {
    length += ((bytes[at] ?? 0) & 0x7f) * 2 ** shift;
    shift += 7;
    at += 1;
  } while ((bytes[at - 1] ?? 0) >= 0x80);
  const out: number[] = [];
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    if (tag % 4 === 0) {
      const size = (bytes[at + 1] ?? 0) + 1;
      out.push(...bytes.subarray(at + 2, at + 2 + size));
      at += 2 + size;
    } else {
      const offset = bytes.readUInt16LE(at + 1);
      for (let left = (tag >> 2) + 1; left > 0; left -= 1) out.push(out[out.length - offset] ?? -1);
      at += 3;
    }
  }
  expect(out).toHaveLength(length);
  return Buffer.from(out);
}

describe('snappy', () => {
  it('holds what was put in, and less where it repeats', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('bundle', '"', 'AAAA', 'x'), { maxLength: 400 }), (words) => {
        const bytes = Buffer.from(words.join(''));
        expect(decompress(compressSnappy(bytes)).equals(bytes)).toBe(true);
      }),
    );
    expect(compressSnappy(Buffer.alloc(10_000, 'abcdef')).length).toBeLessThan(1000);
  });
});
