import type { Digest } from './digest.ts';
import { type ManifestSummary, summariseManifest } from './manifest-summary.ts';
import type { Change } from './storage.ts';
import type { StoredManifest } from './store.ts';

/** A manifest with what was read of it when it came. */
export interface KeptManifest extends StoredManifest {
  readonly summary: ManifestSummary;
}

/** What one repository holds. */
export interface Shelf {
  readonly manifests: Map<Digest, KeptManifest>;
  readonly tags: Map<string, Digest>;
  readonly blobs: Set<Digest>;
  /** Subject → what refers to it. */
  readonly referrers: Map<Digest, Set<Digest>>;
}

/** Makes a shelf that is empty. */
export function emptyShelf(): Shelf {
  return { manifests: new Map(), tags: new Map(), blobs: new Set(), referrers: new Map() };
}

/** Applies a change to the repository that it names; bytes of manifests come beside it. */
export function changeShelf(shelf: Shelf, change: Change, manifests: ReadonlyMap<Digest, Buffer>): void {
  switch (change.op) {
    case 'repository':
      return;
    case 'blob':
      shelf.blobs.add(change.digest);
      return;
    case 'delete-blob':
      shelf.blobs.delete(change.digest);
      return;
    case 'manifest': {
      const bytes = manifests.get(change.digest);
      // Absent: a later line of the journal deletes it, and its bytes are gone already.
      if (bytes !== undefined)
        addManifest(shelf, { digest: change.digest, mediaType: change.mediaType, bytes });
      return;
    }
    case 'delete-manifest': {
      const subject = shelf.manifests.get(change.digest)?.summary.subject;
      if (subject !== undefined) shelf.referrers.get(subject)?.delete(change.digest);
      shelf.manifests.delete(change.digest);
      for (const [tag, digest] of shelf.tags) if (digest === change.digest) shelf.tags.delete(tag);
      return;
    }
    case 'tag':
      shelf.tags.set(change.tag, change.digest);
      return;
    case 'delete-tag':
      shelf.tags.delete(change.tag);
  }
}

function addManifest(shelf: Shelf, manifest: StoredManifest): void {
  const summary = summariseManifest(manifest.bytes);
  shelf.manifests.set(manifest.digest, { ...manifest, summary });
  if (summary.subject === undefined) return;
  const referrers = shelf.referrers.get(summary.subject) ?? new Set();
  shelf.referrers.set(summary.subject, referrers.add(manifest.digest));
}
