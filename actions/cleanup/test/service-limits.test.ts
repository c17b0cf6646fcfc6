import type { ServiceAbilities } from '@artifact-lifecycle/retention';
import { describe, expect, it } from '@jest/globals';
import { describeLimits } from '../src/service-limits.ts';

const ALL: ServiceAbilities = {
  listsUntagged: true,
  tellsPushTime: true,
  tellsPullTime: true,
  untag: 'native',
  restore: 'by-service',
  transition: true,
  cascades: [],
};

describe('describeLimits', () => {
  it.each([
    { name: 'a service that can do all', abilities: {}, says: [] },
    { name: 'a list of tags', abilities: { listsUntagged: false }, says: [/without a tag cannot be listed/] },
    { name: 'no time of a push', abilities: { tellsPushTime: false }, says: [/when an image was made/] },
    { name: 'tags that stay', abilities: { untag: 'none' as const }, says: [/cannot be taken away/] },
  ])('tells of $name', ({ abilities, says }) => {
    expect(describeLimits({ ...ALL, ...abilities })).toEqual(says.map((text) => expect.stringMatching(text)));
  });
});
