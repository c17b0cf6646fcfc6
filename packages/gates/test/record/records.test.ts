import { parseDigest, parseTag } from '@artifact-lifecycle/registry';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  canonicalJson,
  chooseRollback,
  findRecords,
  headTag,
  judgeHold,
  keepRecord,
  makeSummary,
  moveHead,
  PROMOTION_RECORD_TYPE,
  readChain,
  readHead,
  readHistory,
  readRecord,
  withdrawnAfterPromotion,
  withdrawnAfterRollback,
} from '../../src/index.ts';
import { PRODUCTION, startEnvironment, type TestEnvironment } from '../support/environment.ts';

let scene: TestEnvironment;
beforeEach(async () => {
  scene = await startEnvironment();
});
afterEach(() => scene.close());

describe('the chain of records', () => {
  it('is read from the newest back to the first', async () => {
    const digests = [await scene.image('1.0.0'), await scene.image('1.0.1'), await scene.image('1.1.0')];
    for (const digest of digests) await scene.promote(digest);
    const { records, end } = await readChain({ environment: PRODUCTION }, scene.reader);
    expect(records.map(({ subject }) => subject)).toEqual(digests.toReversed());
    expect(end).toEqual({ kind: 'start' });
  });

  it('of an environment that has had nothing is empty', async () => {
    const { records, end } = await readChain({ environment: PRODUCTION }, scene.reader);
    expect({ records, end }).toEqual({ records: [], end: { kind: 'start' } });
  });

  it('says that a record is missing', async () => {
    const first = await scene.promote(await scene.image('1.0.0'));
    await scene.promote(await scene.image('1.0.1'));
    await scene.registry.deleteManifest(first.manifest);
    const { records, end } = await readChain({ environment: PRODUCTION }, scene.reader);
    expect(records).toHaveLength(1);
    expect(end).toEqual({ kind: 'missing', manifest: first.manifest });
  });

  it('takes no record of somebody else for its head', async () => {
    await scene.promote(await scene.image('1.0.0'));
    const digest = await scene.image('6.6.6');
    const forged = await keepRecord(
      { digest: parseDigest(digest, 'test'), record: scene.record(digest), summary: undefined },
      { registry: scene.registry, attestor: scene.stranger, clock: scene.clock },
    );
    await scene.registry.tagManifest(
      headTag(PRODUCTION),
      await scene.registry.fetchManifest(forged.manifest),
    );
    const { head, end } = await readHead(PRODUCTION, scene.reader);
    expect(head).toBeUndefined();
    expect(end).toMatchObject({ kind: 'refused', manifest: forged.manifest });
  });

  it.each([
    { name: 'another environment', changes: { environment: 'staging' }, reason: /environment "staging"/ },
    {
      name: 'another repository',
      changes: { destination: { name: 'registry.test/other', tags: [] } },
      reason: /registry\.test\/other/,
    },
  ])('takes no record of $name for its head', async ({ changes, reason }) => {
    const digest = await scene.image('1.0.0');
    const kept = await keepRecord(
      { digest: parseDigest(digest, 'test'), record: scene.record(digest, changes), summary: undefined },
      { registry: scene.registry, attestor: scene.attestor, clock: scene.clock },
    );
    await scene.registry.tagManifest(headTag(PRODUCTION), await scene.registry.fetchManifest(kept.manifest));
    const { end } = await readHead(PRODUCTION, scene.reader);
    expect(end).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) });
  });
});

describe('moving the head', () => {
  it('refuses where another promotion came in between', async () => {
    const [a, b] = [await scene.image('1.0.0'), await scene.image('1.0.1')];
    const before = scene.record(b, { previous: null });
    await scene.promote(a);
    const kept = await keepRecord(
      { digest: parseDigest(b, 'test'), record: before, summary: undefined },
      { registry: scene.registry, attestor: scene.attestor, clock: scene.clock },
    );
    const moving = moveHead({ manifest: kept.manifest, record: before }, scene);
    await expect(moving).rejects.toMatchObject({ code: 'PLAN_STALE' });
    expect((await readHead(PRODUCTION, scene.reader)).head?.subject).toBe(a);
  });

  it.each(['ecr', 'gar', 'harbor', 'acr', 'nexus'] as const)(
    'warns where the registry moves no tags, as %s says it',
    async (refusal) => {
      await scene.close();
      scene = await startEnvironment({ immutableTags: { refusal } });
      const digest = await scene.image('1.0.0');
      const first = await scene.promote(digest);
      const record = scene.record(digest, { previous: first.manifest });
      const kept = await keepRecord(
        { digest: parseDigest(digest, 'test'), record, summary: undefined },
        { registry: scene.registry, attestor: scene.attestor, clock: scene.clock },
      );
      const warning = await moveHead({ manifest: kept.manifest, record }, scene);
      expect(warning).toMatch(/moves no tags/);
      const { entries } = await readHistory({ environment: PRODUCTION, thorough: true }, scene.reader);
      expect(entries.map(({ manifest }) => manifest).toSorted()).toEqual(
        [first.manifest, kept.manifest].toSorted(),
      );
    },
  );
});

describe('the records of a digest', () => {
  it('are all that verify, those that do not with their reason', async () => {
    const digest = await scene.image('1.0.0');
    await scene.promote(digest);
    await keepRecord(
      { digest: parseDigest(digest, 'test'), record: scene.record(digest), summary: undefined },
      { registry: scene.registry, attestor: scene.stranger, clock: scene.clock },
    );
    const found = await findRecords(parseDigest(digest, 'test'), scene.reader);
    expect(found.map(({ kind }) => kind).toSorted()).toEqual(['refused', 'verified']);
  });

  it('leave a summary beside them that other verifiers understand', async () => {
    const digest = await scene.image('1.0.0');
    const kept = await keepRecord(
      {
        digest: parseDigest(digest, 'test'),
        record: scene.record(digest),
        summary: { verificationResult: 'PASSED' },
      },
      { registry: scene.registry, attestor: scene.attestor, clock: scene.clock },
    );
    const listed = await scene.registry.listReferrers(parseDigest(digest, 'test'));
    expect(listed.map((one) => one.digest).toSorted()).toEqual(
      [kept.manifest, kept.summaryManifest ?? ''].toSorted(),
    );
  });
});

describe('the history of an environment', () => {
  it('says of a repository that is not there that it could not be listed', async () => {
    const history = await readHistory({ environment: PRODUCTION, thorough: true }, scene.reader);
    expect(history).toMatchObject({ entries: [], remarks: [{ kind: 'unlisted' }] });
    expect(await readHistory({ environment: PRODUCTION, thorough: false }, scene.reader)).toMatchObject({
      entries: [],
      remarks: [],
    });
  });

  it('names what no chain holds', async () => {
    const [a, b, c] = [await scene.image('1.0.0'), await scene.image('1.0.1'), await scene.image('9.9.9')];
    const first = await scene.promote(a);
    const second = await scene.promote(b);
    // Somebody moves the head back, to hide the second.
    await scene.registry.tagManifest(headTag(PRODUCTION), await scene.registry.fetchManifest(first.manifest));
    const { entries, remarks } = await readHistory({ environment: PRODUCTION, thorough: true }, scene.reader);
    expect(entries.map(({ subject }) => subject)).toEqual([b, a]);
    expect(remarks).toHaveLength(2);
    expect(remarks).toContainEqual({ kind: 'unrecorded', tag: '9.9.9', digest: c });
    expect(remarks).toContainEqual({ kind: 'unchained', manifest: second.manifest });
  });

  it('shows two promotions that knew nothing of each other', async () => {
    const [a, b] = [await scene.image('1.0.0'), await scene.image('1.0.1')];
    const first = await scene.promote(a);
    await scene.registry.deleteManifest(parseTag(headTag(PRODUCTION), 'test'));
    const second = await scene.promote(b, { previous: null });
    const { remarks } = await readHistory({ environment: PRODUCTION, thorough: true }, scene.reader);
    expect(remarks).toContainEqual({
      kind: 'fork',
      previous: '',
      manifests: [first.manifest, second.manifest].toSorted(),
    });
  });
});

describe('a rollback', () => {
  it('goes to the digest before, past what is withdrawn', async () => {
    const [a, b, c] = [await scene.image('1.0.0'), await scene.image('1.0.1'), await scene.image('1.1.0')];
    await scene.promote(a, { version: '1.0.0' });
    await scene.promote(b, { version: '1.0.1' });
    await scene.promote(c, { version: '1.1.0', withdrawn: [b] });
    const { entries } = await readHistory({ environment: PRODUCTION, thorough: false }, scene.reader);
    expect(chooseRollback('previous', entries, PRODUCTION).target.subject).toBe(a);
    expect(chooseRollback('v1.0.1', entries, PRODUCTION).target.subject).toBe(b);
    expect(chooseRollback(a, entries, PRODUCTION).target.subject).toBe(a);
    expect(() => chooseRollback('1.1.0', entries, PRODUCTION)).toThrow(/has now/);
    expect(() => chooseRollback('7.7.7', entries, PRODUCTION)).toThrow(/no record/);
  });

  it('goes from a fix of an older line to what its channels pointed to', async () => {
    const [a, b, c] = [await scene.image('2.0.0'), await scene.image('2.1.0'), await scene.image('2.0.1')];
    await scene.promote(a, { version: '2.0.0' });
    await scene.promote(b, { version: '2.1.0' });
    const tags = [{ tag: '2.0', previous: a }];
    await scene.promote(c, { version: '2.0.1', destination: { name: scene.place, tags } });
    const { entries } = await readHistory({ environment: PRODUCTION, thorough: false }, scene.reader);
    expect(chooseRollback('previous', entries, PRODUCTION)).toMatchObject({
      target: { subject: a },
      taken: [c],
    });
    expect(chooseRollback('2.0.1', entries, PRODUCTION, () => [b])).toMatchObject({
      target: { subject: c },
      taken: [b],
    });
    expect(() => chooseRollback('2.0.1', entries, PRODUCTION)).toThrow(/has now/);
  });

  it('holds what it withdrew until that is released', async () => {
    const [a, b] = [await scene.image('1.0.0'), await scene.image('1.0.1')];
    await scene.promote(a);
    await scene.promote(b);
    const { head } = await readHead(PRODUCTION, scene.reader);
    const withdrawn = withdrawnAfterRollback([b], a, head);
    expect(withdrawn).toEqual([b]);
    await scene.promote(a, { event: 'rollback', withdrawn });
    const after = (await readHead(PRODUCTION, scene.reader)).head;
    expect(judgeHold(b, after, false)).toMatchObject({ verdict: 'fail' });
    expect(judgeHold(b, after, true)).toMatchObject({ verdict: 'pass', evidence: { released: true } });
    expect(judgeHold(a, after, false)).toMatchObject({ verdict: 'pass' });
    expect(withdrawnAfterPromotion(b, after)).toEqual([]);
  });

  it.each([
    { name: 'an index around it', images: ['other', 'bad'], withdrawnImages: [], verdict: 'fail' },
    { name: 'an index without it', images: ['other'], withdrawnImages: [], verdict: 'pass' },
    {
      name: 'one of its images',
      digest: 'arm',
      images: [],
      withdrawnImages: ['amd', 'arm'],
      verdict: 'fail',
    },
    { name: 'all its images', images: ['arm', 'amd'], withdrawnImages: ['amd', 'arm'], verdict: 'fail' },
    { name: 'some of its images', images: ['arm'], withdrawnImages: ['amd', 'arm'], verdict: 'fail' },
    {
      name: 'one image beside a new one',
      images: ['arm', 'new'],
      withdrawnImages: ['amd', 'arm'],
      verdict: 'pass',
    },
    { name: 'something else', images: [], withdrawnImages: ['amd', 'arm'], verdict: 'pass' },
  ])(
    'holds what it withdrew by another name: $name',
    ({ digest = 'it', images, withdrawnImages, verdict }) => {
      const subject = parseDigest(`sha256:${'a'.repeat(64)}`, 'test');
      const record = scene.record(subject, { withdrawn: ['bad'] });
      const head = { manifest: subject, subject, record, signedAt: undefined, signer: undefined };
      const content = { images, withdrawnImages: new Map([['bad', withdrawnImages]]) };
      expect(judgeHold(digest, head, false, content).verdict).toBe(verdict);
      expect(judgeHold(digest, head, true, content)).toMatchObject({
        verdict: 'pass',
        evidence: { released: verdict === 'fail' },
      });
    },
  );
});

describe('the summary of a record', () => {
  const gate = (name: 'hold' | 'tests', verdict: 'pass' | 'fail' | 'overridden', warnOnly = false) => ({
    ...{ gate: name, verdict, warnOnly, reason: '', evidence: {}, evidenceDigest: '' },
  });
  it.each([
    { name: 'every gate has passed', gates: [gate('hold', 'pass'), gate('tests', 'pass')], claims: true },
    { name: 'there was no gate', gates: [gate('hold', 'pass')], claims: false },
    { name: 'nothing was judged', gates: [], claims: false },
    { name: 'one only warned', gates: [gate('tests', 'fail', true)], claims: false },
    { name: 'one was overridden', gates: [gate('tests', 'overridden')], claims: false },
  ])('says whether gates have passed where $name', ({ gates, claims }) => {
    const record = scene.record(`sha256:${'a'.repeat(64)}`, { gates });
    const summary = makeSummary({ record, resourceUri: 'x', slsaLevel: 2, inputAttestations: [] });
    expect(summary['verifiedLevels']).toEqual([
      'SLSA_BUILD_LEVEL_2',
      ...(claims ? ['ARTIFACT_LIFECYCLE_GATES_PASSED'] : []),
    ]);
  });
});

describe('the shape of a record', () => {
  const made = () => JSON.parse(JSON.stringify(scene.record(`sha256:${'a'.repeat(64)}`)));
  it('is read as it is written, and with more than is known', () => {
    expect(readRecord(made())).toEqual(made());
    expect(readRecord({ ...made(), later: true })).toEqual(made());
  });
  it.each([
    { name: 'nothing', change: () => undefined },
    { name: 'a list', change: () => [] },
    { name: 'no environment', change: (record: object) => ({ ...record, environment: 7 }) },
    { name: 'a digest that is none', change: (record: object) => ({ ...record, withdrawn: ['latest'] }) },
    { name: 'a time that is none', change: (record: object) => ({ ...record, time: 'yesterday' }) },
  ])('is not that of $name', ({ change }) => {
    expect(readRecord(change(made()))).toBeUndefined();
  });
  it('has one way to be written', () => {
    expect(canonicalJson({ b: [1, 'x', null], a: { d: true, c: 1e21 } })).toBe(
      '{"a":{"c":1e+21,"d":true},"b":[1,"x",null]}',
    );
  });
  it('has a type of its own', () => expect(PROMOTION_RECORD_TYPE).toMatch(/\/v1$/));
});

describe('the tag of the head', () => {
  it.each([
    { name: 'production', tag: 'artifact-lifecycle.production' },
    { name: 'Eu West', tag: expect.stringMatching(/^artifact-lifecycle\.Eu_West\.[0-9a-f]{8}$/) },
    { name: 'x'.repeat(255), tag: expect.stringMatching(/^artifact-lifecycle\.x{100}\.[0-9a-f]{8}$/) },
  ])('of $name', ({ name, tag }) => expect(headTag(name)).toEqual(tag));
});
