import { pipeline } from 'node:stream';
import { type Clock, isSuiteError } from '@artifact-lifecycle/core';
import type { Descriptor } from '../oci/descriptor.ts';
import { VerifiedStream } from '../oci/verified-stream.ts';
import type { BlobSource, PushBlobOptions } from '../registry.ts';

/** What an upload works with. */
export interface UploadOptions extends PushBlobOptions {
  readonly clock: Clock;
}

/** The bytes of one upload on their way: verified, counted, and counted back when they go again. */
export class BlobTransfer {
  readonly #blob: Descriptor;
  readonly #source: BlobSource;
  readonly #options: PushBlobOptions;
  #sent = 0;
  #sourceFailed = false;

  constructor(blob: Descriptor, source: BlobSource, options: PushBlobOptions) {
    this.#blob = blob;
    this.#source = source;
    this.#options = options;
  }

  /** Whether it was the source that broke, or gave other bytes; not the way to the registry. */
  get sourceFailed(): boolean {
    return this.#sourceFailed;
  }

  /** Whether all bytes went on their way; what became of them there, only the registry knows. */
  get isWhole(): boolean {
    return this.#sent === this.#blob.size;
  }

  /** The blob from its start, the last chunk held back until size and digest are right. */
  async open(): Promise<VerifiedStream> {
    this.startOver();
    try {
      const bytes = await this.#source(0, this.#options.signal);
      const verified = new VerifiedStream(this.#blob, { onBytes: (count) => this.#count(count) });
      return pipeline(bytes, verified, (error) => this.#note(error));
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  /** Takes back what was counted, because all bytes will go again or none was of use. */
  startOver(): void {
    if (this.#sent !== 0) this.#options.onBytes?.(-this.#sent);
    this.#sent = 0;
  }

  #count(bytes: number): void {
    this.#sent += bytes;
    this.#options.onBytes?.(bytes);
  }

  #note(error: unknown): void {
    // An end that the connection brought about has an error of Node's own.
    if (isSuiteError(error)) this.#sourceFailed = true;
  }
}
