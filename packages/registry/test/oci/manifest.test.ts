import { SuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { digestOf } from '../../src/name/digest.ts';
import { MAX_MANIFEST_BYTES, parseManifest } from '../../src/oci/manifest.ts';
import { MEDIA_TYPE } from '../../src/oci/media-type.ts';

const layer = { mediaType: MEDIA_TYPE.ociLayerGzip, digest: digestOf(Buffer.from('layer')), size: 5 };
const config = { mediaType: MEDIA_TYPE.ociConfig, digest: digestOf(Buffer.from('{}')), size: 2 };
const child = { mediaType: MEDIA_TYPE.ociManifest, digest: digestOf(Buffer.from('child')), size: 5 };
const image = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociManifest, config, layers: [layer] };
const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: [child] };

function parse(value: unknown, mediaType?: string) {
  const bytes = value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value));
  return parseManifest({ bytes, mediaType, what: 'manifest' });
}

const without = (object: object, key: string) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

describe('parseManifest reads', () => {
  it.each([
    { name: 'an OCI manifest', value: image, type: MEDIA_TYPE.ociManifest, kind: 'image' },
    { name: 'an OCI index', value: index, type: MEDIA_TYPE.ociIndex, kind: 'index' },
    {
      name: 'a docker manifest',
      value: { ...image, mediaType: MEDIA_TYPE.dockerManifest },
      type: MEDIA_TYPE.dockerManifest,
      kind: 'image',
    },
    {
      name: 'a docker list whose child is OCI',
      value: { ...index, mediaType: MEDIA_TYPE.dockerList },
      type: MEDIA_TYPE.dockerList,
      kind: 'index',
    },
    {
      name: 'an artifact manifest',
      value: { mediaType: MEDIA_TYPE.ociArtifact, artifactType: 'a/b', blobs: [layer] },
      type: MEDIA_TYPE.ociArtifact,
      kind: 'artifact',
    },
  ])('$name', ({ value, type, kind }) => {
    const manifest = parse(value, `${type}; charset=utf-8`);
    expect(manifest).toMatchObject({ mediaType: type, content: { kind } });
  });

  it.each([
    {
      name: 'a manifest without mediaType by its Content-Type',
      value: without(image, 'mediaType'),
      as: MEDIA_TYPE.dockerManifest,
      type: MEDIA_TYPE.dockerManifest,
    },
    {
      name: 'a manifest without either by its shape',
      value: without(image, 'mediaType'),
      as: undefined,
      type: MEDIA_TYPE.ociManifest,
    },
    {
      name: 'an index without either by its shape',
      value: without(index, 'mediaType'),
      as: 'application/json',
      type: MEDIA_TYPE.ociIndex,
    },
    {
      name: 'a manifest behind a server that says octet-stream',
      value: image,
      as: 'application/octet-stream',
      type: MEDIA_TYPE.ociManifest,
    },
    {
      name: 'a known index whose list is null',
      value: { ...index, manifests: null },
      as: MEDIA_TYPE.ociIndex,
      type: MEDIA_TYPE.ociIndex,
    },
  ])('$name', ({ value, as, type }) => {
    expect(parse(value, as).mediaType).toBe(type);
  });

  it('keeps the bytes and ignores what it does not know', () => {
    const bytes = Buffer.from(
      `{ "layers" : [${JSON.stringify({ ...layer, surprise: [1, { a: null }] })}], "zzz": {"__proto__": {"kind": 1}},
         "config": ${JSON.stringify(config)}, "schemaVersion": 2, "mediaType": "${MEDIA_TYPE.ociManifest}" }`,
    );
    const manifest = parse(bytes);
    expect(manifest.bytes).toBe(bytes);
    expect(manifest.digest).toBe(digestOf(bytes));
    expect(manifest.content).toMatchObject({ kind: 'image', layers: [layer] });
  });

  it('verifies a sha512 digest with sha512', () => {
    const bytes = Buffer.from(JSON.stringify(image));
    const expected = digestOf(bytes, 'sha512');
    expect(parseManifest({ bytes, expected, what: 'manifest' }).digest).toBe(expected);
  });

  it('reads subject, artifactType and annotations, whatever they are called', () => {
    const bytes = Buffer.from(
      JSON.stringify({ ...image, artifactType: 'a/b', subject: child }).replace(
        /}$/,
        ',"annotations":{"__proto__":"polluted","constructor":"x"}}',
      ),
    );
    const { content } = parse(bytes);
    expect(content.subject).toEqual(child);
    expect(content.artifactType).toBe('a/b');
    expect(Object.entries(content.annotations)).toEqual([
      ['__proto__', 'polluted'],
      ['constructor', 'x'],
    ]);
    expect(({} as Record<string, unknown>)['kind']).toBeUndefined();
  });

  it("ignores a subject in docker's types, which have none", () => {
    const { content } = parse({ ...image, mediaType: MEDIA_TYPE.dockerManifest, subject: child });
    expect(content.subject).toBeUndefined();
  });

  it('reads platforms, and takes empty ones for none', () => {
    const manifests = [
      { ...child, platform: { os: 'linux', architecture: 'arm64', variant: 'v8', 'os.version': '1' } },
      { ...child, platform: { os: 'unknown', architecture: 'unknown' } },
      { ...child, platform: { os: '', architecture: '' } },
    ];
    const { content } = parse({ ...index, manifests });
    expect(content).toMatchObject({ kind: 'index' });
    if (content.kind !== 'index') throw new Error('not an index');
    expect(content.manifests.map((entry) => entry.platform)).toEqual([
      { os: 'linux', architecture: 'arm64', variant: 'v8', osVersion: '1' },
      { os: 'unknown', architecture: 'unknown' },
      undefined,
    ]);
  });

  it('verifies embedded data', () => {
    const data = Buffer.from('{}').toString('base64');
    const { content } = parse({ ...image, config: { ...config, data } });
    expect(content).toMatchObject({ config: { data } });
  });
});

describe('parseManifest refuses', () => {
  const nested = (depth: number) => Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  it.each([
    {
      name: 'HTML',
      value: Buffer.from('<html><body>Sign in</body></html>'),
      code: 'CONTENT_INVALID',
      text: 'not JSON',
    },
    { name: 'nothing', value: Buffer.alloc(0), code: 'CONTENT_INVALID', text: 'not JSON' },
    {
      name: 'a byte order mark',
      value: Buffer.from(`\uFEFF${JSON.stringify(image)}`),
      code: 'CONTENT_INVALID',
      text: 'not JSON',
    },
    {
      name: 'text that is not UTF-8',
      value: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      code: 'CONTENT_INVALID',
      text: 'UTF-8',
    },
    { name: 'a list', value: [image], code: 'CONTENT_INVALID', text: 'not an object' },
    { name: 'null', value: null, code: 'CONTENT_INVALID', text: 'not an object' },
    { name: 'deep nesting', value: nested(100_000), code: 'LIMIT_EXCEEDED', text: 'nests deeper' },
    {
      name: 'very many values',
      value: Buffer.from(`[${'1,'.repeat(1_100_000)}1]`),
      code: 'LIMIT_EXCEEDED',
      text: 'values',
    },
    {
      name: 'too many bytes',
      value: Buffer.alloc(MAX_MANIFEST_BYTES + 1, 0x20),
      code: 'LIMIT_EXCEEDED',
      text: 'bytes',
    },
    {
      name: 'schema 1 by its type',
      value: image,
      as: MEDIA_TYPE.dockerSchema1Signed,
      code: 'UNSUPPORTED',
      text: 'schema 1',
    },
    {
      name: 'schema 1 by its version',
      value: { schemaVersion: 1, fsLayers: [], history: [] },
      code: 'UNSUPPORTED',
      text: 'schema 1',
    },
    {
      name: 'schema 1 behind a schema 2 type',
      value: { schemaVersion: 1 },
      as: MEDIA_TYPE.dockerManifest,
      code: 'UNSUPPORTED',
      text: 'schema 1',
    },
    {
      name: 'an unknown type',
      value: { ...image, mediaType: 'application/vnd.acme.v9+json' },
      code: 'UNSUPPORTED',
      text: 'vnd.acme',
    },
    {
      name: 'an unknown Content-Type',
      value: image,
      as: 'text/html',
      code: 'UNSUPPORTED',
      text: 'text/html',
    },
    {
      name: 'a type other than its Content-Type',
      value: image,
      as: MEDIA_TYPE.ociIndex,
      code: 'CONTENT_INVALID',
      text: 'named as',
    },
    {
      name: 'no type and no shape',
      value: { schemaVersion: 2 },
      code: 'CONTENT_INVALID',
      text: 'does not say',
    },
    {
      name: 'both shapes at once',
      value: { ...without(image, 'mediaType'), manifests: [child] },
      code: 'CONTENT_INVALID',
      text: 'does not say',
    },
    {
      name: 'an index with layers',
      value: { ...index, layers: [] },
      code: 'CONTENT_INVALID',
      text: 'yet has "layers"',
    },
    {
      name: 'an image with manifests',
      value: { ...image, manifests: [] },
      code: 'CONTENT_INVALID',
      text: 'yet has "manifests"',
    },
    {
      name: 'an index without manifests',
      value: without(index, 'manifests'),
      code: 'CONTENT_INVALID',
      text: 'without "manifests"',
    },
    {
      name: 'fields in another letter case',
      value: { ...image, Layers: [] },
      code: 'CONTENT_INVALID',
      text: '"Layers"',
    },
    {
      name: 'a schemaVersion of 3',
      value: { ...image, schemaVersion: 3 },
      code: 'CONTENT_INVALID',
      text: 'schemaVersion 3',
    },
    {
      name: 'no schemaVersion',
      value: without(image, 'schemaVersion'),
      code: 'CONTENT_INVALID',
      text: 'schemaVersion',
    },
    {
      name: 'an image without config',
      value: without(image, 'config'),
      as: MEDIA_TYPE.ociManifest,
      code: 'CONTENT_INVALID',
      text: 'config of',
    },
    {
      name: 'layers that are no list',
      value: { ...image, layers: { 0: layer } },
      code: 'CONTENT_INVALID',
      text: 'not a list',
    },
    {
      name: 'a mediaType that is no text',
      value: { ...image, mediaType: 7 },
      code: 'CONTENT_INVALID',
      text: 'mediaType',
    },
  ])('$name', ({ value, as, code, text }) => {
    expect(() => parse(value, as)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    );
  });

  it.each([
    { name: 'no digest', entry: without(layer, 'digest'), text: 'not a digest' },
    {
      name: 'a digest that climbs out of a directory',
      entry: { ...layer, digest: 'sha256:../../etc/passwd' },
      text: 'not a digest',
    },
    {
      name: 'a digest of a weak algorithm',
      entry: { ...layer, digest: `md5:${'0'.repeat(32)}` },
      text: 'not a digest',
    },
    { name: 'no size', entry: without(layer, 'size'), text: 'size' },
    { name: 'a negative size', entry: { ...layer, size: -1 }, text: 'size -1' },
    { name: 'a fractional size', entry: { ...layer, size: 1.5 }, text: 'size 1.5' },
    { name: 'a size no number can hold', entry: { ...layer, size: 2 ** 53 }, text: 'size' },
    { name: 'a size in text', entry: { ...layer, size: '5' }, text: 'size "5"' },
    { name: 'no media type', entry: without(layer, 'mediaType'), text: 'media type' },
    {
      name: 'a media type with a line break',
      entry: { ...layer, mediaType: 'a/b\r\nX: y' },
      text: 'media type',
    },
    { name: 'annotations that are a list', entry: { ...layer, annotations: ['a'] }, text: 'annotations' },
    {
      name: 'an annotation that is a number',
      entry: { ...layer, annotations: { a: 1 } },
      text: 'annotation "a"',
    },
    { name: 'urls that are text', entry: { ...layer, urls: 'https://a.example' }, text: 'urls' },
    { name: 'a url that is a number', entry: { ...layer, urls: [1] }, text: 'url' },
    { name: 'a platform that is text', entry: { ...layer, platform: 'linux' }, text: 'platform' },
    { name: 'data that is not base64', entry: { ...layer, data: '****' }, text: 'base64' },
    { name: 'a text in place of the descriptor', entry: 'sha256:abc', text: 'not an object' },
  ])('a descriptor with $name', ({ entry, text }) => {
    expect(() => parse({ ...image, layers: [layer, entry] })).toThrow(
      expect.objectContaining({ code: 'CONTENT_INVALID', message: expect.stringContaining(text) }),
    );
  });

  it.each([
    { name: 'of other bytes', data: 'layeR' },
    { name: 'of another size', data: 'laye' },
  ])('embedded data $name', ({ data }) => {
    const entry = { ...layer, data: Buffer.from(data).toString('base64') };
    expect(() => parse({ ...image, layers: [entry] })).toThrow(
      expect.objectContaining({ code: 'DIGEST_MISMATCH' }),
    );
  });

  it('embedded data over the limit', () => {
    const entry = { ...layer, data: 'A'.repeat(6 * 1024 * 1024) };
    expect(() => parse({ ...image, layers: [entry] })).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
  });

  it('bytes that are not what was asked for, naming both digests', () => {
    const bytes = Buffer.from(JSON.stringify(image));
    const expected = digestOf(Buffer.from('other'));
    expect(() => parseManifest({ bytes, expected, what: 'manifest' })).toThrow(
      expect.objectContaining({ code: 'DIGEST_MISMATCH', message: expect.stringContaining(digestOf(bytes)) }),
    );
  });

  it('everything else with an error of its own kind, never a crash', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((text) => Buffer.from(text)),
          fc
            .dictionary(
              fc.constantFrom(
                'schemaVersion',
                'mediaType',
                'config',
                'layers',
                'manifests',
                'blobs',
                'subject',
                'annotations',
                '__proto__',
              ),
              fc.oneof(
                fc.constantFrom<unknown>(2, 1, null, [layer], layer, [config], MEDIA_TYPE.ociIndex, {}),
                fc.jsonValue(),
              ),
            )
            .map((object) => Buffer.from(JSON.stringify(object))),
        ),
        fc.constantFrom(undefined, ...Object.values(MEDIA_TYPE)),
        (bytes, mediaType) => {
          try {
            const manifest = parse(bytes, mediaType);
            expect(manifest.digest).toBe(digestOf(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(SuiteError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
