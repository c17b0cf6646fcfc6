import { SuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestOf, parseDigest } from '../name/digest.ts';
import { type Tag, tryParseTag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { field, isJsonObject, type JsonObject, parseBoundedJson } from '../oci/json.ts';
import { type Manifest, parseManifest } from '../oci/manifest.ts';
import { MEDIA_TYPE } from '../oci/media-type.ts';
import type { ArchiveFile, ArchiveMember, Compression } from './archive-file.ts';

/** One image of a `docker save` archive, with the manifest that was made for it. */
export interface SavedImage {
  readonly manifest: Manifest;
  readonly tags: readonly Tag[];
  readonly blobs: ReadonlyMap<Digest, ArchiveMember>;
}

/** docker allows 127 layers, other builders more; a file may be named again and again at no cost. */
const MAX_LAYERS = 1000;

const LAYER_TYPE: Readonly<Record<Compression, string>> = {
  none: MEDIA_TYPE.dockerLayer,
  gzip: MEDIA_TYPE.dockerLayerGzip,
  zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
};

/**
 * Reads the images of a `docker save` archive by its `manifest.json` (moby, image/spec).
 *
 * Such an archive has no manifest with a digest, so one is made: docker schema 2, with the config as it is,
 * and the layers as they are, under the media type of what they are compressed with. The same archive always
 * gives the same digest; it is not the one the image had in a registry, whose layers were compressed. The
 * digest of an uncompressed layer is the one the config states, and verified when it is read; of a
 * compressed one it is computed.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export async function readSavedImages(archive: ArchiveFile): Promise<readonly SavedImage[]> {
  const bytes = await archive.read('manifest.json');
  if (bytes === undefined) {
    throw new SuiteError(
      'CONTENT_INVALID',
      `The archive ${archive.path} has neither index.json nor manifest.json.`,
      {
        remedy: 'Write it with docker save.',
      },
    );
  }
  const value = parseBoundedJson(bytes, `manifest.json in ${archive.path}`);
  if (!Array.isArray(value)) throw invalid(archive, 'has a manifest.json that is not a list');
  const items: readonly unknown[] = value;
  const images: SavedImage[] = [];
  for (const item of items) {
    if (!isJsonObject(item)) throw invalid(archive, 'has an entry in manifest.json that is not an object');
    images.push(await readSavedImage(archive, item));
  }
  return images;
}

async function readSavedImage(archive: ArchiveFile, item: JsonObject): Promise<SavedImage> {
  const [configName] = readTexts(archive, [field(item, 'Config')], 'Config');
  const layerNames = readTexts(archive, field(item, 'Layers') ?? [], 'Layers');
  if (layerNames.length > MAX_LAYERS) {
    const message = `The archive ${archive.path} has an image of ${layerNames.length} layers; the limit is ${MAX_LAYERS}.`;
    throw new SuiteError('LIMIT_EXCEEDED', message);
  }
  const blobs = new Map<Digest, ArchiveMember>();
  const config = await describeConfig(archive, configName ?? '', blobs);
  const diffIds = readDiffIds(archive, config.bytes);
  if (diffIds.length !== layerNames.length) {
    throw invalid(
      archive,
      `has an image of ${layerNames.length} layers, whose config speaks of ${diffIds.length}`,
    );
  }
  const layers: Descriptor[] = [];
  for (const [at, name] of layerNames.entries()) {
    layers.push(await describeLayer(archive, name, diffIds[at], blobs));
  }
  const json = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.dockerManifest,
    config: config.descriptor,
    layers,
  };
  const manifest = parseManifest({
    bytes: Buffer.from(JSON.stringify(json)),
    mediaType: MEDIA_TYPE.dockerManifest,
    what: `manifest of ${archive.path}`,
  });
  const names = readTexts(archive, field(item, 'RepoTags') ?? [], 'RepoTags');
  return { manifest, tags: names.flatMap((name) => tagOfName(name) ?? []), blobs };
}

async function describeConfig(
  archive: ArchiveFile,
  name: string,
  blobs: Map<Digest, ArchiveMember>,
): Promise<{ readonly descriptor: Descriptor; readonly bytes: Uint8Array }> {
  const member = archive.find(name);
  const bytes = await archive.read(name);
  if (bytes === undefined || member === undefined) throw missing(archive, name);
  const digest = digestOf(bytes);
  blobs.set(digest, member);
  return { descriptor: { mediaType: MEDIA_TYPE.dockerConfig, size: bytes.length, digest }, bytes };
}

async function describeLayer(
  archive: ArchiveFile,
  name: string,
  diffId: Digest | undefined,
  blobs: Map<Digest, ArchiveMember>,
): Promise<Descriptor> {
  const member = archive.find(name);
  if (member === undefined || diffId === undefined) throw missing(archive, name);
  const compression = await archive.compression(member);
  const digest =
    compression === 'none'
      ? diffId
      : parseDigest(`sha256:${await archive.hash(member)}`, 'digest that was computed');
  blobs.set(digest, member);
  return { mediaType: LAYER_TYPE[compression], size: member.size, digest };
}

function readDiffIds(archive: ArchiveFile, config: Uint8Array): readonly Digest[] {
  const value = parseBoundedJson(config, `config in ${archive.path}`);
  const rootfs = isJsonObject(value) ? field(value, 'rootfs') : undefined;
  const ids = isJsonObject(rootfs) ? field(rootfs, 'diff_ids') : undefined;
  return readTexts(archive, ids ?? [], 'rootfs.diff_ids').map((id) => parseDigest(id, 'diff_id of a layer'));
}

function readTexts(archive: ArchiveFile, value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value)) throw invalid(archive, `has ${name} that are not a list`);
  const items: readonly unknown[] = value;
  return items.map((item) => {
    if (typeof item !== 'string') throw invalid(archive, `has ${name} that are not text`);
    return item;
  });
}

function tagOfName(name: string): Tag | undefined {
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? tryParseTag(name.slice(colon + 1)) : undefined;
}

function missing(archive: ArchiveFile, name: string): SuiteError {
  return invalid(
    archive,
    `lacks the file ${JSON.stringify(name.slice(0, 200))} that its manifest.json names`,
  );
}

function invalid(archive: ArchiveFile, fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The archive ${archive.path} ${fact}.`);
}
