import type { Hash } from 'node:crypto';
import { Writable } from 'node:stream';
import type { Intake } from './storage.ts';

/** So much waits in memory for the storage before the sender is held back. */
const WAITING_BYTES = 1024 * 1024;

/** Streams bytes into an intake and hashes them on the way, in whatever batches have queued up. */
export class IntakeSink extends Writable {
  readonly #intake: Intake;
  readonly #hash: Hash;
  #writing: Promise<void> = Promise.resolve();

  constructor(intake: Intake, hash: Hash) {
    super({ highWaterMark: WAITING_BYTES, decodeStrings: true });
    this.#intake = intake;
    this.#hash = hash;
  }

  /** Resolves when nothing is being written any more: after a broken connection, what came in is then kept. */
  async settle(): Promise<void> {
    await this.#writing.catch(() => undefined);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#append([chunk], done);
  }

  override _writev(
    items: readonly { readonly chunk: Buffer; readonly encoding: BufferEncoding }[],
    done: (error?: Error) => void,
  ): void {
    this.#append(
      items.map((item) => item.chunk),
      done,
    );
  }

  #append(chunks: readonly Buffer[], done: (error?: Error) => void): void {
    for (const chunk of chunks) this.#hash.update(chunk);
    this.#writing = this.#intake.append(chunks);
    this.#writing.then(() => done(), done);
  }
}
