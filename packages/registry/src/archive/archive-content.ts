import { SuiteError } from '@artifact-lifecycle/core';
import { LayoutContent } from '../layout/layout-content.ts';
import { LayoutIndex } from '../layout/layout-index.ts';
import { findSole } from '../layout/sole-manifest.ts';
import { type Digest, digestAlgorithm, digestHex } from '../name/digest.ts';
import type { Tag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { describeManifest, type Manifest } from '../oci/manifest.ts';
import type { ArchiveFile, ArchiveMember } from './archive-file.ts';
import { readSavedImages, type SavedImage } from './saved-image.ts';

/** What an archive holds, whichever form it is in. */
export interface ArchiveContent {
  readonly tags: readonly Tag[];
  find(tag: Tag): Descriptor | undefined;
  sole(): Promise<Descriptor | undefined>;
  /** The manifest of a digest; `undefined` where it names none. */
  manifest(digest: Digest): Promise<Manifest | undefined>;
  blob(digest: Digest): ArchiveMember | undefined;
  referrers(subject: Digest): Promise<readonly Descriptor[]>;
}

/**
 * Reads what an archive holds. docker 25 and later, and podman's `oci-archive`, write an OCI layout into
 * it; that is taken where there is one, because it has the image's own manifests.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export async function readArchive(archive: ArchiveFile): Promise<ArchiveContent> {
  const index = archive.find('oci-layout') === undefined ? undefined : await archive.read('index.json');
  if (index !== undefined) {
    return layoutContent(archive, LayoutIndex.parse(index, `index.json in ${archive.path}`));
  }
  return savedContent(archive, await readSavedImages(archive));
}

function layoutContent(archive: ArchiveFile, index: LayoutIndex): ArchiveContent {
  const nameOf = (digest: Digest): string => `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
  const content = new LayoutContent({
    place: `archive ${archive.path}`,
    readBlob: (digest) => archive.read(nameOf(digest)),
  });
  return {
    tags: index.tags,
    find: (tag) => index.find(tag),
    sole: () => findSole(index, content),
    manifest: (digest) => content.readIfManifest(digest),
    blob: (digest) => archive.find(nameOf(digest)),
    referrers: (subject) => content.referrersOf(subject, index),
  };
}

function savedContent(archive: ArchiveFile, images: readonly SavedImage[]): ArchiveContent {
  const blobs = new Map(images.flatMap((image) => [...image.blobs]));
  const manifests = new Map(images.map(({ manifest }) => [manifest.digest, manifest]));
  const tags = [...new Set(images.flatMap((image) => image.tags))].toSorted();
  return {
    tags,
    find: (tag) => {
      const found = images.filter((image) => image.tags.includes(tag)).map(({ manifest }) => manifest);
      return onlyOne(archive, new Map(found.map((one) => [one.digest, one])), `under the tag ${tag}`);
    },
    sole: async () => onlyOne(archive, manifests, 'and none was named'),
    manifest: async (digest) => manifests.get(digest),
    blob: (digest) => blobs.get(digest),
    referrers: async () => [],
  };
}

function onlyOne(
  archive: ArchiveFile,
  found: ReadonlyMap<Digest, Manifest>,
  which: string,
): Descriptor | undefined {
  const [first, ...others] = found.values();
  if (others.length === 0) return first === undefined ? undefined : describeManifest(first);
  throw new SuiteError('INPUT_INVALID', `The archive ${archive.path} holds ${found.size} images ${which}.`, {
    remedy: 'Save the one image alone, or load the archive and push each image.',
  });
}
