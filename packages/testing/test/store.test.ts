import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  digestOf,
  makeImage,
  makeReferrer,
  randomBytesOf,
  randomLayer,
  seed,
  startRegistry,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { ask } from './support/ask.ts';
import { askPath, beginUpload, makeDirectory, openRegistry } from './support/registry.ts';

const IMAGE = makeImage();

/** Everything a registry holds, as plain data. */
function pictureOf(store: Awaited<ReturnType<typeof openRegistry>>['store']) {
  return store.repositories().map((repository) => ({
    repository,
    tags: [...store.tags(repository)],
    manifests: store
      .manifests(repository)
      .map(({ digest, mediaType, bytes }) => [digest, mediaType, bytes.toString()]),
    blobs: store.blobs(repository),
    referrers: store.referrers(repository, IMAGE.digest),
  }));
}

describe('a directory', () => {
  it('is found again by a later registry, deletions included', async () => {
    const root = await makeDirectory();
    const first = await startRegistry({ root });
    await seed(first, 'a', IMAGE, { tags: ['one', 'two'] });
    await seed(first, 'b/c', makeImage({ layers: ['gone'] }), { tags: ['gone'] });
    await seed(first, 'a', makeReferrer({ subject: IMAGE, artifactType: 'application/x' }));
    await first.store.createRepository('empty');
    await first.store.deleteTag('a', 'two');
    const gone = first.store.manifest('b/c', 'gone');
    await first.store.deleteManifest('b/c', gone?.digest ?? '');
    for (const { digest } of first.store.blobs('b/c')) await first.store.deleteBlob('b/c', digest);
    const before = pictureOf(first.store);
    await first.close();

    const second = await openRegistry({ root });
    expect(pictureOf(second.store)).toEqual(before);
    expect(second.store.repositories()).toEqual(['a', 'b/c', 'empty']);
    expect([...second.store.tags('a').keys()]).toEqual(['one']);
    const [config] = IMAGE.blobs;
    const digest = config?.descriptor.digest ?? '';
    expect((await askPath(second, `/v2/a/blobs/${digest}`)).body.toString()).toMatch(
      /"architecture":"amd64"/,
    );
  });

  it('keeps each blob once, and none that nobody holds', async () => {
    const root = await makeDirectory();
    const registry = await openRegistry({ root });
    const blob = randomBytesOf(1, 1000);
    const { digest } = await registry.store.putBlob('a', blob);
    await registry.store.putBlob('b', blob);
    expect(await readdir(join(root, 'blobs', 'sha256'))).toEqual([digest.slice(7)]);
    await registry.store.deleteBlob('a', digest);
    expect(await readdir(join(root, 'blobs', 'sha256'))).toEqual([digest.slice(7)]);
    await registry.store.deleteBlob('b', digest);
    expect(await readdir(join(root, 'blobs', 'sha256'))).toEqual([]);
    expect(await readdir(join(root, 'uploads'))).toEqual([]);
  });

  it('is read though a crash cut the last line off and left an upload', async () => {
    const root = await makeDirectory();
    const first = await startRegistry({ root });
    await seed(first, 'a', IMAGE, { tags: ['t'] });
    await first.close();
    await appendFile(join(root, 'journal'), '{"op":"tag","repository":"a","ta');
    await writeFile(join(root, 'uploads', 'left'), 'half');
    const second = await startRegistry({ root });
    expect([...second.store.tags('a')]).toEqual([['t', IMAGE.digest]]);
    expect(await readdir(join(root, 'uploads'))).toEqual([]);
    await seed(second, 'a', IMAGE, { tags: ['u'] });
    await second.close();
    // What was written after the torn line must be readable, too.
    const third = await openRegistry({ root });
    expect([...third.store.tags('a').keys()]).toEqual(['t', 'u']);
  });

  it('that cannot be one is an error', async () => {
    const root = join(await makeDirectory(), 'file');
    await writeFile(root, '');
    await expect(startRegistry({ root })).rejects.toThrow(/ENOTDIR|EEXIST/);
  });
});

describe('the store', () => {
  it('takes what no registry would take, and serves it', async () => {
    const registry = await openRegistry();
    const { digest } = await registry.store.putManifest('a', 'text/plain', Buffer.from('no manifest'), {
      tags: ['t'],
    });
    const reply = await askPath(registry, '/v2/a/manifests/t');
    expect([reply.body.toString(), reply.headers['content-type'], digest]).toEqual([
      'no manifest',
      'text/plain',
      digestOf('no manifest'),
    ]);
  });

  it('lets a tag point to what is not there, as after a lost manifest', async () => {
    const registry = await openRegistry();
    await registry.store.putTag('a', 'dangling', IMAGE.digest);
    expect((await askPath(registry, '/v2/a/manifests/dangling')).status).toBe(404);
    expect((await askPath(registry, '/v2/a/tags/list')).body.toString()).toContain('dangling');
  });

  it('says what is not there', async () => {
    const { store } = await openRegistry();
    expect(store.manifest('a', 't')).toBeUndefined();
    expect(store.blob('a', IMAGE.digest)).toBeUndefined();
    expect(store.blob('a', 'nonsense')).toBeUndefined();
    expect([store.tags('a').size, store.manifests('a'), store.blobs('a'), store.referrers('a', 'x')]).toEqual(
      [0, [], [], []],
    );
    expect(
      await Promise.all([
        store.deleteBlob('a', 'x'),
        store.deleteTag('a', 'x'),
        store.deleteManifest('a', 'x'),
      ]),
    ).toEqual([false, false, false]);
    expect(() => store.openBlob('a', IMAGE.digest)).toThrow(/There is no blob/);
    await expect(store.readBlob('a', IMAGE.digest)).rejects.toThrow(/There is no blob/);
  });

  it('hashes what is streamed into it by the algorithm that was asked for', async () => {
    const { store } = await openRegistry();
    const layer = randomLayer('s', 3_000_000);
    const stored = await store.putBlob('a', layer.open(), 'sha512');
    expect(stored.digest).toBe(digestOf(randomBytesOf('s', 3_000_000), 'sha512'));
  });
});

describe('closing', () => {
  it.each(['memory', 'disk'])(
    'ends open uploads, waiting requests and idle connections (%s)',
    async (kind) => {
      const root = kind === 'disk' ? await makeDirectory() : undefined;
      const registry = await startRegistry({ root });
      const location = await beginUpload(registry);
      registry.faults.add({ path: '/v2/' }, { kind: 'delay', until: new Promise(() => {}) });
      const waiting = askPath(registry, '/v2/').catch((error: Error) => error.message);
      const uploading = ask(location, {
        method: 'PATCH',
        headers: { 'content-length': 1_000_000 },
        write: (request) => request.write(randomBytesOf(1, 300_000)),
      }).catch((error: Error) => error.message);
      while (registry.log.requests.at(-1)?.bytesIn === 0 || registry.log.count() < 3) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      await registry.close();
      expect(await Promise.all([waiting, uploading])).toEqual([
        expect.stringMatching(/hang up|reset/i),
        expect.stringMatching(/hang up|reset|EPIPE/i),
      ]);
      expect(registry.store.openUploads).toBe(0);
      expect(registry.defects).toEqual([]);
      if (root !== undefined) expect(await readdir(join(root, 'uploads'))).toEqual([]);
    },
  );

  it('frees the port', async () => {
    const first = await startRegistry();
    const port = Number(new URL(first.url).port);
    await expect(startRegistry({ port })).rejects.toThrow(/EADDRINUSE/);
    await first.close();
    expect((await openRegistry({ port })).host).toBe(`127.0.0.1:${port}`);
  });

  it('can be done twice', async () => {
    const registry = await startRegistry({ root: await makeDirectory() });
    await registry.close();
    await registry.close();
  });
});

it('makes the directory when there is none', async () => {
  const root = join(await makeDirectory(), 'deep', 'er');
  await mkdir(join(root, '..'));
  const registry = await openRegistry({ root });
  await seed(registry, 'a', IMAGE, { tags: ['t'] });
  expect((await askPath(registry, '/v2/a/manifests/t')).status).toBe(200);
});
