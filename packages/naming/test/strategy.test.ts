import { describe, expect, it } from '@jest/globals';
import { nameByStrategy, type StrategyRequest } from '../src/name-by-strategy.ts';
import { NO_INPUTS } from '../src/naming-inputs.ts';
import { parseSettings } from '../src/settings.ts';
import { NOW, PULL_REQUEST, PUSH, tagPush } from './git-context.ts';

const ALL = ['git-sha', 'semver', 'build-number', 'combined'] as const;

async function name(request: Partial<StrategyRequest>) {
  return nameByStrategy({
    inputs: { ...NO_INPUTS, images: 'ghcr.io/acme/app' },
    context: PUSH,
    settings: parseSettings({}),
    now: NOW,
    strategies: ['git-sha'],
    channels: [],
    version: undefined,
    ...request,
  });
}

describe('strategies', () => {
  it.each<[name: string, request: Partial<StrategyRequest>, tagNames: readonly string[]]>([
    ['a commit', {}, ['860c190']],
    [
      'a longer commit',
      { settings: parseSettings({ DOCKER_METADATA_SHORT_SHA_LENGTH: '12' }) },
      ['860c1904a1ce'],
    ],
    ['the version of the git tag', { strategies: ['semver'], context: tagPush('v2.1.0') }, ['2.1.0']],
    [
      'the git tag over the input',
      { strategies: ['semver'], context: tagPush('v2.1.0'), version: '9.9.9' },
      ['2.1.0'],
    ],
    ['the input where there is no git tag', { strategies: ['semver'], version: 'v2.1.0' }, ['2.1.0']],
    [
      'the input where the git tag is no version',
      { strategies: ['semver'], context: tagPush('nightly'), version: '2.1.0' },
      ['2.1.0'],
    ],
    ['a version without its build', { strategies: ['semver'], version: '2.1.0+b5' }, ['2.1.0']],
    ['a prerelease', { strategies: ['combined'], version: '2.1.0-rc.1' }, ['2.1.0-rc.1-860c190']],
    [
      'a version of a component',
      {
        strategies: ['semver'],
        context: tagPush('api/v2.1.0'),
        inputs: { ...NO_INPUTS, flavor: 'tag-prefix=api/' },
      },
      ['2.1.0'],
    ],
    ['branch and run', { strategies: ['build-number'] }, ['dev-4521']],
    [
      'a branch made safe',
      { strategies: ['build-number'], context: { ...PUSH, ref: 'refs/heads/feature/Ünsafe & so/' } },
      ['feature-nsafe-so-4521'],
    ],
    [
      'a pull request by its number, whatever its branch is called',
      { strategies: ['build-number'], context: PULL_REQUEST },
      ['pr-15-4521'],
    ],
    [
      'all of them, in the order of the list',
      { strategies: ALL, context: tagPush('v2.1.0') },
      ['860c190', '2.1.0', 'v2.1.0-4521', '2.1.0-860c190'],
    ],
    ['each once', { strategies: ['git-sha', 'git-sha'] }, ['860c190']],
    [
      'latest as a channel',
      { strategies: ['semver'], version: '2.1.0', channels: ['2', 'latest'] },
      ['2.1.0', 'latest'],
    ],
    ['no latest of a pull request', { context: PULL_REQUEST, channels: ['latest'] }, ['860c190']],
    [
      'no latest of a pull request seen from its base',
      {
        context: { ...PULL_REQUEST, eventName: 'pull_request_target', ref: 'refs/heads/main' },
        channels: ['latest'],
      },
      ['860c190'],
    ],
    [
      'no latest of a pull request that was checked out by its branch',
      {
        context: { ...PULL_REQUEST, source: 'git', ref: 'refs/heads/feature/x' },
        channels: ['latest'],
      },
      ['860c190'],
    ],
    [
      'latest of a pull request that was merged',
      { context: { ...PULL_REQUEST, ref: 'refs/heads/main' }, channels: ['latest'] },
      ['860c190', 'latest'],
    ],
    [
      'no latest of a merge queue',
      {
        context: {
          ...PUSH,
          eventName: 'merge_group',
          ref: 'refs/heads/gh-readonly-queue/main/pr-15-860c190',
        },
        channels: ['latest'],
      },
      ['860c190'],
    ],
    ['no latest where a channel only matches it', { channels: ['*', 'late*'] }, ['860c190']],
    [
      'no latest of a prerelease',
      { strategies: ['semver'], version: '2.1.0-rc.1', channels: ['latest'] },
      ['2.1.0-rc.1'],
    ],
  ])('make %s', async (_name, request, tagNames) => {
    expect((await name(request)).tagNames).toEqual(tagNames);
  });

  it('cut a long branch, never the number', async () => {
    const { tagNames } = await name({
      strategies: ['build-number'],
      context: { ...PUSH, ref: `refs/heads/${'x'.repeat(300)}` },
    });
    expect(tagNames).toEqual([`${'x'.repeat(123)}-4521`]);
  });

  it('give references, version and labels as rules do', async () => {
    const named = await name({ strategies: ['semver', 'combined'], version: '2.1.0' });
    expect(named).toMatchObject({
      version: { main: '2.1.0', partial: ['2.1.0-860c190'], latest: false },
      tags: ['ghcr.io/acme/app:2.1.0', 'ghcr.io/acme/app:2.1.0-860c190'],
      made: [
        { tag: '2.1.0', row: 'semver' },
        { tag: '2.1.0-860c190', row: 'combined' },
      ],
      remarks: [],
    });
    expect(named.labels).toContainEqual(['org.opencontainers.image.version', '2.1.0']);
  });

  it('warn of latest, and say why', async () => {
    const { remarks } = await name({ channels: ['latest'] });
    expect(remarks).toEqual([
      { level: 'warning', message: expect.stringContaining('cannot say afterwards what ran') },
    ]);
  });

  it.each<[name: string, request: Partial<StrategyRequest>, message: string]>([
    [
      'no version',
      { strategies: ['semver'] },
      'The strategy "semver" needs a version, and "refs/heads/dev" carries none.',
    ],
    [
      'no SemVer',
      { strategies: ['combined'], version: '2.1' },
      'The strategy "combined" needs a version, and "2.1" is not SemVer.',
    ],
    ['no commit', { context: { ...PUSH, sha: '' } }, 'The strategy "git-sha" needs a commit'],
    [
      'no run',
      { strategies: ['build-number'], context: { ...PUSH, runNumber: undefined } },
      'needs the number of a workflow run',
    ],
    ['no branch', { strategies: ['build-number'], context: { ...PUSH, ref: '' } }, 'needs a branch'],
    [
      'a prefix',
      { inputs: { ...NO_INPUTS, flavor: 'prefix=a-' } },
      'The flavor prefix=a- has no meaning where strategies name',
    ],
    [
      'latest=true',
      { inputs: { ...NO_INPUTS, flavor: 'latest=true' } },
      'The flavor latest=true has no meaning',
    ],
  ])('refuse %s', async (_name, request, message) => {
    await expect(name(request)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(message),
      remedy: expect.any(String),
    });
  });
});
