import type { RetentionEnvironments } from '@artifact-lifecycle/retention';
import { type ManifestContent, makeImage } from '@artifact-lifecycle/testing';
import { digestsOf } from '../release.ts';
import { ONCE, type ProofScenario } from '../scenario.ts';
import type { ProofStage } from '../stage.ts';

const DAY = 86_400_000;

/** Environments that share one repository, each with what its retention says. */
function environments(retention: Readonly<Record<string, object | undefined>>) {
  return (repository: string): RetentionEnvironments =>
    new Map(
      Object.entries(retention).map(([name, its]) => [
        name,
        { repository: [repository], ...(its !== undefined && { retention: { since: 'pushed', ...its } }) },
      ]),
    ) as RetentionEnvironments;
}

/** An image whose tag lets it go after a month. */
function push(stage: ProofStage, name: string, days: number): Promise<ManifestContent> {
  const index = stage.index(name, days);
  return stage.push(index, days, [`sha-${name.padEnd(7, '0')}`]);
}

/** All that goes when these go: what they hold, what refers to them, and the lists that name it. */
function withRecords(stage: ProofStage, ...contents: readonly ManifestContent[]): readonly string[] {
  const { tags, manifests } = stage.holdings();
  return contents.flatMap((content) =>
    digestsOf(content).flatMap((digest) => {
      const referrers = [...manifests].flatMap(([one, { subject }]) => (subject === digest ? [one] : []));
      const list = tags.get(digest.replace(':', '-'));
      return [digest, ...referrers, ...(list === undefined ? [] : [list])];
    }),
  );
}

/** Lists of referrers that later ones have taken the place of: untagged, they go by the policy as any image. */
function outdatedLists(stage: ProofStage): readonly string[] {
  const { tags, manifests } = stage.holdings();
  const tagged = new Set(tags.values());
  return [...manifests].flatMap(([digest, { lists }]) =>
    !tagged.has(digest) &&
    lists.length > 0 &&
    lists.every((one) => manifests.get(one.digest)?.subject !== undefined)
      ? [digest]
      : [],
  );
}

/** What environments keep by their promotion records. */
export const RECORDS: readonly ProofScenario[] = (['github', 'registry'] as const).flatMap((host) => {
  const where = host === 'github' ? 'GitHub' : 'any other registry';
  const scenarios: readonly ProofScenario[] = [
    {
      name: `environments that share a repository, ${where}`,
      host,
      course: ONCE,
      environments: environments({
        dev: undefined,
        staging: { keep: 90 * DAY },
        production: { keep: 'forever' },
      }),
      seed: async (stage) => {
        await stage.push(stage.index('v', 100), 100, ['v1.0.0']);
        const images = [];
        for (const [at, days] of [300, 200, 120, 110, 100, 90].entries())
          images.push(await push(stage, `b${at}`, days));
        const [first, second, third, fourth, fifth, sixth] = images;
        if (!first || !second || !third || !fourth || !fifth || !sixth) throw new Error('There is no image.');
        for (const [image, days] of [
          [first, 299],
          [second, 199],
          [third, 95],
          [fourth, 80],
          [fifth, 70],
          [sixth, 60],
        ] as const)
          await stage.promote(image, days, { environment: 'staging' });
        await stage.promote(second, 150, { environment: 'production' });
        await stage.promote(fifth, 60, { environment: 'production' });
        await stage.promote(sixth, 50, { environment: 'production' });
        const plain = await push(stage, 'plain', 40);
        // Staging lets the first and the third go; the second is production's for good.
        return { goes: [...withRecords(stage, first, third, plain), ...outdatedLists(stage)] };
      },
    },
    {
      name: `what a rollback goes back to, ${where}`,
      host,
      course: ONCE,
      environments: environments({ production: undefined }),
      seed: async (stage) => {
        const images = [];
        for (const at of [0, 1, 2, 3]) images.push(await push(stage, `r${at}`, 100 - at));
        const [oldest, before, back, bad] = images;
        if (!oldest || !before || !back || !bad) throw new Error('There is no image.');
        for (const [at, image] of images.entries())
          await stage.promote(image, 90 - at, { environment: 'production' });
        await stage.promote(back, 80, { environment: 'production', withdrawn: [bad.digest] });
        return { goes: [...withRecords(stage, oldest), ...outdatedLists(stage)] };
      },
    },
    {
      name: `as many as keep-last says, ${where}`,
      host,
      course: ONCE,
      environments: environments({ production: { keepLast: 3 } }),
      seed: async (stage) => {
        const images = [];
        for (const at of [0, 1, 2, 3, 4]) images.push(await push(stage, `r${at}`, 100 - at));
        for (const [at, image] of images.entries())
          await stage.promote(image, 90 - at, { environment: 'production' });
        return { goes: [...withRecords(stage, ...images.slice(0, 2)), ...outdatedLists(stage)] };
      },
    },
    {
      name: `forged records and a forged head, ${where}`,
      host,
      course: ONCE,
      environments: environments({ production: { keep: 'forever' } }),
      seed: async (stage) => {
        const [real, fake, head] = [
          await push(stage, 'real', 60),
          await push(stage, 'fake', 60),
          await push(stage, 'head', 60),
        ];
        await stage.promote(real, 50, { environment: 'production' });
        await stage.promote(fake, 45, { environment: 'production', isForged: true, keepsHead: true });
        // Whoever may push may move the head: it holds what it points to, and takes nothing from anybody.
        await stage.promote(head, 40, { environment: 'production', isForged: true });
        return { goes: [...withRecords(stage, fake), ...outdatedLists(stage)] };
      },
    },
    {
      name: `a head moved back to an older record, ${where}`,
      host,
      course: ONCE,
      environments: environments({ production: undefined }),
      seed: async (stage) => {
        const images = [];
        for (const at of [0, 1, 2]) images.push(await push(stage, `r${at}`, 100 - at));
        const records = [];
        for (const [at, image] of images.entries())
          records.push(await stage.promote(image, 90 - at, { environment: 'production' }));
        await stage.promotions.moveHead('production', records[0]?.record);
        const plain = await push(stage, 'plain', 40);
        return { goes: [...withRecords(stage, plain), ...outdatedLists(stage)] };
      },
    },
    {
      name: `records that nobody verifies, ${where}`,
      host,
      course: ONCE,
      environments: environments({ production: { keep: 7 * DAY } }),
      hasNoSigner: true,
      seed: async (stage) => {
        const [old, older, plain] = [
          await push(stage, 'old', 60),
          await push(stage, 'older', 70),
          await push(stage, 'plain', 60),
        ];
        await stage.promote(older, 65, { environment: 'production', isForged: true });
        await stage.promote(old, 50, { environment: 'production' });
        const orphan = host === 'github' ? [await stage.push(makeImage({ layers: ['orphan'] }), 20)] : [];
        return { goes: [...withRecords(stage, plain, ...orphan), ...outdatedLists(stage)] };
      },
    },
  ];
  return scenarios;
});
