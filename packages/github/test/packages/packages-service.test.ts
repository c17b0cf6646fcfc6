import type { StoredImage } from '@artifact-lifecycle/retention';
import { type GitHubPackagesOptions, makeImage, makeIndex, seed } from '@artifact-lifecycle/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { GitHubPackagesService } from '../../src/packages/index.ts';
import { NOW, type PackagesWorld, startWorld } from './world.ts';

const DAY = 86_400_000;

describe('versions of a package of GitHub', () => {
  let world: PackagesWorld;
  afterEach(async () => {
    await world.close();
    expect(world.github.defects).toEqual([]);
  });
  const start = async (options: GitHubPackagesOptions & { readonly npm?: boolean } = {}): Promise<void> => {
    world = await startWorld(options);
  };
  const push = async (tags: readonly string[], content: string, name = 'acme/app'): Promise<string> => {
    const image = makeImage({ layers: [content] });
    await seed(world.github, name, image, { tags });
    return image.digest;
  };
  const find = async (service: GitHubPackagesService, tag: string): Promise<StoredImage> => {
    const found = (await service.list()).find(({ tags }) => tags.includes(tag));
    if (found === undefined) throw new Error(`Nothing has the tag ${tag}.`);
    return found;
  };
  const tags = (): Readonly<Record<string, string>> =>
    Object.fromEntries(world.github.store.tags('acme/app'));
  const many = (count: number, name = 'lib'): void =>
    world.github.addPackage(
      'acme',
      'npm',
      name,
      Array.from({ length: count }, (_, at) => ({ name: `1.0.${at}`, createdAt: NOW - at * DAY })),
    );

  it('lists images with what GitHub knows of them', async () => {
    await start();
    const digest = await push(['v1', 'latest'], 'one');
    world.clock.move(DAY);
    const untagged = await push([], 'two');
    const service = world.open('acme/app');
    expect(await service.list()).toMatchObject([
      { digest, tags: ['latest', 'v1'], pushedAt: NOW, updatedAt: NOW },
      { digest: untagged, tags: [], pushedAt: NOW + DAY },
    ]);
    expect(service.abilities).toMatchObject({ listsUntagged: true, untag: 'dummy', restore: 'by-service' });
  });

  it.each([
    { name: 'an organisation', owner: 'acme', paths: ['/orgs/acme'] },
    { name: 'a user', owner: 'ada', paths: ['/orgs/ada', '/users/ada'] },
  ])('finds a package with a slash in its name of $name', async ({ owner, paths }) => {
    await start({ users: ['ada'] });
    await push(['v1'], 'one', `${owner}/team/app`);
    expect(await world.open(`${owner}/team/app`).list()).toHaveLength(1);
    const asked = world.github.log.lines().map((line) => /\/(?:orgs|users)\/\w+/.exec(line)?.[0]);
    expect(asked).toEqual(paths);
  });

  it.each([
    { name: 'one page', count: 100, requests: 1 },
    { name: 'two pages, and their ends once more', count: 150, requests: 4 },
    { name: 'ten thousand, in a hundred requests', count: 10_000, requests: 100 },
  ])('reads $name', async ({ count, requests }) => {
    await start({ order: 'shuffled' });
    many(count);
    const images = await world.open('npm:@acme/lib').list();
    expect(images.map(({ tags: [version] }) => version)).toEqual(
      Array.from({ length: count }, (_, at) => `1.0.${at}`),
    );
    expect(world.github.log.count()).toBe(requests);
  });

  it('reads a long list at its ends again where things are deleted by it', async () => {
    await start();
    many(10_000);
    expect(await world.open('npm:@acme/lib').list({ isDecisive: true })).toHaveLength(10_000);
    expect(world.github.log.count()).toBe(102);
  });

  it.each([
    { name: 'of those on a page that is read', change: 'delete' },
    { name: 'that comes in front', change: 'add' },
  ])('reads a list again that changed by a version $name', async ({ change }) => {
    await start();
    many(450);
    const [first] = world.github.versions('acme', 'npm', 'lib');
    let isDone = false;
    world.github.faults.add(
      { when: ({ query }) => query.get('page') === '3' },
      {
        kind: 'hook',
        run: async () => {
          if (isDone) return;
          isDone = true;
          if (change === 'add')
            world.github.addPackage('acme', 'npm', 'lib', [{ name: '2.0.0', createdAt: NOW + DAY }]);
          else
            await fetch(`${world.github.url}/orgs/acme/packages/npm/lib/versions/${first?.id}`, {
              method: 'DELETE',
              headers: { authorization: 'Bearer x' },
            });
        },
      },
    );
    const images = await world.open('npm:lib').list();
    expect(images).toHaveLength(change === 'add' ? 451 : 449);
    expect(new Set(images.map(({ id }) => id)).size).toBe(images.length);
  });

  it('knows what npm calls a version, when it lists and when it looks', async () => {
    await start({ npm: true });
    many(3);
    world.github.distTags.set('acme/lib', { latest: '1.0.1', next: '1.0.0', stable: '1.0.1' });
    const service = world.open('npm:@acme/lib');
    const images = await service.list();
    expect(images.map(({ tags }) => tags)).toEqual([
      ['1.0.0', 'next'],
      ['1.0.1', 'latest', 'stable'],
      ['1.0.2'],
    ]);
    const [, latest, newest] = images;
    if (latest === undefined || newest === undefined) throw new Error('They are there.');
    expect(await service.look(latest)).toEqual(latest);
    world.github.distTags.set('acme/lib', { latest: '1.0.2' });
    world.clock.move(60_000);
    expect(await service.look(newest)).toMatchObject({ tags: ['1.0.2', 'latest'] });
  });

  it('lists nothing where npm’s names cannot be read', async () => {
    await start({ npm: true });
    many(3);
    await expect(world.open('npm:@acme/lib').list()).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('dist-tags of npm:@acme/lib'),
    });
  });

  it('gives up on a list that never comes to rest', async () => {
    await start();
    many(250);
    let count = 0;
    const run = (): void => {
      count += 1;
      world.github.addPackage('acme', 'npm', 'lib', [{ name: `2.0.${count}`, createdAt: NOW + count * DAY }]);
    };
    world.github.faults.add({ when: ({ query }) => query.get('page') === '2' }, { kind: 'hook', run });
    await expect(world.open('npm:lib').list()).rejects.toMatchObject({ code: 'PLAN_STALE' });
  });

  it('never takes a version without metadata for an untagged one', async () => {
    await start();
    await push(['v1'], 'one');
    world.github.faults.add(
      { path: /versions$/ },
      {
        kind: 'answer',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([
          { id: 1, name: `sha256:${'a'.repeat(64)}`, created_at: '2026-01-01T00:00:00Z' },
        ]),
      },
    );
    await expect(world.open('acme/app').list()).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
  });

  it('looks at a version, deletes it, and says what is gone', async () => {
    await start();
    await push(['v1'], 'one');
    await push(['v2'], 'two');
    const service = world.open('acme/app');
    const image = await find(service, 'v1');
    expect(await service.look(image)).toEqual(image);
    expect(await service.delete(image)).toBe('deleted');
    expect(await service.look(image)).toBeUndefined();
    expect(await service.delete(image)).toBe('gone');
    expect(Object.keys(tags())).toEqual(['v2']);
  });

  it('says deleted where the first answer was lost', async () => {
    await start();
    await push(['v1'], 'one');
    await push(['v2'], 'two');
    const service = world.open('acme/app');
    const image = await find(service, 'v1');
    world.github.faults.add({ method: 'DELETE', times: 1 }, { kind: 'drop-answer' });
    expect(await service.delete(image)).toBe('deleted');
  });

  it.each([
    {
      name: 'the last tagged version',
      downloads: 0,
      others: [] as string[],
      says: /last tagged version/,
      remedy: /another version/,
    },
    {
      name: 'what was downloaded 5,001 times',
      downloads: 5001,
      others: ['v2'],
      says: /5000 downloads/,
      remedy: /private/,
    },
  ])('says of $name that GitHub keeps it', async ({ downloads, others, says, remedy }) => {
    await start();
    const digest = await push(['v1'], 'one');
    await push(others, 'two');
    world.github.setVersion('acme', 'container', 'app', digest, { downloads });
    const service = world.open('acme/app');
    await expect(service.delete(await find(service, 'v1'))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(says),
      remedy: expect.stringMatching(remedy),
    });
  });

  it.each([
    {
      name: 'a token that GitHub does not know',
      options: { token: 'other' },
      code: 'UNAUTHORIZED',
      remedy: 'github-token',
    },
    {
      name: 'a token that may only read',
      options: { access: 'read' },
      code: 'PERMISSION_MISSING',
      remedy: 'packages: write',
    },
    {
      name: 'a repository without the Admin role',
      options: { access: 'write' },
      code: 'PERMISSION_MISSING',
      remedy: 'Admin role',
    },
    {
      name: 'a package that it may not see',
      options: { access: 'none' },
      code: 'NOT_FOUND',
      remedy: 'may see the package',
    },
  ] as const)('tells what $name lacks', async ({ options, code, remedy }) => {
    await start(options);
    await push(['v1'], 'one');
    await push(['v2'], 'two');
    const service = world.open('acme/app');
    const work = async (): Promise<unknown> => service.delete(await find(service, 'v1'));
    await expect(work()).rejects.toMatchObject({ code, remedy: expect.stringContaining(remedy) });
  });

  it('takes one tag of several away, and leaves the image with the others', async () => {
    await start();
    const digest = await push(['v1.0.0', 'pr-7'], 'one');
    const service = world.open('acme/app');
    await service.untag(await find(service, 'pr-7'), 'pr-7');
    expect(tags()).toEqual({ 'v1.0.0': digest });
    expect(await service.list()).toMatchObject([{ digest, tags: ['v1.0.0'] }]);
  });

  it.each([1, 3, 6])('deletes nothing by a list that lags behind %i times', async (staleLists) => {
    await start({ staleLists, order: 'shuffled' });
    const digest = await push(['v1.0.0', 'pr-7'], 'one');
    const service = world.open('acme/app');
    for (let count = 0; count < staleLists; count += 1) await service.list();
    await service.untag(await find(service, 'pr-7'), 'pr-7');
    expect(tags()).toEqual({ 'v1.0.0': digest });
  });

  it('leaves the tag at its dummy where GitHub does not show it in time', async () => {
    await start({ staleLists: 1000 });
    const digest = await push(['v1.0.0', 'pr-7'], 'one');
    const service = world.open('acme/app');
    const [version] = world.github.versions('acme', 'container', 'app');
    const image = await service.look({ id: String(version?.id) });
    if (image === undefined) throw new Error('It is there.');
    await expect(service.untag(image, 'pr-7')).rejects.toMatchObject({ code: 'PLAN_STALE' });
    expect(tags()['v1.0.0']).toBe(digest);
    expect(world.github.log.count({ method: 'DELETE' })).toBe(0);
  });

  it('leaves no dummy behind where another push takes the tag from it', async () => {
    await start();
    const digest = await push(['v1.0.0', 'pr-7'], 'one');
    const other = await push(['v2.0.0'], 'two');
    const service = world.open('acme/app');
    const image = await find(service, 'pr-7');
    world.github.faults.add(
      { method: 'PUT', path: '/v2/acme/app/manifests/pr-7' },
      {
        kind: 'hook',
        at: 'answer',
        run: () => world.github.store.putTag('acme/app', 'pr-7', other as `sha256:${string}`),
      },
    );
    await service.untag(image, 'pr-7');
    expect(tags()).toEqual({ 'v1.0.0': digest, 'v2.0.0': other, 'pr-7': other });
    expect((await service.list()).map((one) => one.digest).sort()).toEqual([digest, other].sort());
  });

  it('does not take a tag away that has moved on', async () => {
    await start();
    await push(['v1.0.0', 'pr-7'], 'one');
    const service = world.open('acme/app');
    const image = await find(service, 'pr-7');
    const other = await push(['pr-7'], 'two');
    await expect(service.untag(image, 'pr-7')).rejects.toMatchObject({ code: 'PLAN_STALE' });
    expect(tags()['pr-7']).toBe(other);
  });

  it('never loses the image, whenever it dies while it takes a tag away', async () => {
    for (let requests = 0; requests < 14; requests += 1) {
      for (const at of ['request', 'answer'] as const) {
        await start();
        const digest = await push(['v1.0.0', 'pr-7'], 'one');
        const service = world.open('acme/app');
        const image = await find(service, 'pr-7');
        const outage = world.github.stopAfter(requests, at);
        await service.untag(image, 'pr-7').catch(() => undefined);
        outage.end();
        expect(tags()['v1.0.0']).toBe(digest);
        await world.close();
      }
    }
  });

  it('restores an image and the tags that nobody else has got', async () => {
    await start();
    const digest = await push(['v1', 'latest'], 'one');
    const other = await push(['v2'], 'two');
    const service = world.open('acme/app');
    const image = await find(service, 'v1');
    await service.delete(image);
    await world.github.store.putTag('acme/app', 'latest', other as `sha256:${string}`);
    expect(await service.restore(image)).toBe('restored');
    expect(tags()).toEqual({ latest: other, v1: digest, v2: other });
    expect(await service.restore(image)).toBe('there');
    await service.delete(image);
    world.clock.move(31 * DAY);
    await expect(service.restore(image)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('reads manifests by digest', async () => {
    await start();
    const index = makeIndex([makeImage({ layers: ['a'] })]);
    await seed(world.github, 'acme/app', index, { tags: ['v1'] });
    const service = world.open('acme/app');
    const image = await find(service, 'v1');
    const bytes = image.digest && (await service.fetchManifest?.(image.digest));
    expect(bytes && Buffer.from(bytes).equals(index.bytes)).toBe(true);
    const missing = makeImage({ layers: ['b'] }).digest as NonNullable<StoredImage['digest']>;
    expect(await service.fetchManifest?.(missing)).toBeUndefined();
  });

  it('knows the quota, and stops with the time of the next', async () => {
    await start({ primaryLimit: { limit: 1000, remaining: 2 } });
    many(3);
    const service = world.open('npm:lib');
    const [image] = await service.list();
    expect(service.quota()).toEqual({ remaining: 1, resetsAt: NOW + 3_600_000 });
    if (image === undefined) throw new Error('It is there.');
    await service.delete(image);
    await expect(service.delete(image)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      remedy: expect.stringContaining('60 minutes'),
    });
    expect(world.clock.slept).toEqual([]);
  });

  it('deletes no more than 180 a minute', async () => {
    await start({ secondaryLimit: { pointsPerMinute: 900 } });
    many(400);
    const service = world.open('npm:lib');
    const images = await service.list();
    for (const image of images.slice(0, 361)) await service.delete(image);
    expect(world.github.log.count({ method: 'DELETE', status: 204 })).toBe(361);
    expect(world.clock.now() - NOW).toBeGreaterThanOrEqual(120_000);
    expect(world.clock.now() - NOW).toBeLessThan(181_000);
  });

  it.each([403, 429] as const)('waits when the secondary limit asks it to (%i)', async (status) => {
    await start({ secondaryLimit: { pointsPerMinute: 1, status, retryAfter: 60 } });
    many(3);
    const service = world.open('npm:lib');
    await service.list();
    expect(await service.list()).toHaveLength(3);
    expect(world.clock.slept).toEqual([60_000]);
  });
});
