import type { BlobContent, ManifestContent } from './content.ts';

/** Where content is put: the store of a test registry, or any registry over HTTP. */
export interface SeedTarget {
  hasBlob(blob: BlobContent): Promise<boolean>;
  putBlob(blob: BlobContent): Promise<void>;
  /** `tags` are given with the manifest that is seeded, never with its children. */
  putManifest(manifest: ManifestContent, tags: readonly string[]): Promise<void>;
}
