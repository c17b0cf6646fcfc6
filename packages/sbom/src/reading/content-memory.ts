import { giveBack } from './give-back.ts';
import { CONTENT_MEMORY_BYTES } from './limits.ts';

/** A place for the content of one file. */
export interface Lease {
  readonly buffer: Buffer;
  /** Gives the place back. Twice is once. */
  release(): void;
}

interface Waiting {
  readonly size: number;
  resolve(lease: Lease): void;
}

/** A place in use: from, to. */
type Span = readonly [start: number, end: number];

/**
 * Memory for the content of large files, shared by all layers that are read at a time: one block that is used
 * again and again, since buffers that wait for the garbage collector would add up. A file that is larger than the
 * block waits until nobody else holds a place, and gets its own. First come, first served.
 */
export class ContentMemory {
  readonly #size: number;
  #block: Buffer | undefined;
  readonly #spans: Span[] = [];
  #isWholeTaken = false;
  readonly #waiting: Waiting[] = [];

  constructor(size: number = CONTENT_MEMORY_BYTES) {
    this.#size = size;
  }

  /** A place of so many bytes, or the promise of one. Each layer asks for one at a time, or both would wait. */
  take(size: number): Lease | Promise<Lease> {
    const lease = this.#waiting.length === 0 ? this.#tryTake(size) : undefined;
    if (lease !== undefined) return lease;
    return new Promise((resolve) => this.#waiting.push({ size, resolve }));
  }

  /** Frees the block, when everything is read: what comes after needs memory, too. */
  close(): void {
    if (this.#block !== undefined) giveBack(this.#block);
    this.#block = undefined;
  }

  #tryTake(size: number): Lease | undefined {
    if (this.#isWholeTaken) return undefined;
    if (size > this.#size) {
      if (this.#spans.length > 0) return undefined;
      this.#isWholeTaken = true;
      return this.#lease(Buffer.allocUnsafeSlow(size), () => {
        this.#isWholeTaken = false;
      });
    }
    const start = this.#findGap(size);
    if (start === undefined) return undefined;
    const span: Span = [start, start + size];
    this.#spans.push(span);
    this.#spans.sort(([one], [other]) => one - other);
    this.#block ??= Buffer.allocUnsafeSlow(this.#size);
    return this.#lease(this.#block.subarray(start, start + size), () => {
      this.#spans.splice(this.#spans.indexOf(span), 1);
    });
  }

  #findGap(size: number): number | undefined {
    let start = 0;
    for (const [from, to] of this.#spans) {
      if (from - start >= size) return start;
      start = to;
    }
    return this.#size - start >= size ? start : undefined;
  }

  #lease(buffer: Buffer, free: () => void): Lease {
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      free();
      this.#serve();
    };
    return { buffer, release };
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const lease = this.#tryTake(next.size);
      if (lease === undefined) return;
      this.#waiting.shift();
      next.resolve(lease);
    }
  }
}
