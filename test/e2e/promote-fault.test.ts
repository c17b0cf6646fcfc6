import type { FaultAction, FaultMatch } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commitOf,
  expectedSuccess,
  openRoad,
  RECORD_TYPE,
  type Road,
  statementsAbout,
  VSA_TYPE,
} from '../support/road.ts';

const HEAD = 'artifact-lifecycle.production';

interface Trouble {
  readonly name: string;
  readonly match: FaultMatch;
  readonly action: FaultAction;
}

/** What happens on networks where records and heads are written; each is over after a moment. */
const TROUBLES: readonly Trouble[] = [
  {
    name: 'a record whose upload is not answered',
    match: { method: 'PUT', path: /\/blobs\/uploads\//, nth: 1 },
    action: { kind: 'drop-answer' },
  },
  {
    name: 'a record whose manifest is not answered',
    match: { method: 'PUT', path: /\/manifests\/sha256:/, nth: 4 },
    action: { kind: 'drop-answer' },
  },
  {
    name: 'a registry that is overloaded while it gets the record',
    match: { method: 'PUT', path: /\/manifests\/sha256:/, nth: [4, 5] },
    action: { kind: 'answer', status: 503 },
  },
  {
    name: 'a head that is moved, and not answered',
    match: { method: 'PUT', path: new RegExp(`/manifests/${HEAD}$`), nth: 1 },
    action: { kind: 'drop-answer' },
  },
  {
    name: 'a registry that asks to wait before the head',
    match: { method: 'HEAD', path: new RegExp(`/manifests/${HEAD}$`), nth: 2 },
    action: { kind: 'rate-limit', retryAfter: 1 },
  },
  {
    name: 'a tag that is set, and not answered',
    match: { method: 'PUT', path: /\/manifests\/2\.1\.0$/, nth: 1 },
    action: { kind: 'drop-answer' },
  },
];

describe('a recorded promotion gets past', () => {
  let road: Road;
  let digest = '';
  beforeAll(async () => {
    road = await openRoad();
    digest = (await road.build('acme/build', { commit: commitOf('a1b2c3d'), version: '2.1.0' })).digest;
  });
  afterAll(() => road.workplace.close());

  const promote = async (repository: string) => {
    await road.writePolicy({
      production: { repository: road.at(repository), tags: 'semver', gates: { platforms: ['linux/amd64'] } },
    });
    return road.promote({ source: `${road.at('acme/build')}:a1b2c3d`, to: 'production' });
  };

  it.each(TROUBLES.map((trouble, index) => ({ ...trouble, repository: `trouble/n${index}` })))(
    '$name',
    async ({ match, action, repository }) => {
      const when: FaultMatch = { ...match, when: ({ path }) => path.startsWith(`/v2/${repository}/`) };
      const fault = road.registry.faults.add(when, action);
      const result = await promote(repository);
      fault.remove();
      expect(fault.hits).toBeGreaterThan(0);
      expectedSuccess(result);
      const found = await statementsAbout(road.registry, repository, digest);
      expect(found.map(({ type }) => type).toSorted()).toEqual([RECORD_TYPE, VSA_TYPE].toSorted());
      expect(road.tag(repository, HEAD)).toBe(result.outputs.get('record'));
      expect((await road.history('production')).remarks).toEqual([]);
    },
    30_000,
  );

  it.each([
    { name: 'takes no record', path: /\/manifests\/sha256:/, when: 4, isRecorded: false },
    { name: 'moves no head', path: new RegExp(`/manifests/${HEAD}$`), when: 1, isRecorded: true },
  ])(
    'no registry that $name: it sets no tag, and the next run finishes it',
    async (row) => {
      const repository = `refusing/n${row.when}`;
      const fault = road.registry.faults.add(
        {
          method: 'PUT',
          path: row.path,
          nth: [row.when, row.when + 1],
          when: ({ path }) => path.startsWith(`/v2/${repository}/`),
        },
        { kind: 'answer', status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' },
      );
      const result = await promote(repository);
      fault.remove();
      expect(result.exitCode).toBe(1);
      expect(result.outputs.get('promoted')).toBe('false');
      expect(road.tags(repository)).toEqual([]);
      const found = await statementsAbout(road.registry, repository, digest);
      expect(found.some(({ type }) => type === RECORD_TYPE)).toBe(row.isRecorded);
      expectedSuccess(await promote(repository));
      expect(road.tags(repository)).toEqual(['2.1.0']);
    },
    30_000,
  );

  it('has a history where tags never move, by listing them', async () => {
    const fault = road.registry.faults.add(
      {
        method: 'PUT',
        path: /^\/v2\/fixed\/api\/manifests\/artifact-lifecycle/,
        nth: [2, 3, 4, 5, 6, 7, 8, 9],
      },
      {
        kind: 'answer',
        status: 400,
        body: '{"errors":[{"code":"TAG_INVALID","message":"The image tag already exists and cannot be overwritten because the tag is immutable."}]}',
      },
    );
    expectedSuccess(await promote('fixed/api'));
    const other = await road.build('acme/build', { commit: commitOf('b1b2c3d'), version: '2.2.0' });
    const result = await road.promote({ source: `${road.at('acme/build')}:b1b2c3d`, to: 'production' });
    fault.remove();
    expectedSuccess(result);
    expect(result.log).toContain('the registry moves no tags');
    const { entries, remarks } = await road.history('production');
    expect(entries.map((entry) => entry.digest)).toEqual([other.digest, digest]);
    expect(remarks.map(({ kind }) => kind)).toEqual(['unchained']);
  }, 30_000);
});
