import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openLayout } from '../../src/layout/layout-registry.ts';
import { digestHex, digestOf } from '../../src/name/digest.ts';
import { parseTag, referrersTag } from '../../src/name/tag.ts';
import { describeManifest } from '../../src/oci/manifest.ts';
import { MEDIA_TYPE } from '../../src/oci/media-type.ts';
import { blobOf, pushSample, sampleImage, sampleIndex } from '../oci/sample.ts';

let directory = '';
let path = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layout-'));
  path = join(directory, 'images');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const v1 = parseTag('v1', 'test');
const v2 = parseTag('v2', 'test');
const image = sampleImage();
const other = sampleImage({ layers: ['other'] });
const source = (text: string) => async (offset: number) =>
  Readable.from([Buffer.from(text).subarray(offset)]);
const indexJson = async () => JSON.parse(await readFile(join(path, 'index.json'), 'utf8'));
const writeLayout = async (index: unknown, version: unknown = { imageLayoutVersion: '1.0.0' }) => {
  await pushSample(openLayout(path), image);
  await writeFile(join(path, 'oci-layout'), JSON.stringify(version));
  await writeFile(join(path, 'index.json'), JSON.stringify(index));
};

describe('an OCI layout', () => {
  it('is created by the first write, and read back the same', async () => {
    const layout = openLayout(path);
    expect(await layout.resolve(v1)).toBeUndefined();
    expect(await layout.listTags()).toEqual([]);
    expect(await layout.soleManifest?.()).toBeUndefined();
    await pushSample(layout, image, 'v1');
    const reopened = openLayout(path);
    expect(await reopened.resolve(v1)).toEqual(expect.objectContaining(describeManifest(image.root)));
    const fetched = await reopened.fetchManifest(v1);
    expect(Buffer.compare(fetched.bytes, image.root.bytes)).toBe(0);
    expect(await buffer(await reopened.openBlob(blobOf('layer'), 2))).toEqual(Buffer.from('yer'));
    expect(await readdir(path)).toEqual(['blobs', 'index.json', 'oci-layout']);
    expect(await indexJson()).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociIndex,
      manifests: [
        {
          ...describeManifest(image.root),
          annotations: { 'org.opencontainers.image.ref.name': 'v1' },
        },
      ],
    });
  });

  it('does not write a blob again that is there', async () => {
    const layout = openLayout(path);
    expect(await layout.pushBlob(blobOf('a'), source('a'))).toBe('uploaded');
    expect(await layout.pushBlob(blobOf('a'), () => Promise.reject(new Error('was read')))).toBe('present');
    expect(await layout.hasBlob(blobOf('a'))).toBe(true);
    expect(await layout.hasBlob({ ...blobOf('a'), size: 2 })).toBe(false);
  });

  it.each([
    { name: 'of other content', text: 'b' },
    { name: 'cut short', text: '' },
    { name: 'too long', text: 'aa' },
  ])('keeps nothing of a blob $name', async ({ text }) => {
    const layout = openLayout(path);
    await expect(layout.pushBlob(blobOf('a'), source(text))).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    expect(await layout.hasBlob(blobOf('a'))).toBe(false);
    expect((await readdir(path)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('stops a blob that is cancelled, and keeps nothing of it', async () => {
    const layout = openLayout(path);
    const stopping = new AbortController();
    const endless = async () => new Readable({ read() {} });
    const pushed = layout.pushBlob(blobOf('a'), endless, { signal: stopping.signal });
    stopping.abort();
    await expect(pushed).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await readdir(directory)).flatMap((name) => (name.endsWith('.tmp') ? name : []))).toEqual([]);
  });

  it('keeps untagged manifests reachable until an index or tag names them', async () => {
    const layout = openLayout(path);
    const multi = sampleIndex([image, other]);
    await pushSample(layout, image);
    expect((await indexJson()).manifests).toEqual([describeManifest(image.root)]);
    await pushSample(layout, multi);
    expect((await indexJson()).manifests).toEqual([describeManifest(multi.root)]);
    await layout.tagManifest(v1, multi.root);
    expect((await indexJson()).manifests).toHaveLength(1);
    await layout.pushManifest(image.root);
    expect((await indexJson()).manifests).toHaveLength(1);
  });

  it('moves a tag and keeps what it named, without a name', async () => {
    const layout = openLayout(path);
    await pushSample(layout, image, 'v1', 'v2');
    await pushSample(layout, other, 'v1');
    expect(await layout.resolve(v1)).toMatchObject({ digest: other.root.digest });
    expect(await layout.resolve(v2)).toMatchObject({ digest: image.root.digest });
    await pushSample(layout, other, 'v2');
    expect(await layout.resolve(image.root.digest)).toEqual(describeManifest(image.root));
    expect(await layout.listTags()).toEqual([v1, v2]);
  });

  it('loses no tag to writers at the same time', async () => {
    const tags = Array.from({ length: 20 }, (_, at) => `t${String(at).padStart(2, '0')}`);
    await pushSample(openLayout(path), image);
    await Promise.all(tags.map((tag) => openLayout(path).tagManifest(parseTag(tag, 'test'), image.root)));
    expect(await openLayout(path).listTags()).toEqual(tags);
  });

  it('lists referrers, and keeps them in the tag that regctl reads', async () => {
    const layout = openLayout(path);
    await pushSample(layout, image, 'v1');
    const sbom = sampleImage({ subject: image.root, artifactType: 'application/sbom', layers: ['sbom'] });
    const signature = sampleImage({
      subject: image.root,
      artifactType: 'application/sig',
      layers: ['sig'],
      annotations: { key: 'value' },
    });
    await Promise.all([pushSample(layout, sbom), pushSample(layout, signature)]);
    await pushSample(layout, sbom);
    const listed = await openLayout(path).listReferrers(image.root.digest);
    expect(listed.toSorted((a, b) => a.digest.localeCompare(b.digest))).toEqual(
      [
        { ...describeManifest(sbom.root), artifactType: 'application/sbom' },
        {
          ...describeManifest(signature.root),
          artifactType: 'application/sig',
          annotations: { key: 'value' },
        },
      ].toSorted((a, b) => a.digest.localeCompare(b.digest)),
    );
    const tag = referrersTag(image.root.digest);
    expect((await layout.fetchManifest(tag)).content).toMatchObject({
      kind: 'index',
      manifests: { length: 2 },
    });
    // The lists that were replaced are gone: image, config, layer, two of sbom, two of signature, list.
    expect(await readdir(join(path, 'blobs', 'sha256'))).toHaveLength(2 + 1 + 4 + 1);
    await layout.deleteManifest(sbom.root.digest);
    expect(await layout.listReferrers(image.root.digest)).toMatchObject([{ digest: signature.root.digest }]);
    expect(await layout.soleManifest?.()).toMatchObject({ digest: image.root.digest });
  });

  it('finds the referrers that oras keeps as entries without a name', async () => {
    const sbom = sampleImage({ subject: image.root, layers: ['sbom'] });
    await pushSample(openLayout(path), sbom);
    await writeLayout({
      schemaVersion: 2,
      manifests: [describeManifest(image.root), describeManifest(sbom.root)],
    });
    const layout = openLayout(path);
    expect(await layout.listReferrers(image.root.digest)).toMatchObject([{ digest: sbom.root.digest }]);
    expect(await layout.soleManifest?.()).toMatchObject({ digest: image.root.digest });
  });

  it('keeps what others wrote into index.json', async () => {
    const entry = { ...describeManifest(image.root), annotations: { theirs: 'x' }, extra: [1] };
    await writeLayout({ schemaVersion: 2, manifests: [entry], theirs: { deep: true } });
    await openLayout(path).tagManifest(v1, image.root);
    expect(await indexJson()).toEqual({
      schemaVersion: 2,
      theirs: { deep: true },
      manifests: [{ ...entry, annotations: { theirs: 'x', 'org.opencontainers.image.ref.name': 'v1' } }],
    });
  });

  it('finds a tag that crane wrote as a whole name', async () => {
    const annotations = { 'org.opencontainers.image.ref.name': 'localhost:5000/app:v1' };
    await writeLayout({ schemaVersion: 2, manifests: [{ ...describeManifest(image.root), annotations }] });
    const layout = openLayout(path);
    expect(await layout.resolve(v1)).toMatchObject({ digest: image.root.digest });
    expect(await layout.listTags()).toEqual([v1]);
  });

  it('says that there is no layout where there is none', async () => {
    await expect(openLayout(join(directory, 'nowhere')).fetchManifest(v1)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/^There is no OCI layout oci:.*nowhere\.$/),
    });
  });

  it('deletes a tag, and a manifest with its tags', async () => {
    const layout = openLayout(path);
    await pushSample(layout, image, 'v1', 'v2');
    await layout.deleteManifest(v1);
    expect(await layout.listTags()).toEqual([v2]);
    await layout.deleteManifest(image.root.digest);
    expect(await layout.listTags()).toEqual([]);
    await expect(layout.fetchManifest(image.root.digest)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(layout.deleteManifest(v1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(layout.deleteManifest(image.root.digest)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('does not take a layer for a manifest', async () => {
    const layout = openLayout(path);
    await pushSample(layout, image);
    expect(await layout.resolve(blobOf('layer').digest)).toBeUndefined();
  });

  it('asks for a name where it holds several images', async () => {
    const layout = openLayout(path);
    await pushSample(layout, image, 'v1');
    await pushSample(layout, other, 'v2');
    await expect(layout.soleManifest?.()).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      remedy: expect.stringContaining('v1, v2'),
    });
  });
});

describe('an OCI layout is refused', () => {
  const entry = describeManifest(image.root);
  it.each([
    { name: 'whose index.json is no JSON', index: undefined, code: 'CONTENT_INVALID' },
    { name: 'whose index.json is a list', index: [], code: 'CONTENT_INVALID' },
    { name: 'whose entries are no list', index: { manifests: {} }, code: 'CONTENT_INVALID' },
    {
      name: 'whose digest climbs out of the directory',
      index: { manifests: [{ ...entry, digest: 'sha256:../../../../etc/passwd' }] },
      code: 'CONTENT_INVALID',
    },
    {
      name: 'whose tag names two manifests',
      index: {
        manifests: [entry, describeManifest(other.root)].map((one) => ({
          ...one,
          annotations: { 'org.opencontainers.image.ref.name': 'v1' },
        })),
      },
      code: 'CONTENT_INVALID',
    },
    {
      name: 'of another version',
      index: { manifests: [] },
      version: { imageLayoutVersion: '2.0.0' },
      code: 'UNSUPPORTED',
    },
  ])('$name', async ({ index, version, code }) => {
    await writeLayout(index ?? {}, version);
    if (index === undefined) await writeFile(join(path, 'index.json'), '{');
    await expect(openLayout(path).resolve(v1)).rejects.toMatchObject({ code });
  });

  it('that is a directory of something else, for writing too', async () => {
    await writeFile(join(directory, 'precious.txt'), 'x');
    const layout = openLayout(directory);
    await expect(layout.resolve(v1)).rejects.toMatchObject({ code: 'CONTENT_INVALID' });
    await expect(pushSample(layout, image)).rejects.toMatchObject({ code: 'CONTENT_INVALID' });
    expect(await readdir(directory)).toEqual(['precious.txt']);
  });

  it('that is a file', async () => {
    await writeFile(path, 'x');
    await expect(openLayout(path).resolve(v1)).rejects.toMatchObject({ code: 'CONTENT_INVALID' });
  });

  it('whose manifest was changed on disk', async () => {
    const layout = openLayout(path);
    await pushSample(layout, image, 'v1');
    const file = join(path, 'blobs', 'sha256', digestHex(image.root.digest));
    await writeFile(file, Buffer.from(image.root.bytes).fill(0x20, 0, 1));
    await expect(layout.fetchManifest(v1)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(layout.resolve(image.root.digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('whose blob has another size, or is no file', async () => {
    const layout = openLayout(path);
    await pushSample(layout, image, 'v1');
    await expect(layout.openBlob({ ...blobOf('layer'), size: 99 })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    await expect(layout.openBlob(blobOf('absent'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await symlink('/dev/zero', join(path, 'blobs', 'sha256', digestHex(digestOf(Buffer.from('zero')))));
    await expect(layout.openBlob(blobOf('zero'))).rejects.toMatchObject({ code: 'CONTENT_INVALID' });
  });
});
