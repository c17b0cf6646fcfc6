import { join } from 'node:path';
import type { RegistryOptions, TestRegistry } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listTags, takePicture } from '../support/picture.ts';
import { startAction } from '../support/runner.ts';
import { openStage, REPOSITORY, type Stage, VERSION } from '../support/stage.ts';

/** Issue 3, §6: "at each of at least 50 points of a copy". */
const POINTS = 56;

/** One copy at a time on each of these roads, both roads at once: most of a run is Node's start. */
const ROADS: readonly RegistryOptions[] = [{ referrers: 'api' }, { referrers: 'none' }];

describe('a promotion killed on its way', () => {
  const stages: Stage[] = [];
  beforeAll(async () => {
    for (const prod of ROADS) stages.push(await openStage({ prod }));
  });
  afterAll(async () => {
    for (const stage of stages) await stage.workplace.close();
  });

  it('never leaves a tag without all its content, and the next run completes it', async () => {
    const roads = await Promise.all(stages.map((stage) => killAlong(stage, POINTS / stages.length)));
    expect(roads.flatMap(({ problems }) => problems)).toEqual([]);
    expect(roads.reduce((sum, { points }) => sum + points, 0)).toBeGreaterThanOrEqual(POINTS);
    expect(stages.flatMap(({ prod }) => prod.defects)).toEqual([]);
  }, 170_000);
});

/** Kills a promotion at so many points, one run for each, and gives what was wrong after any of them. */
async function killAlong(
  stage: Stage,
  count: number,
): Promise<{ readonly points: number; readonly problems: readonly string[] }> {
  const wanted = await takePicture({ host: stage.dev.host, name: REPOSITORY }, VERSION);
  const points = killingPoints(await countRequests(stage, 'prod/undisturbed'), count);
  const problems: string[] = [];
  for (const point of points) {
    const what = `${point.side} ${point.at} ${point.nth}`;
    const problem = await killAt(stage, `prod/${what.replaceAll(' ', '-')}`, point, wanted);
    if (problem !== undefined) problems.push(`${what}: ${problem}`);
  }
  return { points: points.length, problems };
}

interface Point {
  readonly side: 'dev' | 'prod';
  /** Killed before the request is served, or when it is served and before its answer. */
  readonly at: 'request' | 'answer';
  readonly nth: number;
}

/** Promotes once to the end, and counts what each registry is asked on the way. */
async function countRequests(
  stage: Stage,
  repository: string,
): Promise<Readonly<Record<Point['side'], number>>> {
  const before = stage.dev.log.count();
  const { exitCode, log } = await stage.promote({
    source: stage.source,
    destination: `${stage.prod.host}/${repository}`,
  });
  if (exitCode !== 0) throw new Error(log);
  return {
    dev: stage.dev.log.count() - before,
    prod: stage.prod.log.count({ path: ofRepository(repository) }),
  };
}

/** Spreads so many points evenly over all requests, in turn before a request is served and before its answer. */
function killingPoints(requests: Readonly<Record<Point['side'], number>>, count: number): readonly Point[] {
  const every = (['dev', 'prod'] as const).flatMap((side) =>
    Array.from({ length: requests[side] }, (_, index) => ({ side, nth: index + 1 })),
  );
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const point = every[Math.floor((index * every.length) / count)];
    const at = index % 2 === 0 ? 'request' : 'answer';
    return point === undefined ? [] : [{ ...point, at } as const];
  });
}

/** Kills a promotion at a point, looks, and promotes once more; gives what was wrong, if anything was. */
async function killAt(
  stage: Stage,
  repository: string,
  point: Point,
  wanted: readonly string[],
): Promise<string | undefined> {
  const inputs = { source: stage.source, destination: `${stage.prod.host}/${repository}` };
  // More than a hundred processes start here: that Node keeps what it compiled spares a third of their time.
  const env = { NODE_COMPILE_CACHE: join(stage.workplace.directory, 'compiled') };
  const directory = await stage.workplace.place('killed');
  const running = await startAction('promote', { inputs, directory, env });
  const registry = stage[point.side];
  const path = point.side === 'prod' ? ofRepository(repository) : ofRepository(REPOSITORY);
  const fault = registry.faults.add(
    { path, nth: point.nth },
    {
      kind: 'hook',
      at: point.at,
      run: async () => {
        running.kill('SIGKILL');
        await running.finished;
      },
    },
  );
  const killed = await running.finished;
  fault.remove();
  if (killed.signal !== 'SIGKILL') return `it was not killed, and ended with ${killed.exitCode}`;
  const afterwards = await incompleteTags(stage.prod, repository, wanted);
  if (afterwards.length > 0) return `incomplete after the kill: ${afterwards.join('; ')}`;

  const again = await stage.promote(inputs, { env });
  if (again.exitCode !== 0) return `the next run failed:\n${again.log}`;
  const picture = await takePicture({ host: stage.prod.host, name: repository }, VERSION);
  return JSON.stringify(picture) === JSON.stringify(wanted) ? undefined : 'the next run did not complete it';
}

/** The tags of a repository behind which something is missing. */
async function incompleteTags(
  registry: TestRegistry,
  name: string,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const repository = { host: registry.host, name };
  const problems: string[] = [];
  for (const tag of await listTags(repository)) {
    try {
      const picture = await takePicture(repository, tag);
      if (tag === VERSION && JSON.stringify(picture) !== JSON.stringify(wanted)) {
        problems.push(`${tag} lacks ${wanted.filter((line) => !picture.includes(line)).join(', ')}`);
      }
    } catch (error) {
      problems.push(`${tag}: ${error}`);
    }
  }
  return problems;
}

function ofRepository(name: string): RegExp {
  return new RegExp(`^/v2/${name}/`);
}
