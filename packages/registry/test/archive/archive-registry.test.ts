import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openArchive } from '../../src/archive/archive-registry.ts';
import { digestHex, digestOf } from '../../src/name/digest.ts';
import { parseTag } from '../../src/name/tag.ts';
import { describeManifest, namedByManifest } from '../../src/oci/manifest.ts';
import { MEDIA_TYPE } from '../../src/oci/media-type.ts';
import { blobOf, sampleImage, sampleIndex } from '../oci/sample.ts';
import { type WrittenEntry, writeTar } from './tar-writer.ts';

let directory = '';
let path = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'archive-'));
  path = join(directory, 'saved.tar');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const v1 = parseTag('v1', 'test');
const hex = (content: string | Uint8Array) => digestHex(digestOf(Buffer.from(content)));
const open = async (entries: readonly WrittenEntry[]) => {
  await writeFile(path, writeTar(entries));
  return openArchive(path);
};

const base = 'the base layer';
const top = 'the top layer';
const config = JSON.stringify({
  os: 'linux',
  rootfs: { type: 'layers', diff_ids: [`sha256:${hex(base)}`, `sha256:${hex(top)}`] },
});
const manifestJson = (change: object = {}) =>
  JSON.stringify([
    {
      Config: `${hex(config)}.json`,
      RepoTags: ['example.com/app:v1', 'app:v2'],
      Layers: ['1/layer.tar', '2/layer.tar'],
      ...change,
    },
  ]);
const saved = (change: object = {}): readonly WrittenEntry[] => [
  { name: '1/', flag: '5' },
  { name: '1/VERSION', content: '1.0' },
  { name: '1/layer.tar', content: base },
  { name: '2/', flag: '5' },
  { name: '2/layer.tar', content: top },
  { name: `${hex(config)}.json`, content: config },
  { name: 'manifest.json', content: manifestJson(change) },
];

describe('an archive in the older form', () => {
  it('gets a manifest of docker schema 2 with its layers as they are', async () => {
    const archive = await open(saved());
    const manifest = await archive.fetchManifest(v1);
    expect(manifest.mediaType).toBe(MEDIA_TYPE.dockerManifest);
    expect(namedByManifest(manifest.content)).toEqual([
      blobOf(config, MEDIA_TYPE.dockerConfig),
      blobOf(base, MEDIA_TYPE.dockerLayer),
      blobOf(top, MEDIA_TYPE.dockerLayer),
    ]);
    expect(await archive.listTags()).toEqual(['v1', 'v2']);
    expect(await archive.resolve(v1)).toEqual(describeManifest(manifest));
    expect(await archive.resolve(manifest.digest)).toEqual(describeManifest(manifest));
    expect(await archive.soleManifest?.()).toEqual(describeManifest(manifest));
    expect(await archive.resolve(parseTag('v3', 'test'))).toBeUndefined();
    expect(await archive.listReferrers(manifest.digest)).toEqual([]);
  });

  it('has one digest for one archive, whatever the order of its files', async () => {
    const first = await (await open(saved())).soleManifest?.();
    const second = await (await open([...saved()].reverse())).soleManifest?.();
    expect(first?.digest).toBe('sha256:3dfa6c840a97caa2d6954b4d886bb95ef4a43a2367070f53444fe4c390a94ad2');
    expect(second).toEqual(first);
  });

  it('gives its blobs from any offset', async () => {
    const archive = await open(saved());
    expect((await buffer(await archive.openBlob(blobOf(top)))).toString()).toBe(top);
    expect((await buffer(await archive.openBlob(blobOf(top), 4))).toString()).toBe('top layer');
    expect((await buffer(await archive.openBlob(blobOf(top), top.length))).length).toBe(0);
    expect(await archive.hasBlob(blobOf(base))).toBe(true);
    expect(await archive.hasBlob(blobOf('absent'))).toBe(false);
    await expect(archive.openBlob(blobOf('absent'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(archive.openBlob({ ...blobOf(top), size: 1 })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  it.each([
    { name: 'a symlink', entry: { name: '2/layer.tar', flag: '2', linkName: '../1/layer.tar' } },
    { name: 'a hard link', entry: { name: '2/layer.tar', flag: '1', linkName: '1/layer.tar' } },
  ])('follows $name to a layer that is there once', async ({ entry }) => {
    const twice = JSON.stringify({ rootfs: { diff_ids: [`sha256:${hex(base)}`, `sha256:${hex(base)}`] } });
    const archive = await open([
      { name: './1/layer.tar', content: base },
      entry,
      { name: 'c.json', content: twice },
      { name: 'manifest.json', content: manifestJson({ Config: 'c.json' }) },
    ]);
    const { content } = await archive.fetchManifest(v1);
    expect(content).toMatchObject({
      layers: [blobOf(base, MEDIA_TYPE.dockerLayer), { digest: blobOf(base).digest }],
    });
  });

  it('takes compressed layers, as crane and kaniko write them, for what they are', async () => {
    const compressed = gzipSync(top);
    const archive = await open([
      { name: '1/layer.tar', content: base },
      { name: '2/layer.tar', content: compressed },
      { name: `${hex(config)}.json`, content: config },
      { name: 'manifest.json', content: manifestJson() },
    ]);
    const { content } = await archive.fetchManifest(v1);
    const layer = {
      mediaType: MEDIA_TYPE.dockerLayerGzip,
      digest: digestOf(compressed),
      size: compressed.length,
    };
    expect(content).toMatchObject({ layers: [{ mediaType: MEDIA_TYPE.dockerLayer }, layer] });
    expect(await buffer(await archive.openBlob(layer))).toEqual(compressed);
  });

  it.each([
    { name: 'that lacks a layer', change: { Layers: ['1/layer.tar', '3/layer.tar'] }, text: '3/layer.tar' },
    {
      name: 'whose layer climbs out of the archive',
      change: { Layers: ['1/layer.tar', '../../../../etc/passwd'] },
      text: 'lacks',
    },
    { name: 'with fewer layers than its config', change: { Layers: ['1/layer.tar'] }, text: 'speaks of 2' },
    { name: 'that lacks the config', change: { Config: 'x.json' }, text: 'x.json' },
    { name: 'whose config is no text', change: { Config: 7 }, text: 'Config' },
    { name: 'whose tags are no list', change: { RepoTags: 'app:v1' }, text: 'RepoTags' },
  ])('is refused $name', async ({ change, text }) => {
    const archive = await open(saved(change));
    await expect(archive.soleManifest?.()).rejects.toMatchObject({
      code: 'CONTENT_INVALID',
      message: expect.stringContaining(text),
    });
  });

  it('asks for one image where there are several', async () => {
    const other = JSON.stringify({ rootfs: { diff_ids: [`sha256:${hex(base)}`] } });
    const images = [
      JSON.parse(manifestJson())[0],
      { Config: 'o.json', RepoTags: ['b:v1'], Layers: ['1/layer.tar'] },
    ];
    const archive = await open([
      ...saved().slice(0, -1),
      { name: 'o.json', content: other },
      { name: 'manifest.json', content: JSON.stringify(images) },
    ]);
    await expect(archive.soleManifest?.()).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(archive.resolve(v1)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(await archive.resolve(parseTag('v2', 'test'))).toBeDefined();
  });
});

describe('an archive since docker 25', () => {
  const image = sampleImage();
  const multi = sampleIndex([image, sampleImage({ layers: ['other'] })]);
  const sbom = sampleImage({ subject: image.root, layers: ['sbom'] });
  const blobs = [multi, sbom].flatMap((sample) => [
    ...[...sample.blobs.values()].map((content) => ({ name: `blobs/sha256/${hex(content)}`, content })),
    ...sample.manifests.map(({ digest, bytes }) => ({
      name: `blobs/sha256/${digestHex(digest)}`,
      content: bytes,
    })),
  ]);
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        ...describeManifest(multi.root),
        annotations: {
          'io.containerd.image.name': 'docker.io/library/app:v1',
          'org.opencontainers.image.ref.name': 'v1',
        },
      },
      describeManifest(sbom.root),
    ],
  };
  const entries = [
    ...blobs,
    { name: 'index.json', content: JSON.stringify(index) },
    { name: 'manifest.json', content: '[]' },
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
  ];

  it("keeps the image's own manifests", async () => {
    const archive = await open(entries);
    expect(await archive.listTags()).toEqual([v1]);
    expect(await archive.soleManifest?.()).toMatchObject({ digest: multi.root.digest });
    const fetched = await archive.fetchManifest(v1);
    expect(Buffer.compare(fetched.bytes, multi.root.bytes)).toBe(0);
    expect(await archive.fetchManifest(image.root.digest)).toMatchObject({
      mediaType: MEDIA_TYPE.ociManifest,
    });
    expect(await archive.resolve(blobOf('layer').digest)).toBeUndefined();
    expect((await buffer(await archive.openBlob(blobOf('other')))).toString()).toBe('other');
    expect(await archive.listReferrers(image.root.digest)).toMatchObject([{ digest: sbom.root.digest }]);
  });
});

describe('an archive is refused', () => {
  it.each([
    { name: 'that is compressed', bytes: () => gzipSync(writeTar(saved())), code: 'UNSUPPORTED' },
    { name: 'that is no tar', bytes: () => Buffer.alloc(2048, '<html>'), code: 'CONTENT_INVALID' },
    { name: 'that is cut off', bytes: () => writeTar(saved()).subarray(0, 3000), code: 'CONTENT_INVALID' },
    { name: 'that is empty', bytes: () => Buffer.alloc(0), code: 'CONTENT_INVALID' },
    {
      name: 'that holds something else',
      bytes: () => writeTar([{ name: 'a', content: 'b' }]),
      code: 'CONTENT_INVALID',
    },
    {
      name: 'with a manifest.json over the limit',
      bytes: () => writeTar([{ name: 'manifest.json', content: ' '.repeat(9_000_000) }]),
      code: 'LIMIT_EXCEEDED',
    },
  ])('$name', async ({ bytes, code }) => {
    await writeFile(path, bytes());
    await expect(openArchive(path).soleManifest?.()).rejects.toMatchObject({ code });
  });

  it('that does not exist, or is a directory', async () => {
    await expect(openArchive(path).resolve(v1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(openArchive(directory).resolve(v1)).rejects.toMatchObject({ code: 'CONTENT_INVALID' });
  });

  it('for writing', async () => {
    const archive = await open(saved());
    const { root } = sampleImage();
    await expect(archive.pushManifest(root)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(archive.tagManifest(v1, root)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(archive.deleteManifest(v1)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(
      archive.pushBlob(blobOf('a'), () => Promise.reject(new Error('was read'))),
    ).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});
