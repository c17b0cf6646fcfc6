import { type Clock, isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import {
  type Descriptor,
  type Digest,
  digestOf,
  field,
  formatLocation,
  isJsonObject,
  type Manifest,
  MEDIA_TYPE,
  parseBoundedJson,
  parseManifest,
  pushBytes,
  type Registry,
  type RequestOptions,
  type Tag,
} from '@artifact-lifecycle/registry';
import { type LegacyLayer, layerIdentity } from './legacy-layer.ts';
import { fetchTagged, legacyLayers, legacyTags } from './legacy-tags.ts';

/** Each lost race means that another writer got in; so many in a row are no accident. */
const MAX_ROUNDS = 8;

/** The wait after a lost race, times the rounds that were lost. */
const RACE_DELAY_MS = 100;

/** The date in configs that have none, as cosign writes it. */
const NO_DATE = '0001-01-01T00:00:00Z';

/** What came of it: where the layer is. */
export interface WrittenLayer {
  readonly tag: Tag;
  readonly layer: number;
  readonly outcome: 'created' | 'same';
}

/**
 * Adds a layer to the manifest under one of cosign's tags, as cosign does: what is there stays. The tag is moved only
 * while it names what was read, and read again afterwards; when somebody else's write got in between, the layer is
 * added to that.
 *
 * @throws SuiteError `UNSUPPORTED` for a digest that has no such tags, `UNREACHABLE` where the races do not end
 */
export async function appendLegacyLayer(
  registry: Registry,
  subject: Digest,
  layer: LegacyLayer,
  { signal, clock }: RequestOptions & { readonly clock: Clock },
): Promise<WrittenLayer> {
  const tag = legacyTags(subject).find(({ kind }) => kind === layer.kind)?.tag;
  if (tag === undefined) {
    throw new SuiteError('UNSUPPORTED', `cosign before version 3 has no tags for ${subject}.`, {
      remedy: 'Leave out "legacy-cosign-tags", or sign an image with a sha256 digest.',
    });
  }
  const { bytes, mediaType, annotations } = layer;
  const digest = digestOf(bytes, 'sha256');
  const descriptor: Descriptor = { mediaType, digest, size: bytes.length, annotations };
  const wanted = layerIdentity(digest, annotations);
  for (let round = 0; round <= MAX_ROUNDS; round += 1) {
    // The first round writes, the second finds it written; only then is there a race to step back from.
    if (round > 1) await clock.sleep(RACE_DELAY_MS * (round - 1), signal);
    const current = await fetchTagged(registry, tag, { signal });
    const layers = current === undefined ? [] : legacyLayers(current, tag);
    const at = layers.findIndex((one) => layerIdentity(one.digest, one.annotations ?? {}) === wanted);
    if (at >= 0) return { tag, layer: at, outcome: round === 0 ? 'same' : 'created' };
    const config = Buffer.from(JSON.stringify(configOf([...layers, descriptor])));
    const manifest = withLayer(current, descriptor, describeConfig(config));
    await pushBytes(registry, descriptor, bytes, { signal });
    await pushBytes(registry, describeConfig(config), config, { signal });
    await registry.pushManifest(manifest, { signal });
    await move(registry, tag, manifest, current, signal);
  }
  throw new SuiteError(
    'UNREACHABLE',
    `${formatLocation(registry.location)}:${tag} did not keep its new entry in ${MAX_ROUNDS} tries.`,
    { remedy: 'Let fewer jobs sign this image at a time, and try again.' },
  );
}

/** Moves the tag; a race that was lost is no error, because the next round sees it. */
async function move(
  registry: Registry,
  tag: Tag,
  manifest: Manifest,
  current: Manifest | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await registry.tagManifest(tag, manifest, { signal, replaces: current?.digest ?? 'nothing' });
  } catch (error) {
    if (!isSuiteError(error, 'PLAN_STALE')) throw error;
  }
}

/** The manifest with one layer more: its other layers and fields as they were, the config for all of them. */
function withLayer(current: Manifest | undefined, added: Descriptor, config: Descriptor): Manifest {
  const fields = current === undefined ? {} : parseBoundedJson(current.bytes, `manifest ${current.digest}`);
  if (!isJsonObject(fields)) throw new SuiteError('INTERNAL', 'A parsed manifest is no object.');
  const kept = field(fields, 'layers');
  const mediaType = current?.mediaType ?? MEDIA_TYPE.ociManifest;
  const layers = [...(Array.isArray(kept) ? kept : []), added];
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...fields, config, layers }));
  return parseManifest({ bytes, mediaType, what: 'new list of signatures' });
}

function describeConfig(config: Uint8Array): Descriptor {
  return { mediaType: MEDIA_TYPE.ociConfig, digest: digestOf(config, 'sha256'), size: config.length };
}

/** Readers take the layers from the manifest; the config says nothing but how many there are. */
function configOf(layers: readonly Descriptor[]): Readonly<Record<string, unknown>> {
  return {
    architecture: '',
    created: NO_DATE,
    history: layers.map(() => ({ created: NO_DATE })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  };
}
