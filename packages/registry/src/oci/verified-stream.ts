import { Transform, type TransformCallback } from 'node:stream';
import { SuiteError } from '@artifact-lifecycle/core';
import { Digester, digestAlgorithm } from '../name/digest.ts';
import type { Descriptor } from './descriptor.ts';

/** What a verified stream tells and is told. */
export interface VerifiedStreamOptions {
  /** Called with the size of each chunk that arrives, in bytes. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/**
 * Passes a blob's bytes on, and hashes and counts them on the way.
 *
 * The last chunk is held back until size and digest of the whole are right: what reads from here never has
 * all bytes of a wrong blob, so that an upload by `Content-Length` cannot complete with one. A blob that is
 * too long fails at the first byte too many. Fails with SuiteError `DIGEST_MISMATCH`.
 */
export class VerifiedStream extends Transform {
  readonly #blob: Descriptor;
  readonly #digester: Digester;
  readonly #onBytes: ((count: number) => void) | undefined;
  #count = 0;
  #held: Uint8Array | undefined;

  constructor(blob: Descriptor, options: VerifiedStreamOptions = {}) {
    super();
    this.#blob = blob;
    this.#digester = new Digester(digestAlgorithm(blob.digest));
    this.#onBytes = options.onBytes;
  }

  /** Bytes that have arrived so far. */
  get count(): number {
    return this.#count;
  }

  override _transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    // A held-back empty chunk would hold back nothing.
    if (chunk.length === 0) {
      done();
      return;
    }
    this.#count += chunk.length;
    if (this.#count > this.#blob.size) {
      done(mismatch(`The blob ${this.#blob.digest} should have ${this.#blob.size} bytes, but more arrived.`));
      return;
    }
    this.#digester.update(chunk);
    this.#onBytes?.(chunk.length);
    const passing = this.#held;
    this.#held = chunk;
    if (passing === undefined) done();
    else done(null, passing);
  }

  override _flush(done: TransformCallback): void {
    const { digest, size } = this.#blob;
    if (this.#count !== size) {
      done(mismatch(`The blob ${digest} should have ${size} bytes, but ended after ${this.#count}.`));
      return;
    }
    const actual = this.#digester.digest();
    if (actual !== digest) {
      done(mismatch(`The blob ${digest} has other content: its ${size} bytes are ${actual}.`));
      return;
    }
    const last = this.#held;
    this.#held = undefined;
    if (last === undefined) done();
    else done(null, last);
  }
}

function mismatch(message: string): SuiteError {
  return new SuiteError('DIGEST_MISMATCH', message, {
    remedy: 'Try again; if it stays so, the registry or a proxy in between serves wrong content.',
  });
}
