import { type GitHubGates, type ManifestContent, startGitHubGates } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  commitOf,
  errorOf,
  expectedSuccess,
  gatesOf,
  openRoad,
  RECORD_TYPE,
  type Road,
  statementsAbout,
  type Texts,
  VSA_TYPE,
  verdictsOf,
} from '../support/road.ts';

const WRITES = ['PUT', 'POST', 'PATCH', 'DELETE'];
const REASON = 'Users cannot log in, and this mends it.';
/** Two that stop, one that passes. */
const GATES = {
  tests: { junit: 'none/*.xml' },
  platforms: ['linux/amd64'],
  window: { allow: ['Mon-Sun 00:00-24:00 UTC'], freeze: ['2020-01-01/2199-12-31'] },
};

describe('breaking the glass', () => {
  let road: Road;
  let github: GitHubGates;
  let image: ManifestContent;
  let number = 0;
  let commit = '';
  beforeAll(async () => {
    road = await openRoad();
    github = await startGitHubGates();
    road.workplace.onClose(() => github.close());
    github.addTeam('acme/release', { hana: 'active', igor: 'pending' });
  });
  afterAll(() => road.workplace.close());
  beforeEach(async () => {
    number += 1;
    commit = commitOf(`abcdef${number.toString(16)}`);
    image = await road.build('acme/build', { commit, tags: [`n${number}`] });
    // Its pages are those of no artifact, so that GitHub is told of nothing.
    github.may = { members: 'read' };
  });

  const policy = (more: object = {}, gates: object = GATES): Promise<void> =>
    road.writePolicy({
      staging: { repository: road.at('acme/staging') },
      production: {
        repository: road.at('acme/api'),
        gates,
        override: { actors: ['octocat'], teams: ['acme/release'] },
        ...more,
      },
    });
  const promote = async (inputs: Texts = {}, env: Texts = {}) => {
    road.registry.log.clear();
    return road.promote(
      {
        ...{ source: `${road.at('acme/build')}:n${number}`, to: 'production', 'github-token': 'token' },
        'override-reason': REASON,
        ...inputs,
      },
      { GITHUB_API_URL: github.url, ...env },
    );
  };
  const written = (): readonly string[] => road.registry.log.lines({ method: WRITES });

  it.each([
    { name: 'somebody the policy names', env: {}, by: 'actor' },
    { name: 'in any case of letters', env: { GITHUB_TRIGGERING_ACTOR: 'OctoCat' }, by: 'actor' },
    { name: 'somebody of a team', env: { GITHUB_TRIGGERING_ACTOR: 'hana' }, by: 'team acme/release' },
  ])(
    'is for $name; it is loud, and recorded',
    async ({ env, by }) => {
      await policy();
      const result = await promote({}, env);
      expectedSuccess(result);
      expect(verdictsOf(result)).toEqual([
        'hold pass',
        'tests overridden',
        'platforms pass',
        'window overridden',
      ]);
      const actor = { octocat: 'octocat', ...env }.GITHUB_TRIGGERING_ACTOR ?? 'octocat';
      expect(gatesOf(result)[1]?.evidence).toMatchObject({
        overridden: { by: actor, as: by, verdict: 'error' },
      });
      expect(result.log).toContain(`::warning::The glass was broken by ${actor} (${by}): ${REASON}`);
      expect(result.summary).toContain(`The glass was broken by ${actor}`);
      const found = await statementsAbout(road.registry, 'acme/api', image.digest);
      expect(found.find(({ type }) => type === RECORD_TYPE)?.predicate['override']).toEqual({
        reason: REASON,
        actor,
        gates: ['tests', 'window'],
      });
      const summary = found.find(({ type }) => type === VSA_TYPE)?.predicate;
      expect(summary?.['verifiedLevels']).toEqual(['SLSA_BUILD_LEVEL_0']);
      expect((await road.history('production')).entries[0]).toMatchObject({ override: { actor } });
    },
    30_000,
  );

  it.each([
    {
      name: 'somebody else',
      env: { GITHUB_TRIGGERING_ACTOR: 'mallory' },
      more: {},
      problem: /mallory may not override/,
    },
    {
      name: 'who ran the first attempt only',
      env: { GITHUB_ACTOR: 'octocat', GITHUB_TRIGGERING_ACTOR: 'mallory' },
      more: {},
      problem: /mallory may not/,
    },
    {
      name: 'who has not joined the team yet',
      env: { GITHUB_TRIGGERING_ACTOR: 'igor' },
      more: {},
      problem: /igor may not/,
    },
    {
      name: 'anybody where the policy lets nobody',
      env: {},
      more: { override: undefined },
      problem: /nobody may/,
    },
  ])(
    'is not for $name',
    async ({ env, more, problem }) => {
      await policy(more);
      const result = await promote({}, env);
      expect(errorOf(result)).toMatchObject({ code: 'FORBIDDEN', message: expect.stringMatching(problem) });
      expect(result.outputs.get('promoted')).toBe('false');
      expect(written()).toEqual([]);
    },
    30_000,
  );

  it.each([
    {
      name: 'a signature',
      gates: { signature: { key: 'records.pub' }, ...GATES },
      verdicts: ['hold pass', 'tests overridden', 'signature fail', 'platforms pass', 'window overridden'],
    },
    {
      name: 'an environment that was skipped',
      gates: GATES,
      more: { 'promote-from': 'staging' },
      verdicts: ['promote-from fail', 'hold pass', 'tests overridden', 'platforms pass', 'window overridden'],
    },
  ])(
    'never lifts $name',
    async ({ gates, more = {}, verdicts }) => {
      await policy(more, gates);
      const result = await promote();
      expect(verdictsOf(result)).toEqual(verdicts);
      expect(errorOf(result)).toMatchObject({
        code: 'GATE_FAILED',
        message: expect.stringMatching(/^1 gate stops/),
      });
      expect(written()).toEqual([]);
    },
    30_000,
  );

  it('never lifts what a rollback holds, nor moves a published tag', async () => {
    await policy();
    expectedSuccess(await promote());
    number += 1;
    await road.build('acme/build', { commit: commitOf(`abcdef${number}`), tags: [`n${number}`] });
    expectedSuccess(await promote());
    expectedSuccess(await road.promote({ mode: 'rollback', to: 'production' }));
    const held = await promote();
    expect(verdictsOf(held)[0]).toBe('hold fail');
    expect(errorOf(held).code).toBe('GATE_FAILED');
    expect(written()).toEqual([]);

    const taken = await promote({ tags: `n${number - 1}`, 'release-withdrawn': 'true' });
    expect(errorOf(taken).code).toBe('TAG_EXISTS');
    expect(written()).toEqual([]);
  }, 30_000);

  it('does nothing where nothing stops, and is not recorded', async () => {
    await policy({}, { platforms: ['linux/amd64'] });
    const result = await promote();
    expectedSuccess(result);
    expect(result.log).not.toContain('The glass was broken');
    const found = await statementsAbout(road.registry, 'acme/api', image.digest);
    expect(found.find(({ type }) => type === RECORD_TYPE)?.predicate['override']).toBeNull();
  }, 30_000);
});
