import type { ContentMemory, Lease } from './content-memory.ts';
import { SCRATCH_BYTES } from './limits.ts';

const FIRST_SCRATCH_BYTES = 64 * 1024;

/**
 * Puts the content of one file after the other together. A file that lies in one chunk is not copied at all, a
 * small one goes into a buffer that the next one uses again, a large one into the memory that all layers share.
 */
export class FileGatherer {
  readonly #memory: ContentMemory;
  #scratch = Buffer.alloc(0);
  #lease: Lease | undefined;
  #size = 0;
  #filled = 0;
  #whole: Buffer | undefined;

  constructor(memory: ContentMemory) {
    this.#memory = memory;
  }

  /** Begins a file of so many bytes; where it has to wait for memory, resolves when it has it. */
  begin(size: number): Promise<void> | undefined {
    this.#size = size;
    this.#filled = 0;
    this.#whole = undefined;
    if (size <= SCRATCH_BYTES) return undefined;
    const lease = this.#memory.take(size);
    if (!(lease instanceof Promise)) {
      this.#lease = lease;
      return undefined;
    }
    return lease.then((given) => {
      this.#lease = given;
    });
  }

  take(bytes: Buffer): void {
    if (this.#filled === 0 && bytes.length === this.#size) {
      this.#whole = bytes;
    } else {
      const target = this.#lease?.buffer ?? this.#scratchOf(this.#size);
      bytes.copy(target, this.#filled);
    }
    this.#filled += bytes.length;
  }

  /** The content, whole; valid until the next file begins. */
  content(): Buffer {
    return this.#whole ?? (this.#lease?.buffer ?? this.#scratch).subarray(0, this.#size);
  }

  /** Gives back what it holds; also when reading ends in the middle of a file. */
  release(): void {
    this.#lease?.release();
    this.#lease = undefined;
    this.#whole = undefined;
  }

  #scratchOf(size: number): Buffer {
    if (this.#scratch.length < size) {
      const doubled = Math.max(size, FIRST_SCRATCH_BYTES, this.#scratch.length * 2);
      this.#scratch = Buffer.allocUnsafeSlow(Math.min(doubled, SCRATCH_BYTES));
    }
    return this.#scratch;
  }
}
