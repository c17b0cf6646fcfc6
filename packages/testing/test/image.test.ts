import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  cosignTag,
  digestOf,
  fallbackTag,
  foreignLayer,
  gzipStored,
  type ManifestContent,
  MEDIA_TYPE,
  makeAttestationChild,
  makeFallbackIndex,
  makeImage,
  makeIndex,
  makeReferrer,
  randomBytesOf,
  randomLayer,
  seed,
  tarLayer,
  writeTar,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeDirectory, openRegistry } from './support/registry.ts';

const jsonOf = (manifest: ManifestContent): unknown => JSON.parse(manifest.bytes.toString());

describe('images', () => {
  // Golden digests: the factory's bytes must not drift, on no machine and with no version of zlib.
  it.each<[string, ManifestContent, string]>([
    [
      'the default image',
      makeImage(),
      'sha256:1c4d088cea2a5b38948e3d9f0cd49b0a65eedab9e5ed4a3886c7da7a3783eb40',
    ],
    [
      'a docker image',
      makeImage({ mediaTypes: 'docker' }),
      'sha256:1085e89b0746052aa6397bec6e7afa3f3c831bea3602a62c494eced43aebd08d',
    ],
    [
      'an index',
      makeIndex([makeImage(), makeImage({ platform: { os: 'linux', architecture: 'arm64' } })]),
      'sha256:3473f68b519641ba004dab92ba923e5aed8348a3e2665e6aad06cfee8c263d0d',
    ],
    [
      'a random layer',
      makeImage({ layers: [randomLayer(1, 100_000)] }),
      'sha256:5d03a1a331a97d2180d84aa1181a70637e8257cf26421866a16daf79634abc13',
    ],
  ])('are the same everywhere: %s', (_name, manifest, digest) => {
    expect(manifest.digest).toBe(digest);
    expect(digestOf(manifest.bytes)).toBe(digest);
    expect(manifest.descriptor).toMatchObject({
      digest,
      size: manifest.bytes.length,
      mediaType: manifest.mediaType,
    });
  });

  it('carry what they are told to', () => {
    const subject = makeImage();
    const image = makeImage({
      layers: ['one', randomLayer(1, 10), foreignLayer(1, 99)],
      config: { created: '2026-01-01T00:00:00Z' },
      platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
      annotations: { a: 'b' },
      subject,
      extra: { 'x-unknown': [1] },
    });
    const [config, ...layers] = image.blobs;
    expect(jsonOf(image)).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociManifest,
      config: config?.descriptor,
      layers: layers.map((layer) => layer.descriptor),
      subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.bytes.length },
      annotations: { a: 'b' },
      'x-unknown': [1],
    });
    expect(layers.map((layer) => layer.absent ?? false)).toEqual([false, false, true]);
    expect(image.descriptor.platform).toEqual({ os: 'linux', architecture: 'arm', variant: 'v7' });
  });

  it.each([
    ['oci', MEDIA_TYPE.ociManifest, MEDIA_TYPE.ociConfig, MEDIA_TYPE.ociLayerGzip],
    ['docker', MEDIA_TYPE.dockerManifest, MEDIA_TYPE.dockerConfig, MEDIA_TYPE.dockerLayerGzip],
  ] as const)('are written in the types of %s', (mediaTypes, manifest, config, layer) => {
    const image = makeImage({ mediaTypes, layers: ['x', tarLayer([])] });
    expect(jsonOf(image)).toMatchObject({
      mediaType: manifest,
      config: { mediaType: config },
      layers: [{ mediaType: layer }, { mediaType: layer }],
    });
  });

  it('by sha512 have every digest by sha512', () => {
    const image = makeImage({ algorithm: 'sha512', layers: ['x'], artifactType: 'application/x' });
    expect(image.digest).toBe(digestOf(image.bytes, 'sha512'));
    expect(image.blobs.map((blob) => blob.descriptor.digest.slice(0, 7))).toEqual(['sha512:', 'sha512:']);
  });

  it('name the uncompressed layers in their config', async () => {
    const files = [{ path: 'a.txt', content: 'a' }];
    const registry = await openRegistry();
    const image = makeImage({ layers: [tarLayer(files)] });
    await seed(registry, 'a', image);
    const [config] = image.blobs;
    const text = await registry.store.readBlob('a', config?.descriptor.digest ?? '');
    expect(JSON.parse(text.toString())).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [digestOf(writeTar(files))] },
    });
  });
});

describe('indexes', () => {
  const image = makeImage();

  it('list their children with platform, and what an entry adds', () => {
    const index = makeIndex([image, { child: image, entry: { annotations: { a: 'b' } } }], {
      annotations: { c: 'd' },
      artifactType: 'application/x',
    });
    const { mediaType, digest } = image;
    const entry = {
      mediaType,
      digest,
      size: image.bytes.length,
      platform: { os: 'linux', architecture: 'amd64' },
    };
    expect(jsonOf(index)).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociIndex,
      artifactType: 'application/x',
      manifests: [entry, { ...entry, annotations: { a: 'b' } }],
      annotations: { c: 'd' },
    });
    expect(index.children).toEqual([image, image]);
  });

  it('list absent children without having them', () => {
    const index = makeIndex([{ child: image, absent: true }], { withMediaType: false, mediaTypes: 'oci' });
    expect(jsonOf(index)).toMatchObject({ manifests: [{ digest: image.digest }] });
    expect(jsonOf(index)).not.toHaveProperty('mediaType');
    expect(index.children).toEqual([]);
  });

  it("carry buildkit's attestations as buildkit does", () => {
    const child = makeAttestationChild(image);
    expect(child.descriptor).toMatchObject({
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.digest': image.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
    });
    expect(jsonOf(child)).toMatchObject({ layers: [{ mediaType: 'application/vnd.in-toto+json' }] });
  });
});

describe('referrers', () => {
  const image = makeImage();
  const referrer = makeReferrer({ subject: image, artifactType: 'application/x', annotations: { a: 'b' } });

  it('are artifacts with the empty config', () => {
    expect(jsonOf(referrer)).toMatchObject({
      artifactType: 'application/x',
      config: { mediaType: MEDIA_TYPE.ociEmpty, digest: digestOf('{}'), size: 2 },
      subject: { digest: image.digest },
      layers: [{ mediaType: 'application/x' }],
    });
    expect(referrer.descriptor).not.toHaveProperty('platform');
  });

  it('are listed in a fallback index with artifact type and annotations', () => {
    const plain = makeImage({ subject: image });
    expect(jsonOf(makeFallbackIndex([referrer, plain]))).toMatchObject({
      mediaType: MEDIA_TYPE.ociIndex,
      manifests: [
        { digest: referrer.digest, artifactType: 'application/x', annotations: { a: 'b' } },
        { digest: plain.digest, artifactType: MEDIA_TYPE.ociConfig },
      ],
    });
  });

  it('have tags that the specification and cosign name', () => {
    const hex = '0123456789abcdef'.repeat(4);
    expect(fallbackTag(`sha256:${hex}`)).toBe(`sha256-${hex}`);
    expect(fallbackTag(`sha512:${hex}${hex}`)).toBe(`sha512-${hex}`);
    expect(cosignTag(`sha256:${hex}`, 'sig')).toBe(`sha256-${hex}.sig`);
  });
});

describe('layers', () => {
  it('are the same each time they are read, and of the size that was asked for', async () => {
    const layer = randomLayer('seed', 1_000_003);
    for (let round = 0; round < 2; round += 1) {
      const chunks: Buffer[] = [];
      for await (const chunk of layer.open()) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      expect([bytes.length, digestOf(bytes)]).toEqual([1_000_003, layer.descriptor.digest]);
      expect(bytes.equals(randomBytesOf('seed', 1_000_003))).toBe(true);
    }
    expect(randomLayer('other', 1_000_003).descriptor.digest).not.toBe(layer.descriptor.digest);
    expect(randomLayer('none', 0).descriptor).toMatchObject({ size: 0, digest: digestOf('') });
  });

  it('that are foreign are named, and have no bytes', () => {
    const layer = foreignLayer(1, 1234);
    expect(layer.descriptor).toMatchObject({ size: 1234, urls: [expect.stringMatching(/^https:/)] });
    expect(() => layer.open()).toThrow(/no bytes/);
  });

  it('are archives that tar reads', async () => {
    const directory = await makeDirectory();
    const archive = join(directory, 'layer.tar');
    const files = [
      { path: 'etc/a.txt', content: 'a'.repeat(512) },
      { path: 'bin/run', content: '#!/bin/sh\n', mode: 0o755 },
      { path: 'empty', content: '' },
    ];
    writeFileSync(archive, writeTar(files));
    const listing = execFileSync('tar', ['-tvf', archive], { encoding: 'utf8' });
    expect(
      listing
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/).at(-1)),
    ).toEqual(files.map((file) => file.path));
    const content = execFileSync('tar', ['-xOf', archive, 'etc/a.txt'], { encoding: 'utf8' });
    expect(content).toBe('a'.repeat(512));
  });

  it('keep a long path in name and prefix', () => {
    const tar = writeTar([{ path: `${'d'.repeat(60)}/${'e'.repeat(60)}/file`, content: '' }]);
    const field = (at: number, length: number): string =>
      tar.toString('latin1', at, at + length).replace(/\0+$/, '');
    expect([field(345, 155), field(0, 100)]).toEqual(['d'.repeat(60), `${'e'.repeat(60)}/file`]);
  });

  it.each([
    ['a name without a slash', 'p'.repeat(101)],
    ['a folder', `${'p'.repeat(156)}/file`],
    ['a name in a folder', `folder/${'p'.repeat(101)}`],
  ])('refuse %s that ustar cannot hold', (_name, path) => {
    expect(() => writeTar([{ path, content: '' }])).toThrow(/does not fit into ustar/);
  });

  it('are gzip that any reader takes, whatever is in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(3), (bytes, times) => {
        const content = Buffer.concat(Array.from({ length: 1 + times * 300 }, () => Buffer.from(bytes)));
        expect(gunzipSync(gzipStored(content)).equals(content)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
