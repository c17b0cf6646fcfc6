import { SuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestAlgorithm, digestOf } from '../name/digest.ts';
import { type Descriptor, optionalString, parseDescriptor, readAnnotations } from './descriptor.ts';
import { field, isJsonObject, type JsonObject, parseBoundedJson } from './json.ts';
import { claimedType, decideType, refuseUnknown, schema1 } from './manifest-type.ts';
import { MEDIA_TYPE } from './media-type.ts';

interface ManifestCommon {
  /** What this manifest refers to (image-spec, manifest.md, "subject"); docker's types have none. */
  readonly subject: Descriptor | undefined;
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a manifest says, as far as the suite reads it. */
export type ManifestContent =
  | (ManifestCommon & {
      readonly kind: 'image';
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    })
  | (ManifestCommon & { readonly kind: 'index'; readonly manifests: readonly Descriptor[] })
  /** The withdrawn OCI artifact manifest: blobs and no config. */
  | (ManifestCommon & { readonly kind: 'artifact'; readonly blobs: readonly Descriptor[] });

/**
 * A manifest as it came: its bytes are never written anew, because they are what the digest names.
 * Made by {@link parseManifest} only.
 */
export interface Manifest {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly content: ManifestContent;
}

/**
 * Twice the 4 MiB every registry must take (distribution-spec, "Pushing Manifests"), since some take more;
 * as much as regclient reads.
 */
export const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

/** The fields whose meaning decides what is copied; a reader in Go takes them in any letter case. */
const DECISIVE_FIELDS: readonly string[] = [
  'schemaVersion',
  'mediaType',
  'config',
  'layers',
  'manifests',
  'blobs',
  'subject',
];

/** Bytes that claim to be a manifest. */
export interface ManifestBytes {
  readonly bytes: Uint8Array;
  /** The type the server or descriptor named; parameters are ignored. */
  readonly mediaType?: string | undefined;
  /** The digest it was asked for by. Without it, the digest is the sha256 of the bytes. */
  readonly expected?: Digest | undefined;
  /** Names it in errors: `manifest ghcr.io/a/b:1`. */
  readonly what: string;
}

/**
 * Reads a manifest from hostile bytes: OCI manifest, index and artifact manifest, docker schema 2 and
 * manifest list. Unknown fields are ignored, the bytes are kept.
 *
 * @throws SuiteError `LIMIT_EXCEEDED`, `DIGEST_MISMATCH`, `CONTENT_INVALID`, and `UNSUPPORTED` for docker
 *   schema 1 and for manifest types nobody here knows
 */
export function parseManifest(input: ManifestBytes): Manifest {
  const { bytes, expected, what } = input;
  if (bytes.length > MAX_MANIFEST_BYTES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The ${what} has ${bytes.length} bytes; the limit is ${MAX_MANIFEST_BYTES}.`,
    );
  }
  const digest = digestOf(bytes, expected === undefined ? 'sha256' : digestAlgorithm(expected));
  if (expected !== undefined && digest !== expected) {
    throw new SuiteError(
      'DIGEST_MISMATCH',
      `The ${what} should be ${expected} but its bytes are ${digest}.`,
      {
        remedy: 'Try again; if it stays so, the registry or a proxy in between serves wrong content.',
      },
    );
  }
  const claimed = claimedType(input.mediaType);
  refuseUnknown(claimed, what);
  const value = parseBoundedJson(bytes, what);
  if (!isJsonObject(value)) throw invalid(what, 'is JSON, but not an object');
  refuseOtherSpelling(value, what);
  const mediaType = decideType(value, claimed, what);
  return { mediaType, digest, bytes, content: readContent(value, mediaType, what) };
}

/**
 * What a manifest names besides its subject: the children of an index, the config and layers of an image,
 * the blobs of an artifact; in their order, each as often as it is named.
 */
export function namedByManifest(content: ManifestContent): readonly Descriptor[] {
  switch (content.kind) {
    case 'image':
      return [content.config, ...content.layers];
    case 'index':
      return content.manifests;
    case 'artifact':
      return content.blobs;
  }
}

/**
 * The artifact type a referrers list gives a manifest: its own, else its config's media type
 * (distribution-spec, "Listing Referrers").
 */
export function artifactTypeOf(content: ManifestContent): string | undefined {
  if (content.artifactType !== undefined) return content.artifactType;
  return content.kind === 'image' ? content.config.mediaType : undefined;
}

/** A descriptor of a manifest at hand. */
export function describeManifest(manifest: Manifest): Descriptor {
  return { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length };
}

/** CVE-2021-41190's relatives: two readers must not see two manifests in the same bytes. */
function refuseOtherSpelling(object: JsonObject, what: string): void {
  const spelling = new Map(DECISIVE_FIELDS.map((name) => [name.toLowerCase(), name]));
  for (const key of Object.keys(object)) {
    const known = spelling.get(key.toLowerCase());
    if (known !== undefined && known !== key) {
      throw invalid(what, `has the field ${JSON.stringify(key)}, which some readers take for "${known}"`);
    }
  }
}

function readContent(object: JsonObject, mediaType: string, what: string): ManifestContent {
  if (mediaType !== MEDIA_TYPE.ociArtifact) {
    const version = field(object, 'schemaVersion');
    if (version === 1) throw schema1(what);
    if (version !== 2) throw invalid(what, `has the schemaVersion ${JSON.stringify(version)} in place of 2`);
  }
  switch (mediaType) {
    case MEDIA_TYPE.ociIndex:
    case MEDIA_TYPE.dockerList: {
      refuseFields(object, ['config', 'layers', 'blobs'], 'an index', what);
      if (!Object.hasOwn(object, 'manifests')) throw invalid(what, 'is an index without "manifests"');
      const common = readCommon(object, mediaType === MEDIA_TYPE.ociIndex, what);
      return { kind: 'index', ...common, manifests: readDescriptors(object, 'manifests', what) };
    }
    case MEDIA_TYPE.ociArtifact: {
      refuseFields(object, ['config', 'layers', 'manifests'], 'an artifact manifest', what);
      return {
        kind: 'artifact',
        ...readCommon(object, true, what),
        blobs: readDescriptors(object, 'blobs', what),
      };
    }
    default: {
      refuseFields(object, ['manifests', 'blobs'], 'an image manifest', what);
      const common = readCommon(object, mediaType === MEDIA_TYPE.ociManifest, what);
      const config = parseDescriptor(field(object, 'config'), `config of the ${what}`);
      return { kind: 'image', ...common, config, layers: readDescriptors(object, 'layers', what) };
    }
  }
}

function readCommon(object: JsonObject, mayRefer: boolean, what: string): ManifestCommon {
  const subject = mayRefer ? field(object, 'subject') : undefined;
  return {
    subject: subject === undefined ? undefined : parseDescriptor(subject, `subject of the ${what}`),
    artifactType: optionalString(object, 'artifactType', what) || undefined,
    annotations: readAnnotations(object, what) ?? Object.create(null),
  };
}

function readDescriptors(object: JsonObject, key: string, what: string): readonly Descriptor[] {
  const value = field(object, key) ?? [];
  if (!Array.isArray(value)) throw invalid(what, `has "${key}" that are not a list`);
  const items: unknown[] = value;
  return items.map((item, index) => parseDescriptor(item, `${key}[${index}] of the ${what}`));
}

/** What belongs to another type makes a manifest ambiguous, even an empty list of it (CVE-2021-41190). */
function refuseFields(object: JsonObject, keys: readonly string[], type: string, what: string): void {
  for (const key of keys) {
    if (field(object, key) !== undefined) throw invalid(what, `is ${type} and yet has "${key}"`);
  }
}

function invalid(what: string, fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The ${what} ${fact}.`);
}
