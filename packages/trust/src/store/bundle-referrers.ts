import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Descriptor,
  type Digest,
  type Manifest,
  mapInParallel,
  READ_CONCURRENCY,
  type Registry,
  type RequestOptions,
  readBlobBytes,
  readReferrers,
  type Tag,
} from '@artifact-lifecycle/registry';
import type { BundleOrigin } from '../verifying/evidence.ts';
import type { ListOptions } from './attestation-store.ts';
import { brokenEntry, orBroken, refuseContent } from './broken-entry.ts';
import {
  BUNDLE_MEDIA_TYPE_PREFIX,
  BUNDLE_PREDICATE_ANNOTATION,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLES_BYTES,
} from './bundle-limits.ts';
import type { BrokenEntry, StoredBundle } from './stored-entry.ts';

/** A bundle that was found and not fetched yet. */
interface FoundBundle {
  readonly kind: 'found';
  readonly origin: BundleOrigin;
  readonly layer: Descriptor;
}

/**
 * The bundles that refer to a digest: cosign's, GitHub's and ours, one layer each. Referrers that hold none, such as
 * a bare SBOM, are passed over, and those that say themselves that they do not matter; those that claim to hold one and
 * do not are broken.
 *
 * @throws SuiteError those of `readReferrers`, and `LIMIT_EXCEEDED` where the bundles together are too large
 */
export async function readBundleReferrers(
  registry: Registry,
  subject: Digest,
  { signal: outer, matters }: Pick<ListOptions, 'signal' | 'matters'>,
): Promise<readonly (StoredBundle | BrokenEntry)[]> {
  const read = await readReferrers(registry, subject, { signal: outer });
  const found = read.flatMap((referrer): readonly (FoundBundle | BrokenEntry)[] => {
    const origin: BundleOrigin = { kind: 'referrer', digest: referrer.digest };
    if (referrer.kind === 'broken') return [brokenEntry(origin, referrer.error)];
    if (!claimsBundle(referrer.manifest) || !canMatter(referrer.manifest, matters)) return [];
    const layer = bundleLayer(referrer.manifest);
    return layer instanceof SuiteError ? [brokenEntry(origin, layer)] : [{ kind: 'found', origin, layer }];
  });
  demandRoom(
    found.flatMap((entry) => (entry.kind === 'found' ? [entry.layer] : [])),
    subject,
  );
  return mapInParallel(found, READ_CONCURRENCY, outer, async (entry, signal) => {
    if (entry.kind === 'broken') return entry;
    const { origin, layer } = entry;
    return orBroken(origin, async () => ({
      kind: 'bundle' as const,
      origin,
      bytes: await readBlobBytes(registry, layer, MAX_BUNDLE_BYTES, { signal }),
    }));
  });
}

/** A bundle that was asked for by its own manifest, and the digest that it refers to. */
export interface ReferringBundle {
  readonly subject: Digest;
  readonly entry: StoredBundle;
}

/**
 * The bundle that one manifest holds, and what that manifest refers to: for who knows the manifest, by its digest or by
 * a tag, and not its subject.
 *
 * @throws SuiteError `NOT_FOUND`, `CONTENT_INVALID` where it is no referrer or holds no bundle, `LIMIT_EXCEEDED`, and
 *   those of reading a registry
 */
export async function readReferringBundle(
  registry: Registry,
  reference: Tag | Digest,
  options: RequestOptions = {},
): Promise<ReferringBundle> {
  const manifest = await registry.fetchManifest(reference, options);
  const subject = manifest.content.subject?.digest;
  if (subject === undefined) {
    throw new SuiteError('CONTENT_INVALID', `The manifest ${manifest.digest} refers to nothing.`);
  }
  const layer = bundleLayer(manifest);
  if (layer instanceof SuiteError) throw layer;
  const bytes = await readBlobBytes(registry, layer, MAX_BUNDLE_BYTES, options);
  return {
    subject,
    entry: { kind: 'bundle', origin: { kind: 'referrer', digest: manifest.digest }, bytes },
  };
}

/**
 * Refuses what would not fit into memory together, before any of it is fetched.
 *
 * @throws SuiteError `LIMIT_EXCEEDED`
 */
export function demandRoom(layers: readonly Descriptor[], subject: Digest): void {
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= MAX_BUNDLES_BYTES) return;
  throw new SuiteError(
    'LIMIT_EXCEEDED',
    `The signatures and attestations of ${subject} have ${bytes} bytes; the limit is ${MAX_BUNDLES_BYTES}.`,
    { remedy: 'Delete those that nobody needs: a reader cannot tell a flood from evidence.' },
  );
}

/** What the manifest itself says it is, whatever the list said of it. */
function claimsBundle({ content }: Manifest): boolean {
  const types = [content.artifactType ?? ''];
  if (content.kind === 'image') types.push(...content.layers.map(({ mediaType }) => mediaType));
  return types.some((type) => type.startsWith(BUNDLE_MEDIA_TYPE_PREFIX));
}

/** A lie here makes a bundle count for nothing, and nothing else. What does not say what it holds may hold anything. */
function canMatter({ content }: Manifest, matters: ListOptions['matters']): boolean {
  const predicateType = content.annotations[BUNDLE_PREDICATE_ANNOTATION];
  return matters === undefined || predicateType === undefined || matters(predicateType);
}

/** The one layer that cosign reads (cosign, pkg/cosign/bundle): of several, readers would not read the same. */
function bundleLayer({ content, digest }: Manifest): Descriptor | SuiteError {
  if (content.kind !== 'image')
    return refuseContent(`The manifest ${digest} claims to hold a bundle, and is an ${content.kind}.`);
  const [layer, ...more] = content.layers;
  if (layer === undefined || more.length > 0) {
    return refuseContent(
      `The manifest ${digest} of a bundle has ${content.layers.length} layers in place of one.`,
    );
  }
  if (!layer.mediaType.startsWith(BUNDLE_MEDIA_TYPE_PREFIX)) {
    return refuseContent(`The manifest ${digest} of a bundle has a layer of the type ${layer.mediaType}.`);
  }
  if (layer.size > MAX_BUNDLE_BYTES) {
    return new SuiteError(
      'LIMIT_EXCEEDED',
      `The bundle of ${digest} has ${layer.size} bytes; the limit is ${MAX_BUNDLE_BYTES}.`,
    );
  }
  return layer;
}
