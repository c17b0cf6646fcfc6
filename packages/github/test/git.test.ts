import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { chooseRef, openCheckout } from '../src/index.ts';

describe('chooseRef', () => {
  it.each([
    [
      'the one the workflow runs for',
      'HEAD, tag: refs/tags/v1, refs/remotes/origin/main',
      'refs/heads/main',
      'refs/heads/main',
    ],
    ['a tag before a branch', 'HEAD, refs/remotes/origin/main, tag: refs/tags/v1', '', 'refs/tags/v1'],
    ['a pull request', 'HEAD, refs/remotes/pull/5/merge', '', 'refs/pull/5/merge'],
    [
      'the branch of a remote',
      'HEAD, refs/remotes/origin/feature/x, refs/remotes/origin/HEAD',
      '',
      'refs/heads/feature/x',
    ],
    ['none where several branches are there', 'HEAD, refs/remotes/origin/a, refs/remotes/origin/b', '', ''],
    ['none where nothing is there', 'HEAD', 'refs/heads/main', ''],
  ])('chooses %s', (_, decoration, wanted, ref) => {
    expect(chooseRef(decoration, wanted)).toBe(ref);
  });
});

describe('a checkout', () => {
  const directory = mkdtempSync(join(tmpdir(), 'git-test-'));
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@example.org', ...words], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, GIT_COMMITTER_DATE: '2024-02-03T04:05:06Z', GIT_CONFIG_GLOBAL: '/dev/null' },
    }).trim();
  const checkout = openCheckout(directory);
  let sha: string;
  beforeAll(() => {
    git('init', '--quiet', '--initial-branch=trunk');
    git('commit', '--quiet', '--allow-empty', '-m', 'one');
    git('tag', 'v1.2.0');
    git('commit', '--quiet', '--allow-empty', '-m', 'two');
    sha = git('rev-parse', 'HEAD');
  });

  it('says branch, commit, date, tags and description', async () => {
    expect(await checkout.head('')).toEqual({ ref: 'refs/heads/trunk', sha });
    expect(Date.parse(await checkout.commitDate(sha))).toBe(Date.UTC(2024, 1, 3, 4, 5, 6));
    expect(await checkout.describe()).toBe(`v1.2.0-1-g${sha.slice(0, 7)}`);
    expect(await checkout.tags()).toEqual(['v1.2.0']);
  });

  it('names a detached commit by its tag, and by nothing where it has none', async () => {
    git('checkout', '--quiet', '--detach', 'v1.2.0');
    expect(await checkout.head('')).toMatchObject({ ref: 'refs/tags/v1.2.0' });
    git('commit', '--quiet', '--allow-empty', '-m', 'three');
    expect(await checkout.head('refs/heads/trunk')).toMatchObject({ ref: '', sha: git('rev-parse', 'HEAD') });
  });

  it('is described by nothing where no tag is reachable', async () => {
    git('checkout', '--quiet', '--orphan', 'lonely');
    git('commit', '--quiet', '--allow-empty', '-m', 'four');
    expect(await checkout.describe()).toBe('');
  });

  it('cannot be tricked into options by a revision', async () => {
    await expect(checkout.commitDate('--output=/tmp/x')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('is refused where there is none, with what to do', async () => {
    const nowhere = openCheckout(mkdtempSync(join(tmpdir(), 'no-git-')));
    await expect(nowhere.head('')).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      remedy: expect.stringContaining('actions/checkout'),
    });
  });
});
