import { SuiteError } from '@artifact-lifecycle/core';
import { field, isJsonObject, type JsonObject, tryParseDigest } from '@artifact-lifecycle/registry';
import type { StoredImage } from '../../image/stored-image.ts';

/**
 * Reads an image as `DescribeImages` tells it (API reference, `ImageDetail`).
 *
 * @throws SuiteError `PROTOCOL_INVALID`
 */
export function readEcrImage(detail: unknown): StoredImage {
  if (!isJsonObject(detail)) throw unexpectedEcr('details of an image');
  const text = (key: string): string | undefined => {
    const value = field(detail, key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const digest = tryParseDigest(text('imageDigest') ?? '');
  if (digest === undefined) throw unexpectedEcr('digest of an image');
  const size = field(detail, 'imageSizeInBytes');
  const mediaType = text('imageManifestMediaType');
  const artifactType = text('artifactMediaType');
  return {
    id: digest,
    digest,
    tags: readTags(detail),
    pushedAt: readTime(detail, 'imagePushedAt') ?? 0,
    pulledAt: readTime(detail, 'lastRecordedPullTime'),
    size: typeof size === 'number' ? size : undefined,
    mediaType,
    // For an image it is its config's type, which says nothing.
    artifactType:
      artifactType?.includes('.config.') || artifactType?.includes('.container.image.')
        ? undefined
        : artifactType,
    subject: tryParseDigest(text('subjectManifestDigest') ?? ''),
    storageClass: text('imageStatus') === 'ARCHIVED' ? 'archive' : 'standard',
    archivedAt: readTime(detail, 'lastArchivedAt'),
    activatedAt: readTime(detail, 'lastActivatedAt'),
  };
}

function readTags(detail: JsonObject): readonly string[] {
  const tags = field(detail, 'imageTags') ?? [];
  if (!Array.isArray(tags)) throw unexpectedEcr('list of tags');
  return tags
    .map((tag: unknown) => {
      if (typeof tag !== 'string') throw unexpectedEcr('tag');
      return tag;
    })
    .sort();
}

/** JSON 1.1 has seconds with a fraction. */
function readTime(detail: JsonObject, key: string): number | undefined {
  const value = field(detail, key);
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value * 1000) : undefined;
}

/** The error for an answer of another kind than ECR's. */
export function unexpectedEcr(what: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `Amazon ECR answered something that is no ${what}.`);
}
