import { describe, expect, it } from '@jest/globals';
import { decideTag, digestLike, tagRefusal } from '../../src/copy/tag-decision.ts';
import { digestOf } from '../../src/name/digest.ts';
import { parseTag } from '../../src/name/tag.ts';
import { sampleImage } from '../oci/sample.ts';

const one = digestOf(Buffer.from('one'));
const two = digestOf(Buffer.from('two'));

describe('decideTag', () => {
  it.each([
    {
      name: 'creates a tag that is not there',
      current: undefined,
      isChannel: false,
      expected: { outcome: 'created' },
    },
    {
      name: 'creates a channel that is not there',
      current: undefined,
      isChannel: true,
      expected: { outcome: 'created' },
    },
    {
      name: 'takes the same digest for success',
      current: one,
      isChannel: false,
      expected: { outcome: 'same' },
    },
    {
      name: 'does not move a channel to where it is',
      current: one,
      isChannel: true,
      expected: { outcome: 'same' },
    },
    {
      name: 'refuses to move a published tag',
      current: two,
      isChannel: false,
      expected: { outcome: 'refused', previous: two },
    },
    { name: 'moves a channel', current: two, isChannel: true, expected: { outcome: 'moved', previous: two } },
  ])('$name', ({ current, isChannel, expected }) => {
    expect(decideTag({ current, wanted: one, isChannel })).toEqual(expected);
  });
});

describe('digestLike', () => {
  const { root } = sampleImage();
  it('speaks of a manifest in the algorithm of the other digest', () => {
    expect(digestLike(root, undefined)).toBe(root.digest);
    expect(digestLike(root, two)).toBe(root.digest);
    expect(digestLike(root, digestOf(Buffer.from('two'), 'sha512'))).toBe(digestOf(root.bytes, 'sha512'));
  });
});

describe('tagRefusal', () => {
  it('names every tag with both digests, and what to do', () => {
    const location = { kind: 'registry', host: 'ghcr.io', name: 'acme/api' } as const;
    const refused = ['1.0.0', 'latest'].map((tag) => ({
      location,
      tag: parseTag(tag, 'test'),
      previous: two,
      wanted: one,
    }));
    expect(tagRefusal(refused)).toMatchObject({
      code: 'TAG_EXISTS',
      message: `ghcr.io/acme/api:1.0.0 already points to ${two}, and may not move to ${one}; ghcr.io/acme/api:latest already points to ${two}, and may not move to ${one}.`,
      remedy: expect.stringContaining('"channels"'),
    });
  });
});
