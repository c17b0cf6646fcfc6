import { SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import type { Reference } from '../name/location.ts';
import { formatLocation, formatReference } from '../name/reference.ts';
import { parseTag } from '../name/tag.ts';
import { type Manifest, parseManifest } from '../oci/manifest.ts';
import type { Registry, RequestOptions } from '../registry.ts';
import { digestLike } from './tag-decision.ts';

/**
 * Resolves what is to be copied, the one time (design, "Resolve once"): by its digest, its tag, or where it
 * has neither by what that means there, `latest` or the one image of a layout or archive.
 *
 * @throws SuiteError `NOT_FOUND`, `DIGEST_MISMATCH` where a tag is not at the digest beside it, and those of
 *   reading a manifest
 */
export async function resolveSource(
  source: Registry,
  reference: Reference,
  options: RequestOptions,
): Promise<Manifest> {
  const { tag, digest } = reference;
  if (tag !== undefined) {
    const manifest = await source.fetchManifest(tag, options);
    return digest === undefined ? manifest : confirm(manifest, digest, reference);
  }
  if (digest !== undefined) return source.fetchManifest(digest, options);
  if (source.soleManifest === undefined) {
    return source.fetchManifest(parseTag('latest', 'default tag'), options);
  }
  const sole = await source.soleManifest(options);
  if (sole !== undefined) return source.fetchManifest(sole.digest, options);
  throw new SuiteError('NOT_FOUND', `${formatLocation(source.location)} holds no image.`, {
    remedy: 'Check the path, which is relative to the workspace, and that an earlier step has written it.',
  });
}

function confirm(manifest: Manifest, digest: Digest, reference: Reference): Manifest {
  const actual = digestLike(manifest, digest);
  const what = `manifest ${formatReference(reference)}`;
  if (actual === digest) {
    return manifest.digest === digest
      ? manifest
      : parseManifest({ bytes: manifest.bytes, mediaType: manifest.mediaType, expected: digest, what });
  }
  const name = formatReference({ ...reference, digest: undefined });
  throw new SuiteError('DIGEST_MISMATCH', `${name} is ${actual}, not ${digest} as its name says.`, {
    remedy: 'Leave the tag out to take the digest, or the digest to take what the tag points to now.',
  });
}
