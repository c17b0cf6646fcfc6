import {
  type FaultAction,
  fallbackTag,
  makeBlob,
  makeFallbackIndex,
  makeImage,
  makeLatch,
  makeReferrer,
  seed,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { parseDigest } from '../../src/name/digest.ts';
import { readBlobBytes } from '../../src/referrer/read-blob.ts';
import { MAX_READ_REFERRERS, READ_CONCURRENCY, readReferrers } from '../../src/referrer/read-referrers.ts';
import { descriptorOf, refusalOf, startWorld, type World } from '../remote/world.ts';

const IMAGE = makeImage();
const OTHER = makeImage({ annotations: { other: '1' } });
const SUBJECT = parseDigest(IMAGE.digest, 'test');
const GOOD = makeReferrer({ subject: IMAGE, artifactType: 'application/good' });
const FOREIGN = makeReferrer({ subject: OTHER, artifactType: 'application/foreign' });

/** A registry without the API, where the tag lists what a test wants. */
async function list(change: (entry: Record<string, unknown>) => void = () => {}): Promise<World> {
  const world = await startWorld({ referrers: 'none' });
  for (const content of [IMAGE, OTHER, GOOD, FOREIGN]) await seed(world.server, 'acme/app', content);
  const index = makeFallbackIndex([GOOD, FOREIGN]);
  const json: { manifests: Record<string, unknown>[] } = JSON.parse(index.bytes.toString());
  const entry = json.manifests.find(({ digest }) => digest === FOREIGN.digest);
  if (entry !== undefined) change(entry);
  await world.server.store.putManifest('acme/app', index.mediaType, Buffer.from(JSON.stringify(json)), {
    tags: [fallbackTag(IMAGE.digest)],
  });
  return world;
}

describe('what is listed as referring to a digest', () => {
  it('is broken where its manifest refers to another', async () => {
    const { open } = await list();
    const read = await readReferrers(open(), SUBJECT);
    expect(read.map(({ digest, kind }) => [digest, kind]).sort()).toEqual(
      [
        [GOOD.digest, 'referrer'],
        [FOREIGN.digest, 'broken'],
      ].sort(),
    );
    const broken = read.find(({ kind }) => kind === 'broken');
    expect(broken).toMatchObject({
      error: { code: 'CONTENT_INVALID', message: expect.stringContaining(`refers to ${OTHER.digest}`) },
    });
  });

  it.each<[string, (entry: Record<string, unknown>) => void, string]>([
    ['has another size', (entry) => Object.assign(entry, { size: 7 }), 'DIGEST_MISMATCH'],
    ['is gone', (entry) => Object.assign(entry, { digest: `sha256:${'0'.repeat(64)}` }), 'NOT_FOUND'],
    [
      'refers to nothing',
      (entry) => Object.assign(entry, { digest: OTHER.digest, size: OTHER.bytes.length }),
      'CONTENT_INVALID',
    ],
  ])('is broken where its manifest %s', async (_name, change, code) => {
    const { open } = await list(change);
    const read = await readReferrers(open(), SUBJECT);
    expect(read.find(({ kind }) => kind === 'broken')).toMatchObject({ error: { code } });
    expect(read.filter(({ kind }) => kind === 'referrer').map(({ digest }) => digest)).toEqual([GOOD.digest]);
  });

  it.each<[string, FaultAction, string]>([
    [
      'it is not known who asks',
      { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } },
      'UNAUTHORIZED',
    ],
    ['who asks may not', { kind: 'answer', status: 403 }, 'FORBIDDEN'],
    ['the registry fails', { kind: 'answer', status: 503 }, 'UNREACHABLE'],
    ['a page for humans comes in its place', { kind: 'html' }, 'PROTOCOL_INVALID'],
  ])('is not "none" where one of its manifests cannot be asked for: %s', async (_name, action, code) => {
    const { server, open } = await list();
    server.faults.add({ path: `/v2/acme/app/manifests/${GOOD.digest}` }, action);
    expect((await refusalOf(readReferrers(open(), SUBJECT))).code).toBe(code);
  });

  it('is asked for so many at a time', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE);
    for (let index = 0; index < 40; index++) {
      const referrer = makeReferrer({ subject: IMAGE, artifactType: 'a/b', annotations: { n: `${index}` } });
      await seed(server, 'acme/app', referrer);
    }
    const full = makeLatch();
    let waiting = 0;
    server.faults.add(
      { path: /\/manifests\// },
      {
        kind: 'hook',
        run: ({ occurrence }) => {
          // The HTTP client begins with few at a time, too.
          if (occurrence <= 20) return;
          waiting += 1;
          if (waiting === READ_CONCURRENCY) setImmediate(full.release);
          return full.until;
        },
      },
    );
    const read = await readReferrers(open(), SUBJECT);
    expect(read).toHaveLength(40);
    expect(read.map(({ digest }) => digest)).toEqual(read.map(({ digest }) => digest).sort());
    expect(server.log.peak).toBe(READ_CONCURRENCY);
  });

  it('is refused where it is a flood, before it is fetched', async () => {
    const { server, open } = await startWorld({ referrers: 'none' });
    await seed(server, 'acme/app', IMAGE);
    const manifests = Array.from({ length: MAX_READ_REFERRERS + 1 }, (_, index) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${index.toString(16).padStart(64, '0')}`,
      size: 1,
    }));
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests };
    await server.store.putManifest('acme/app', index.mediaType, Buffer.from(JSON.stringify(index)), {
      tags: [fallbackTag(IMAGE.digest)],
    });
    expect((await refusalOf(readReferrers(open(), SUBJECT))).code).toBe('LIMIT_EXCEEDED');
    expect(server.log.requests).toHaveLength(2);
  });
});

describe('a small blob', () => {
  const BLOB = makeBlob('twenty bytes of blob');

  it('is read whole', async () => {
    const { server, open } = await startWorld();
    await server.store.putBlob('acme/app', BLOB.open());
    expect((await readBlobBytes(open(), descriptorOf(BLOB), 20)).toString()).toBe('twenty bytes of blob');
  });

  it.each<[string, FaultAction | undefined, number, string]>([
    ['where it has more bytes than the limit', undefined, 19, 'LIMIT_EXCEEDED'],
    ['where a byte was changed', { kind: 'corrupt', offset: 3 }, 20, 'DIGEST_MISMATCH'],
  ])('is refused %s', async (_name, action, limit, code) => {
    const { server, open } = await startWorld();
    await server.store.putBlob('acme/app', BLOB.open());
    if (action !== undefined) server.faults.add({ path: /\/blobs\// }, action);
    expect((await refusalOf(readBlobBytes(open(), descriptorOf(BLOB), limit))).code).toBe(code);
  });
});
