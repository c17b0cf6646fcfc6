import { describe, expect, it } from '@jest/globals';
import { describeManifest } from '../../src/oci/manifest.ts';
import { MEDIA_TYPE } from '../../src/oci/media-type.ts';
import { addReferrer, describeReferrer, removeReferrer } from '../../src/oci/referrers-index.ts';
import { manifestOf, sampleImage, sampleIndex } from './sample.ts';

const subject = sampleImage().root;
const first = sampleImage({ subject, artifactType: 'application/sbom', annotations: { a: 'b' } }).root;
const second = sampleImage({ subject, layers: ['second'] }).root;

describe('describeReferrer', () => {
  it('states artifact type and annotations, and the type of the config where there is no other', () => {
    expect(describeReferrer(first)).toEqual({
      ...describeManifest(first),
      artifactType: 'application/sbom',
      annotations: { a: 'b' },
    });
    expect(describeReferrer(second).artifactType).toBe(MEDIA_TYPE.ociConfig);
    expect(describeReferrer(sampleIndex([]).root)).toEqual(describeManifest(sampleIndex([]).root));
  });
});

describe('the list of referrers', () => {
  it('starts with one, grows, and shrinks', () => {
    const one = addReferrer(undefined, describeReferrer(first));
    const two = addReferrer(one, describeReferrer(second));
    expect(two?.content).toMatchObject({
      kind: 'index',
      manifests: [describeReferrer(first), describeReferrer(second)],
    });
    if (two === undefined) throw new Error('there is no list');
    expect(removeReferrer(two, second.digest)?.digest).toBe(one?.digest);
  });

  it('is left alone where nothing changes', () => {
    const one = addReferrer(undefined, describeReferrer(first));
    if (one === undefined) throw new Error('there is no list');
    expect(addReferrer(one, describeReferrer(first))).toBeUndefined();
    expect(removeReferrer(one, second.digest)).toBeUndefined();
  });

  it('keeps what others wrote into it', () => {
    const theirs = manifestOf({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociIndex,
      manifests: [{ ...describeManifest(first), platform: { os: 'x', architecture: 'y' }, theirs: [1] }],
      annotations: { of: 'theirs' },
      more: { deep: true },
    });
    const grown = addReferrer(theirs, describeReferrer(second));
    const json = JSON.parse(Buffer.from(grown?.bytes ?? '').toString());
    expect(json).toMatchObject({ annotations: { of: 'theirs' }, more: { deep: true } });
    expect(json.manifests[0]).toMatchObject({ theirs: [1], platform: { os: 'x' } });
    expect(json.manifests).toHaveLength(2);
  });

  it.each([
    { name: 'a docker list', taken: sampleIndex([], { docker: true }).root },
    { name: 'an image', taken: subject },
  ])('is not made of $name that stands in its place', ({ taken }) => {
    expect(() => addReferrer(taken, describeReferrer(first))).toThrow(
      expect.objectContaining({ code: 'CONTENT_INVALID', message: expect.stringContaining(taken.digest) }),
    );
  });
});
