import { pipeline } from 'node:stream';
import { isSuiteError, type SuiteError } from '@artifact-lifecycle/core';
import type { Descriptor } from '../oci/descriptor.ts';
import { VerifiedStream } from '../oci/verified-stream.ts';
import type { BlobSource, PushBlobOptions } from '../registry.ts';

/** The bytes of one upload on their way: verified, counted, and counted back when they go again. */
export class BlobTransfer {
  readonly #blob: Descriptor;
  readonly #source: BlobSource;
  readonly #options: PushBlobOptions;
  #sent = 0;
  #failure: SuiteError | undefined;

  constructor(blob: Descriptor, source: BlobSource, options: PushBlobOptions) {
    this.#blob = blob;
    this.#source = source;
    this.#options = options;
  }

  /** Why the source broke, or its bytes were not the blob's: what then became of the connection is an echo. */
  get failure(): SuiteError | undefined {
    return this.#failure;
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
    if (isSuiteError(error)) this.#failure ??= error;
  }
}
