import type { PromotionRecord, RecordChain, RecordReading, VerifiedRecord } from '@artifact-lifecycle/gates';
import { headTag, PROMOTION_RECORD_TYPE } from '@artifact-lifecycle/gates/names';
import type { Digest, Tag } from '@artifact-lifecycle/registry';
import { BUNDLE_MEDIA_TYPE, BUNDLE_PREDICATE_ANNOTATION } from '@artifact-lifecycle/trust';
import { describe, expect, it } from '@jest/globals';
import { DigestCache, parseDigestCache } from '../../src/graph/digest-cache.ts';
import { readGraph } from '../../src/graph/read-graph.ts';
import { BUNDLE_TYPE_PREFIX, PREDICATE_ANNOTATION } from '../../src/graph/record-claim.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { RetentionEnvironments } from '../../src/policy/classes/compiled-class.ts';
import { protectionOf } from '../../src/policy/protection.ts';
import { readRetention, retentionFor } from '../../src/policy/read-retention.ts';
import { readRecordHolds } from '../../src/record/read-record-holds.ts';
import type { NoRecordSource, RecordSource } from '../../src/record/record-source.ts';
import { FakeRegistry, OCI_INDEX, OCI_MANIFEST } from '../support/fake-registry.ts';
import { DAY, NOW, world } from '../support/image.ts';

const PLACE = 'ghcr.io/acme/app';
const POLICY = `
classes:
  releases: { match: { tags: ["v*"] }, keep: forever }
  builds: { match: { tags: ["sha-*"] }, keep: 30d }
  untagged: { match: { untagged: true }, keep: 7d }
`;

/** A repository with records, and who verifies them. */
class Scene {
  readonly registry = new FakeRegistry();
  readonly records = new Map<Digest, VerifiedRecord>();
  readonly refused = new Map<Digest, string>();
  cache = new DigestCache();
  opened = 0;
  read = 0;

  /** Pushes a record of an image; with `tags` it becomes the head. */
  promote(
    subject: Digest,
    daysAgo: number,
    its: Partial<PromotionRecord> & { readonly tags?: readonly string[]; readonly place?: string } = {},
  ): Digest {
    const { tags = [], place = PLACE, ...changes } = its;
    const { manifest, descriptor } = this.bundle(subject, daysAgo, PROMOTION_RECORD_TYPE, tags);
    const record: Partial<PromotionRecord> = {
      environment: 'production',
      time: new Date(NOW - daysAgo * DAY).toISOString(),
      withdrawn: [],
      previous: null,
      ...changes,
    };
    const destination = { name: place, tags: [] };
    this.records.set(manifest, {
      manifest,
      subject,
      record: { ...record, destination } as PromotionRecord,
      signedAt: undefined,
      signer: undefined,
    });
    this.lists.set(subject, [...(this.lists.get(subject) ?? []), descriptor]);
    return manifest;
  }

  readonly lists = new Map<Digest, Record<string, unknown>[]>();

  bundle(subject: Digest, daysAgo: number, predicateType: string | undefined, tags: readonly string[] = []) {
    const annotations: Record<string, string> = { made: `${this.registry.manifests.size}` };
    if (predicateType !== undefined) annotations[PREDICATE_ANNOTATION] = predicateType;
    const blob = { mediaType: BUNDLE_MEDIA_TYPE, digest: `sha256:${'0'.repeat(64)}`, size: 2 };
    const content = {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      artifactType: BUNDLE_MEDIA_TYPE,
      config: { ...blob, mediaType: 'application/vnd.oci.empty.v1+json' },
      layers: [blob],
      subject: { mediaType: OCI_MANIFEST, digest: subject, size: 2 },
      annotations,
    };
    const manifest = this.registry.push(content, tags, daysAgo);
    const descriptor = {
      mediaType: OCI_MANIFEST,
      digest: manifest,
      size: JSON.stringify(content).length,
      artifactType: BUNDLE_MEDIA_TYPE,
      annotations,
    };
    return { manifest, descriptor };
  }

  /** Lists what refers to an image under its tag, as GitHub's registry is searched. */
  list(subject: Digest, descriptors: readonly object[], daysAgo: number): void {
    const tag = subject.replace(':', '-');
    this.registry.push({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: descriptors }, [tag], daysAgo);
  }

  readonly source: RecordSource = {
    kind: 'verifying',
    place: PLACE,
    readRecord: async (reference) => this.#read(reference),
    readChain: async ({ environment, isEnough = () => false }): Promise<RecordChain> => {
      const records: VerifiedRecord[] = [];
      let next: string = headTag(environment);
      for (;;) {
        const reading = this.#read(next);
        if (reading === undefined) return { records, end: { kind: 'missing', manifest: next as Digest } };
        if (reading.kind === 'refused') return { records, end: reading };
        records.push(reading);
        const { previous } = reading.record;
        if (previous === null) return { records, end: { kind: 'start' } };
        if (isEnough(reading)) return { records, end: { kind: 'enough' } };
        next = previous;
      }
    },
  };

  #read(reference: Tag | Digest | string): RecordReading | undefined {
    this.read += 1;
    const found = [...this.registry.manifests.values()].find(
      ({ digest, tags }) => digest === reference || tags.includes(reference),
    );
    if (found === undefined) return undefined;
    const record = this.records.get(found.digest);
    const reason = this.refused.get(found.digest) ?? (record === undefined ? 'It is none.' : undefined);
    if (reason !== undefined) return { kind: 'refused', manifest: found.digest, reason };
    return record === undefined ? undefined : { kind: 'verified', ...record };
  }

  async plan(
    environments: RetentionEnvironments = PRODUCTION,
    source: RecordSource | NoRecordSource = this.source,
  ) {
    const service = this.registry;
    const images = await service.list();
    const { graph } = await readGraph(service, images, { now: NOW, cache: this.cache });
    const request = {
      target: PLACE,
      graph,
      policy: retentionFor(readRetention(POLICY, { kind: 'input', name: 'retention' }), PLACE),
      protection: protectionOf({ tags: [], digests: new Map(), minAgeUntagged: DAY }),
      abilities: service.abilities,
      world: world(),
    };
    const records = await readRecordHolds(makePlan(request), graph, {
      ...{ target: PLACE, service, cache: this.cache, environments, world: world() },
      openSource: async () => {
        this.opened += 1;
        return source;
      },
    });
    const plan = makePlan({ ...request, records });
    return {
      plan,
      records,
      goes: new Set(plan.delete.map(({ digest }) => digest)),
      why: (digest: Digest) => plan.keep.find((item) => item.digest === digest)?.reason,
    };
  }
}

const environment = (retention?: object): RetentionEnvironments =>
  new Map([['production', { repository: [PLACE], retention }]]) as RetentionEnvironments;
const PRODUCTION = environment();
const UNVERIFIABLE: NoRecordSource = { kind: 'unverifiable', reason: 'Nobody is named.' };

/** Five releases into production, the last one there; their tags let all go. */
function releases(scene: Scene) {
  const images = [1, 2, 3, 4, 5].map((at) => scene.registry.image(`r${at}`, [`sha-${at}`], 100 - at));
  let previous: string | null = null;
  const records = images.map((digest, at) => {
    const manifest = scene.promote(digest, 90 - at, {
      previous,
      tags: at === images.length - 1 ? [headTag('production')] : [],
    });
    previous = manifest;
    return manifest;
  });
  return { images, records };
}

describe('promotion records in a cleanup', () => {
  it('are told by what trust writes', () => {
    expect(BUNDLE_MEDIA_TYPE.startsWith(BUNDLE_TYPE_PREFIX)).toBe(true);
    expect(PREDICATE_ANNOTATION).toBe(BUNDLE_PREDICATE_ANNOTATION);
  });

  it('keep what is there and what a rollback goes back to, with their records and the head, and no more', async () => {
    const scene = new Scene();
    const { images, records } = releases(scene);
    const { goes, why, plan } = await scene.plan();
    expect(goes).toEqual(new Set([...images.slice(0, 3), ...records.slice(0, 3)]));
    expect(why(images[4] as Digest)).toBe(
      `The environment production keeps it: record ${records[4]}. It is there now.`,
    );
    expect(why(images[3] as Digest)).toContain('A rollback may go back to it.');
    expect(plan.keep.find(({ digest }) => digest === records[4])?.tags).toEqual([headTag('production')]);
    expect(plan.problems).toEqual([]);
  });

  it('are not asked for where nothing goes, where there are none, and where no environment is', async () => {
    const quiet = new Scene();
    const { images } = releases(quiet);
    for (const digest of images) {
      const manifest = quiet.registry.manifests.get(digest);
      if (manifest !== undefined) manifest.tags = [`v-${digest.slice(7, 12)}`];
    }
    expect((await quiet.plan()).goes.size).toBe(0);
    const none = new Scene();
    const old = none.registry.image('old', ['sha-1'], 90);
    none.registry.image('its signature', [], 90, old);
    expect((await none.plan()).goes.size).toBe(2);
    const elsewhere = new Scene();
    elsewhere.promote(elsewhere.registry.image('old', ['sha-1'], 90), 80);
    expect((await elsewhere.plan(new Map())).goes.size).toBe(2);
    expect([quiet, none, elsewhere].map(({ opened }) => opened)).toEqual([0, 0, 0]);
  });

  it('of an environment keep by its retention what tags let go, and of another place nothing', async () => {
    const scene = new Scene();
    const { images } = releases(scene);
    const stranger = scene.registry.image('stranger', ['sha-9'], 90);
    scene.promote(stranger, 80, { place: 'ghcr.io/acme/other' });
    const { goes, why } = await scene.plan(environment({ keep: 88 * DAY, since: 'pushed' }));
    expect(why(images[2] as Digest)).toContain('It came in 88 days ago, and stays for 88d.');
    expect([...goes].filter((digest) => scene.registry.manifests.get(digest as Digest)?.tags.length)).toEqual(
      [images[0], images[1], stranger],
    );
  });

  it('keep an image from losing one of its tags', async () => {
    const scene = new Scene();
    const both = scene.registry.image('both', ['sha-1', 'v1'], 90);
    expect((await scene.plan()).plan.delete).toMatchObject([{ action: 'untag', tags: ['sha-1'] }]);
    scene.promote(both, 80);
    expect((await scene.plan()).plan.delete).toEqual([]);
  });

  it('are found in lists of referrers without reading them, and in lists that say nothing by reading once', async () => {
    for (const isSilent of [false, true]) {
      const scene = new Scene();
      // Beyond 200 nobody reads what only the freed bytes want to know.
      const platforms = Array.from({ length: 201 }, (_, at) => scene.registry.image(`${at}`, [], 5));
      scene.registry.index('many', platforms, ['v1'], 4);
      const old = scene.registry.image('old', ['sha-1'], 90);
      const record = scene.promote(old, 80);
      const listed = scene.lists.get(old) ?? [];
      const silent = listed.map(({ annotations: _, artifactType: __, ...rest }) => rest);
      scene.list(old, isSilent ? silent : listed, 70);
      const asked = () => scene.registry.log.filter((line) => line === `get ${record}`).length;
      expect((await scene.plan()).why(old)).toContain('It is there now.');
      expect(asked()).toBe(isSilent ? 1 : 0);
      scene.cache = parseDigestCache(Buffer.from(scene.cache.format())).cache;
      expect((await scene.plan()).why(old)).toContain('It is there now.');
      expect(asked()).toBe(isSilent ? 1 : 0);
    }
  });

  it('of other predicates are no records', async () => {
    const scene = new Scene();
    const old = scene.registry.image('old', ['sha-1'], 90);
    scene.bundle(old, 80, 'https://slsa.dev/provenance/v1');
    expect((await scene.plan()).goes.size).toBe(2);
    expect(scene.opened).toBe(0);
  });

  it('that nobody can verify keep what carries them, and the plan says so', async () => {
    const scene = new Scene();
    const { images } = releases(scene);
    const plain = scene.registry.image('plain', ['sha-9'], 90);
    const { goes, why, plan } = await scene.plan(PRODUCTION, UNVERIFIABLE);
    expect(goes).toEqual(new Set([plain]));
    expect(why(images[0] as Digest)).toContain('nobody can say whether that counts');
    expect(plan.problems).toEqual([
      'Promotion records cannot be verified: Nobody is named. So what carries one is kept: sha-1, sha-2, sha-3, sha-4.',
    ]);
  });

  it('that are forged keep nothing and let nothing go, and are told of', async () => {
    const scene = new Scene();
    const { images } = releases(scene);
    const forged = scene.promote(images[0] as Digest, 1);
    scene.refused.set(forged, 'Somebody else has signed it.');
    const { goes, records } = await scene.plan();
    expect(goes.has(images[0])).toBe(true);
    expect(goes.has(images[4])).toBe(false);
    expect(records.remarks).toEqual([
      `sha-1 carries ${forged}, which claims to be a promotion record and keeps nothing: Somebody else has signed it.`,
    ]);
  });

  it('under a head that leads elsewhere still keep what was there last, and the head is told of', async () => {
    const scene = new Scene();
    const { images, records } = releases(scene);
    const other = scene.registry.image('other', ['sha-9'], 90);
    const forged = scene.promote(other, 1);
    scene.refused.set(forged, 'Somebody else has signed it.');
    for (const manifest of scene.registry.manifests.values()) {
      if (manifest.digest === records[4]) manifest.tags = [];
      if (manifest.digest === forged) manifest.tags = [headTag('production')];
    }
    const { goes, why, plan } = await scene.plan();
    expect([...images, other].filter((digest) => !goes.has(digest))).toEqual([images[3], images[4], other]);
    expect(why(images[4] as Digest)).toContain('It is there now.');
    expect(why(other)).toContain(`the tag ${headTag('production')}`);
    expect(plan.problems).toEqual([
      expect.stringContaining('counts as no record: Somebody else has signed it.'),
    ]);
  });

  it('of an environment that the policy does not have are kept as far as a rollback needs them', async () => {
    const scene = new Scene();
    const { images } = releases(scene);
    const { goes } = await scene.plan(new Map());
    expect(images.filter((digest) => !goes.has(digest))).toEqual(images.slice(3));
  });

  it('in a flood keep their image, and are told of', async () => {
    const scene = new Scene();
    const old = scene.registry.image('old', ['sha-1'], 90);
    for (let at = 0; at < 101; at += 1) scene.promote(old, 80);
    const { goes, plan } = await scene.plan();
    expect({ goes: goes.size, read: scene.read }).toEqual({ goes: 0, read: 0 });
    expect(plan.problems).toEqual([
      'sha-1 is kept: it carries 101 promotion records, and at most 100 are read.',
    ]);
  });

  it('count as no images: neither for keep-last nor for the rails', async () => {
    const scene = new Scene();
    releases(scene);
    const { plan } = await scene.plan();
    expect(plan.roots).toEqual({ total: 5, going: 3 });
  });
});
