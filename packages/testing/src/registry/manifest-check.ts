import { Refused } from './answer.ts';
import type { Context } from './context.ts';
import { isDigest } from './digest.ts';
import { isObject, type JsonObject, parseObject } from './manifest-summary.ts';
import { isForeignType, isIndexType, isSchema1Type, MEDIA_TYPE } from './media-type.ts';

const KNOWN_TYPES: ReadonlySet<string> = new Set([
  MEDIA_TYPE.ociManifest,
  MEDIA_TYPE.ociIndex,
  MEDIA_TYPE.ociArtifact,
  MEDIA_TYPE.dockerManifest,
  MEDIA_TYPE.dockerList,
]);

/** What a registry reads of a descriptor. */
interface CheckedDescriptor {
  readonly mediaType: string;
  readonly digest: string;
}

/**
 * Refuses what a real registry refuses of a pushed manifest (distribution-spec, "Pushing Manifests"): an
 * unknown type, no JSON object, a `mediaType` other than the Content-Type, descriptors that are none, and
 * blobs or children that are not here. A subject may be absent.
 *
 * @throws Refused MANIFEST_INVALID or MANIFEST_BLOB_UNKNOWN
 */
export function checkManifest(
  context: Context,
  repository: string,
  mediaType: string,
  bytes: Uint8Array,
): void {
  if (isSchema1Type(mediaType)) throw invalid(`Docker's schema 1 (${mediaType}) is not supported.`);
  if (!KNOWN_TYPES.has(mediaType)) {
    if (context.options.anyManifestType === true && mediaType !== '') return;
    throw invalid(
      mediaType === '' ? 'Content-Type is missing.' : `The media type "${mediaType}" is not known.`,
    );
  }
  const manifest = parseObject(bytes);
  if (manifest === undefined) throw invalid('The manifest is not a JSON object.');
  const own = manifest['mediaType'];
  if (own !== undefined && own !== mediaType) {
    throw invalid(`The manifest says mediaType ${JSON.stringify(own)}, the Content-Type is ${mediaType}.`);
  }
  if (own === undefined && mediaType !== MEDIA_TYPE.ociManifest && mediaType !== MEDIA_TYPE.ociIndex) {
    throw invalid(`A manifest of the type ${mediaType} says its mediaType.`);
  }
  if (mediaType !== MEDIA_TYPE.ociArtifact && manifest['schemaVersion'] !== 2) {
    throw invalid(`The schemaVersion is ${JSON.stringify(manifest['schemaVersion'])}, not 2.`);
  }
  if (manifest['subject'] !== undefined) readDescriptor(manifest['subject'], 'subject');
  if (isIndexType(mediaType)) checkChildren(context, repository, manifest);
  else checkBlobs(context, repository, manifest, mediaType);
}

function checkChildren({ options, store }: Context, repository: string, manifest: JsonObject): void {
  const children = readDescriptors(manifest['manifests'], 'manifests');
  if (options.sparse === true) return;
  for (const { digest } of children) {
    // buildkit's cache lists blobs in an index.
    if (store.manifest(repository, digest) ?? store.blob(repository, digest)) continue;
    throw unknown(`The index lists ${digest}, which is not in ${repository}.`, digest);
  }
}

function checkBlobs(
  { options, store }: Context,
  repository: string,
  manifest: JsonObject,
  mediaType: string,
): void {
  const blobs =
    mediaType === MEDIA_TYPE.ociArtifact
      ? readDescriptors(manifest['blobs'] ?? [], 'blobs')
      : [readDescriptor(manifest['config'], 'config'), ...readDescriptors(manifest['layers'], 'layers')];
  if (options.sparse === true) return;
  for (const blob of blobs) {
    if (isForeignType(blob.mediaType) || store.blob(repository, blob.digest)) continue;
    throw unknown(`The manifest names the blob ${blob.digest}, which is not in ${repository}.`, blob.digest);
  }
}

function readDescriptors(value: unknown, what: string): readonly CheckedDescriptor[] {
  if (!Array.isArray(value)) throw invalid(`"${what}" is not a list.`);
  return value.map((item: unknown, index) => readDescriptor(item, `${what}[${index}]`));
}

function readDescriptor(value: unknown, what: string): CheckedDescriptor {
  if (!isObject(value)) throw invalid(`"${what}" is not a descriptor.`);
  const { mediaType, digest, size } = value;
  if (typeof mediaType !== 'string' || mediaType === '') throw invalid(`"${what}" has no mediaType.`);
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(`"${what}" has no valid digest.`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalid(`"${what}" has no valid size.`);
  return { mediaType, digest };
}

function invalid(message: string): Refused {
  return new Refused(400, 'MANIFEST_INVALID', message);
}

function unknown(message: string, digest: string): Refused {
  return new Refused(400, 'MANIFEST_BLOB_UNKNOWN', message, { detail: { digest } });
}
