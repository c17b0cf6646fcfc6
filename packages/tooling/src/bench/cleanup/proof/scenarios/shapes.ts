import {
  fallbackTag,
  type ManifestContent,
  makeFallbackIndex,
  makeImage,
  makeIndex,
  makeReferrer,
} from '@artifact-lifecycle/testing';
import { digestsOf, pushOrphans, pushRelease } from '../release.ts';
import { ONCE, type ProofScenario } from '../scenario.ts';
import type { ProofStage } from '../stage.ts';

/** Pushes a signature of an SBOM of an image, untagged, with the lists that GitHub's registry is searched by. */
async function pushChain(stage: ProofStage, subject: ManifestContent, days: number) {
  const sbom = makeReferrer({ subject, artifactType: 'application/spdx+json' });
  const signature = makeReferrer({
    subject: sbom,
    artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  });
  const seal = makeReferrer({ subject: signature, artifactType: 'application/vnd.acme.seal' });
  const lists = [
    await stage.push(makeFallbackIndex([sbom]), days, [fallbackTag(subject.digest)]),
    await stage.push(makeFallbackIndex([signature]), days, [fallbackTag(sbom.digest)]),
  ];
  // The last one nobody lists: its subject alone says where it belongs.
  await stage.push(seal, days);
  return digestsOf(...lists, seal);
}

/** What binds images together. */
export const SHAPES: readonly ProofScenario[] = [
  {
    name: 'multi-arch, signatures and referrers',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      for (let number = 0; number < 12; number += 1)
        await pushRelease(stage, `v${number}`, 100, [`v1.${number}.0`]);
      const old = [
        await pushRelease(stage, 'a', 40, ['sha-aaaaaaa']),
        await pushRelease(stage, 'b', 50, ['sha-bbbbbbb']),
      ];
      await pushRelease(stage, 'c', 3, ['sha-ccccccc']);
      const orphans = await pushOrphans(stage, 8);
      return { goes: [...old.flatMap(({ all }) => all), ...orphans] };
    },
  },
  {
    name: 'the same, in any other registry',
    host: 'registry',
    course: ONCE,
    seed: async (stage) => {
      await pushRelease(stage, 'v', 100, ['v1.0.0']);
      const old = await pushRelease(stage, 'a', 40, ['sha-aaaaaaa']);
      await pushRelease(stage, 'c', 3, ['sha-ccccccc']);
      return { goes: old.all };
    },
  },
  {
    name: 'nested indexes',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      const nest = (name: string, days: number) => {
        const inner = stage.index(`${name} inner`, days);
        return { inner, outer: makeIndex([inner, makeIndex([makeIndex([makeImage({ layers: [name] })])])]) };
      };
      const [kept, old, half] = [nest('kept', 100), nest('old', 40), nest('half', 40)];
      await stage.push(kept.outer, 100, ['v1.0.0']);
      await stage.push(old.outer, 40, ['sha-aaaaaaa']);
      await stage.push(half.outer, 40, ['sha-bbbbbbb']);
      // A release holds the inner index of a build that goes.
      await stage.push(makeIndex([half.inner], { annotations: { of: 'half' } }), 30, ['v2.0.0']);
      const stays = new Set(digestsOf(half.inner));
      return { goes: digestsOf(old.outer, half.outer).filter((digest) => !stays.has(digest)) };
    },
  },
  {
    name: 'shared children',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      const shared = makeImage({ layers: ['shared'] });
      const both = makeImage({ layers: ['shared by what goes'] });
      await stage.push(makeIndex([shared, makeImage({ layers: ['v1'] })]), 100, ['v1.0.0']);
      const goes = [
        await stage.push(makeIndex([shared, both, makeImage({ layers: ['a'] })]), 40, ['sha-aaaaaaa']),
        await stage.push(makeIndex([both, makeImage({ layers: ['b'] })]), 50, ['sha-bbbbbbb']),
        await stage.push(makeIndex([shared, both], { annotations: { of: 'orphan' } }), 20),
      ];
      const sbom = makeReferrer({ subject: shared, artifactType: 'application/spdx+json' });
      await stage.push(sbom, 40);
      return { goes: digestsOf(...goes).filter((digest) => digest !== shared.digest) };
    },
  },
  {
    name: 'one digest under several tags',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      await pushRelease(stage, 'both', 40, ['v1.0.0', 'pr-7', 'sha-aaaaaaa']);
      const old = await pushRelease(stage, 'old', 40, ['pr-8', 'sha-bbbbbbb']);
      await pushRelease(stage, 'new', 3, ['pr-9', 'sha-ccccccc']);
      return { goes: old.all, tagsGo: ['pr-7', 'sha-aaaaaaa'] };
    },
  },
  {
    name: 'referrers of referrers',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      const [kept, old] = [stage.index('kept', 100), stage.index('old', 40)];
      await stage.push(kept, 100, ['v1.0.0']);
      await pushChain(stage, kept, 100);
      const [platform] = kept.children;
      if (platform !== undefined) await pushChain(stage, platform, 100);
      await stage.push(old, 40, ['sha-aaaaaaa']);
      const chain = await pushChain(stage, old, 40);
      const lost = makeReferrer({
        subject: makeImage({ layers: ['never pushed'] }),
        artifactType: 'application/spdx+json',
      });
      await stage.push(lost, 40);
      return { goes: [...digestsOf(old, lost), ...chain] };
    },
  },
];
