import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { StreamReader } from '../archive/byte-reader.ts';
import { readTar } from '../archive/tar.ts';
import { type Descriptor, formatPlatform } from '../oci/descriptor.ts';
import { parseBoundedJson } from '../oci/json.ts';
import { MAX_MANIFEST_BYTES, type Manifest } from '../oci/manifest.ts';
import type { Registry, RequestOptions } from '../registry.ts';

/** A manifest and where its content lies. */
export interface PlacedManifest {
  readonly registry: Registry;
  readonly manifest: Manifest;
}

/**
 * Names the first thing in which two artifacts differ, as a sentence: by platform, then config, then layer, and within
 * a layer by the first entry. For people who look for what makes a build irreproducible.
 */
export async function findFirstDifference(
  one: PlacedManifest,
  other: PlacedManifest,
  options: RequestOptions = {},
): Promise<string> {
  const [a, b] = [one.manifest.content, other.manifest.content];
  if (a.kind !== b.kind) return `one is an ${a.kind}, the other an ${b.kind}.`;
  if (a.kind === 'index' && b.kind === 'index')
    return inIndexes(one, other, a.manifests, b.manifests, options);
  if (a.kind === 'image' && b.kind === 'image') {
    if (a.config.digest !== b.config.digest) {
      const place = await inConfigs(one, other, a.config, b.config, options);
      // What differs in a layer differs in the config's list of layers, too; the layer says more.
      if (place !== undefined && !place.startsWith('rootfs')) return `the config differs at ${place}.`;
    }
    return inLayers(one, other, a.layers, b.layers, options);
  }
  return `their manifests are ${one.manifest.digest} and ${other.manifest.digest}.`;
}

async function inIndexes(
  one: PlacedManifest,
  other: PlacedManifest,
  a: readonly Descriptor[],
  b: readonly Descriptor[],
  options: RequestOptions,
): Promise<string> {
  const nameOf = ({ platform, digest }: Descriptor): string =>
    platform === undefined ? digest : formatPlatform(platform);
  for (const entry of a) {
    const twin = b.find((candidate) => nameOf(candidate) === nameOf(entry));
    if (twin === undefined) return `only the published one has ${nameOf(entry)}.`;
    if (twin.digest === entry.digest) continue;
    const left = {
      registry: one.registry,
      manifest: await one.registry.fetchManifest(entry.digest, options),
    };
    const right = {
      registry: other.registry,
      manifest: await other.registry.fetchManifest(twin.digest, options),
    };
    return `in ${nameOf(entry)}, ${await findFirstDifference(left, right, options)}`;
  }
  const extra = b.find((entry) => !a.some((candidate) => nameOf(candidate) === nameOf(entry)));
  return extra === undefined
    ? 'the indexes list the same images in another order or with other annotations.'
    : `only the rebuilt one has ${nameOf(extra)}.`;
}

async function inConfigs(
  one: PlacedManifest,
  other: PlacedManifest,
  a: Descriptor,
  b: Descriptor,
  options: RequestOptions,
): Promise<string | undefined> {
  if (a.size > MAX_MANIFEST_BYTES || b.size > MAX_MANIFEST_BYTES) return undefined;
  const read = async ({ registry }: PlacedManifest, blob: Descriptor): Promise<unknown> =>
    parseBoundedJson(await buffer(await registry.openBlob(blob, 0, options)), `config ${blob.digest}`);
  return firstMember(await read(one, a), await read(other, b), '');
}

/** The path of the first member that differs: `config.Env.2`. */
function firstMember(a: unknown, b: unknown, path: string): string | undefined {
  if (JSON.stringify(a) === JSON.stringify(b)) return undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return path || '.';
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  for (const key of keys) {
    const found = firstMember(memberOf(a, key), memberOf(b, key), path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return path || 'the order of its keys';
}

function memberOf(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

async function inLayers(
  one: PlacedManifest,
  other: PlacedManifest,
  a: readonly Descriptor[],
  b: readonly Descriptor[],
  options: RequestOptions,
): Promise<string> {
  for (const [index, layer] of a.entries()) {
    const twin = b[index];
    if (twin === undefined) break;
    if (twin.digest === layer.digest) continue;
    const entry = await firstEntry(one.registry, layer, other.registry, twin, options);
    const which = `layer ${index + 1} of ${a.length}`;
    return entry === undefined
      ? `${which} holds the same files and is compressed or framed otherwise.`
      : `${which} differs at ${entry}.`;
  }
  if (a.length !== b.length) return `one has ${a.length} layers, the other ${b.length}.`;
  return 'their layers are the same, and their manifests differ in annotations or media types.';
}

/** Entries of both layers side by side; `undefined` where all are the same. */
async function firstEntry(
  left: Registry,
  a: Descriptor,
  right: Registry,
  b: Descriptor,
  options: RequestOptions,
): Promise<string | undefined> {
  const [ours, theirs] = [describeEntries(left, a, options), describeEntries(right, b, options)];
  try {
    for (;;) {
      const [x, y] = await Promise.all([ours.next(), theirs.next()]);
      if (x.done && y.done) return undefined;
      if (x.done || y.done) return JSON.stringify((x.done ? y.value : x.value)?.name ?? '');
      if (x.value.facts === y.value.facts) continue;
      if (x.value.name !== y.value.name)
        return `${JSON.stringify(x.value.name)} and ${JSON.stringify(y.value.name)}`;
      return `${JSON.stringify(x.value.name)} (${differingFact(x.value.facts, y.value.facts)})`;
    }
  } finally {
    await Promise.all([ours.return(undefined), theirs.return(undefined)]);
  }
}

interface EntryFacts {
  readonly name: string;
  /** `key=value` lines. */
  readonly facts: string;
}

async function* describeEntries(
  registry: Registry,
  layer: Descriptor,
  options: RequestOptions,
): AsyncGenerator<EntryFacts, void, undefined> {
  const blob = await registry.openBlob(layer, 0, options);
  const isGzip = layer.mediaType.endsWith('gzip');
  const reader = new StreamReader(isGzip ? blob.pipe(createGunzip()) : blob);
  try {
    for await (const { name, type, size, mode, uid, gid, mtime, linkName, content } of readTar(
      reader,
      `layer ${layer.digest}`,
    )) {
      const hash = createHash('sha256');
      for await (const chunk of content()) hash.update(chunk);
      const facts = { type, size, mode, uid, gid, mtime, linkName, content: hash.digest('hex') };
      const lines = Object.entries(facts).map(([key, value]) => `${key}=${value}`);
      yield { name, facts: [name, ...lines].join('\n') };
    }
  } finally {
    blob.destroy();
    await reader.close();
  }
}

function differingFact(a: string, b: string): string {
  const [left, right] = [a.split('\n'), b.split('\n')];
  const index = left.findIndex((line, at) => line !== right[at]);
  return left[index]?.split('=', 1)[0] ?? 'name';
}
