import type { Digest } from '@artifact-lifecycle/registry';

/** Where a service keeps an image (Amazon ECR, "storage class"). */
export type StorageClass = 'standard' | 'archive';

/** An image or package version as a service lists it. Times are milliseconds since 1970. */
export interface StoredImage {
  /** What the service deletes it by: a digest, or the number of a version in GitHub Packages. */
  readonly id: string;
  /** `undefined` for what has none: versions of npm, maven, nuget and rubygems packages. */
  readonly digest: Digest | undefined;
  /** Sorted; names of versions for packages. */
  readonly tags: readonly string[];
  readonly pushedAt: number;
  readonly updatedAt?: number | undefined;
  readonly pulledAt?: number | undefined;
  /** Bytes, where the service says: of a manifest's layers together. */
  readonly size?: number | undefined;
  readonly mediaType?: string | undefined;
  readonly artifactType?: string | undefined;
  /** Where the service says so itself; else the graph finds out. */
  readonly subject?: Digest | undefined;
  /** What an index holds, where the service says so itself. */
  readonly children?: readonly Digest[] | undefined;
  readonly storageClass?: StorageClass | undefined;
  readonly archivedAt?: number | undefined;
  readonly activatedAt?: number | undefined;
  /** Locked by the service: it refuses to delete it. */
  readonly isLocked?: boolean | undefined;
}
