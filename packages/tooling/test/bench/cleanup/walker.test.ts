import { cosignTag, fallbackTag, makeImage, makeIndex } from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pushRelease, type Release } from '../../../src/bench/cleanup/proof/release.ts';
import { ProofStage, REPOSITORY } from '../../../src/bench/cleanup/proof/stage.ts';
import { findDamage, type Holdings } from '../../../src/bench/cleanup/proof/walker.ts';

describe('the judge of the proof', () => {
  let stage: ProofStage;
  let release: Release;
  let before: Holdings;
  beforeEach(async () => {
    stage = await ProofStage.open({ host: 'registry' });
    release = await pushRelease(stage, 'v', 1, ['v1.0.0']);
    before = stage.holdings();
  });
  afterEach(() => stage.close());

  const damageWithout = async (digest: string) => {
    await stage.server.store.deleteManifest(REPOSITORY, digest);
    const { brokenTags, lostReferrers } = findDamage(before, stage.holdings());
    return { broken: brokenTags.length, lost: lostReferrers.length };
  };
  const tagged = (tag: string): string => before.tags.get(tag) ?? '';

  it('finds nothing where nothing is gone', () => {
    expect(findDamage(before, stage.holdings())).toEqual({ brokenTags: [], lostReferrers: [] });
  });

  it.each([
    { name: 'a platform', pick: () => release.platform.digest, damage: { broken: 1, lost: 0 } },
    {
      name: 'an attestation beside it',
      pick: () => release.index.children.at(-1)?.digest,
      damage: { broken: 1, lost: 1 },
    },
    {
      name: 'a signature',
      pick: () => tagged(cosignTag(release.index.digest, 'sig')),
      damage: { broken: 0, lost: 1 },
    },
    {
      name: 'a list of referrers',
      pick: () => tagged(fallbackTag(release.platform.digest)),
      damage: { broken: 0, lost: 1 },
    },
    {
      name: 'an SBOM',
      pick: () => before.manifests.get(tagged(fallbackTag(release.platform.digest)))?.lists[0]?.digest,
      damage: { broken: 0, lost: 1 },
    },
  ])('sees that $name is gone', async ({ pick, damage }) => {
    const digest = pick();
    expect(before.manifests.has(digest ?? '')).toBe(true);
    expect(await damageWithout(digest ?? '')).toEqual(damage);
  });

  it('sees what is missing below an index in an index', async () => {
    const deep = makeImage({ layers: ['deep'] });
    await stage.push(makeIndex([makeIndex([deep])]), 1, ['v2.0.0']);
    before = stage.holdings();
    expect(await damageWithout(deep.digest)).toEqual({ broken: 1, lost: 0 });
  });

  it('does not miss what goes with its subject', async () => {
    for (const digest of release.all) await stage.server.store.deleteManifest(REPOSITORY, digest);
    expect(findDamage(before, stage.holdings())).toEqual({ brokenTags: [], lostReferrers: [] });
  });
});
