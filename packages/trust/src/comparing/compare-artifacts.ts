import {
  type Descriptor,
  type Digest,
  formatPlatform,
  type Manifest,
  parseBoundedJson,
  type Registry,
  type RequestOptions,
} from '@artifact-lifecycle/registry';
import { type Bytes, compareBytes } from './compare-bytes.ts';
import { compareJson } from './compare-json.ts';
import { compareLayers, type LayerSource } from './compare-layers.ts';
import { type Comparison, type Difference, inside, show } from './difference.ts';

/** Configs have some kB; none of an image that runs comes near. */
const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

/** What is compared. */
export type ComparedArtifact =
  | { readonly kind: 'file'; open(): Promise<Bytes> }
  | { readonly kind: 'image'; readonly registry: Registry; readonly digest: Digest };

/**
 * Compares a rebuilt artifact with a published one, and names the first difference: of files the first byte; of
 * images what comes first of platforms, manifest, config, layers and the files in them. A file beside an image is
 * compared with the image's one layer, as artifacts that are no containers have it.
 *
 * @throws SuiteError what reading throws: what cannot be read is neither the same nor different.
 */
export async function compareArtifacts(
  left: ComparedArtifact,
  right: ComparedArtifact,
  options: RequestOptions = {},
): Promise<Comparison> {
  const difference = await findDifference(left, right, options);
  return { identical: difference === undefined, difference };
}

async function findDifference(
  left: ComparedArtifact,
  right: ComparedArtifact,
  options: RequestOptions,
): Promise<Difference | undefined> {
  if (left.kind === 'image' && right.kind === 'image') {
    return left.digest === right.digest ? undefined : compareManifests(left, right, options);
  }
  const [a, b] = await Promise.all([left, right].map((side) => openContent(side, options)));
  if (a === undefined || b === undefined) {
    return { place: [], fact: 'One is a file, the other an image of several parts.' };
  }
  return compareBytes(a, b);
}

type ComparedImage = Extract<ComparedArtifact, { readonly kind: 'image' }>;

async function openContent(side: ComparedArtifact, options: RequestOptions): Promise<Bytes | undefined> {
  if (side.kind === 'file') return side.open();
  const { content } = await side.registry.fetchManifest(side.digest, options);
  const [only, ...more] = content.kind === 'image' ? content.layers : [];
  return only === undefined || more.length > 0 ? undefined : side.registry.openBlob(only, 0, options);
}

async function compareManifests(
  left: ComparedImage,
  right: ComparedImage,
  options: RequestOptions,
): Promise<Difference | undefined> {
  const [a, b] = await Promise.all([fetch(left, options), fetch(right, options)]);
  if (a.content.kind !== b.content.kind) {
    return { place: [], fact: `The first is an ${a.content.kind}, the second an ${b.content.kind}.` };
  }
  const parts =
    a.content.kind === 'index' && b.content.kind === 'index'
      ? await comparePlatforms(left, right, [a.content.manifests, b.content.manifests], options)
      : await compareImages(left, right, [a, b], options);
  return parts ?? inside('manifest', compareDocuments(a, b));
}

/** What is left: annotations, order, or how the same is written. */
function compareDocuments(a: Manifest, b: Manifest): Difference {
  const [x, y] = [a, b].map(({ bytes, digest }) => parseBoundedJson(bytes, `manifest ${digest}`));
  return (
    compareJson(x, y) ?? { place: [], fact: 'Both say the same, and differ in how that is written as JSON.' }
  );
}

type Pair<Item> = readonly [left: Item, right: Item];

async function comparePlatforms(
  left: ComparedImage,
  right: ComparedImage,
  [a, b]: Pair<readonly Descriptor[]>,
  options: RequestOptions,
): Promise<Difference | undefined> {
  const [mine, yours] = [byPlatform(a), byPlatform(b)];
  for (const name of [...new Set([...mine.keys(), ...yours.keys()])].sort()) {
    const [x, y] = [mine.get(name), yours.get(name)];
    if (x?.digest === y?.digest) continue;
    if (x === undefined) return { place: [name], fact: 'Only the second has this platform.' };
    if (y === undefined) return { place: [name], fact: 'Only the first has this platform.' };
    const found = await compareManifests(
      { ...left, digest: x.digest },
      { ...right, digest: y.digest },
      options,
    );
    if (found !== undefined) return inside(name, found);
  }
  return undefined;
}

/** Several of one platform are told apart by their place among them. */
function byPlatform(descriptors: readonly Descriptor[]): ReadonlyMap<string, Descriptor> {
  const named = new Map<string, Descriptor>();
  for (const descriptor of descriptors) {
    const { platform, artifactType = 'manifest' } = descriptor;
    const name = platform === undefined ? artifactType : formatPlatform(platform);
    let unique = name;
    for (let count = 2; named.has(unique); count++) unique = `${name} (${count})`;
    named.set(unique, descriptor);
  }
  return named;
}

async function compareImages(
  left: ComparedImage,
  right: ComparedImage,
  [{ content: a }, { content: b }]: Pair<Manifest>,
  options: RequestOptions,
): Promise<Difference | undefined> {
  if (a.kind !== 'image' || b.kind !== 'image') return undefined;
  if (a.config.digest !== b.config.digest) {
    const [x, y] = await Promise.all([
      readConfig(left.registry, a.config, options),
      readConfig(right.registry, b.config, options),
    ]);
    // Which files of a layer differ says more than that its digest does.
    const found = compareJson(x, y, (path) => path === 'rootfs.diff_ids');
    if (found !== undefined) return inside('config', found);
  }
  for (let index = 0; index < Math.max(a.layers.length, b.layers.length); index++) {
    const [x, y] = [a.layers[index], b.layers[index]];
    if (x?.digest === y?.digest) continue;
    const place = `layer ${index + 1}`;
    if (x === undefined) return { place: [place], fact: 'Only the second has this layer.' };
    if (y === undefined) return { place: [place], fact: 'Only the first has this layer.' };
    const found = await compareLayers(source(left, x, options), source(right, y, options));
    if (found !== undefined) return inside(place, found);
  }
  return undefined;
}

function source({ registry }: ComparedImage, descriptor: Descriptor, options: RequestOptions): LayerSource {
  return { descriptor, open: () => registry.openBlob(descriptor, 0, options) };
}

function fetch({ registry, digest }: ComparedImage, options: RequestOptions): Promise<Manifest> {
  return registry.fetchManifest(digest, options);
}

/** A config that is no JSON is compared as what it is. */
async function readConfig(registry: Registry, config: Descriptor, options: RequestOptions): Promise<unknown> {
  if (config.size > MAX_CONFIG_BYTES) return `${config.size} bytes, ${config.digest}`;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of await registry.openBlob(config, 0, options)) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > config.size) return `more than ${config.size} bytes, ${show(config.digest)}`;
    chunks.push(bytes);
  }
  const bytes = Buffer.concat(chunks);
  if (!/[+/]json$/.test(config.mediaType)) return bytes.toString('base64');
  return parseBoundedJson(bytes, `config ${config.digest}`);
}
