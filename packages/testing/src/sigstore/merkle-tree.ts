import { createHash } from 'node:crypto';

/** Prefixes that tell leaves from nodes (RFC 6962, 2.1). */
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** Hashes an entry of a log. */
export function hashLeaf(entry: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(entry).digest();
}

function hashNode(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/** A Merkle tree over the entries of a log, in the order they came (RFC 6962, 2.1). */
export class MerkleTree {
  readonly #leaves: Buffer[] = [];

  get size(): number {
    return this.#leaves.length;
  }

  /** Appends a leaf's hash, and gives its index. */
  append(leaf: Buffer): number {
    this.#leaves.push(leaf);
    return this.#leaves.length - 1;
  }

  /** The root over the first so many leaves; the hash of nothing for none. */
  root(size = this.size): Buffer {
    return size === 0 ? createHash('sha256').digest() : this.#hash(0, size);
  }

  /** The hashes that lead from a leaf to the root over the first so many leaves, lowest first. */
  inclusionProof(index: number, size = this.size): readonly Buffer[] {
    return this.#path(index, 0, size);
  }

  #path(index: number, start: number, size: number): readonly Buffer[] {
    if (size === 1) return [];
    const left = largestPowerBelow(size);
    return index < left
      ? [...this.#path(index, start, left), this.#hash(start + left, size - left)]
      : [...this.#path(index - left, start + left, size - left), this.#hash(start, left)];
  }

  #hash(start: number, size: number): Buffer {
    const only = this.#leaves[start];
    if (only === undefined) throw new RangeError(`The tree has no leaf ${start}.`);
    if (size === 1) return only;
    const left = largestPowerBelow(size);
    return hashNode(this.#hash(start, left), this.#hash(start + left, size - left));
  }
}

/** The largest power of two that is smaller than a size above one. */
function largestPowerBelow(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}
