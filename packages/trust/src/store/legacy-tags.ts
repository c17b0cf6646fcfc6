import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import {
  cosignTags,
  type Descriptor,
  type Digest,
  type Manifest,
  mapInParallel,
  READ_CONCURRENCY,
  type Registry,
  type RequestOptions,
  readBlobBytes,
  type Tag,
} from '@artifact-lifecycle/registry';
import type { BundleOrigin } from '../verifying/evidence.ts';
import { brokenEntry, orBroken, refuseContent } from './broken-entry.ts';
import { MAX_BUNDLE_BYTES } from './bundle-limits.ts';
import { demandRoom } from './bundle-referrers.ts';
import { LEGACY_ANNOTATION, LEGACY_TYPE, type LegacyKind, MAX_LEGACY_LAYERS } from './legacy-format.ts';
import type { BrokenEntry, LegacyAttestation, LegacyMaterial, LegacySignature } from './stored-entry.ts';

/** An entry of one of cosign's older tags. */
export type LegacyEntry = LegacySignature | LegacyAttestation | BrokenEntry;

/** The tags, `.sig` before `.att`; a sha512 digest has none. */
export function legacyTags(subject: Digest): readonly { readonly kind: LegacyKind; readonly tag: Tag }[] {
  return cosignTags(subject).flatMap(({ kind, tag }) => (kind === 'sbom' ? [] : [{ kind, tag }]));
}

/**
 * What cosign before version 3 keeps under the tags `.sig` and `.att` of a digest, in its order. Nothing says that a
 * tag's content is about the digest in its name but the payload of each layer, which is left to the verifier.
 *
 * @throws SuiteError whatever keeps the registry from answering
 */
export async function readLegacyTags(
  registry: Registry,
  subject: Digest,
  options: RequestOptions,
): Promise<readonly LegacyEntry[]> {
  const entries: LegacyEntry[] = [];
  for (const { kind, tag } of legacyTags(subject)) {
    entries.push(...(await readTag(registry, subject, kind, tag, options)));
  }
  return entries;
}

/** The manifest that a tag names; `undefined` where there is no such tag. */
export async function fetchTagged(
  registry: Registry,
  tag: Tag,
  options: RequestOptions,
): Promise<Manifest | undefined> {
  try {
    return await registry.fetchManifest(tag, options);
  } catch (error) {
    if (isSuiteError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/** The layers of the manifest under a tag. */
export function legacyLayers({ content, digest }: Manifest, tag: Tag): readonly Descriptor[] {
  if (content.kind !== 'image') {
    throw refuseContent(`The tag ${tag} names ${digest}, an ${content.kind} and no list of signatures.`);
  }
  if (content.layers.length <= MAX_LEGACY_LAYERS) return content.layers;
  throw new SuiteError(
    'LIMIT_EXCEEDED',
    `The tag ${tag} lists ${content.layers.length} signatures; the limit is ${MAX_LEGACY_LAYERS}.`,
    { remedy: 'Delete the tag, and sign again.' },
  );
}

async function readTag(
  registry: Registry,
  subject: Digest,
  kind: LegacyKind,
  tag: Tag,
  options: RequestOptions,
): Promise<readonly LegacyEntry[]> {
  const read = await orBroken({ kind: 'legacy-tag', tag, layer: 0 }, async () => {
    const manifest = await fetchTagged(registry, tag, options);
    return manifest === undefined ? [] : legacyLayers(manifest, tag);
  });
  if ('kind' in read) return [read];
  demandRoom(read, subject);
  const numbered = read.map((layer, index) => ({ layer, index }));
  return mapInParallel(numbered, READ_CONCURRENCY, options.signal, ({ layer, index }, signal) =>
    readLayer(registry, kind, layer, { kind: 'legacy-tag', tag, layer: index }, { signal }),
  );
}

async function readLayer(
  registry: Registry,
  kind: LegacyKind,
  layer: Descriptor,
  origin: BundleOrigin,
  options: RequestOptions,
): Promise<LegacyEntry> {
  if (layer.mediaType !== LEGACY_TYPE[kind]) {
    const fact = `The layer ${layer.digest} among cosign's has the type ${layer.mediaType} in place of ${LEGACY_TYPE[kind]}.`;
    return brokenEntry(origin, refuseContent(fact));
  }
  return orBroken(origin, async () => {
    const bytes = await readBlobBytes(registry, layer, MAX_BUNDLE_BYTES, options);
    const material = readMaterial(layer.annotations ?? {});
    return kind === 'sig'
      ? { kind: 'legacy-signature' as const, origin, payload: bytes, material }
      : { kind: 'legacy-attestation' as const, origin, envelope: bytes, material };
  });
}

/** cosign writes empty annotations for what there is none of. */
function readMaterial(annotations: Readonly<Record<string, string>>): LegacyMaterial {
  const text = (name: string): string | undefined =>
    Object.hasOwn(annotations, name) ? annotations[name] || undefined : undefined;
  return {
    signature: text(LEGACY_ANNOTATION.signature),
    certificate: text(LEGACY_ANNOTATION.certificate),
    chain: text(LEGACY_ANNOTATION.chain),
    rekorBundle: text(LEGACY_ANNOTATION.rekorBundle),
    timestamp: text(LEGACY_ANNOTATION.timestamp),
  };
}
