import type { RegistryOptions } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import {
  commitOf,
  expectedSuccess,
  openRoad,
  RECORD_TYPE,
  type Road,
  statementsAbout,
} from '../support/road.ts';

/** Roads of both kinds of registries, at the same time: most of a run is Node's start. */
const ROADS: readonly RegistryOptions[] = [{ referrers: 'api' }, { referrers: 'none' }];

/** Every manifest that is written is a point, and of all other requests every so many. */
const OTHERS_BETWEEN = 9;

/** The last requests are asked for or not, as registries and their clocks want it. */
const LAST = 3;

describe('a recorded promotion killed on its way', () => {
  it('never leaves a tag without its record, and the next run finishes it', async () => {
    const results = await Promise.all(ROADS.map((options) => killAlong(options)));
    expect(results.flatMap(({ problems }) => problems)).toEqual([]);
    for (const { points } of results) expect(points).toBeGreaterThanOrEqual(12);
  }, 170_000);
});

interface Point {
  /** Of the requests to the destination, counted from 1. */
  readonly nth: number;
  readonly at: 'request' | 'answer';
}

async function killAlong(
  options: RegistryOptions,
): Promise<{ readonly points: number; readonly problems: readonly string[] }> {
  const road = await openRoad(options);
  try {
    const image = await road.build('acme/build', { commit: commitOf('a1b2c3d'), version: '2.1.0' });
    const points = await chooseRequests(road);
    const problems: string[] = [];
    for (const [index, point] of points.entries()) {
      const problem = await killAt(road, `kill/n${index}`, point, image.digest);
      if (problem !== undefined) problems.push(`${JSON.stringify({ ...options, ...point })}: ${problem}`);
    }
    expect(road.registry.defects).toEqual([]);
    return { points: points.length, problems };
  } finally {
    await road.workplace.close();
  }
}

/** An environment whose one repository this is. */
function writePolicy(road: Road, repository: string): Promise<void> {
  return road.writePolicy({
    production: {
      repository: road.at(repository),
      tags: ['semver', 'combined'],
      channels: ['2', 'latest'],
      gates: { platforms: ['linux/amd64'] },
    },
  });
}

function inputsOf(road: Road): Readonly<Record<string, string>> {
  return { source: `${road.at('acme/build')}:a1b2c3d`, to: 'production' };
}

/** Promotes once to the end, and picks the requests at which others are killed. */
async function chooseRequests(road: Road): Promise<readonly Point[]> {
  await writePolicy(road, 'kill/undisturbed');
  road.registry.log.clear();
  expectedSuccess(await road.promote(inputsOf(road)));
  const asked = road.registry.log.filter({ path: /^\/v2\/kill\// });
  return asked.slice(0, -LAST).flatMap(({ method, path }, index): readonly Point[] => {
    const nth = index + 1;
    // In turn before it is served, and when it is served and before its answer.
    if (method === 'PUT' && path.includes('/manifests/'))
      return [{ nth, at: nth % 2 === 0 ? 'request' : 'answer' }];
    return index % OTHERS_BETWEEN === 0 ? [{ nth, at: 'request' }] : [];
  });
}

/** Kills a promotion at a point, looks, and promotes once more; gives what was wrong, if anything was. */
async function killAt(
  road: Road,
  repository: string,
  { nth, at }: Point,
  digest: string,
): Promise<string | undefined> {
  await writePolicy(road, repository);
  const running = await road.start(inputsOf(road));
  const fault = road.registry.faults.add(
    { path: new RegExp(`^/v2/${repository}/`), nth },
    {
      kind: 'hook',
      at,
      run: async () => {
        running.kill('SIGKILL');
        await running.finished;
      },
    },
  );
  const { signal, exitCode } = await running.finished;
  fault.remove();
  if (signal !== 'SIGKILL') return `it was not killed, and ended with ${exitCode}`;
  const records = async (): Promise<number> =>
    (await statementsAbout(road.registry, repository, digest)).filter(({ type }) => type === RECORD_TYPE)
      .length;
  const early = road.tags(repository);
  if (early.length > 0 && (await records()) === 0) return `${early.join(', ')} without a record`;
  if (early.length > 0 && road.tag(repository, 'artifact-lifecycle.production') === undefined) {
    return `${early.join(', ')} without a head`;
  }

  const again = await road.promote(inputsOf(road));
  if (again.exitCode !== 0) return `the next run failed:\n${again.log}`;
  const tags = road.tags(repository).join(' ');
  if (tags !== '2 2.1.0 2.1.0-a1b2c3d latest') return `the next run left ${tags}`;
  const head = road.registry.store.manifest(repository, 'artifact-lifecycle.production');
  const subject = JSON.parse(String(head?.bytes ?? '{}')).subject?.digest;
  return subject === digest ? undefined : `the newest record is of ${subject}`;
}
