import { type ManifestContent, makeReferrer } from '@artifact-lifecycle/testing';
import { digestsOf, pushOrphans, pushRelease } from '../release.ts';
import { ONCE, type ProofScenario } from '../scenario.ts';
import type { ProofStage } from '../stage.ts';

/** Pushes what there is where only the limits matter. */
async function pushSome(stage: ProofStage) {
  await pushRelease(stage, 'v', 100, ['v1.0.0', 'pr-7']);
  const old = [];
  for (const name of ['a', 'b', 'c']) old.push(await pushRelease(stage, name, 40, [`sha-${name.repeat(7)}`]));
  const orphans = await pushOrphans(stage, 8);
  return { goes: [...old.flatMap(({ all }) => all), ...orphans], tagsGo: ['pr-7'] };
}

function sbomOf(subject: ManifestContent): ManifestContent {
  return makeReferrer({ subject, artifactType: 'application/spdx+json' });
}

/** What GitHub refuses, and how it lags behind. */
export const REFUSALS: readonly ProofScenario[] = [
  {
    name: 'stale lists, one tag of several',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      await pushRelease(stage, 'both', 40, ['v1.0.0', 'pr-7']);
      const old = await pushRelease(stage, 'old', 40, ['pr-8']);
      stage.lagBehind(3);
      return { goes: old.all, tagsGo: ['pr-7'] };
    },
  },
  {
    name: 'stale lists, pushes they do not show',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      const [moved, old] = [stage.index('moved', 40), stage.index('old', 40)];
      await stage.push(moved, 40, ['sha-aaaaaaa']);
      await stage.push(old, 40, ['sha-bbbbbbb']);
      await pushRelease(stage, 'v', 100, ['v1.0.0']);
      stage.lagBehind(3);
      await stage.push(moved, 0, ['v2.0.0']);
      return { goes: digestsOf(old), passesOver: true };
    },
  },
  {
    name: 'lists in no order',
    host: 'github',
    options: { order: 'shuffled' },
    course: ONCE,
    seed: pushSome,
  },
  {
    name: "GitHub's primary limit",
    host: 'github',
    options: { primaryLimit: { limit: 45 } },
    course: { kind: 'hourly', rounds: 2 },
    seed: pushSome,
  },
  {
    name: "GitHub's secondary limit, 403",
    host: 'github',
    options: { secondaryLimit: { pointsPerMinute: 60 } },
    course: { kind: 'hourly', rounds: 1 },
    seed: pushSome,
  },
  {
    name: "GitHub's secondary limit, 429 and two minutes",
    host: 'github',
    options: { secondaryLimit: { pointsPerMinute: 60, status: 429, retryAfter: 120 } },
    course: { kind: 'hourly', rounds: 1 },
    seed: pushSome,
  },
  {
    name: 'the last tagged version',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      const last = stage.index('last', 40);
      await stage.push(last, 40, ['sha-aaaaaaa']);
      await stage.push(sbomOf(last), 40);
      const [platform] = last.children;
      if (platform !== undefined) await stage.push(sbomOf(platform), 40);
      return { goes: await pushOrphans(stage, 3), passesOver: true };
    },
  },
  {
    name: 'more than 5,000 downloads',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      const [loved, other] = [stage.index('loved', 40), stage.index('other', 40)];
      const [platform] = other.children;
      if (platform === undefined) throw new Error('There is no platform.');
      await stage.push(loved, 40, ['sha-aaaaaaa']);
      await stage.push(sbomOf(loved), 40);
      await stage.push(other, 40, ['sha-bbbbbbb']);
      await stage.push(sbomOf(platform), 40);
      await pushRelease(stage, 'v', 100, ['v1.0.0']);
      for (const { digest } of [loved, platform])
        stage.github.setVersion('acme', 'container', 'app', digest, { downloads: 5001 });
      const orphans = await pushOrphans(stage, 3);
      return {
        goes: [...digestsOf(other).filter((digest) => digest !== platform.digest), ...orphans],
        passesOver: true,
      };
    },
  },
];
