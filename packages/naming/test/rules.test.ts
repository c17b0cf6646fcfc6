import { describe, expect, it } from '@jest/globals';
import type { GitContext } from '../src/git-context.ts';
import { name, PULL_REQUEST, PUSH, SHA, tagPush } from './git-context.ts';

const SCHEDULE: GitContext = { ...PUSH, eventName: 'schedule', ref: 'refs/heads/main' };
const MERGE_GROUP: GitContext = {
  ...PUSH,
  eventName: 'merge_group',
  ref: 'refs/heads/gh-readonly-queue/main/pr-1-abc',
};
const TARGET: GitContext = { ...PULL_REQUEST, eventName: 'pull_request_target', ref: 'refs/heads/main' };
const NOTHING: GitContext = { ...PUSH, eventName: '', ref: '', sha: '' };

/** A row's tags: `latest` shows whether the rule wants it. */
type Case = readonly [row: string, context: GitContext, tagNames: readonly string[]];

describe('a rule', () => {
  it.each<Case>([
    ['type=schedule', SCHEDULE, ['nightly']],
    ['type=schedule', PUSH, []],
    ["type=schedule,pattern={{date 'YYYYMMDD'}}-{{branch}}", SCHEDULE, ['20200110-main']],
    ['type=semver,pattern={{version}}', tagPush('v1.2.3'), ['1.2.3', 'latest']],
    ['type=semver,pattern={{version}}', tagPush('v1.2.3+build.5'), ['1.2.3', 'latest']],
    ['type=semver,pattern={{raw}}', tagPush('v1.2.3+build.5'), ['v1.2.3-build.5', 'latest']],
    ['type=semver,pattern={{major}}.{{minor}}', tagPush('v1.2.3'), ['1.2', 'latest']],
    ['type=semver,pattern={{major}}', tagPush('v1.2.3-rc.1'), ['1.2.3-rc.1']],
    ['type=semver,pattern={{ raw }}', tagPush('v1.2.3-rc.1'), ['v1.2.3-rc.1']],
    ['type=semver,pattern={{version}}-{{sha}}', tagPush('v1.2.3'), ['1.2.3-860c190', 'latest']],
    ['type=semver,pattern={{nothing}}', tagPush('v1.2.3'), []],
    ['type=semver,pattern={{version}}', PUSH, []],
    ['type=semver,pattern={{version}},value=v4.5.6', PUSH, ['4.5.6', 'latest']],
    ['type=semver,pattern={{version}},match=^app-(.*)$', tagPush('app-1.0.0'), ['1.0.0', 'latest']],
    ['type=semver,pattern={{version}},match=\\d+\\.\\d+\\.\\d+', tagPush('v1.0.0-x'), ['1.0.0', 'latest']],
    ['type=semver,pattern={{version}}', tagPush('v1.2'), []],
    ['type=semver,pattern={{version}}', tagPush('api/v1.2.3'), []],
    ['type=semver,pattern={{version}},tag-prefix=api/', tagPush('api/v1.2.3'), ['1.2.3', 'latest']],
    ['type=semver,pattern={{version}},tag-prefix=api/', tagPush('web/v1.2.3'), []],
    ['type=semver,pattern={{raw}},tag-prefix=api/', tagPush('api/v1.2.3'), ['v1.2.3', 'latest']],
    ['type=pep440,pattern={{major}}.{{minor}}', tagPush('1.2.3rc2'), ['1.2.3rc2']],
    ['type=pep440,pattern={{major}}.{{minor}}.{{patch}}', tagPush('1.2'), ['1.2.0', 'latest']],
    ['type=pep440,pattern={{version}}', tagPush('1.2.post1'), ['1.2.post1']],
    ['type=pep440,pattern={{version}}', tagPush('1!2.0'), ['1-2.0', 'latest']],
    ['type=pep440,pattern={{version}}', tagPush('1.2.3+local.1'), ['1.2.3-local-1', 'latest']],
    ['type=match,pattern=\\d{8}', tagPush('20200110-RC2'), ['20200110', 'latest']],
    ['type=match,pattern=/v(.*)/i,group=1', tagPush('V1.2.3'), ['1.2.3', 'latest']],
    ['type=match,pattern=/\\d/g,group=2', tagPush('v1.2.3'), ['3', 'latest']],
    ['type=match,pattern=v(?!2)(.*),group=1', tagPush('v1.2.3'), ['1.2.3', 'latest']],
    ['type=match,pattern=v(.*),group=1,tag-prefix=api/', tagPush('api/v7'), ['7', 'latest']],
    ['type=match,"pattern=\\d{1,3}"', tagPush('v12345'), ['123', 'latest']],
    ['type=edge', { ...PUSH, ref: 'refs/heads/main' }, ['edge']],
    ['type=edge', PUSH, []],
    ['type=edge,branch=dev', PUSH, ['edge']],
    ['type=edge,branch=v1', tagPush('v1'), []],
    ['type=ref,event=branch', { ...PUSH, ref: 'refs/heads/my/branch' }, ['my-branch']],
    ['type=ref,event=branch', MERGE_GROUP, ['gh-readonly-queue-main-pr-1-abc']],
    ['type=ref,event=tag', tagPush('v1.2.3-rc.1'), ['v1.2.3-rc.1', 'latest']],
    ['type=ref,event=tag,tag-prefix=api/', tagPush('api/v1.2.3'), ['v1.2.3', 'latest']],
    ['type=ref,event=pr', PULL_REQUEST, ['pr-15']],
    ['type=ref,event=pr', TARGET, ['pr-15']],
    ['type=ref,event=pr,prefix=', PULL_REQUEST, ['15']],
    ['type=raw,value=a=b', PUSH, ['a-b']],
    ['type=raw,value=', PUSH, []],
    ['type=sha', PUSH, ['sha-860c190']],
    ['type=sha,format=long,prefix=', PUSH, [SHA]],
    ['type=sha', NOTHING, []],
  ])('%s', async (row, context, tagNames) => {
    expect((await name({ tags: row }, context)).tagNames).toEqual(tagNames);
  });

  it.each<[row: string, context: GitContext, warning: string]>([
    [
      'type=semver,pattern={{version}}',
      tagPush('v1.2'),
      'v1.2 is not a valid semver. More info: https://semver.org/',
    ],
    ['type=match,pattern=x', tagPush('v1'), 'x does not match v1.'],
    ['type=match,pattern=v(1)?(2)?,group=2', tagPush('v1'), 'Group 2 does not exist for v(1)?(2)? pattern.'],
    ['type=semver,pattern={{version}},match=xx(.*)', tagPush('v1.2.3'), 'xx(.*) does not match v1.2.3.'],
  ])('warns: %s', async (row, context, warning) => {
    const { remarks } = await name({ tags: row }, context);
    expect(remarks).toEqual([{ level: 'warning', message: warning, row }]);
  });

  it.each<[row: string, message: string]>([
    ['type=match,pattern=(', 'The pattern "(" is no regular expression'],
    ['type=match,pattern=/a/xyz', 'The pattern "a" is no regular expression'],
    ['x,enable=yes', 'Invalid value for enable attribute: yes'],
    ['x,enable={{is_tag}}', 'Invalid value for enable attribute: '],
    ["value={{date 'YYYY' zone='UTC'}}", 'Unknown zone attribute of {{date}} (input "tags", row'],
    ['{{date}}', 'The expression {{date}} has no format'],
    ['{{branch', 'has braces that do not close as they open'],
  ])('%s is refused: %s', async (row, message) => {
    await expect(name({ tags: row }, tagPush('v1'))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('is stopped when its pattern backtracks without end', async () => {
    await expect(
      name({ tags: 'type=match,pattern=^(a+)+$' }, tagPush(`${'a'.repeat(60)}!`)),
    ).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('takes longer than 1000 ms'),
    });
  });
});

describe('an expression', () => {
  it.each<[expression: string, context: GitContext, tag: string]>([
    ['{{branch}}', PUSH, 'dev'],
    ['{{tag}}', tagPush('v1'), 'v1'],
    ['{{sha}}', PUSH, '860c190'],
    ['{{base_ref}}', PULL_REQUEST, 'main'],
    ['{{base_ref}}', { ...tagPush('v1'), pushBaseRef: 'refs/heads/main' }, 'main'],
    ['{{head_ref}}', PULL_REQUEST, 'feature-x'],
    ['{{run_number}}.{{run_attempt}}', PUSH, '4521.2'],
    ['{{describe}}', PUSH, 'v1.2.3-4-g860c190'],
    ['{{is_default_branch}}', PUSH, 'false'],
    ['{{is_default_branch}}', SCHEDULE, 'true'],
    ['{{is_default_branch}}', { ...PUSH, eventName: 'create' }, 'true'],
    ['{{is_default_branch}}', NOTHING, 'false'],
    ['{{is_not_default_branch}}', PUSH, 'true'],
    ["{{date 'YYYYMMDD-HHmm' tz='Asia/Tokyo'}}", PUSH, '20200110-0930'],
    ['{{date YYYYMMDD}}', PUSH, '2020-01-10T00-30-00Z'],
    ["{{commit_date 'YYYYMMDD'}}", PUSH, '20191231'],
    ['{{#if branch}}{{branch}}{{else}}pr{{/if}}', PULL_REQUEST, 'pr'],
  ])('%s', async (expression, context, tag) => {
    expect((await name({ tags: `value=x-${expression}` }, context)).tagNames).toEqual([`x-${tag}`]);
  });

  it('asks for the commit date and the description only where they are written', async () => {
    const fail = async () => {
      throw new Error('nobody should ask');
    };
    const context: GitContext = { ...PUSH, commitDate: fail, describe: fail };
    expect((await name({}, context)).tagNames).toEqual(['dev']);
    expect((await name({ labels: 'a=we describe {{branch}}' }, context)).tagNames).toEqual(['dev']);
    await expect(name({ labels: "a={{commit_date 'YYYY'}}" }, context)).rejects.toThrow('nobody should ask');
    await expect(name({ flavor: 'suffix={{describe}}' }, context)).rejects.toThrow('nobody should ask');
  });

  it('that is not known stands for nothing, with a notice', async () => {
    const { tagNames, remarks } = await name({ tags: 'a-{{brunch}}' });
    expect(tagNames).toEqual(['a-']);
    expect(remarks).toContainEqual(
      expect.objectContaining({
        level: 'notice',
        message: expect.stringContaining('{{brunch}} is not known'),
      }),
    );
  });
});

describe('the commit of a pull request', () => {
  it('is the merge commit, or the head where that is asked for', async () => {
    const row = { tags: 'type=sha' };
    const env = { DOCKER_METADATA_PR_HEAD_SHA: 'true' };
    expect((await name(row, PULL_REQUEST)).tagNames).toEqual(['sha-860c190']);
    expect((await name(row, PULL_REQUEST, { env })).tagNames).toEqual(['sha-3370e22']);
    expect((await name(row, TARGET, { env })).tagNames).toEqual(['sha-3370e22']);
    expect((await name(row, { ...PULL_REQUEST, source: 'git' }, { env })).tagNames).toEqual(['sha-860c190']);
    expect((await name(row, PUSH, { env })).tagNames).toEqual(['sha-860c190']);
  });
});
