const NO_BYTES = Buffer.alloc(0);

/** A place in bytes that come in chunks of any size. */
export class ChunkCursor {
  #chunk: Buffer = NO_BYTES;
  #at = 0;
  /** Where a piece that began in an earlier chunk is put together. */
  #held: Buffer | undefined;
  #filled = 0;

  /** Takes the next chunk, when the one before is used up. */
  push(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** Whether a piece has begun that is not yet whole. */
  get isAmidst(): boolean {
    return this.#held !== undefined;
  }

  /**
   * So many bytes in one piece, or `undefined` where they are not there yet: asked again after the next chunk, for as
   * many. Valid until the next chunk.
   */
  gather(length: number): Buffer | undefined {
    const there = this.#chunk.length - this.#at;
    if (this.#held === undefined) {
      if (there >= length) return this.some(length);
      if (there === 0) return undefined;
      this.#held = Buffer.alloc(length);
      this.#filled = 0;
    }
    const fresh = this.some(this.#held.length - this.#filled);
    fresh.copy(this.#held, this.#filled);
    this.#filled += fresh.length;
    if (this.#filled < this.#held.length) return undefined;
    const whole = this.#held;
    this.#held = undefined;
    return whole;
  }

  /** Up to so many bytes of this chunk; none where it is used up. */
  some(limit: number): Buffer {
    const end = Math.min(this.#chunk.length, this.#at + limit);
    const bytes = this.#chunk.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  /** As `gather`, and the bytes are left where they are. */
  peek(length: number): Buffer | undefined {
    if (this.#held === undefined && this.#chunk.length - this.#at >= length) {
      return this.#chunk.subarray(this.#at, this.#at + length);
    }
    const whole = this.gather(length);
    if (whole === undefined) return undefined;
    // Once in a chunk at most: its rest moves behind what came before it.
    this.#chunk = Buffer.concat([whole, this.#chunk.subarray(this.#at)]);
    this.#at = 0;
    return this.#chunk.subarray(0, length);
  }

  /** Passes over up to so many bytes; returns how many there were. */
  skip(limit: number): number {
    const passed = Math.min(this.#chunk.length - this.#at, limit);
    this.#at += passed;
    return passed;
  }
}
