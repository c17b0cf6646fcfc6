import { SuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestHex, referrersTag } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import { DigestCache, parseDigestCache } from '../../src/graph/digest-cache.ts';
import { readGraph } from '../../src/graph/read-graph.ts';
import type { RetentionPlan } from '../../src/plan/plan.ts';
import { apply, planFor } from '../support/cleanup.ts';
import { FakeRegistry, findBroken, OCI_INDEX } from '../support/fake-registry.ts';
import { NOW } from '../support/image.ts';

const POLICY =
  'classes:\n  dev: { match: { tags: "dev-*" }, keep: 14d }\n  rest: { match: { untagged: true }, keep: 7d }';

/** Digests that go, by the names that a test gave them. */
function gone(plan: RetentionPlan, names: Readonly<Record<string, Digest>>): readonly string[] {
  const byDigest = new Map(Object.entries(names).map(([name, digest]) => [digest as string, name]));
  return plan.delete.map(({ digest }) => byDigest.get(digest ?? '') ?? `unnamed ${digest}`);
}

describe('a graph is read', () => {
  it('with what follows by tags, by buildkit and by referrers of referrers', async () => {
    const registry = new FakeRegistry();
    const dev = registry.image('dev', ['dev-1'], 40);
    const release = registry.image('release', ['v1'], 40);
    const names: Record<string, Digest> = { dev, release };
    for (const [name, subject] of [
      ['dev', dev],
      ['release', release],
    ] as const) {
      names[`${name}.sig`] = registry.image(`${name}.sig`, [`${referrersTag(subject)}.sig`], 40);
      const sbom = registry.image(`${name} sbom`, [], 40, subject);
      names[`${name} sbom`] = sbom;
      names[`${name} sbom signature`] = registry.image(`${name} sbom signature`, [], 40, sbom);
      const entry = { digest: sbom, artifactType: 'test/artifact' };
      names[`${name} list`] = registry.index(`${name} list`, [entry], [referrersTag(subject)], 40);
    }
    const before = registry.clone();
    const plan = await planFor(registry, { policy: POLICY });
    expect([gone(plan, names).at(0), gone(plan, names).at(-1)]).toEqual(['dev', 'dev list']);
    expect(gone(plan, names).toSorted()).toEqual(
      ['dev', 'dev list', 'dev sbom', 'dev sbom signature', 'dev.sig'].toSorted(),
    );
    await apply(registry, plan);
    expect(findBroken(registry, before)).toEqual([]);
  });

  it('with an attestation that stays while a platform stays which another index holds', async () => {
    const registry = new FakeRegistry();
    const platform = registry.image('platform', [], 40);
    const attestation = registry.image('attestation', [], 40);
    const old = registry.index('old', [platform, { digest: attestation, about: platform }], ['dev-1'], 40);
    registry.index('new', [platform], ['v1'], 1);
    const plan = await planFor(registry, { policy: POLICY });
    expect(gone(plan, { platform, attestation, old })).toEqual(['old']);
  });

  it('with leftovers of images that are gone, and without tags that only look like them', async () => {
    const registry = new FakeRegistry();
    const lost = `sha256-${'a'.repeat(64)}`;
    const names = {
      signature: registry.image('signature', [`${lost}.sig`], 40),
      list: registry.index('list', [], [`sha256-${'b'.repeat(64)}`], 40),
      cache: registry.image('an image tagged by the hash of its content', [`sha256-${'c'.repeat(64)}`], 40),
    };
    const plan = await planFor(registry, { policy: POLICY });
    expect(gone(plan, names).toSorted()).toEqual(['list', 'signature']);
  });

  it('at any depth', async () => {
    const registry = new FakeRegistry();
    let inner = registry.image('platform', [], 90);
    for (let depth = 0; depth < 60; depth += 1) inner = registry.index(`depth ${depth}`, [inner], [], 80);
    registry.index('outermost', [inner], ['v1'], 80);
    expect((await planFor(registry, { policy: POLICY })).delete).toEqual([]);
  });

  it('so that what cannot be read keeps all that it may need, and says so', async () => {
    const registry = new FakeRegistry();
    const platform = registry.image('platform', ['dev-amd64'], 40);
    const release = registry.index('release', [platform], ['v1'], 40);
    const later = registry.image('later', ['dev-2'], 20);
    registry.failing.set(release, new SuiteError('UNREACHABLE', 'ghcr.io keeps failing.'));
    const plan = await planFor(registry, { policy: POLICY });
    expect(gone(plan, { platform, release, later })).toEqual(['later']);
    expect(plan.problems).toEqual([
      `v1 is kept: The manifest ${release} could not be read: ghcr.io keeps failing.`,
    ]);
  });

  it('so that bytes of an unknown kind keep what they name', async () => {
    const registry = new FakeRegistry();
    const named = registry.image('named', [], 40);
    const other = registry.image('other', [], 40);
    const unknown = registry.push(
      { mediaType: 'application/x-tomorrow', holds: [{ it: named }] },
      ['dev-1'],
      40,
    );
    const plan = await planFor(registry, { policy: POLICY });
    expect(gone(plan, { named, other, unknown })).toEqual(['other']);
    expect(plan.problems).toEqual([expect.stringContaining('is of a kind that is not understood here')]);
  });

  it('without harm by bytes that are not what the digest names', async () => {
    const registry = new FakeRegistry();
    const platform = registry.image('platform', [], 40);
    const release = registry.index('release', [platform], ['v1'], 40);
    const stored = registry.manifests.get(release);
    const forged = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }));
    if (stored !== undefined) registry.manifests.set(release, { ...stored, bytes: forged });
    const cache = new DigestCache();
    const plan = await planFor(registry, { policy: POLICY, cache });
    expect(plan.delete).toEqual([]);
    expect(cache.get(release)).toBeUndefined();
  });

  it('not at all where no further request can succeed', async () => {
    const registry = new FakeRegistry();
    registry.failing.set(
      registry.image('a', ['v1'], 1),
      new SuiteError('RATE_LIMITED', 'No requests are left.'),
    );
    await expect(planFor(registry, { policy: POLICY })).rejects.toThrow('No requests are left.');
  });

  it('with children of tags where a registry lists only those', async () => {
    const registry = new FakeRegistry({ listsUntagged: false });
    const platform = registry.image('platform', [], 40);
    const dev = registry.index('dev', [platform], ['dev-1'], 40);
    const all = await registry.list();
    registry.list = async () => all.filter(({ tags }) => tags.length > 0);
    const plan = await planFor(registry, { policy: POLICY });
    expect(gone(plan, { platform, dev })).toEqual(['dev', 'platform']);
  });

  it('and layers that are shared are counted once', async () => {
    const registry = new FakeRegistry();
    registry.image('v1', ['v1'], 40, undefined, ['base layer']);
    registry.image('dev 1', ['dev-1'], 40, undefined, ['base layer', 'shared by both']);
    registry.image('dev 2', ['dev-2'], 40, undefined, ['base layer', 'shared by both', 'own']);
    const plan = await planFor(registry, { policy: POLICY });
    const configs = 'config of dev 1'.length + 'config of dev 2'.length;
    expect(plan.freedBytes).toBe('shared by both'.length + 'own'.length + configs);
  });
});

describe('ten thousand versions, two thousand builds of an index, two platforms and two attestations', () => {
  function build(): FakeRegistry {
    const registry = new FakeRegistry();
    for (let n = 0; n < 2000; n += 1) {
      const days = 40 - n / 100;
      const children = ['amd64', 'arm64'].flatMap((name) => {
        const platform = registry.image(`${name} ${n}`, [], days);
        const attestation = registry.image(`${name} attestation ${n}`, [], days);
        return [platform, { digest: attestation, about: platform }];
      });
      registry.index(`build ${n}`, children, [n % 10 === 0 ? `v${n}` : `dev-${n}`], days);
    }
    return registry;
  }

  it('take at most 2,100 requests from nothing and at most 120 with the cache of the run before', async () => {
    const registry = build();
    const cache = new DigestCache();
    const cold = await planFor(registry, { policy: POLICY, cache });
    expect(registry.requests).toBeLessThanOrEqual(2100);
    expect(cold.delete.length).toBe(5 * 1800);
    const { cache: stored, problem } = parseDigestCache(Buffer.from(cache.format()));
    expect(problem).toBeUndefined();
    registry.requests = 0;
    const warm = await planFor(registry, { policy: POLICY, cache: stored });
    expect(registry.requests).toBeLessThanOrEqual(120);
    expect(warm).toEqual(cold);
    expect(cache.format().length).toBeLessThan(4_000_000);
  });
});

describe('a cache of digests', () => {
  it('keeps what it was told, and only what was asked for', async () => {
    const registry = new FakeRegistry();
    const image = registry.image('a', ['v1'], 1, undefined, ['layer']);
    registry.index('b', [{ digest: image, artifactType: 'x', about: image }], ['v2'], 1);
    const cache = new DigestCache();
    await readGraph(registry, await registry.list(), { now: NOW, cache });
    const text = cache.format();
    const again = parseDigestCache(Buffer.from(text)).cache;
    expect(again.format(true)).toBe(text);
    again.get(image);
    expect(again.format()).toContain(digestHex(image));
    expect(again.format().split('\n').length).toBeLessThan(text.split('\n').length);
  });

  it.each([
    { name: 'that is no JSON', text: '{' },
    { name: 'of another version', text: '{"version":1}' },
    { name: 'that is a list', text: '[]' },
  ])('$name is made anew, and says so', ({ text }) => {
    expect(parseDigestCache(Buffer.from(text)).problem).toContain('made anew');
  });

  it.each([
    { name: 'without a child list', entry: [`sha256:${'a'.repeat(64)}`, 0, ''] },
    { name: 'with a child that is none', entry: [`sha256:${'a'.repeat(64)}`, 0, '', [['x', 0]], []] },
    { name: 'of no kind', entry: [`sha256:${'a'.repeat(64)}`, 9, '', [], []] },
    { name: 'with a layer that is not in the table', entry: [`sha256:${'a'.repeat(64)}`, 1, '', [], [3]] },
  ])('leaves an entry out $name', ({ entry }) => {
    const { cache } = parseDigestCache(
      Buffer.from(JSON.stringify({ version: 2, blobs: [], manifests: [entry] })),
    );
    expect(cache.format(true)).toContain('"manifests":[\n\n]');
  });
});
