import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTagJobs, type RecordedEvent, SHA, type TagJobs } from '../support/tag-job.ts';

/** The repository as webhooks carry it: whole, so that nothing has to be asked. */
const REPOSITORY = {
  name: 'api',
  full_name: 'acme/api',
  description: 'The API',
  html_url: 'https://github.com/acme/api',
  default_branch: 'main',
  license: { spdx_id: 'Apache-2.0' },
};

const HEAD = '3370e228f2209994d57af4427fe64e71bb79ac96';

const EVENTS = {
  push: { name: 'push', ref: 'refs/heads/main', payload: { repository: REPOSITORY } },
  feature: { name: 'push', ref: 'refs/heads/feature/login', payload: { repository: REPOSITORY } },
  tag: { name: 'push', ref: 'refs/tags/v2.1.0', payload: { repository: REPOSITORY } },
  prerelease: { name: 'push', ref: 'refs/tags/v2.2.0-rc.1', payload: { repository: REPOSITORY } },
  pullRequest: {
    name: 'pull_request',
    ref: 'refs/pull/15/merge',
    payload: {
      number: 15,
      pull_request: { head: { sha: HEAD, ref: 'feature/login' }, base: { ref: 'main' } },
      repository: REPOSITORY,
    },
  },
  release: {
    name: 'release',
    ref: 'refs/tags/v2.1.0',
    payload: { action: 'published', repository: REPOSITORY },
  },
  schedule: {
    name: 'schedule',
    ref: 'refs/heads/main',
    payload: { schedule: '0 1 * * *', repository: REPOSITORY },
  },
  dispatch: {
    name: 'workflow_dispatch',
    ref: 'refs/heads/main',
    payload: { inputs: null, repository: REPOSITORY },
  },
  mergeGroup: {
    name: 'merge_group',
    ref: 'refs/heads/gh-readonly-queue/main/pr-15-abc',
    payload: { action: 'checks_requested', repository: REPOSITORY },
  },
} satisfies Readonly<Record<string, RecordedEvent>>;

/** The rules of the README. */
const RULES = [
  'type=ref,event=branch',
  'type=ref,event=pr',
  'type=semver,pattern={{version}}',
  'type=semver,pattern={{major}}.{{minor}}',
  'type=sha',
].join('\n');

/** distribution-spec, "Pulling manifests". */
const REFERENCE =
  /^[a-z0-9.]+(?::\d+)?(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)+:[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

describe('the tags of an event', () => {
  let jobs: TagJobs;
  beforeAll(async () => {
    jobs = await openTagJobs();
  });
  afterAll(() => jobs.workplace.close());

  const name = async (
    event: RecordedEvent,
    inputs: Readonly<Record<string, string>> = {},
    env: Readonly<Record<string, string>> = {},
  ) => {
    jobs.api.asked.length = 0;
    const result = await jobs.run({ event, inputs: { images: 'ghcr.io/acme/api', ...inputs }, env });
    return {
      ...result,
      tags: (result.outputs.get('tag-names') ?? '').split('\n').filter((tag) => tag !== ''),
    };
  };

  it.each([
    ['a push', EVENTS.push, ['main'], ['main', 'sha-860c190']],
    ['a push to a feature', EVENTS.feature, ['feature-login'], ['feature-login', 'sha-860c190']],
    ['a tag', EVENTS.tag, ['v2.1.0', 'latest'], ['2.1.0', '2.1', 'sha-860c190', 'latest']],
    ['a prerelease', EVENTS.prerelease, ['v2.2.0-rc.1', 'latest'], ['2.2.0-rc.1', 'sha-860c190']],
    ['a pull request', EVENTS.pullRequest, ['pr-15'], ['pr-15', 'sha-860c190']],
    ['a release', EVENTS.release, ['v2.1.0', 'latest'], ['2.1.0', '2.1', 'sha-860c190', 'latest']],
    ['a schedule', EVENTS.schedule, ['nightly', 'main'], ['main', 'sha-860c190']],
    ['a dispatch', EVENTS.dispatch, ['main'], ['main', 'sha-860c190']],
    [
      'a merge group',
      EVENTS.mergeGroup,
      ['gh-readonly-queue-main-pr-15-abc'],
      ['gh-readonly-queue-main-pr-15-abc', 'sha-860c190'],
    ],
  ])(
    'are those of the README: %s',
    async (_, event, byDefault, byRules) => {
      const [plain, ruled] = [await name(event), await name(event, { tags: RULES })];
      for (const { exitCode, log } of [plain, ruled])
        expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect({ byDefault: plain.tags, byRules: ruled.tags }).toEqual({ byDefault, byRules });
      for (const tag of (ruled.outputs.get('tags') ?? '').split('\n')) expect(tag).toMatch(REFERENCE);
      expect(ruled.outputs.get('labels')).toContain('org.opencontainers.image.description=The API');
      expect(ruled.outputs.get('labels')).toContain(`org.opencontainers.image.revision=${SHA}`);
      // All of it is in the event.
      expect(jobs.api.asked).toEqual([]);
      expect(ruled.exported.get('DOCKER_METADATA_OUTPUT_TAGS')).toBe(ruled.outputs.get('tags'));
      expect(ruled.exported.get('DOCKER_METADATA_OUTPUT_TAG_NAMES')).toBe(ruled.outputs.get('tag-names'));
      expect(ruled.summary).toContain(event.name.replaceAll('_', '_'));
      for (const tag of byRules) expect(ruled.summary.replaceAll('&#46;', '.')).toContain(tag);
      for (const file of ['bake-file', 'bake-file-tags', 'bake-file-labels', 'bake-file-annotations']) {
        expect(existsSync(ruled.outputs.get(file) ?? '')).toBe(true);
      }
    },
    30_000,
  );

  it.each([
    ['git-sha', EVENTS.push, {}, ['860c190']],
    ['build-number', EVENTS.feature, {}, ['feature-login-4521']],
    ['semver', EVENTS.tag, {}, ['2.1.0']],
    ['combined', EVENTS.tag, {}, ['2.1.0-860c190']],
    ['semver,combined', EVENTS.push, { version: '3.0.0' }, ['3.0.0', '3.0.0-860c190']],
    ['semver', EVENTS.tag, { channels: 'latest' }, ['2.1.0', 'latest']],
  ])(
    'are by strategy %s',
    async (strategy, event, inputs, tags) => {
      const result = await name(event, { strategy, ...inputs }, { GITHUB_RUN_NUMBER: '4521' });
      expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
      expect(result.tags).toEqual(tags);
      if (tags.includes('latest')) expect(result.warnings.join()).toContain('latest');
    },
    30_000,
  );

  it('say what the version is in its ecosystem', async () => {
    const event = { ...EVENTS.tag, ref: 'refs/tags/v1.0.0rc1' };
    const result = await name(event, { ecosystem: 'pep440', tags: 'type=pep440,pattern={{version}}' });
    expect(Object.fromEntries(result.outputs)).toMatchObject({
      version: '1.0.0rc1',
      'normalized-version': '1.0.0rc1',
      prerelease: 'true',
    });
    const wrong = await name(EVENTS.push, { ecosystem: 'go', version: '1.2' });
    expect(wrong.outputs.get('error-code')).toBe('INPUT_INVALID');
  }, 30_000);

  it('ask which versions there are for latest=highest, and leave latest where it is', async () => {
    jobs.api.answers = { '/repos/acme/api/tags': [{ name: 'v2.1.0' }, { name: 'v3.0.0' }] };
    const tags = 'type=semver,pattern={{version}}\ntype=semver,pattern={{major}}';
    const behind = await name(EVENTS.tag, { tags, flavor: 'latest=highest' });
    expect(behind.tags).toEqual(['2.1.0', '2']);
    expect(jobs.api.asked).toEqual([expect.stringContaining('/repos/acme/api/tags')]);
    const ahead = await name({ ...EVENTS.tag, ref: 'refs/tags/v3.1.0' }, { tags, flavor: 'latest=highest' });
    expect(ahead.tags).toEqual(['3.1.0', '3', 'latest']);
  }, 30_000);

  it('are the head commit of a pull request where that is asked for', async () => {
    const { tags } = await name(
      EVENTS.pullRequest,
      { tags: 'type=sha' },
      { DOCKER_METADATA_PR_HEAD_SHA: 'true' },
    );
    expect(tags).toEqual([`sha-${HEAD.slice(0, 7)}`]);
  }, 30_000);

  it('stay in outputs where no variables are wanted', async () => {
    const result = await name(EVENTS.push, {}, { DOCKER_METADATA_SET_OUTPUT_ENV: 'false' });
    expect([...result.exported.keys()]).toEqual([]);
    expect(result.tags).toEqual(['main']);
  }, 30_000);

  it('are made without a token, with a warning, where GitHub says nothing', async () => {
    jobs.api.failure = { status: 403, message: 'API rate limit exceeded' };
    const event = { ...EVENTS.push, payload: {} };
    const without = await name(event, { 'github-token': '' });
    const withToken = await name(event);
    jobs.api.failure = undefined;
    expect({ tags: without.tags, warnings: without.warnings.join() }).toEqual({
      tags: ['main'],
      warnings: expect.stringContaining('github-token'),
    });
    expect(withToken.exitCode).toBe(1);
    expect(withToken.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('local-token');
  }, 60_000);

  it('are refused with the row that made an invalid one', async () => {
    const result = await name(EVENTS.push, { tags: `type=raw,value=${'x'.repeat(200)}` });
    expect(result.outputs.get('error-code')).toBe('INPUT_INVALID');
    expect(JSON.parse(result.outputs.get('json') ?? '{}').error.message).toContain('type=raw');
  }, 30_000);

  it('are kept as docker/metadata-action makes them of an empty variable, but not for an environment', async () => {
    const tags = 'type=raw,value=mytag-{{branch}}';
    expect((await name(EVENTS.tag, { tags })).tags).toEqual(['mytag-']);
    const deployed = await name(EVENTS.tag, { tags, environment: 'production' });
    expect(deployed.outputs.get('error-code')).toBe('INPUT_INVALID');
    expect(JSON.parse(deployed.outputs.get('json') ?? '{}').error.message).toMatch(
      /type=raw,value=mytag-.*branch/,
    );
  }, 30_000);

  it('are none where there is no event, which is said', async () => {
    const result = await name({ name: '', ref: '', payload: { repository: REPOSITORY } });
    expect(result.tags).toEqual([]);
    expect(result.warnings.join()).toContain('There is no event: set GITHUB_EVENT_NAME');
  }, 30_000);
});
