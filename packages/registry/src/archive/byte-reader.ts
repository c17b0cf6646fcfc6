import type { FileHandle } from 'node:fs/promises';

/** Bytes read in order, some of which are passed over. */
export interface ByteReader {
  /** How many bytes were read or passed over. */
  readonly position: number;
  /** Exactly so many bytes, or fewer where the end came first. They may change with the next call. */
  read(length: number): Promise<Uint8Array>;
  /** Up to so many bytes, as they come; none at the end. They may change with the next call. */
  readSome(limit: number): Promise<Uint8Array>;
  /** Passes over so many bytes; returns how many there were. */
  skip(length: number): Promise<number>;
}

const NOTHING = new Uint8Array(0);

/** Reads a stream: a layer on its way from a registry. */
export class StreamReader implements ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = NOTHING;
  #position = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  get position(): number {
    return this.#position;
  }

  async read(length: number): Promise<Uint8Array> {
    const first = await this.readSome(length);
    if (first.length === length || first.length === 0) return first;
    const whole = new Uint8Array(length);
    whole.set(first);
    let filled = first.length;
    while (filled < length) {
      const more = await this.readSome(length - filled);
      if (more.length === 0) return whole.subarray(0, filled);
      whole.set(more, filled);
      filled += more.length;
    }
    return whole;
  }

  async readSome(limit: number): Promise<Uint8Array> {
    if (limit === 0) return NOTHING;
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return NOTHING;
      this.#chunk = next.value;
    }
    const some = this.#chunk.subarray(0, limit);
    this.#chunk = this.#chunk.subarray(some.length);
    this.#position += some.length;
    return some;
  }

  async skip(length: number): Promise<number> {
    let left = length;
    while (left > 0) {
      const some = await this.readSome(left);
      if (some.length === 0) break;
      left -= some.length;
    }
    return length - left;
  }

  /** Ends the stream where it is, so that its source stops. */
  async close(): Promise<void> {
    this.#chunk = NOTHING;
    await this.#chunks.return?.();
  }
}

/** As much as one system call reads well, and little enough to hold for every open archive. */
const FILE_BUFFER_BYTES = 64 * 1024;

/** Reads a file; passing over costs nothing. */
export class FileReader implements ByteReader {
  readonly #file: FileHandle;
  readonly #size: number;
  #buffer: Uint8Array = NOTHING;
  #position = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  get position(): number {
    return this.#position;
  }

  async read(length: number): Promise<Uint8Array> {
    if (this.#buffer.length < length) {
      const wanted = Buffer.alloc(Math.min(Math.max(length, FILE_BUFFER_BYTES), this.#left()));
      let filled = 0;
      while (filled < wanted.length) {
        const at = this.#position + filled;
        const { bytesRead } = await this.#file.read(wanted, filled, wanted.length - filled, at);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      this.#buffer = wanted.subarray(0, filled);
    }
    return this.#take(length);
  }

  async readSome(limit: number): Promise<Uint8Array> {
    return this.read(Math.min(limit, FILE_BUFFER_BYTES));
  }

  async skip(length: number): Promise<number> {
    const passed = Math.min(length, this.#left());
    this.#buffer = this.#buffer.subarray(passed);
    this.#position += passed;
    return passed;
  }

  #left(): number {
    return this.#size - this.#position;
  }

  #take(length: number): Uint8Array {
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(taken.length);
    this.#position += taken.length;
    return taken;
  }
}
