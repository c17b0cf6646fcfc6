import { describe, expect, it } from '@jest/globals';
import { existing, name, PULL_REQUEST, PUSH, tagPush } from './git-context.ts';

describe('tags', () => {
  it('come image by image, lower case, bare where no image is enabled', async () => {
    const tags = 'type=raw,b\ntype=raw,a';
    expect((await name({ images: 'a/b\nghcr.io/A/B', tags })).tags).toEqual([
      ...['a/b:b', 'a/b:a', 'ghcr.io/a/b:b', 'ghcr.io/a/b:a'],
    ]);
    expect((await name({ images: 'a/b,enable=false', tags })).tags).toEqual(['b', 'a']);
    expect((await name({ images: '', tags })).tags).toEqual(['b', 'a']);
  });

  it('know the row that made them', async () => {
    const { made } = await name({ tags: 'type=sha\ntype=ref,event=tag' }, tagPush('v1'));
    expect(made).toEqual([
      { tag: 'v1', row: 'type=ref,event=tag' },
      { tag: 'sha-860c190', row: 'type=sha' },
      { tag: 'latest', row: 'latest' },
    ]);
  });

  it('are listed once, whatever makes them twice', async () => {
    const { tags, version } = await name({
      images: 'a/b\nA/B',
      tags: 'latest\nlatest\na',
      flavor: 'latest=true',
    });
    expect(tags).toEqual(['a/b:latest', 'a/b:a']);
    expect(version).toEqual({ main: 'latest', partial: ['a'], latest: true });
  });

  it.each<[flavor: string, row: string, tagNames: readonly string[]]>([
    ['prefix=p-', 'a', ['p-a']],
    ['prefix=p-\nsuffix=-s', 'a,prefix=,suffix=-x', ['a-x']],
    ['suffix=-{{sha}}', 'a', ['a-860c190']],
    ['prefix=p-', 'type=sha', ['sha-860c190']],
    ['latest=true', 'a', ['a', 'latest']],
    ['latest=true\nsuffix=-alpine', 'a', ['a-alpine', 'latest']],
    ['latest=true\nprefix=p-,onlatest=true\nsuffix=-s,onlatest=true', 'a', ['p-a-s', 'p-latest-s']],
    ['latest=true\nprefix={{branch}}-,onlatest=true', 'a', ['dev-a', 'dev-latest']],
  ])('have what the flavor %j says', async (flavor, row, tagNames) => {
    expect((await name({ flavor, tags: row })).tagNames).toEqual(tagNames);
  });

  it('take latest from the first row that makes one', async () => {
    const latest = async (tags: string) => (await name({ tags }, tagPush('v1.2.3'))).version.latest;
    expect(await latest('type=semver,pattern={{version}}\nfoo')).toBe(true);
    expect(await latest('type=semver,pattern={{version}}\nfoo,priority=2000')).toBe(false);
    expect(await latest('type=edge,priority=2000\ntype=ref,event=tag')).toBe(true);
  });

  it('have no latest where it is barred, whichever row or flavor makes it', async () => {
    const barred = async (tags: string, flavor = '') =>
      name({ tags, flavor }, tagPush('v1.0.1'), {
        latestUse: 'barred',
        existingTags: existing('repository', 'v1.0.1', 'v2.0.0'),
      });
    const raw = await barred('type=raw,value=latest\ntype=semver,pattern={{version}}', 'latest=true');
    expect(raw).toMatchObject({ tagNames: ['1.0.1'], version: { main: '1.0.1', latest: false } });
    expect(raw.remarks).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('does not list it') }),
    ]);
    // Barring latest leaves the rest of the flavor as it was.
    const lines = 'type=semver,pattern={{version}}\ntype=semver,pattern={{major}}';
    expect((await barred(lines, 'latest=highest')).tagNames).toEqual(['1.0.1', '1']);
    const behind = await name({ tags: lines, flavor: 'latest=highest' }, tagPush('v1.0.1'), {
      latestUse: 'barred',
      existingTags: existing('repository', 'v1.0.1', 'v1.1.0'),
    });
    expect(behind.tagNames).toEqual(['1.0.1']);
  });

  it('have latest with a warning where that is asked for', async () => {
    const { tagNames, remarks } = await name({ tags: 'type=ref,event=tag' }, tagPush('v1'), {
      latestUse: 'warned',
    });
    expect(tagNames).toEqual(['v1', 'latest']);
    expect(remarks).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('nothing to go back to'),
      }),
    ]);
  });

  it.each([
    ['an event without one', PUSH, 'type=semver,pattern={{version}}', ['3.1.0', 'latest']],
    [
      'a git tag of another component',
      tagPush('web/v1.0.0'),
      'type=semver,pattern={{version}},tag-prefix=api/',
      ['3.1.0', 'latest'],
    ],
    ['no git tag of ours', tagPush('v2.0.0'), 'type=semver,pattern={{version}}', ['2.0.0', 'latest']],
    ['no row with a value', PUSH, 'type=semver,pattern={{version}},value=v1.0.0', ['1.0.0', 'latest']],
    ['no rule that reads git tags', PUSH, 'type=ref,event=tag', []],
  ])('take the given version for %s', async (_, context, tags, wanted) => {
    expect((await name({ tags }, context, { version: '3.1.0' })).tagNames).toEqual(wanted);
  });

  it('compare the given version with those there are', async () => {
    const { tagNames } = await name(
      { tags: 'type=semver,pattern={{version}}', flavor: 'latest=highest' },
      PUSH,
      { version: '3.1.0', existingTags: existing('repository', 'v4.0.0') },
    );
    expect(tagNames).toEqual(['3.1.0']);
  });

  it('date the commit that they name: the head of a pull request where that is asked for', async () => {
    const dates = new Map([
      [PULL_REQUEST.sha, Date.parse('2001-01-01T00:00:00Z')],
      [PULL_REQUEST.pullRequest?.headSha ?? '', Date.parse('2002-02-02T00:00:00Z')],
    ]);
    const context = { ...PULL_REQUEST, commitDate: async (sha: string) => dates.get(sha) ?? Number.NaN };
    const of = async (env: Readonly<Record<string, string>>) =>
      (await name({ tags: "type=raw,value={{commit_date 'YYYY'}}" }, context, { env })).tagNames;
    expect(await of({})).toEqual(['2001']);
    expect(await of({ DOCKER_METADATA_PR_HEAD_SHA: 'true' })).toEqual(['2002']);
  });

  it('have labels of one line each, whatever is written about the repository', async () => {
    const repository = { ...PUSH.repository, description: 'An app\r\nevil=1' };
    const { labels } = await name({}, { ...PUSH, repository });
    expect(labels).toContainEqual(['org.opencontainers.image.description', 'An app evil=1']);
    const pullRequest = { number: 15, headSha: '', baseRef: 'main', headRef: 'x\nevil=1' };
    const hostile = await name({ labels: 'a={{head_ref}}' }, { ...PULL_REQUEST, pullRequest });
    expect(hostile.labels).toContainEqual(['a', 'x evil=1']);
  });

  it('do not have latest where they have nothing else', async () => {
    const { tagNames, version } = await name({ tags: 'type=edge', flavor: 'latest=true' });
    expect(tagNames).toEqual([]);
    expect(version).toEqual({ main: undefined, partial: [], latest: false });
  });
});

describe('a reference that is none', () => {
  const long = { ...PUSH, ref: `refs/heads/${'x'.repeat(129)}` };

  it.each<[name: string, row: string, context: typeof PUSH, message: string]>([
    ['too long', 'type=ref,event=branch', long, 'with its 129 characters, which is no tag'],
    ['begun by a dot', '.hidden', PUSH, 'It makes ".hidden", which is no tag'],
    ['begun by a hyphen', '-a', PUSH, 'It makes "-a", which is no tag'],
    [
      'left by an empty variable',
      '{{branch}}-{{sha}}',
      PULL_REQUEST,
      'It makes "-860c190", which is no tag, because {{branch}} is empty in this event',
    ],
    ['left by an empty prefix', 'type=sha,prefix={{branch}}-', tagPush('v1'), 'because {{branch}} is empty'],
    ['made of nothing but what tags do not hold', '🦀', PUSH, 'It makes "-", which is no tag'],
  ])('is refused: %s', async (_name, row, context, message) => {
    await expect(name({ tags: row }, context)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(
        new RegExp(
          `${message.replace(/[{}.]/g, '\\$&')}.*\\(input "tags", row ${JSON.stringify(row).replace(/[{}.]/g, '\\$&')}\\)`,
        ),
      ),
    });
  });

  it('is refused as an image', async () => {
    await expect(name({ images: 'ghcr.io/acme/app:1' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('input "images", row "ghcr.io/acme/app:1"'),
    });
  });

  it('is refused as latest', async () => {
    await expect(name({ tags: 'a,prefix=', flavor: 'latest=true\nprefix=-,onlatest=true' })).rejects.toThrow(
      'It makes "-latest", which is no tag (input "flavor"',
    );
  });
});

describe('an empty variable', () => {
  it('of docker/metadata-action leaves a tag that is one, with a notice', async () => {
    const { tagNames, remarks } = await name({ tags: 'x-{{tag}}' });
    expect(tagNames).toEqual(['x-']);
    expect(remarks).toEqual([
      { level: 'notice', message: '{{tag}} is empty in the tag "x-".', row: 'x-{{tag}}' },
    ]);
  });

  it.each(['head_ref', 'describe'])('%s is refused', async (variable) => {
    const context = { ...PUSH, describe: async () => '' };
    await expect(name({ tags: `x-{{${variable}}}` }, context)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: `It makes "x-" with {{${variable}}}, which is empty in this event (input "tags", row "x-{{${variable}}}").`,
    });
  });

  it('is refused where that is asked for', async () => {
    await expect(name({ tags: 'x-{{tag}}' }, PUSH, { emptyVariables: 'refuse' })).rejects.toThrow(
      'with {{tag}}',
    );
  });

  it('that is the whole value makes no tag', async () => {
    expect((await name({ tags: '{{tag}}\n{{head_ref}}\na' })).tagNames).toEqual(['a']);
  });
});

describe('latest=highest', () => {
  const rows =
    'type=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}\ntype=semver,pattern={{major}}';
  const highest = (tag: string, ...tags: readonly string[]) =>
    name({ tags: rows, flavor: 'latest=highest' }, tagPush(tag), {
      existingTags: existing('repository', ...tags),
    });

  it.each<[tag: string, existing: readonly string[], tagNames: readonly string[]]>([
    ['v1.0.0', [], ['1.0.0', '1.0', '1', 'latest']],
    ['v2.0.0', ['v1.9.9', 'v2.0.0'], ['2.0.0', '2.0', '2', 'latest']],
    ['v1.0.1', ['v2.0.0'], ['1.0.1', '1.0', '1']],
    ['v1.0.1', ['v1.1.0', 'v2.0.0'], ['1.0.1', '1.0']],
    ['v1.0.1', ['v1.0.2'], ['1.0.1']],
    ['v1.0.9', ['v1.0.10'], ['1.0.9']],
    ['v1.0.1', ['v2.0.0-rc.1', 'nightly', 'web/v9.0.0', 'v9'], ['1.0.1', '1.0', '1', 'latest']],
    ['v2.0.0-rc.1', ['v1.0.0'], ['2.0.0-rc.1']],
  ])('%s beside %j', async (tag, tags, tagNames) => {
    expect((await highest(tag, ...tags)).tagNames).toEqual(tagNames);
  });

  it('says which version keeps a tag where it is', async () => {
    const { remarks } = await highest('v1.0.1', 'v1.1.0', 'v2.0.0');
    expect(remarks.map(({ message }) => message)).toEqual([
      'latest stays where it is: 2.0.0 exists, which is above 1.0.1.',
      '1 stays where it is: 1.1.0 exists, which is above 1.0.1.',
    ]);
  });

  it('compares the versions of one component of the repository', async () => {
    const { tagNames } = await name(
      { tags: 'type=semver,pattern={{version}}', flavor: 'latest=highest\ntag-prefix=api/' },
      tagPush('api/v1.0.0'),
      { existingTags: existing('repository', 'v3.0.0', 'web/v2.0.0', 'api/v0.9.0') },
    );
    expect(tagNames).toEqual(['1.0.0', 'latest']);
  });

  it('compares the tags of one variant in a registry', async () => {
    const { tagNames } = await name(
      { tags: 'type=semver,pattern={{version}}', flavor: 'latest=highest\nsuffix=-alpine,onlatest=true' },
      tagPush('v1.0.0'),
      { existingTags: existing('registry', '2.0.0', '0.9.0-alpine', 'latest') },
    );
    expect(tagNames).toEqual(['1.0.0-alpine', 'latest-alpine']);
  });

  it('compares by PEP 440 where that is the rule, and versions that other rules meet', async () => {
    const tags = existing('repository', '1.2.post1', '1!0.1', '1!20200110');
    const make = async (row: string, tag: string) =>
      (await name({ tags: row, flavor: 'latest=highest' }, tagPush(tag), { existingTags: tags })).tagNames;
    expect(await make('type=pep440,pattern={{version}}', '1.3')).toEqual(['1.3']);
    expect(await make('type=pep440,pattern={{version}}', '1!0.2')).toEqual(['1-0.2', 'latest']);
    expect(await make('type=ref,event=tag', 'v1.0.0')).toEqual(['v1.0.0', 'latest']);
    expect(await make('type=ref,event=tag', 'v1.0.0-rc.1')).toEqual(['v1.0.0-rc.1']);
  });

  it('warns of what it cannot compare', async () => {
    const { version, remarks } = await name(
      { tags: 'type=ref,event=tag', flavor: 'latest=highest' },
      tagPush('banana'),
      {
        existingTags: existing('repository'),
      },
    );
    expect(version.latest).toBe(false);
    expect(remarks).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('no version') }),
    ]);
  });

  it('asks for nothing where no version can come of it, and passes a failure on', async () => {
    expect((await name({ flavor: 'latest=highest' })).tagNames).toEqual(['dev']);
    await expect(name({ flavor: 'latest=highest' }, tagPush('v1'))).rejects.toThrow('nobody should ask');
  });
});
