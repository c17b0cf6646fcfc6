import { Readable } from 'node:stream';
import type { Digest } from './digest.ts';
import type { Intake, Storage } from './storage.ts';

/** Chunks as they came from the connection: never joined, so that no byte is copied. */
type Chunks = readonly Buffer[];

/** Keeps everything in memory, for as long as the registry runs. */
export function memoryStorage(): Storage {
  const blobs = new Map<Digest, Chunks>();
  return {
    load: async () => ({ changes: [], manifests: new Map() }),
    begin: async () => new MemoryIntake(blobs),
    open: (digest, start, end) => {
      const chunks = blobs.get(digest);
      if (chunks === undefined) throw new Error(`There is no blob ${digest}.`);
      return streamChunks(chunks, start, end);
    },
    remove: async (digest) => {
      blobs.delete(digest);
    },
    // The store itself holds manifests and names; only disk has to write them down.
    keepManifest: async () => {},
    removeManifest: async () => {},
    record: async () => {},
    close: async () => {},
  };
}

class MemoryIntake implements Intake {
  readonly #blobs: Map<Digest, Chunks>;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(blobs: Map<Digest, Chunks>) {
    this.#blobs = blobs;
  }

  get size(): number {
    return this.#size;
  }

  async append(chunks: readonly Buffer[]): Promise<void> {
    for (const chunk of chunks) {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
    }
  }

  reread(): Readable {
    return streamChunks(this.#chunks, 0, this.#size);
  }

  async commit(digest: Digest): Promise<void> {
    this.#blobs.set(digest, this.#chunks);
  }

  async discard(): Promise<void> {
    this.#chunks.length = 0;
  }
}

/** Streams chunks as they are, cut only at both ends of the range. */
function streamChunks(chunks: Chunks, start: number, end: number): Readable {
  let next = 0;
  let position = 0;
  return new Readable({
    read() {
      while (next < chunks.length && position < end) {
        const chunk = chunks[next++] ?? Buffer.alloc(0);
        const from = Math.max(start - position, 0);
        const to = Math.min(end - position, chunk.length);
        position += chunk.length;
        if (from < to) {
          this.push(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
          return;
        }
      }
      this.push(null);
    },
  });
}
