import { SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import type { Descriptor } from './descriptor.ts';
import { field, isJsonObject, parseBoundedJson } from './json.ts';
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
 * The referrers index with one referrer more, or `undefined` where it names it already: what is put under
 * a subject's referrers tag (distribution-spec, "Pushing Manifests with Subject"). Entries and fields that
 * others wrote are kept as they are.
 *
 * @param index what the tag names now; `undefined` where there is none
 * @throws SuiteError `CONTENT_INVALID` where the tag names something else than an OCI index
 */
export function addReferrer(index: Manifest | undefined, referrer: Descriptor): Manifest | undefined {
  const { fields, entries } = openIndex(index);
  if (entries.some((entry) => namesDigest(entry, referrer.digest))) return undefined;
  return closeIndex(fields, [...entries, referrer]);
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

function closeIndex(fields: Readonly<Record<string, unknown>>, manifests: readonly unknown[]): Manifest {
  const bytes = Buffer.from(JSON.stringify({ ...fields, manifests }));
  return parseManifest({ bytes, mediaType: MEDIA_TYPE.ociIndex, what: 'new referrers index' });
}
