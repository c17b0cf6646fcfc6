import { Readable } from 'node:stream';
import {
  type Manifest,
  parseDescriptor,
  parseManifest,
  parseTag,
  type Registry,
} from '@artifact-lifecycle/registry';
import type { BlobContent, ManifestContent } from '@artifact-lifecycle/testing';

/** Pushes what was built, through the suite's own client: blobs, then children, then the manifest, then its tag. */
export async function pushContent(
  registry: Registry,
  content: ManifestContent,
  tag: string | undefined,
  onBytes: (count: number) => void = () => {},
): Promise<void> {
  const manifest = await pushManifest(registry, content, onBytes);
  if (tag !== undefined) await registry.tagManifest(parseTag(tag, 'tag'), manifest);
}

async function pushManifest(
  registry: Registry,
  content: ManifestContent,
  onBytes: (count: number) => void,
): Promise<Manifest> {
  for (const blob of content.blobs) {
    const descriptor = parseDescriptor(blob.descriptor, 'a blob of the image');
    const outcome = await registry.pushBlob(descriptor, async (offset) => openFrom(blob, offset), {
      onBytes,
    });
    // What is there already needs no bytes, and is as done as the rest.
    if (outcome !== 'uploaded') onBytes(descriptor.size);
  }
  for (const child of content.children) await pushManifest(registry, child, onBytes);
  const { bytes, mediaType } = content;
  const manifest = parseManifest({ bytes, mediaType, what: 'a manifest of the image' });
  await registry.pushManifest(manifest);
  return manifest;
}

function openFrom(blob: BlobContent, offset: number): Readable {
  if (offset === 0) return blob.open();
  return Readable.from(skip(blob.open(), offset), { objectMode: false });
}

async function* skip(bytes: Readable, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of bytes) {
    const piece: Buffer = chunk;
    if (left < piece.length) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
}

/** The bytes that {@link pushContent} reports in the end. */
export function sizeOf(content: ManifestContent): number {
  const own = content.blobs.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  return content.children.reduce((sum, child) => sum + sizeOf(child), own);
}
