import { makeImage, makeIndex, makeReferrer } from '@artifact-lifecycle/testing';
import { digestsOf, pushOrphans, pushRelease } from '../release.ts';
import { ONCE, type ProofScenario } from '../scenario.ts';
import { REPOSITORY } from '../stage.ts';

const HOUR = 1 / 24;

/** What others do at the same time. */
export const PUSHES: readonly ProofScenario[] = [
  {
    name: 'pushes by digest under way',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      const old = stage.index('old', 40);
      await stage.push(old, 40, ['sha-aaaaaaa']);
      await pushRelease(stage, 'v', 100, ['v1.0.0']);
      const [reused] = old.children;
      // Nobody has tagged them yet: an image, and an index that uses an old platform again.
      await stage.push(makeImage({ layers: ['young'] }), HOUR);
      const young = makeIndex([...(reused === undefined ? [] : [reused]), makeImage({ layers: ['new'] })]);
      await stage.push(young, HOUR);
      await stage.push(makeReferrer({ subject: young, artifactType: 'application/spdx+json' }), HOUR);
      const orphans = await pushOrphans(stage, 3);
      return { goes: [...digestsOf(old).filter((digest) => digest !== reused?.digest), ...orphans] };
    },
  },
  {
    name: 'pushes between plan and apply',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      await pushRelease(stage, 'v', 100, ['v1.0.0']);
      const [first, second] = [stage.index('first', 40), stage.index('second', 40)];
      await stage.push(first, 40, ['sha-aaaaaaa']);
      await stage.push(second, 40, ['sha-bbbbbbb']);
      const orphans = await pushOrphans(stage, 3);
      const [reused] = second.children;
      return {
        goes: [...digestsOf(second).filter((digest) => digest !== reused?.digest), ...orphans],
        passesOver: true,
      };
    },
    meanwhile: async (stage) => {
      const [reused] = stage.index('second', 40).children;
      await stage.push(stage.index('first', 40), 0, ['v2.0.0']);
      if (reused !== undefined) await stage.push(makeIndex([reused]), 0, ['v3.0.0']);
    },
  },
  {
    name: 'a push while images are deleted',
    host: 'github',
    course: ONCE,
    seed: async (stage) => {
      await pushRelease(stage, 'first', 40, ['sha-aaaaaaa']);
      const second = await pushRelease(stage, 'second', 50, ['sha-bbbbbbb']);
      await pushRelease(stage, 'v', 100, ['v1.0.0']);
      return { goes: second.all, passesOver: true };
    },
    meanwhile: async (stage) => {
      const { github } = stage;
      const [digest] = [...github.store.tags(REPOSITORY)].flatMap(([tag, one]) =>
        tag === 'sha-aaaaaaa' ? [one] : [],
      );
      const version = github.versions('acme', 'container', 'app').find(({ name }) => name === digest);
      if (digest === undefined || version === undefined) throw new Error('The build is not there.');
      // It is tagged as a release at the moment in which it is looked at for the last time.
      const path = `/orgs/acme/packages/container/app/versions/${version.id}`;
      github.faults.add(
        { method: 'GET', path, times: 1 },
        { kind: 'hook', at: 'request', run: () => github.store.putTag(REPOSITORY, 'v2.0.0', digest) },
      );
    },
  },
  {
    name: 'two runs at the same time',
    host: 'github',
    course: { kind: 'parallel' },
    seed: async (stage) => {
      await pushRelease(stage, 'v', 100, ['v1.0.0', 'pr-7']);
      const old = [];
      for (const name of ['a', 'b', 'c'])
        old.push(await pushRelease(stage, name, 40, [`sha-${name.repeat(7)}`]));
      const orphans = await pushOrphans(stage, 5);
      return { goes: [...old.flatMap(({ all }) => all), ...orphans], tagsGo: ['pr-7'] };
    },
  },
  {
    name: 'killed after each request, then run again',
    host: 'github',
    course: { kind: 'killed' },
    seed: async (stage) => {
      await pushRelease(stage, 'v', 100, ['v1.0.0', 'pr-7']);
      const old = await pushRelease(stage, 'a', 40, ['sha-aaaaaaa']);
      const nested = makeIndex([makeIndex([makeImage({ layers: ['nested'] })])]);
      await stage.push(nested, 40, ['sha-bbbbbbb']);
      const orphans = await pushOrphans(stage, 2);
      return { goes: [...old.all, ...digestsOf(nested), ...orphans], tagsGo: ['pr-7'] };
    },
  },
];
