import { SuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readInventory } from '../../src/inventory/read-inventory.ts';
import { DAY, NOW } from '../support/image.ts';

const PUSHED = '2026-10-01T12:00:00Z';
const DIGEST = `sha256:${'a'.repeat(64)}`;

function read(data: unknown) {
  return readInventory(Buffer.from(JSON.stringify(data)), 'images.json');
}

describe('an inventory', () => {
  it("is read by Amazon ECR's names and by ours", () => {
    const { now, images } = read({
      now: '2026-11-01T12:00:00Z',
      images: [
        {
          id: 'A',
          tags: ['v1', 'a', 'v1'],
          pushedAt: PUSHED,
          lastRecordedPullTime: '2026-10-31T12:00:00+00:00',
          lastArchivedAt: PUSHED,
          lastActivatedAt: null,
          status: 'ARCHIVED',
          size: 12,
          somethingElse: true,
        },
        { id: DIGEST, pushedAt: NOW - DAY, pulledAt: NOW, storageClass: 'standard', isLocked: true },
      ],
    });
    expect(now).toBe(NOW);
    expect(images).toMatchObject([
      {
        id: 'A',
        tags: ['a', 'v1'],
        pushedAt: Date.parse(PUSHED),
        pulledAt: NOW - DAY,
        archivedAt: Date.parse(PUSHED),
        activatedAt: undefined,
        storageClass: 'archive',
        size: 12,
      },
      { id: DIGEST, digest: DIGEST, tags: [], pushedAt: NOW - DAY, pulledAt: NOW, isLocked: true },
    ]);
  });

  it('binds images by id, by digest and by computed tags', () => {
    const signature = { id: 'S', tags: [`sha256-${'a'.repeat(64)}.sig`], pushedAt: PUSHED };
    const { graph } = read({
      images: [
        { id: 'L', tags: ['v1'], pushedAt: PUSHED, children: ['X', 'missing', 'X'] },
        { id: 'X', digest: DIGEST, pushedAt: PUSHED },
        { id: 'R', pushedAt: PUSHED, subject: DIGEST },
        signature,
      ],
    });
    const [list, child, referrer, signed] = graph.nodes;
    expect(list?.children).toEqual([1]);
    expect(child).toMatchObject({ parents: [0], referrers: [2, 3] });
    expect(referrer).toMatchObject({ subjects: [1], isFollower: true });
    expect(signed).toMatchObject({ subjects: [1], chosenTags: [] });
  });

  it.each([
    { name: 'no list of images', data: {}, says: 'images must be a list, not left out' },
    { name: 'no id', data: { images: [{ pushedAt: PUSHED }] }, says: 'images[0].id must be text' },
    { name: 'no time', data: { images: [{ id: 'A' }] }, says: 'images[0].pushedAt is missing' },
    {
      name: 'a time without a zone',
      data: { images: [{ id: 'A', pushedAt: '2026-10-01T12:00:00' }] },
      says: 'must be a time such as',
    },
    {
      name: 'an id twice',
      data: {
        images: [
          { id: 'A', pushedAt: PUSHED },
          { id: 'A', pushedAt: PUSHED },
        ],
      },
      says: 'images[1] has the id or digest A, which is there already',
    },
    {
      name: 'tags that are none',
      data: { images: [{ id: 'A', pushedAt: PUSHED, tags: 'v1' }] },
      says: 'images[0].tags must be a list, not text',
    },
    {
      name: 'a status nobody knows',
      data: { images: [{ id: 'A', pushedAt: PUSHED, status: 'ARCHIVE' }] },
      says: 'Did you mean "ARCHIVED"?',
    },
  ])('with $name is refused', ({ data, says }) => {
    expect(() => read(data)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(says) }),
    );
  });

  it('never ends otherwise than in images or in INPUT_INVALID', () => {
    const near = fc.record({ images: fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 4 }) });
    const texts = fc.oneof(
      fc.json(),
      near.map((value) => JSON.stringify(value)),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          readInventory(Buffer.from(text), 'images.json');
        } catch (error) {
          if (!(error instanceof SuiteError)) throw error;
          expect(['INPUT_INVALID', 'LIMIT_EXCEEDED']).toContain(error.code);
        }
      }),
    );
  });
});
