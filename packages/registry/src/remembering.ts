import { type Digest, tryParseDigest } from './name/digest.ts';
import type { Manifest } from './oci/manifest.ts';
import type { Registry } from './registry.ts';

/** Indexes of a hundred images with all that refers to them have some megabytes; what is beyond is fetched again. */
const MAX_REMEMBERED_BYTES = 32 * 1024 * 1024;

/**
 * A repository that fetches no manifest twice: a digest never means other bytes. For those who look at an image and then
 * copy it; what has to be known to be still there is asked for by `resolve`, which remembers nothing.
 */
export function rememberManifests(registry: Registry): Registry {
  const known = new Map<Digest, Manifest>();
  let room = MAX_REMEMBERED_BYTES;
  const { soleManifest, checkPush, mayTagTogether, tagTogether } = registry;
  return {
    location: registry.location,
    resolve: (reference, options) => registry.resolve(reference, options),
    async fetchManifest(reference, options) {
      const digest = tryParseDigest(reference);
      const remembered = digest === undefined ? undefined : known.get(digest);
      if (remembered !== undefined) return remembered;
      const manifest = await registry.fetchManifest(reference, options);
      if (manifest.bytes.length <= room && !known.has(manifest.digest)) {
        room -= manifest.bytes.length;
        known.set(manifest.digest, manifest);
      }
      return manifest;
    },
    pushManifest: (manifest, options) => registry.pushManifest(manifest, options),
    tagManifest: (tag, manifest, options) => registry.tagManifest(tag, manifest, options),
    hasBlob: (blob, options) => registry.hasBlob(blob, options),
    openBlob: (blob, offset, options) => registry.openBlob(blob, offset, options),
    pushBlob: (blob, source, options) => registry.pushBlob(blob, source, options),
    listTags: (options) => registry.listTags(options),
    listReferrers: (subject, options) => registry.listReferrers(subject, options),
    deleteManifest: (reference, options) => registry.deleteManifest(reference, options),
    ...(mayTagTogether !== undefined && { mayTagTogether: (count) => mayTagTogether.call(registry, count) }),
    ...(tagTogether !== undefined && {
      tagTogether: (tags, manifest, options) => tagTogether.call(registry, tags, manifest, options),
    }),
    ...(soleManifest !== undefined && { soleManifest: (options) => soleManifest.call(registry, options) }),
    ...(checkPush !== undefined && { checkPush: (options) => checkPush.call(registry, options) }),
  };
}
