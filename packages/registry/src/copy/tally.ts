import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobOutcome } from '../registry.ts';
import type { CopyProgress, CopyStatistics } from './progress.ts';

/** Counts what a copy does, and tells of each step. */
export class Tally {
  readonly #onProgress: ((progress: CopyProgress) => void) | undefined;
  #doneBytes = 0;
  #totalBytes: number;
  #doneBlobs = 0;
  readonly #totalBlobs: number;
  #bytesCopied = 0;
  #copied = 0;
  #mounted = 0;
  #skipped = 0;
  #manifests = 0;

  constructor(blobs: readonly Descriptor[], onProgress: ((progress: CopyProgress) => void) | undefined) {
    this.#onProgress = onProgress;
    this.#totalBlobs = blobs.length;
    this.#totalBytes = blobs.reduce((sum, { size }) => sum + size, 0);
  }

  get statistics(): CopyStatistics {
    return {
      bytesCopied: this.#bytesCopied,
      blobsCopied: this.#copied,
      blobsMounted: this.#mounted,
      blobsSkipped: this.#skipped,
      manifestsCopied: this.#manifests,
    };
  }

  /** Bytes are on their way; fewer than none when a transfer starts over. */
  sent(count: number): void {
    this.#doneBytes += count;
    this.#tell();
  }

  blob({ size }: Descriptor, outcome: BlobOutcome): void {
    this.#doneBlobs += 1;
    if (outcome === 'uploaded') {
      this.#copied += 1;
      this.#bytesCopied += size;
    } else {
      this.#totalBytes -= size;
      if (outcome === 'mounted') this.#mounted += 1;
      else this.#skipped += 1;
    }
    this.#tell();
  }

  /** Takes back what was said of a blob that is not where it was said to be. */
  takeBack({ size }: Descriptor, outcome: 'mounted' | 'present'): void {
    this.#doneBlobs -= 1;
    if (outcome === 'mounted') this.#mounted -= 1;
    else this.#skipped -= 1;
    this.#totalBytes += size;
  }

  manifest(): void {
    this.#manifests += 1;
  }

  #tell(): void {
    this.#onProgress?.({
      doneBytes: this.#doneBytes,
      totalBytes: this.#totalBytes,
      doneBlobs: this.#doneBlobs,
      totalBlobs: this.#totalBlobs,
      mounted: this.#mounted,
      skipped: this.#skipped,
    });
  }
}
