import {
  formatPlatform,
  type Manifest,
  type Platform,
  platformManifests,
  type Reference,
  type Registry,
} from '@artifact-lifecycle/registry';
import { CATALOGUERS } from '../cataloguers/cataloguers.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { takeInventory } from '../inventory/take-inventory.ts';
import { type ImageConfig, readImageConfig } from '../reading/image-config.ts';
import { scanImage } from '../reading/scan-image.ts';
import { imageName } from './image-name.ts';

/** An image that is to be described. */
export interface ImageInput {
  readonly registry: Registry;
  /** What it was named by, for the name and version of its inventories. */
  readonly reference: Reference;
  /** What the reference was resolved to: an image or an index. */
  readonly root: Manifest;
  readonly platforms: 'all' | readonly string[];
}

/** How far describing is. Bytes are those of layers as they lie in the registry. */
export interface DescribeProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly doneImages: number;
  readonly totalImages: number;
}

export interface DescribeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DescribeProgress) => void) | undefined;
}

/** One platform of an image, and what is inside. */
export interface DescribedImage {
  readonly manifest: Manifest;
  readonly inventory: Inventory;
}

/** Labels that say a version where the reference has no tag (image-spec, annotations.md). */
const VERSION_LABEL = 'org.opencontainers.image.version';

/**
 * Reads an image from its registry and lists what is inside, platform by platform: one inventory for each manifest,
 * in the order of the index.
 *
 * @throws SuiteError of reading a registry; `DIGEST_MISMATCH` or `CONTENT_INVALID` for a layer that does not add up
 */
export async function describeImage(
  { registry, reference, root, platforms }: ImageInput,
  { signal, onProgress }: DescribeOptions = {},
): Promise<readonly DescribedImage[]> {
  const manifests = await platformManifests(registry, root, platforms, { signal });
  const totalBytes = manifests.reduce((sum, { manifest }) => sum + layerBytes(manifest), 0);
  const described: DescribedImage[] = [];
  let doneBytes = 0;
  const tell = (): void =>
    onProgress?.({
      doneBytes,
      totalBytes,
      doneImages: described.length,
      totalImages: manifests.length,
    });
  for (const { manifest, platform } of manifests) {
    const config = await readImageConfig(registry, manifest, { signal });
    const scan = await scanImage({ registry, manifest, config }, CATALOGUERS, {
      signal,
      onBytes: (count: number) => {
        doneBytes += count;
        tell();
      },
    });
    const subject = subjectOf(reference, manifest, platform ?? platformOf(config), config);
    const { architecture } = config;
    described.push({
      manifest,
      inventory: takeInventory({ subject, scan, cataloguers: CATALOGUERS, architecture }),
    });
    tell();
  }
  return described;
}

function subjectOf(
  { location, tag }: Reference,
  { digest }: Manifest,
  platform: Platform | undefined,
  { labels, created }: ImageConfig,
): Inventory['subject'] {
  return {
    kind: 'image',
    name: imageName(location),
    version: tag ?? labels[VERSION_LABEL],
    tag,
    digest,
    platform,
    labels,
    created,
  };
}

function platformOf({ os, architecture, variant }: ImageConfig): Platform | undefined {
  return os === undefined || architecture === undefined ? undefined : { os, architecture, variant };
}

function layerBytes({ content }: Manifest): number {
  return content.kind === 'image' ? content.layers.reduce((sum, { size }) => sum + size, 0) : 0;
}

/** A platform as part of a file's name: `linux-arm-v7`. */
export function platformSlug(platform: Platform | undefined): string | undefined {
  return platform === undefined ? undefined : formatPlatform(platform).replaceAll('/', '-');
}
