import { SuiteError } from '@artifact-lifecycle/core';
import { type Descriptor, formatPlatform, type Platform } from '../oci/descriptor.ts';
import type { Manifest } from '../oci/manifest.ts';
import { isIndexType } from '../oci/media-type.ts';
import type { Registry, RequestOptions } from '../registry.ts';

/** Indexes within indexes are rare; deeper ones are somebody's joke. */
const MAX_INDEX_DEPTH = 4;

/** Docker's official images have ten platforms; each is read whole. */
const MAX_PLATFORMS = 100;

/** An image manifest, and what the index says it is for. */
export interface PlatformManifest {
  readonly platform: Platform | undefined;
  readonly manifest: Manifest;
}

/**
 * The image manifests that an image is made of: itself, or each platform of an index. Attestations that buildkit
 * keeps in an index (`unknown/unknown`) and artifacts without a platform's content are no platforms.
 *
 * @param wanted `all`, or platforms as `os/architecture[/variant]`; without a variant every variant is meant.
 * @throws SuiteError `NOT_FOUND` where an index lacks a platform that is wanted, or has none at all;
 *   `UNSUPPORTED` for an artifact that is no image; `LIMIT_EXCEEDED`
 */
export async function platformManifests(
  registry: Registry,
  root: Manifest,
  wanted: 'all' | readonly string[],
  options: RequestOptions = {},
): Promise<readonly PlatformManifest[]> {
  if (root.content.kind === 'image') return [{ platform: undefined, manifest: root }];
  const entries = await collectEntries(registry, root, options, 0);
  const images = entries.filter(({ platform }) => platform?.os !== 'unknown');
  const chosen = wanted === 'all' ? images : choose(images, wanted);
  if (chosen.length === 0) {
    throw new SuiteError('NOT_FOUND', `The index ${root.digest} holds no image.`, {
      remedy: 'Name the image itself, or an index that lists one.',
    });
  }
  if (chosen.length > MAX_PLATFORMS) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The index ${root.digest} lists ${chosen.length} images; the limit is ${MAX_PLATFORMS}.`,
    );
  }
  const manifests: PlatformManifest[] = [];
  for (const { digest, platform } of chosen) {
    manifests.push({ platform, manifest: await registry.fetchManifest(digest, options) });
  }
  return manifests;
}

async function collectEntries(
  registry: Registry,
  { content, digest }: Manifest,
  options: RequestOptions,
  depth: number,
): Promise<readonly Descriptor[]> {
  if (content.kind !== 'index') {
    throw new SuiteError('UNSUPPORTED', `The manifest ${digest} is an artifact, and no image.`, {
      remedy: 'Name an image or an index of images.',
    });
  }
  if (depth >= MAX_INDEX_DEPTH) {
    throw new SuiteError('LIMIT_EXCEEDED', `The index ${digest} lies ${depth} indexes deep.`);
  }
  const found: Descriptor[] = [];
  const seen = new Set<string>();
  for (const entry of content.manifests) {
    if (seen.has(entry.digest)) continue;
    seen.add(entry.digest);
    if (isIndexType(entry.mediaType)) {
      const inner = await registry.fetchManifest(entry.digest, options);
      found.push(...(await collectEntries(registry, inner, options, depth + 1)));
    } else if (entry.artifactType === undefined) found.push(entry);
  }
  return found;
}

function choose(entries: readonly Descriptor[], wanted: readonly string[]): readonly Descriptor[] {
  const names = entries.map(({ platform }) => (platform === undefined ? '' : formatPlatform(platform)));
  const matches = (name: string, wish: string): boolean => name === wish || name.startsWith(`${wish}/`);
  for (const wish of wanted) {
    if (names.some((name) => matches(name, wish))) continue;
    const known = names.filter((name) => name !== '').join(', ') || 'none by name';
    throw new SuiteError('NOT_FOUND', `The index has no platform ${wish}; it has ${known}.`, {
      remedy: 'Correct the input "platforms", or build that platform.',
    });
  }
  return entries.filter((_, index) => wanted.some((wish) => matches(names[index] ?? '', wish)));
}
