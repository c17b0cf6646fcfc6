import {
  type IndexEntry,
  makeAttestationChild,
  makeImage,
  makeIndex,
  makeReferrer,
  seed,
} from '@artifact-lifecycle/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { platformManifests } from '../../src/image/platform-manifests.ts';
import { parseDigest } from '../../src/name/digest.ts';
import type { Registry } from '../../src/registry.ts';
import { startWorld, type World } from '../remote/world.ts';

const image = (architecture: string, variant?: string) =>
  makeImage({ platform: { os: 'linux', architecture, ...(variant !== undefined && { variant }) } });

const amd64 = image('amd64');
const arm64 = image('arm64', 'v8');
const armV6 = image('arm', 'v6');
const armV7 = image('arm', 'v7');
const INDEX: readonly IndexEntry[] = [amd64, arm64, armV6, armV7, makeAttestationChild(amd64)];

let world: World;
let repository: Registry;

beforeEach(async () => {
  world = await startWorld();
  repository = world.open();
});

async function ask(
  children: readonly IndexEntry[],
  wanted: 'all' | readonly string[],
): Promise<readonly string[]> {
  const index = makeIndex(children);
  await seed(world.server, 'acme/app', index);
  const root = await repository.fetchManifest(parseDigest(index.digest, 'test'));
  return (await platformManifests(repository, root, wanted)).map(({ manifest }) => manifest.digest);
}

describe('the platforms of an index', () => {
  it.each([
    { name: 'all but attestations', wanted: 'all' as const, expected: [amd64, arm64, armV6, armV7] },
    { name: 'one by its name', wanted: ['linux/amd64'], expected: [amd64] },
    { name: 'one without its variant', wanted: ['linux/arm64'], expected: [arm64] },
    { name: 'every variant of one', wanted: ['linux/arm'], expected: [armV6, armV7] },
    { name: 'one variant', wanted: ['linux/arm/v7'], expected: [armV7] },
    { name: 'in the order of the index', wanted: ['linux/arm64', 'linux/amd64'], expected: [amd64, arm64] },
  ])('$name', async ({ wanted, expected }) => {
    expect(await ask(INDEX, wanted)).toEqual(expected.map(({ digest }) => digest));
  });

  it('takes a child that is listed twice once', async () => {
    expect(await ask([amd64, amd64], 'all')).toEqual([amd64.digest]);
  });

  it('finds the children of an index within an index', async () => {
    expect(await ask([makeIndex([amd64]), makeIndex([arm64])], 'all')).toEqual([amd64.digest, arm64.digest]);
  });

  it('names the platforms there are where one is missing', async () => {
    await expect(ask(INDEX, ['linux/s390x'])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message:
        'The index has no platform linux/s390x; it has linux/amd64, linux/arm64/v8, linux/arm/v6, linux/arm/v7.',
    });
  });

  it('refuses an index without an image', async () => {
    await expect(ask([], 'all')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const artifact = makeReferrer({ subject: amd64, artifactType: 'application/x' });
    await expect(ask([amd64, artifact], 'all')).resolves.toEqual([amd64.digest]);
  });

  it('refuses indexes that lie deeper than any tool makes them', async () => {
    let child: IndexEntry = amd64;
    for (let depth = 0; depth < 5; depth++) child = makeIndex([child]);
    await expect(ask([child], 'all')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});
