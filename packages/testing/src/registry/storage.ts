import type { Readable } from 'node:stream';
import type { Digest } from './digest.ts';

/** A change of what a repository holds: what disk keeps so that a later registry finds it again. */
export type Change =
  | { readonly op: 'repository'; readonly repository: string }
  | { readonly op: 'blob'; readonly repository: string; readonly digest: Digest; readonly size: number }
  | {
      readonly op: 'manifest';
      readonly repository: string;
      readonly digest: Digest;
      readonly mediaType: string;
    }
  | { readonly op: 'tag'; readonly repository: string; readonly tag: string; readonly digest: Digest }
  | { readonly op: 'delete-blob'; readonly repository: string; readonly digest: Digest }
  | { readonly op: 'delete-manifest'; readonly repository: string; readonly digest: Digest }
  | { readonly op: 'delete-tag'; readonly repository: string; readonly tag: string };

/** A blob on its way in. Its owner calls one method at a time. */
export interface Intake {
  /** Bytes taken in so far. */
  readonly size: number;
  append(chunks: readonly Buffer[]): Promise<void>;
  /** What was taken in so far, once more: to hash it by another algorithm. */
  reread(): Readable;
  /** Keeps the bytes under this digest. */
  commit(digest: Digest): Promise<void>;
  discard(): Promise<void>;
}

/** Where a registry's bytes live. The store above it knows which repository holds what. */
export interface Storage {
  /** The changes an earlier registry recorded, and the bytes of the manifests they name. */
  load(): Promise<{ readonly changes: readonly Change[]; readonly manifests: ReadonlyMap<Digest, Buffer> }>;
  begin(): Promise<Intake>;
  /** Bytes of a blob from `start` to before `end`. */
  open(digest: Digest, start: number, end: number): Readable;
  remove(digest: Digest): Promise<void>;
  keepManifest(digest: Digest, bytes: Buffer): Promise<void>;
  removeManifest(digest: Digest): Promise<void>;
  record(change: Change): Promise<void>;
  close(): Promise<void>;
}
