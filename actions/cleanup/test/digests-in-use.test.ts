import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDigest } from '@artifact-lifecycle/registry';
import type { StoredImage } from '@artifact-lifecycle/retention';
import { describe, expect, it } from '@jest/globals';
import { digestsInFiles, digestsInUse } from '../src/digests-in-use.ts';

const digestOf = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`, 'test');

const imageOf = (letter: string, tags: readonly string[]): StoredImage => ({
  id: letter,
  digest: digestOf(letter),
  tags,
  pushedAt: 0,
});

describe('digestsInUse', () => {
  const commit = `1a2b3c4d${'0'.repeat(32)}`;
  const deployed = {
    digests: new Map(),
    commits: new Map([[commit, 'deployment 1']]),
    refs: new Map([
      ['refs/tags/v1.2.0', 'deployment 2'],
      ['main', 'deployment 3'],
      ['refs/heads/feature/Sign-In', 'deployment 4'],
      ['refs/pull/7/merge', 'deployment 5'],
    ]),
  };
  it.each([
    { name: 'the whole commit', tag: commit, who: 'deployment 1' },
    { name: 'an abbreviated commit with a prefix', tag: 'sha-1a2b3c4', who: 'deployment 1' },
    { name: 'a commit at the end of a version', tag: '1.0.0-1a2b3c4d', who: 'deployment 1' },
    { name: 'a commit that is too short to mean one', tag: 'sha-1a2b3c', who: undefined },
    { name: 'another commit', tag: 'sha-1a2b3c5', who: undefined },
    { name: 'the git tag', tag: 'v1.2.0', who: 'deployment 2' },
    { name: 'the git tag without its v', tag: '1.2.0', who: 'deployment 2' },
    { name: 'a branch', tag: 'main', who: 'deployment 3' },
    { name: 'a branch with a slash', tag: 'feature-Sign-In', who: 'deployment 4' },
    { name: 'a branch with a slash, in lower case', tag: 'feature-sign-in', who: 'deployment 4' },
    { name: 'a pull request', tag: 'pr-7', who: 'deployment 5' },
    { name: 'another pull request', tag: 'pr-77', who: undefined },
    { name: 'a tag that only starts like one', tag: 'main-2', who: undefined },
  ])('finds an image that is deployed by $name', ({ tag, who }) => {
    const found = digestsInUse([imageOf('a', [tag])], { digests: new Map(), deployed });
    expect(found.get(digestOf('a'))).toBe(who);
  });

  it('keeps who was found first', () => {
    const digests = new Map([[digestOf('a'), 'deploy/api.yaml']]);
    expect(digestsInUse([imageOf('a', ['main'])], { digests, deployed }).get(digestOf('a'))).toBe(
      'deploy/api.yaml',
    );
  });
});

describe('digestsInFiles', () => {
  it('finds digests in any text, also across the pieces in which it is read', async () => {
    const workspace = await mkdtemp(join(tmpdir(), 'digests-'));
    // The stream gives 64 KiB at a time.
    await writeFile(join(workspace, 'a.yaml'), `${' '.repeat(65_520)}image: app@${digestOf('a')}\n`);
    await writeFile(
      join(workspace, 'Dockerfile'),
      `FROM app@${digestOf('b')}\n# ${digestOf('c')}0 is longer\n`,
    );
    const found = await digestsInFiles(['*.yaml', 'Dockerfile'], workspace);
    expect([...found].sort()).toEqual([
      [digestOf('a'), 'a.yaml'],
      [digestOf('b'), 'Dockerfile'],
    ]);
  });

  it('refuses a pattern that nothing matches', async () => {
    const workspace = await mkdtemp(join(tmpdir(), 'digests-'));
    await expect(digestsInFiles(['*.yaml'], workspace)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
