/** How far a copy has come, over all its destinations. */
export interface CopyProgress {
  /** Bytes of blobs that are on their way or have arrived. */
  readonly doneBytes: number;
  /** Bytes that have to be sent. It shrinks when a blob turns out to be there, or is mounted. */
  readonly totalBytes: number;
  readonly doneBlobs: number;
  readonly totalBlobs: number;
  readonly mounted: number;
  readonly skipped: number;
}

/** What a copy moved. */
export interface CopyStatistics {
  /** Bytes of blobs that were uploaded. */
  readonly bytesCopied: number;
  readonly blobsCopied: number;
  readonly blobsMounted: number;
  /** Blobs that were at the destination already. */
  readonly blobsSkipped: number;
  readonly manifestsCopied: number;
}
