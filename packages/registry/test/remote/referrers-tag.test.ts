import type { Clock } from '@artifact-lifecycle/core';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import type { RegistryKind } from '@artifact-lifecycle/core/policy';
import {
  type FaultAction,
  fallbackTag,
  type ManifestContent,
  makeFallbackIndex,
  makeImage,
  makeIndex,
  makeLatch,
  makeReferrer,
  type RegistryOptions,
  seed,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Digest, parseDigest } from '../../src/name/digest.ts';
import { parseRepository } from '../../src/name/reference.ts';
import { describeManifest } from '../../src/oci/manifest.ts';
import { attachReferrer } from '../../src/referrer/attach.ts';
import { createConnections } from '../../src/remote/connections.ts';
import type { RemoteRegistry } from '../../src/remote/remote-registry.ts';
import { manifestOf, quickClock, refusalOf, startWorld, type World } from './world.ts';

const SUBJECT = makeImage();
const MINE = makeReferrer({ subject: SUBJECT, artifactType: 'application/mine', annotations: { by: 'me' } });
const THEIRS = makeReferrer({ subject: SUBJECT, artifactType: 'application/theirs' });
const LIST = fallbackTag(SUBJECT.digest);

/** A registry without the API that has the subject, and what is needed to push {@link MINE}. */
async function start(options: RegistryOptions = {}): Promise<World> {
  const world = await startWorld({ referrers: 'none', ...options });
  await seed(world.server, 'acme/app', SUBJECT);
  await seed(world.server, 'acme/app', THEIRS);
  await putBlobs(world.server, MINE);
  return world;
}

async function putBlobs(server: TestRegistry, { blobs }: ManifestContent): Promise<void> {
  for (const blob of blobs) await server.store.putBlob('acme/app', blob.open());
}

function list(server: TestRegistry, referrers: readonly ManifestContent[]): Promise<unknown> {
  const { mediaType, bytes } = makeFallbackIndex(referrers);
  return server.store.putManifest('acme/app', mediaType, bytes, { tags: [LIST] });
}

function entries(server: TestRegistry, tag: string = LIST): readonly Record<string, unknown>[] {
  const kept = server.store.manifest('acme/app', tag);
  return kept === undefined ? [] : JSON.parse(kept.bytes.toString('utf8')).manifests;
}

function digests(server: TestRegistry, tag: string = LIST): readonly unknown[] {
  return entries(server, tag)
    .map(({ digest }) => digest)
    .sort();
}

function digest({ digest }: ManifestContent): Digest {
  return parseDigest(digest, 'test');
}

describe('a race for the list of referrers is lost without harm', () => {
  it('where the list went away between look and write', async () => {
    const { server, open } = await start({ conditional: true });
    await list(server, [THEIRS]);
    server.faults.add(
      { method: 'PUT', path: `/v2/acme/app/manifests/${LIST}`, nth: 1 },
      { kind: 'hook', run: async () => void (await server.store.deleteTag('acme/app', LIST)) },
    );
    await open().pushManifest(manifestOf(MINE));
    expect(digests(server)).toEqual([MINE.digest]);
  });

  it('where it was to be rid of a dead entry', async () => {
    const { server, open } = await start({ conditional: true });
    const dead = makeReferrer({ subject: SUBJECT, artifactType: 'application/dead' });
    await list(server, [dead]);
    server.faults.add(
      { method: 'PUT', path: `/v2/acme/app/manifests/${LIST}`, nth: 2 },
      { kind: 'hook', run: async () => void (await list(server, [dead, THEIRS])) },
    );
    await open().pushManifest(manifestOf(MINE));
    expect(digests(server)).toEqual([MINE.digest, THEIRS.digest].sort());
  });

  it.each([409, 412])('where the registry says so with %s and nothing more', async (status) => {
    const { server, open } = await start();
    server.faults.add(
      { method: 'PUT', path: `/v2/acme/app/manifests/${LIST}`, nth: 1 },
      { kind: 'hook', run: async () => void (await list(server, [THEIRS])) },
    );
    server.faults.add(
      { method: 'PUT', path: `/v2/acme/app/manifests/${LIST}`, nth: 1 },
      { kind: 'answer', status },
    );
    await open().pushManifest(manifestOf(MINE));
    expect(digests(server)).toEqual([MINE.digest, THEIRS.digest].sort());
  });
});

/** Another process: nothing but the registry is shared with it. */
function openElsewhere({ server }: World, clock: Clock): RemoteRegistry {
  const http = createHttpClient({ userAgent: 'artifact-lifecycle-test', clock, environment: {} });
  clients.push(http);
  const connections = createConnections({ http, clock, credentials: [] });
  return connections.open(parseRepository(`${server.host}/acme/app`, 'test'));
}

const clients: { close(): void }[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

/** Clocks of several processes: time passes when all of them wait, until the first has waited long enough. */
function commonTime(processes: number): { readonly clock: Clock; leave(): void } {
  const asleep: { readonly due: number; wake(): void }[] = [];
  let now = 1_700_000_000_000;
  let awake = processes;
  const pass = (): void => {
    if (awake > 0) return;
    asleep.sort((a, b) => a.due - b.due);
    const first = asleep.shift();
    if (first === undefined) return;
    now = first.due;
    awake += 1;
    first.wake();
  };
  return {
    clock: {
      now: () => now,
      sleep: (milliseconds) =>
        new Promise((wake) => {
          asleep.push({ due: now + milliseconds, wake });
          awake -= 1;
          pass();
        }),
    },
    leave: () => {
      awake -= 1;
      pass();
    },
  };
}

describe('two processes that write one list at once lose nothing', () => {
  it.each([{ conditional: true }, { conditional: false }])(
    'where the other one looked before our write, and writes after it ($conditional: the registry knows conditions)',
    async ({ conditional }) => {
      const world = await start({ conditional });
      const { server } = world;
      const written = makeLatch();
      const mayWrite = makeLatch();
      server.faults.add(
        { method: 'PUT', path: `/v2/acme/app/manifests/${LIST}`, nth: 1 },
        {
          kind: 'hook',
          run: () => {
            written.release();
            return mayWrite.until;
          },
        },
      );
      const theirs = openElsewhere(world, quickClock()).pushManifest(manifestOf(THEIRS));
      await written.until;
      const clock: Clock = {
        now: () => 0,
        sleep: async () => {
          mayWrite.release();
          await theirs;
        },
      };
      await openElsewhere(world, clock).pushManifest(manifestOf(MINE));
      expect(digests(server)).toEqual([MINE.digest, THEIRS.digest].sort());
    },
  );

  it.each([true, false].flatMap((conditional) => [2, 3, 6].map((processes) => ({ conditional, processes }))))(
    'or $processes of them, again and again ($conditional: the registry knows conditions)',
    async (situation) => {
      const { conditional, processes } = situation;
      for (let turn = 0; turn < 8; turn += 1) {
        const world = await start({ conditional });
        const referrers = Array.from({ length: processes }, (_, at) =>
          makeReferrer({ subject: SUBJECT, artifactType: 'a/b', annotations: { of: `${turn}.${at}` } }),
        );
        for (const referrer of referrers) await putBlobs(world.server, referrer);
        const { clock, leave } = commonTime(processes);
        await Promise.all(
          referrers.map((referrer) =>
            openElsewhere(world, clock).pushManifest(manifestOf(referrer)).finally(leave),
          ),
        );
        expect(digests(world.server)).toEqual(referrers.map(({ digest }) => digest).sort());
        await world.server.close();
      }
    },
  );
});

describe('a condition that the registry never finds met', () => {
  it('is left out where nothing has changed: something between rewrites entity tags', async () => {
    const { server, open } = await start({ conditional: true });
    await list(server, [THEIRS]);
    server.faults.add(
      { method: 'GET', path: `/v2/acme/app/manifests/${LIST}` },
      { kind: 'rewrite', headers: ({ etag }) => ({ etag: String(etag).replace(/"$/, '-gzip"') }) },
    );
    await open().pushManifest(manifestOf(MINE));
    expect(digests(server)).toEqual([MINE.digest, THEIRS.digest].sort());
  });

  it('is never a weak entity tag', async () => {
    const { server, open } = await start({ conditional: true });
    await list(server, [THEIRS]);
    server.faults.add(
      { method: 'GET', path: `/v2/acme/app/manifests/${LIST}` },
      { kind: 'rewrite', headers: ({ etag }) => ({ etag: `W/${String(etag)}` }) },
    );
    const conditions: unknown[] = [];
    server.faults.add(
      { method: 'PUT', path: `/v2/acme/app/manifests/${LIST}` },
      { kind: 'hook', run: ({ headers }) => void conditions.push(headers['if-match']) },
    );
    await open().pushManifest(manifestOf(MINE));
    expect(digests(server)).toEqual([MINE.digest, THEIRS.digest].sort());
    expect(conditions).toEqual([undefined]);
  });
});

describe('a refusal of the list that is no lost race is told', () => {
  it.each<[string, FaultAction, string]>([
    ['forbidden', { kind: 'answer', status: 403 }, 'FORBIDDEN'],
    ['too many requests', { kind: 'rate-limit', retryAfter: 1 }, 'RATE_LIMITED'],
    ['no service', { kind: 'answer', status: 500 }, 'UNREACHABLE'],
    ['not acceptable', { kind: 'answer', status: 422 }, 'PROTOCOL_INVALID'],
  ])('%s', async (_name, action, code) => {
    const { server, open } = await start();
    server.faults.add({ method: 'PUT', path: `/v2/acme/app/manifests/${LIST}` }, action);
    expect((await refusalOf(open().pushManifest(manifestOf(MINE)))).code).toBe(code);
    expect(digests(server)).toEqual([]);
  });
});

describe('a subject that is named by sha512', () => {
  const STRONG = makeImage({ algorithm: 'sha512' });
  const TAG = `sha512-${STRONG.digest.slice('sha512:'.length, 'sha512:'.length + 64)}`;
  const REFERRER = makeReferrer({ subject: STRONG, artifactType: 'application/x' });

  it('has its list under the tag that is cut to 64 digits, from which its referrer is taken again', async () => {
    const { server, open } = await start();
    await seed(server, 'acme/app', STRONG);
    await putBlobs(server, REFERRER);
    await open().pushManifest(manifestOf(REFERRER));
    expect(digests(server, TAG)).toEqual([REFERRER.digest]);
    expect([...server.store.tags('acme/app').keys()]).toEqual([TAG]);
    expect((await open().listReferrers(digest(STRONG))).map((listed) => listed.digest)).toEqual([
      REFERRER.digest,
    ]);
    await open().deleteManifest(digest(REFERRER));
    expect(digests(server, TAG)).toEqual([]);
  });

  it('is not rewritten where its tag is read as the digest, and it is called by sha256 there', async () => {
    const { server, open } = await start();
    const index = makeIndex([SUBJECT], { algorithm: 'sha512' });
    const referrer = makeReferrer({ subject: index, artifactType: 'application/x' });
    const tag = `sha512-${index.digest.slice('sha512:'.length, 'sha512:'.length + 64)}`;
    await server.store.putManifest('acme/app', index.mediaType, index.bytes, { tags: [tag] });
    await putBlobs(server, referrer);
    expect(await open().listReferrers(digest(index))).toEqual([]);
    expect((await refusalOf(open().pushManifest(manifestOf(referrer)))).code).toBe('UNSUPPORTED');
    expect(server.store.manifest('acme/app', tag)?.bytes).toEqual(index.bytes);
  });

  it('is named in the remedy where the list may not move', async () => {
    const { server, open } = await start({ immutableTags: { refusal: 'harbor' } });
    const first = makeReferrer({ subject: STRONG, artifactType: 'application/first' });
    for (const content of [first, REFERRER]) await putBlobs(server, content);
    await seed(server, 'acme/app', STRONG);
    await open().pushManifest(manifestOf(first));
    const error = await refusalOf(open().pushManifest(manifestOf(REFERRER)));
    expect(error).toMatchObject({ code: 'TAG_EXISTS', remedy: expect.stringContaining('sha512-') });
  });
});

describe('an entry that somebody else made for what is pushed', () => {
  it('gets the type and annotations of the manifest, and keeps what else it has', async () => {
    const { server, open } = await start({ sparse: true });
    const theirs = makeIndex([
      {
        child: MINE,
        entry: {
          artifactType: 'application/vnd.oci.empty.v1+json',
          annotations: { note: 'kept' },
          platform: { os: 'x', architecture: 'y' },
        },
      },
      THEIRS,
    ]);
    await server.store.putManifest('acme/app', theirs.mediaType, theirs.bytes, { tags: [LIST] });
    await open().pushManifest(manifestOf(MINE));
    expect(entries(server)[0]).toMatchObject({
      digest: MINE.digest,
      artifactType: 'application/mine',
      annotations: { by: 'me', note: 'kept' },
      platform: { os: 'x' },
    });
    expect(digests(server)).toEqual([MINE.digest, THEIRS.digest].sort());
  });
});

describe('a referrer that is deleted', () => {
  it('leaves the list as it is for the others', async () => {
    const { server, open } = await start();
    await open().pushManifest(manifestOf(MINE));
    await list(server, [MINE, THEIRS]);
    await open().deleteManifest(digest(MINE));
    expect(digests(server)).toEqual([THEIRS.digest]);
    expect(server.store.manifest('acme/app', MINE.digest)).toBeUndefined();
  });

  it.each<[string, (server: TestRegistry) => Promise<unknown>]>([
    ['there is none', async () => {}],
    ['it is the subject itself (GitLab)', (server) => server.store.putTag('acme/app', LIST, SUBJECT.digest)],
    [
      'it is docker’s list',
      (server) => seed(server, 'acme/app', makeIndex([SUBJECT], { mediaTypes: 'docker' }), { tags: [LIST] }),
    ],
  ])('leaves the list alone where %s', async (_name, prepare) => {
    const { server, open } = await start();
    await prepare(server);
    const before = server.store.tags('acme/app').get(LIST);
    await open().deleteManifest(digest(THEIRS));
    expect(server.store.manifest('acme/app', THEIRS.digest)).toBeUndefined();
    expect(server.store.tags('acme/app').get(LIST)).toBe(before);
  });

  it('is deleted though nobody here can read it', async () => {
    const { server, open } = await start({ anyManifestType: true });
    const bytes = Buffer.from('{"schemaVersion":2,"mediaType":"application/vnd.acme.unknown"}');
    const kept = await server.store.putManifest('acme/app', 'application/vnd.acme.unknown', bytes, {});
    await open().deleteManifest(parseDigest(kept.digest, 'test'));
    expect(server.store.manifest('acme/app', kept.digest)).toBeUndefined();
  });
});

describe('a registry that says OCI-Subject, and has no API behind it', () => {
  it.each<{ readonly kind: RegistryKind | undefined; readonly asks: number }>([
    { kind: 'dockerhub', asks: 0 },
    { kind: 'ghcr', asks: 0 },
    { kind: 'ecr', asks: 1 },
    { kind: undefined, asks: 1 },
  ])('has what is attached listed under the tag, and read back: $kind', async ({ kind, asks }) => {
    const world = await startWorld({ referrers: 'none', ...(kind && { kind }) });
    const { server, open, clock } = world;
    await seed(server, 'acme/app', SUBJECT);
    server.faults.add(
      { method: 'PUT', path: /\/manifests\/sha256:/ },
      { kind: 'rewrite', headers: { 'oci-subject': SUBJECT.digest } },
    );
    await putBlobs(server, MINE);
    await open().pushManifest(manifestOf(MINE));
    expect(digests(server)).toEqual([MINE.digest]);
    expect(server.log.count({ path: /\/referrers\// })).toBe(asks);
    const document = {
      subject: describeManifest(manifestOf(SUBJECT)),
      mediaType: 'application/vnd.example+json',
      bytes: Buffer.from('{}'),
      annotations: {},
    };
    const attached = await attachReferrer(open(), document, { clock });
    expect(digests(server)).toEqual([MINE.digest, attached.digest].sort());
    const last = server.log.requests.slice(-3).map(({ method, path }) => `${method} ${path.split('/')[4]}`);
    expect(last).toEqual(['GET referrers', 'GET manifests', 'HEAD manifests']);
  });
});
