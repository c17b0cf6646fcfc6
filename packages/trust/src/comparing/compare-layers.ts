import { pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SuiteError } from '@artifact-lifecycle/core';
import { type Descriptor, readTar, StreamReader, type TarEntry } from '@artifact-lifecycle/registry';
import { type Bytes, compareBytes } from './compare-bytes.ts';
import { type Difference, inside, show } from './difference.ts';

/** Larger layers exist only in bombs; nothing of a layer is held, so the bound is for time. */
const MAX_LAYER_BYTES = 64 * 1024 ** 3;

/** A layer as a registry has it. */
export interface LayerSource {
  readonly descriptor: Descriptor;
  open(): Promise<Readable>;
}

/**
 * Finds the first entry in which two layers of other digests differ; layers that are no tar, or compressed in a way
 * that is not read here, are compared byte by byte.
 */
export async function compareLayers(left: LayerSource, right: LayerSource): Promise<Difference | undefined> {
  const types = [left.descriptor.mediaType, right.descriptor.mediaType];
  if (!types.every(isReadableTar)) {
    return compareBytes(await left.open(), await right.open());
  }
  const [a, b] = await Promise.all([openTar(left), openTar(right)]);
  try {
    const difference = await compareEntries(entriesOf(a, left), entriesOf(b, right));
    return (
      difference ?? {
        place: [],
        fact: 'Both hold the same files, and differ in how these are packed or compressed.',
      }
    );
  } finally {
    a.destroy();
    b.destroy();
  }
}

async function compareEntries(
  left: AsyncGenerator<TarEntry, void, undefined>,
  right: AsyncGenerator<TarEntry, void, undefined>,
): Promise<Difference | undefined> {
  for (;;) {
    const [a, b] = await Promise.all([left.next(), right.next()]);
    if (a.done === true && b.done === true) return undefined;
    if (a.done === true || b.done === true) {
      const [only, side] = a.done === true ? [b.value ?? undefined, 'second'] : [a.value, 'first'];
      return { place: [name(only)], fact: `Only the ${side} has this entry.` };
    }
    const found = await compareEntry(a.value, b.value);
    if (found !== undefined) return found;
  }
}

async function compareEntry(a: TarEntry, b: TarEntry): Promise<Difference | undefined> {
  if (a.name !== b.name) {
    return { place: [name(a)], fact: `The second has ${show(b.name)} in its place.` };
  }
  const properties = [
    ['type', a.type, b.type],
    ['link', a.linkName, b.linkName],
    ['mode', a.mode.toString(8), b.mode.toString(8)],
    ['owner', `${a.uid}:${a.gid}`, `${b.uid}:${b.gid}`],
    ['size', a.size, b.size],
    ['time', showTime(a.mtime), showTime(b.mtime)],
  ] as const;
  for (const [what, x, y] of properties) {
    if (x === y) continue;
    return { place: [name(a)], fact: `Its ${what} is ${show(x)} in the first, ${show(y)} in the second.` };
  }
  return inside(name(a), await compareBytes(a.content(), b.content()));
}

function name(entry: TarEntry | undefined): string {
  return (entry?.name ?? '').slice(0, 500);
}

function showTime(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? String(seconds) : time.toISOString().replace('.000', '');
}

function entriesOf(tar: Bytes, { descriptor }: LayerSource): AsyncGenerator<TarEntry, void, undefined> {
  return readTar(new StreamReader(tar), `layer ${descriptor.digest}`);
}

async function openTar(layer: LayerSource): Promise<Transform> {
  const steps = [...(isGzip(layer.descriptor.mediaType) ? [createGunzip()] : []), bound(layer.descriptor)];
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || !(last instanceof Transform)) throw new RangeError('there is no step');
  // A failure anywhere destroys the last step with it, and so reaches whoever reads.
  pipeline([await layer.open(), ...steps], () => undefined);
  return last;
}

function bound({ digest }: Descriptor): Transform {
  let total = 0;
  return new Transform({
    transform: (chunk: Uint8Array, _, done) => {
      total += chunk.length;
      if (total <= MAX_LAYER_BYTES) return done(null, chunk);
      return done(new SuiteError('LIMIT_EXCEEDED', `The layer ${digest} unpacks to more than 64 GiB.`));
    },
  });
}

function isGzip(mediaType: string): boolean {
  return /[.+]gzip$/.test(mediaType);
}

/** Tars as they are, and with gzip: what every Node can unpack. */
function isReadableTar(mediaType: string): boolean {
  return /\.tar(?:[.+]gzip)?$/.test(mediaType);
}
