import { judgePlatforms } from '@artifact-lifecycle/gates';
import {
  type Descriptor,
  field,
  formatPlatform,
  isJsonObject,
  parseBoundedJson,
  readBlobBytes,
} from '@artifact-lifecycle/registry';
import type { Artifact } from '../artifact.ts';
import type { Gatherer, Scene } from './scene.ts';

/** Gate `platforms`: those that the index lists, or the one of the image's config. */
export const gatherPlatforms: Gatherer<'platforms'> = async (settings, scene) => {
  const { root } = scene.artifact;
  const isIndex = root.content.kind === 'index';
  return judgePlatforms(settings, {
    kind: isIndex ? 'index' : 'image',
    platforms: await platformNames(scene),
  });
};

/** `linux/arm64` of each image, sorted. */
export async function platformNames({ artifact, proofs }: Scene): Promise<readonly string[]> {
  if (artifact.root.content.kind === 'index') {
    return proofs.platforms.flatMap(({ platform }) => platform ?? []).toSorted();
  }
  const config = artifact.root.content.kind === 'image' ? artifact.root.content.config : undefined;
  const platform = config && (await readConfigPlatform(artifact, config));
  return platform === undefined ? [] : [platform];
}

/** Configs are some kilobytes; the largest, with long histories, stay far below. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** image-spec, config.md: `os`, `architecture`, `variant`. */
async function readConfigPlatform({ registry }: Artifact, config: Descriptor): Promise<string | undefined> {
  const bytes = await readBlobBytes(registry, config, MAX_CONFIG_BYTES);
  const json = parseBoundedJson(bytes, `config ${config.digest}`);
  if (!isJsonObject(json)) return undefined;
  const [os, architecture, variant] = ['os', 'architecture', 'variant'].map((key) => field(json, key));
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  return formatPlatform({
    os,
    architecture,
    ...(typeof variant === 'string' && variant !== '' ? { variant } : {}),
  });
}
