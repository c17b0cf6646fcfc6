import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { type Digest, Digester, digestAlgorithm } from '@artifact-lifecycle/registry';
import { MAX_LAYER_BYTES } from './limits.ts';
import { systemCodeOf } from './system-code.ts';

/** Takes the tar in chunks, and may let the layer wait. A chunk is valid until it is done. */
export type TarConsumer = (chunk: Buffer) => Promise<void> | undefined;

/** Hashes the bytes of the tar, and hands them on. */
export class TarIntake {
  readonly #what: string;
  readonly #diffId: Digest;
  readonly #consume: TarConsumer;
  readonly #digester: Digester;
  #size = 0;
  /** What is wrong with the content; told only when the bytes are those of the digest, else that is the fact. */
  #problem: unknown;

  constructor(what: string, diffId: Digest, consume: TarConsumer) {
    this.#what = what;
    this.#diffId = diffId;
    this.#consume = consume;
    this.#digester = new Digester(digestAlgorithm(diffId));
  }

  async push(chunk: Buffer): Promise<void> {
    this.#size += chunk.length;
    if (this.#size > MAX_LAYER_BYTES) {
      const message = `The ${this.#what} has more than ${MAX_LAYER_BYTES} bytes once it is unpacked.`;
      throw new SuiteError('LIMIT_EXCEEDED', message);
    }
    this.#digester.update(chunk);
    if (this.#problem !== undefined) return;
    try {
      await this.#consume(chunk);
    } catch (error) {
      if (!isSuiteError(error, 'CONTENT_INVALID')) throw error;
      this.#problem = error;
    }
  }

  /** Notes that the content broke off. */
  breakOff(error: unknown): void {
    this.#problem ??= isSuiteError(error) ? error : broken(error, this.#what);
  }

  /**
   * Checks the whole.
   *
   * @returns bytes of the tar
   * @throws SuiteError what is wrong with the content, or `DIGEST_MISMATCH`
   */
  finish(): number {
    if (this.#problem !== undefined) throw this.#problem;
    const actual = this.#digester.digest();
    if (actual === this.#diffId) return this.#size;
    const message = `The ${this.#what} should unpack to ${this.#diffId}, its diff_id in the config, but unpacks to ${actual}.`;
    throw new SuiteError('DIGEST_MISMATCH', message, {
      remedy: 'Build the image anew: config and layers do not belong together.',
    });
  }
}

function broken(error: unknown, what: string): SuiteError {
  const fact = `cannot be decompressed: ${systemCodeOf(error)}`;
  return new SuiteError('CONTENT_INVALID', `The ${what} ${fact}.`, { cause: error });
}
