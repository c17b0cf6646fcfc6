import { MEDIA_TYPE, parseDigest, parseManifest, type Registry } from '@artifact-lifecycle/registry';
import {
  gzipStored,
  type LayerFile,
  type ManifestContent,
  makeBlob,
  makeImage,
  makeIndex,
  tarLayer,
  writeTar,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ComparedArtifact, compareArtifacts } from '../../src/comparing/compare-artifacts.ts';
import { compareBytes } from '../../src/comparing/compare-bytes.ts';
import { compareJson } from '../../src/comparing/compare-json.ts';

function file(text: string): ComparedArtifact {
  return { kind: 'file', open: () => Promise.resolve(stream(Buffer.from(text))) };
}

async function* stream(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What comparing needs of a registry, over images in memory. */
function image(root: ManifestContent): ComparedArtifact {
  const all = [root, ...root.children];
  const nothing = (): Promise<never> => Promise.reject(new Error('comparing does not do that'));
  const registry: Registry = {
    location: { kind: 'layout', path: '/memory' },
    fetchManifest: async (reference) => {
      const found = all.find(({ digest }) => digest === reference);
      if (found === undefined) throw new Error(`There is no ${reference}.`);
      return parseManifest({ bytes: found.bytes, mediaType: found.mediaType, what: 'manifest' });
    },
    openBlob: async ({ digest }) => {
      const found = all.flatMap(({ blobs }) => blobs).find(({ descriptor }) => descriptor.digest === digest);
      if (found === undefined) throw new Error(`There is no ${digest}.`);
      return found.open();
    },
    resolve: nothing,
    pushManifest: nothing,
    tagManifest: nothing,
    hasBlob: nothing,
    pushBlob: nothing,
    listTags: nothing,
    listReferrers: nothing,
    deleteManifest: nothing,
  };
  return { kind: 'image', registry, digest: parseDigest(root.digest, 'image') };
}

const FILES: readonly LayerFile[] = [
  { path: 'bin/app', content: 'the program' },
  { path: 'etc/app.conf', content: 'quiet=true' },
];
const BASE = tarLayer([{ path: 'etc/os-release', content: 'ID=test' }]);
const layers = (files: readonly LayerFile[]): ManifestContent =>
  makeImage({ layers: [BASE, tarLayer(files)] });
const [APP, CONF] = FILES as readonly [LayerFile, LayerFile];

const REPACKED = makeBlob(
  Buffer.concat([gzipStored(writeTar(FILES)), gzipStored(Buffer.alloc(0))]),
  MEDIA_TYPE.ociLayerGzip,
);

describe('files', () => {
  it.each([
    ['the same', 'abc', 'abc', undefined],
    ['both empty', '', '', undefined],
    ['another byte', 'abcdefghij', 'abcdefghiJ', 'Byte 9 is 0x6a in the first, 0x4a in the second.'],
    ['a shorter first', 'abc', 'abcd', 'The first ends at byte 3, where the second goes on.'],
    ['an empty second', 'abc', '', 'The second ends at byte 0, where the first goes on.'],
  ])('%s', async (_, left, right, fact) => {
    const comparison = await compareArtifacts(file(left), file(right));
    expect(comparison).toEqual({
      identical: fact === undefined,
      difference: fact === undefined ? undefined : { place: [], fact },
    });
  });

  it('the first byte is found wherever it is, and however the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.nat(),
        fc.integer({ min: 1, max: 50 }),
        async (bytes, place, size) => {
          const bent = Uint8Array.from(bytes);
          const at = place % bent.length;
          bent[at] = (bent[at] ?? 0) ^ 1;
          expect(await compareBytes(stream(bytes, size), stream(bytes, 13))).toBeUndefined();
          expect((await compareBytes(stream(bytes, size), stream(bent, 13)))?.fact).toMatch(`Byte ${at} is`);
        },
      ),
    );
  });
});

describe('images', () => {
  it.each<{
    name: string;
    left: ManifestContent;
    right: ManifestContent;
    place: readonly string[];
    fact: RegExp;
  }>([
    {
      name: 'another content of a file',
      left: layers(FILES),
      right: layers([APP, { ...CONF, content: 'quiet=tRue' }]),
      place: ['layer 2', 'etc/app.conf'],
      fact: /^Byte 7 is 0x72 in the first, 0x52 in the second\.$/,
    },
    {
      name: 'another size of a file',
      left: layers(FILES),
      right: layers([{ ...APP, content: 'it' }, CONF]),
      place: ['layer 2', 'bin/app'],
      fact: /^Its size is 11 in the first, 2 in the second\.$/,
    },
    {
      name: 'another mode of a file',
      left: layers(FILES),
      right: layers([{ ...APP, mode: 0o755 }, CONF]),
      place: ['layer 2', 'bin/app'],
      fact: /^Its mode is "644" in the first, "755" in the second\.$/,
    },
    {
      name: 'another file in its place',
      left: layers(FILES),
      right: layers([{ ...APP, path: 'bin/application' }, CONF]),
      place: ['layer 2', 'bin/app'],
      fact: /^The second has "bin\/application" in its place\.$/,
    },
    {
      name: 'a file more',
      left: layers([APP]),
      right: layers(FILES),
      place: ['layer 2', 'etc/app.conf'],
      fact: /^Only the second has this entry\.$/,
    },
    {
      name: 'a layer less',
      left: layers(FILES),
      right: makeImage({ layers: [BASE] }),
      place: ['layer 2'],
      fact: /^Only the first has this layer\.$/,
    },
    {
      name: 'another packing of the same files',
      left: layers(FILES),
      right: makeImage({
        layers: [BASE, { ...tarLayer(FILES), ...REPACKED }],
      }),
      place: ['layer 2'],
      fact: /differ in how these are packed/,
    },
    {
      name: 'a layer that is no tar',
      left: makeImage({ layers: [makeBlob('abc')] }),
      right: makeImage({ layers: [makeBlob('abd')] }),
      place: ['layer 1'],
      fact: /^Byte 2 is/,
    },
    {
      name: 'another platform',
      left: makeIndex([{ ...layers(FILES) }]),
      right: makeIndex([layers([APP])]),
      place: [expect.any(String) as unknown as string, 'layer 2', 'etc/app.conf'],
      fact: /^Only the first has this entry\.$/,
    },
    {
      name: 'an index and an image',
      left: makeIndex([layers(FILES)]),
      right: layers(FILES),
      place: [],
      fact: /^The first is an index, the second an image\.$/,
    },
  ])('$name', async ({ left, right, place, fact }) => {
    expect(await compareArtifacts(image(left), image(right))).toEqual({
      identical: false,
      difference: { place, fact: expect.stringMatching(fact) },
    });
  });

  it('the same image is identical, and nothing of it is read', async () => {
    const nothing = makeImage({ layers: [BASE] });
    const empty = image({ ...nothing, blobs: [], children: [] });
    expect(await compareArtifacts(empty, empty)).toEqual({ identical: true, difference: undefined });
  });

  it('a file is compared with the one layer of an artifact', async () => {
    const artifact = image(makeImage({ layers: [makeBlob('a file')] }));
    expect(await compareArtifacts(file('a file'), artifact)).toMatchObject({ identical: true });
    expect(await compareArtifacts(file('A file'), artifact)).toMatchObject({
      difference: { fact: expect.stringMatching(/^Byte 0/) },
    });
    expect(await compareArtifacts(file('a file'), image(layers(FILES)))).toMatchObject({
      identical: false,
      difference: { fact: 'One is a file, the other an image of several parts.' },
    });
  });

  it('what cannot be read is neither the same nor different', async () => {
    const broken = image({ ...layers(FILES), blobs: [] });
    await expect(compareArtifacts(broken, image(layers([APP])))).rejects.toThrow(/There is no sha256/);
  });
});

describe('documents', () => {
  it.each([
    [
      'a value',
      { config: { created: 'a', Env: [1] } },
      { config: { created: 'b', Env: [2] } },
      '"config.Env[0]" is 1 in the first, 2 in the second.',
    ],
    ['a key', { a: 1 }, { a: 1, b: null }, '"b" is nothing in the first, null in the second.'],
    ['a type', { a: [] }, { a: {} }, '"a" is [] in the first, {} in the second.'],
    ['all of it', 1, '1', 'The document is 1 in the first, "1" in the second.'],
    [
      'a prototype',
      JSON.parse('{"__proto__":1}'),
      {},
      '"__proto__" is 1 in the first, nothing in the second.',
    ],
    ['nothing', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, undefined],
  ])('%s', (_, left, right, fact) => {
    expect(compareJson(left, right)?.fact).toBe(fact);
  });
});
