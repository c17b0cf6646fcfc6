import { SuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestAlgorithm, digestOf } from '../name/digest.ts';
import type { Descriptor } from './descriptor.ts';
import { field, isJsonObject, type JsonObject, parseBoundedJson } from './json.ts';
import { artifactTypeOf, describeManifest, type Manifest, parseManifest } from './manifest.ts';
import { MEDIA_TYPE } from './media-type.ts';

/**
 * The descriptor by which a list of referrers names a manifest: with its artifact type and annotations
 * (distribution-spec, "Listing Referrers").
 */
export function describeReferrer(manifest: Manifest): Descriptor {
  const artifactType = artifactTypeOf(manifest.content);
  const { annotations } = manifest.content;
  return {
    ...describeManifest(manifest),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

/**
 * Whether what a referrers tag names is the subject itself, under whatever algorithm: some registries read the tag
 * as the digest that it spells (GitLab, oras-go#1396), and then it is no list, even where it is an index.
 */
export function isSubject(named: Manifest, subject: Digest): boolean {
  return named.digest === subject || digestOf(named.bytes, digestAlgorithm(subject)) === subject;
}

/**
 * The referrers index with one referrer more, or `undefined` where it names it already: what is put under
 * a subject's referrers tag (distribution-spec, "Pushing Manifests with Subject"). Entries and fields that
 * others wrote are kept as they are; an entry for this referrer gets the type and annotations it has to have.
 *
 * @param index what the tag names now; `undefined` where there is none
 * @throws SuiteError `CONTENT_INVALID` where the tag names something else than an OCI index
 */
export function addReferrer(index: Manifest | undefined, referrer: Descriptor): Manifest | undefined {
  const { fields, entries } = openIndex(index);
  const known = entries.find((entry): entry is JsonObject => namesDigest(entry, referrer.digest));
  if (known === undefined) return closeIndex(fields, [...entries, referrer]);
  const right = corrected(known, referrer);
  if (right === undefined) return undefined;
  return closeIndex(
    fields,
    entries.map((entry) => (entry === known ? right : entry)),
  );
}

/**
 * The referrers index without a referrer, or `undefined` where it does not name it.
 *
 * @throws SuiteError `CONTENT_INVALID` where the tag names something else than an OCI index
 */
export function removeReferrer(index: Manifest, referrer: Digest): Manifest | undefined {
  const { fields, entries } = openIndex(index);
  const left = entries.filter((entry) => !namesDigest(entry, referrer));
  return left.length === entries.length ? undefined : closeIndex(fields, left);
}

function openIndex(index: Manifest | undefined): {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly entries: readonly unknown[];
} {
  if (index === undefined) {
    return { fields: { schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex }, entries: [] };
  }
  if (index.mediaType !== MEDIA_TYPE.ociIndex) {
    // distribution-spec: "If the response is not an image index, the client should return an error."
    throw new SuiteError(
      'CONTENT_INVALID',
      `The tag for a list of referrers names ${index.digest}, which is a ${index.mediaType} and no index.`,
      { remedy: 'Remove that tag, or use a registry with the referrers API.' },
    );
  }
  const fields = parseBoundedJson(index.bytes, `referrers index ${index.digest}`);
  if (!isJsonObject(fields)) throw new SuiteError('INTERNAL', 'A parsed index is no object.');
  const entries = field(fields, 'manifests');
  return { fields, entries: Array.isArray(entries) ? entries : [] };
}

function namesDigest(entry: unknown, digest: Digest): boolean {
  return isJsonObject(entry) && field(entry, 'digest') === digest;
}

/**
 * An entry with what the manifest itself says, or `undefined` where it says so already. Clients have left out
 * annotations, and written the type of an empty config in place of the artifact's (GHCR).
 */
function corrected(entry: JsonObject, referrer: Descriptor): JsonObject | undefined {
  const { mediaType, size, artifactType, annotations = {} } = referrer;
  const theirs = field(entry, 'annotations');
  const noted = isJsonObject(theirs) ? theirs : {};
  const isRight =
    field(entry, 'mediaType') === mediaType &&
    field(entry, 'size') === size &&
    field(entry, 'artifactType') === artifactType &&
    Object.entries(annotations).every(([key, text]) => field(noted, key) === text);
  if (isRight) return undefined;
  const all = { ...noted, ...annotations };
  // JSON leaves out what is undefined: a manifest without a type has none in the list, either.
  return {
    ...entry,
    mediaType,
    size,
    artifactType,
    annotations: Object.keys(all).length > 0 ? all : undefined,
  };
}

function closeIndex(fields: Readonly<Record<string, unknown>>, manifests: readonly unknown[]): Manifest {
  const bytes = Buffer.from(JSON.stringify({ ...fields, manifests }));
  return parseManifest({ bytes, mediaType: MEDIA_TYPE.ociIndex, what: 'new referrers index' });
}
