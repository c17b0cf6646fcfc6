import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@artifact-lifecycle/core';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import {
  createConnections,
  digestHex,
  digestOf,
  openArchive,
  openLayout,
  parseDigest,
  parseRepository,
  type Registry,
} from '@artifact-lifecycle/registry';
import { type ManifestContent, makeImage, seed, startRegistry, tarLayer } from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readImageConfig } from '../../src/reading/image-config.ts';
import type { Scan } from '../../src/reading/scan.ts';
import { scanImage } from '../../src/reading/scan-image.ts';
import { texts } from './image-builder.ts';
import { buildTar, type Entry, file } from './tar-builder.ts';

const layers = [
  tarLayer([
    { path: 'a.txt', content: '1' },
    { path: 'd/b.txt', content: '2' },
  ]),
  tarLayer([
    { path: 'd/.wh.b.txt', content: '' },
    { path: 'c.txt', content: '3' },
  ]),
];
const image = makeImage({
  layers,
  config: {
    created: '2026-01-02T03:04:05Z',
    config: { Labels: { 'org.example.a': 'b', __proto__: 'x' }, Env: ['PATH=/bin', 5] },
    history: [
      { created_by: 'RUN x', empty_layer: true },
      { created: '2026-01-01T00:00:00Z', comment: 'c' },
      7,
    ],
  },
});

let directory = '';
const closers: (() => Promise<void> | void)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sources-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(directory, { recursive: true, force: true });
});

async function blobFiles({ blobs, bytes, digest }: ManifestContent): Promise<readonly Entry[]> {
  const files: Entry[] = [file(`blobs/sha256/${digestHex(parseDigest(digest, 'test'))}`, bytes)];
  for (const blob of blobs) {
    const chunks: Buffer[] = [];
    for await (const chunk of blob.open()) chunks.push(chunk);
    files.push(file(`blobs/sha256/${blob.descriptor.digest.slice(7)}`, Buffer.concat(chunks)));
  }
  const index = { schemaVersion: 2, manifests: [{ ...image.descriptor }] };
  return [
    file('oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' })),
    file('index.json', JSON.stringify(index)),
    ...files,
  ];
}

async function openRemote(): Promise<Registry> {
  const server = await startRegistry();
  await seed(server, 'acme/app', image, { tags: ['v1'] });
  const http = createHttpClient({ userAgent: 'test', clock: systemClock, environment: {} });
  closers.push(
    () => server.close(),
    () => http.close(),
  );
  const host = new URL(server.url).host;
  const connections = createConnections({
    http,
    credentials: [],
    settings: new Map([[host, { plainHttp: true }]]),
    clock: systemClock,
    onSecret: () => {},
    onWarning: () => {},
  });
  return connections.open(parseRepository(`${host}/acme/app`, 'test'));
}

async function openDirectory(): Promise<Registry> {
  const path = join(directory, 'layout');
  await mkdir(join(path, 'blobs/sha256'), { recursive: true });
  for (const { name, content } of await blobFiles(image)) await writeFile(join(path, name), content ?? '');
  return openLayout(path);
}

async function openSaved(): Promise<Registry> {
  const path = join(directory, 'saved.tar');
  await writeFile(path, buildTar(await blobFiles(image)));
  return openArchive(path);
}

/** What docker wrote before it wrote OCI layouts: layers are plain tars. */
async function openOld(): Promise<Registry> {
  const tars = [
    buildTar([file('a.txt', '1'), file('d/b.txt', '2')]),
    buildTar([file('d/.wh.b.txt', ''), file('c.txt', '3')]),
  ];
  const config = JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { diff_ids: tars.map((tar) => digestOf(tar)) },
  });
  const manifest = [{ Config: 'config.json', RepoTags: ['app:v1'], Layers: ['0/layer.tar', '1/layer.tar'] }];
  const path = join(directory, 'old.tar');
  const entries = [
    file('config.json', config),
    file('manifest.json', JSON.stringify(manifest)),
    ...tars.map((tar, index) => file(`${index}/layer.tar`, tar)),
  ];
  await writeFile(path, buildTar(entries));
  return openArchive(path);
}

async function scanSole(registry: Registry, digest?: string): Promise<Scan> {
  const sole = digest === undefined ? (await registry.soleManifest?.())?.digest : parseDigest(digest, 'test');
  if (sole === undefined) throw new Error('There is no image.');
  const manifest = await registry.fetchManifest(sole);
  const config = await readImageConfig(registry, manifest);
  return scanImage({ registry, manifest, config }, [texts]);
}

describe('an image', () => {
  it.each([
    { name: 'a registry', open: openRemote },
    { name: 'an OCI layout', open: openDirectory },
    { name: 'an archive of docker 25', open: openSaved },
  ])('is read from $name', async ({ open }) => {
    const scan = await scanSole(await open(), image.digest);
    const [base, top] = layers.map(({ descriptor }) => descriptor.digest);
    expect(scan.evidence.get('texts')).toEqual([
      { path: 'a.txt', layer: base, facts: '1', earlier: [] },
      { path: 'c.txt', layer: top, facts: '3', earlier: [] },
    ]);
    expect(scan.layers.map(({ diffId, files }) => [diffId, files])).toEqual(
      layers.map(({ diffId }, index) => [diffId, 2 - index]).map(([diffId]) => [diffId, expect.any(Number)]),
    );
  });

  it('is read from an archive of plain layers', async () => {
    const scan = await scanSole(await openOld());
    expect(scan.evidence.get('texts')?.map(({ path, facts }) => [path, facts])).toEqual([
      ['a.txt', '1'],
      ['c.txt', '3'],
    ]);
    expect(scan.layers.every(({ digest, diffId }) => digest === diffId)).toBe(true);
  });

  it('has a config', async () => {
    const registry = await openDirectory();
    const config = await readImageConfig(
      registry,
      await registry.fetchManifest(parseDigest(image.digest, 'test')),
    );
    expect(config).toEqual({
      digest: image.blobs[0]?.descriptor.digest,
      diffIds: layers.map(({ diffId }) => diffId),
      os: 'linux',
      architecture: 'amd64',
      variant: undefined,
      created: '2026-01-02T03:04:05Z',
      labels: { 'org.example.a': 'b' },
      env: ['PATH=/bin'],
      history: [
        { created: undefined, createdBy: 'RUN x', comment: undefined, isEmptyLayer: true },
        { created: '2026-01-01T00:00:00Z', createdBy: undefined, comment: 'c', isEmptyLayer: false },
      ],
    });
  });
});
