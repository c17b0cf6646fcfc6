import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Descriptor,
  digestOf,
  type Manifest,
  MEDIA_TYPE,
  parseManifest,
  type Registry,
} from '@artifact-lifecycle/registry';
import type { Cataloguer, FileSelection } from '../../src/cataloguers/cataloguer.ts';
import { parseImageConfig } from '../../src/reading/image-config.ts';
import type { Scan } from '../../src/reading/scan.ts';
import { type ImageScanOptions, type ImageToScan, scanImage } from '../../src/reading/scan-image.ts';
import { buildTar, type Entry } from './tar-builder.ts';

/** A layer as it lies in a registry. */
export interface BuiltLayer {
  readonly bytes: Buffer;
  readonly diffId: string;
  readonly mediaType?: string | undefined;
  /** In place of the true one. */
  readonly digest?: string | undefined;
}

export function gzipLayer(tar: Buffer): BuiltLayer {
  return { bytes: gzipSync(tar, { level: 1 }), diffId: digestOf(tar) };
}

export function plainLayer(tar: Buffer): BuiltLayer {
  return { bytes: tar, diffId: digestOf(tar) };
}

/** How an image is served. */
export interface Serving {
  readonly chunkBytes?: number;
  /** Called with each blob that is opened. */
  readonly onOpen?: (blob: Descriptor) => void;
}

/** An image of layers in memory, and a registry that has nothing but its blobs. */
export function buildImage(layers: readonly BuiltLayer[], serving: Serving = {}): ImageToScan {
  const config = Buffer.from(
    JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { diff_ids: layers.map((l) => l.diffId) } }),
  );
  const described = layers.map(({ bytes, mediaType, digest }) => ({
    mediaType: mediaType ?? MEDIA_TYPE.ociLayerGzip,
    digest: digest ?? digestOf(bytes),
    size: bytes.length,
  }));
  const json = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.ociManifest,
    config: { mediaType: MEDIA_TYPE.ociConfig, digest: digestOf(config), size: config.length },
    layers: described,
  };
  const manifest = parseManifest({ bytes: Buffer.from(JSON.stringify(json)), what: 'test image' });
  const blobs = new Map<string, Buffer>([[digestOf(config), config]]);
  for (const [index, { digest }] of described.entries()) {
    blobs.set(digest, layers[index]?.bytes ?? Buffer.alloc(0));
  }
  return {
    registry: blobRegistry(blobs, manifest, serving),
    manifest,
    config: parseImageConfig(config, digestOf(config)),
  };
}

function blobRegistry(blobs: ReadonlyMap<string, Buffer>, manifest: Manifest, serving: Serving): Registry {
  const refuse = (): never => {
    throw new Error('This registry has blobs only.');
  };
  return {
    location: { kind: 'layout', path: 'memory' },
    resolve: refuse,
    fetchManifest: async () => manifest,
    pushManifest: refuse,
    tagManifest: refuse,
    hasBlob: refuse,
    pushBlob: refuse,
    listTags: refuse,
    listReferrers: refuse,
    deleteManifest: refuse,
    openBlob: async (blob) => {
      serving.onOpen?.(blob);
      const bytes = blobs.get(blob.digest);
      if (bytes === undefined) throw new SuiteError('NOT_FOUND', `There is no blob ${blob.digest}.`);
      return Readable.from(chunksOf(bytes, serving.chunkBytes ?? 64 * 1024), { objectMode: false });
    },
  };
}

export function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Reads the files it selects as text. */
export function textCataloguer(
  name: string,
  selects: Omit<FileSelection, 'maxBytes'> & { readonly maxBytes?: number },
  more: Partial<Cataloguer<string>> = {},
): Cataloguer<unknown> {
  const cataloguer: Cataloguer<string> = {
    name,
    origins: ['image', 'directory'],
    selects: { maxBytes: 1024 * 1024, ...selects },
    read: (found) => found.text(),
    assemble: () => [],
    ...more,
  };
  return cataloguer as Cataloguer<unknown>;
}

/** Every `.txt` file. */
export const texts = textCataloguer('texts', { extensions: ['.txt'] });

/** Scans layers of entries. */
export function scanEntries(
  layers: readonly (readonly Entry[])[],
  cataloguers: readonly Cataloguer<unknown>[] = [texts],
  options: ImageScanOptions = {},
): Promise<Scan> {
  const image = buildImage(layers.map((entries) => gzipLayer(buildTar(entries))));
  return scanImage(image, cataloguers, options);
}

/** What a scan has for a cataloguer: paths and facts. */
export function factsOf(scan: Scan, name = 'texts'): Readonly<Record<string, unknown>> {
  return Object.fromEntries((scan.evidence.get(name) ?? []).map(({ path, facts }) => [path, facts]));
}
