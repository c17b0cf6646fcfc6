import { BLOCK_BYTES, MAX_FREE_BLOCKS } from './limits.ts';

/**
 * Memory that bytes of connections are read into again and again. Fresh memory for each read was a fifth of the
 * time of a copy, all of it the garbage collector's.
 */
export class Block {
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #users = 1;

  /** Hands out a part of it, which nobody else writes to until it is given back. */
  lend(start: number, end: number): Buffer {
    const part = this.bytes.subarray(start, end);
    this.#users += 1;
    lent.set(part, this);
    return part;
  }

  /** Ends a use: that of who took the block, or of a part. */
  release(): void {
    this.#users -= 1;
    if (this.#users > 0 || free.length >= MAX_FREE_BLOCKS) return;
    this.#users = 1;
    free.push(this);
  }
}

const free: Block[] = [];

/** Parts that are in somebody's hands. Who forgets to give one back leaves its block to the garbage collector. */
const lent = new WeakMap<Uint8Array, Block>();

/** Takes a block that nobody uses. */
export function takeBlock(): Block {
  return free.pop() ?? new Block();
}

/**
 * Gives bytes back that came from a body and were used up: what reads next from a connection may overwrite them.
 * Bytes of any other origin, or given back before, are left alone.
 */
export function giveBack(bytes: Uint8Array): void {
  const block = lent.get(bytes);
  if (block === undefined) return;
  lent.delete(bytes);
  block.release();
}
