import { type ManifestContent, makeBlob, makeImage, seed } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commitOf,
  errorOf,
  expectedSuccess,
  makeKeys,
  openRoad,
  RECORD_TYPE,
  type Road,
  reasonOf,
  statementsAbout,
  verdictsOf,
} from '../support/road.ts';

const HEAD = 'artifact-lifecycle.staging';

type Digest = ManifestContent['digest'];
const digestOf = (text: string | undefined): Digest => text as Digest;

describe('records that do not count', () => {
  let road: Road;
  let policy: () => Promise<void>;
  beforeAll(async () => {
    road = await openRoad();
    policy = () =>
      road.writePolicy({
        dev: { repository: road.at('acme/dev'), tags: 'git-sha' },
        qa: { repository: road.at('acme/qa'), tags: 'git-sha' },
        staging: { repository: road.at('acme/staging'), 'promote-from': 'dev', tags: 'git-sha' },
        production: {
          repository: road.at('acme/api'),
          'promote-from': 'staging',
          tags: 'git-sha',
          gates: { platforms: ['linux/amd64'] },
        },
      });
    await policy();
    const { privateKey, publicKey } = makeKeys();
    await road.write('stranger.key', privateKey);
    await road.write('stranger.pub', publicKey);
  });
  afterAll(() => road.workplace.close());

  /** An image in the repository of staging, which has come there by no promotion. */
  const place = async (commit: string): Promise<ManifestContent> =>
    road.build('acme/staging', { commit: commitOf(commit) });

  /** Promotes an image into dev and staging as it should be. */
  const deliver = async (commit: string): Promise<ManifestContent> => {
    const image = await road.build('acme/build', { commit: commitOf(commit) });
    const source = `${road.at('acme/build')}:${commit}`;
    expectedSuccess(await road.promote({ source, to: 'dev', 'require-gates': 'false' }));
    expectedSuccess(
      await road.promote({ from: 'dev', to: 'staging', version: commit, 'require-gates': 'false' }),
    );
    return image;
  };

  const recordAt = async (repository: string, digest: string, environment: string): Promise<string> => {
    const found = await statementsAbout(road.registry, repository, digest);
    const record = found.find(
      ({ type, predicate }) => type === RECORD_TYPE && predicate['environment'] === environment,
    );
    if (record === undefined) throw new Error(`${environment} has no record of ${digest}`);
    return record.manifest;
  };

  /** Attaches the bundle of a record to a digest in staging, after something was done to it. */
  const attach = async (
    { repository, record }: { readonly repository: string; readonly record: string },
    subject: ManifestContent,
    change: (bundle: string) => string = (bundle) => bundle,
  ): Promise<void> => {
    const { store } = road.registry;
    const manifest = JSON.parse(String(store.manifest(repository, record)?.bytes));
    const bundle = String(await store.readBlob(repository, manifest.layers[0].digest));
    const forged = makeImage({
      artifactType: manifest.artifactType,
      subject,
      layers: [makeBlob(change(bundle), manifest.layers[0].mediaType)],
      annotations: manifest.annotations,
    });
    await seed(road.registry, 'acme/staging', forged);
  };

  const CASES: readonly {
    readonly name: string;
    readonly prepare: (commit: string) => Promise<unknown>;
    readonly reason: RegExp;
    readonly inputs?: (commit: string) => Readonly<Record<string, string>>;
  }[] = [
    {
      name: 'an image that came into staging by hand',
      prepare: place,
      reason: /carries no record of its promotion into staging\.$/,
    },
    {
      name: 'an image that skips staging',
      prepare: async (commit) => {
        await road.build('acme/build', { commit: commitOf(commit) });
        const source = `${road.at('acme/build')}:${commit}`;
        expectedSuccess(await road.promote({ source, to: 'dev', 'require-gates': 'false' }));
      },
      inputs: (commit) => ({ source: `${road.at('acme/dev')}:${commit}` }),
      reason: /carries no record of its promotion into staging\.$/,
    },
    {
      name: 'a record without a signature',
      prepare: async (commit) => {
        const own = await deliver(commit);
        const record = await recordAt('acme/staging', own.digest, 'staging');
        const other = await place(commit.replace('0', '1'));
        await road.registry.store.putTag('acme/staging', commit, other.digest);
        await seed(
          road.registry,
          'acme/staging',
          makeImage({ artifactType: RECORD_TYPE, subject: other, layers: ['{"event":"promotion"}'] }),
        );
        await attach({ repository: 'acme/staging', record }, other, (text) => {
          const bundle = JSON.parse(text);
          bundle.dsseEnvelope.signatures = [];
          return JSON.stringify(bundle);
        });
      },
      reason: /carries no record of its promotion into staging\. What claims to be one does not count/,
    },
    {
      name: 'a record whose text was changed',
      prepare: async (commit) => {
        const own = await deliver(commit);
        const record = await recordAt('acme/staging', own.digest, 'staging');
        const other = await place(commit.replace('0', '1'));
        await road.registry.store.putTag('acme/staging', commit, other.digest);
        await attach({ repository: 'acme/staging', record }, other, (text) => {
          const bundle = JSON.parse(text);
          const statement = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8');
          bundle.dsseEnvelope.payload = Buffer.from(
            statement.replaceAll(own.digest.slice(7), other.digest.slice(7)),
          ).toString('base64');
          return JSON.stringify(bundle);
        });
      },
      reason: /What claims to be one does not count/,
    },
    {
      name: 'a record that somebody else has signed',
      prepare: async (commit) => {
        await road.build('acme/build', { commit: commitOf(commit) });
        const inputs = {
          source: `${road.at('acme/build')}:${commit}`,
          to: 'staging',
          'require-gates': 'false',
        };
        await road.writePolicy(
          { staging: { repository: road.at('acme/staging'), tags: 'git-sha' } },
          { records: { key: 'stranger.pub' } },
        );
        const head = road.tag('acme/staging', HEAD);
        // The stranger knows no record of staging but its own.
        await road.registry.store.deleteTag('acme/staging', HEAD);
        expectedSuccess(await road.promote({ ...inputs, key: 'stranger.key' }));
        await road.registry.store.putTag('acme/staging', HEAD, digestOf(head));
        await policy();
      },
      reason: /What claims to be one does not count/,
    },
    {
      name: 'a record of another image',
      prepare: async (commit) => {
        const own = await deliver(commit);
        const record = await recordAt('acme/staging', own.digest, 'staging');
        const other = await place(commit.replace('0', '1'));
        await road.registry.store.putTag('acme/staging', commit, other.digest);
        await attach({ repository: 'acme/staging', record }, other);
      },
      reason: /What claims to be one does not count/,
    },
    {
      name: 'a record of another environment',
      prepare: async (commit) => {
        const image = await road.build('acme/build', { commit: commitOf(commit) });
        const source = `${road.at('acme/build')}:${commit}`;
        expectedSuccess(await road.promote({ source, to: 'qa', 'require-gates': 'false' }));
        await place(commit);
        const record = await recordAt('acme/qa', image.digest, 'qa');
        await attach({ repository: 'acme/qa', record }, image);
      },
      reason: /carries no record of its promotion into staging\.$/,
    },
    {
      name: 'a record of another repository',
      prepare: async (commit) => {
        const image = await road.build('acme/build', { commit: commitOf(commit) });
        await road.writePolicy({ staging: { repository: road.at('acme/mine'), tags: 'git-sha' } });
        const source = `${road.at('acme/build')}:${commit}`;
        expectedSuccess(await road.promote({ source, to: 'staging', 'require-gates': 'false' }));
        await policy();
        await place(commit);
        const record = await recordAt('acme/mine', image.digest, 'staging');
        await attach({ repository: 'acme/mine', record }, image);
      },
      reason: /carries no record of its promotion into staging\.$/,
    },
  ];

  it.each(CASES.map((one, index) => ({ ...one, commit: `abc${index}0de` })))(
    'refuses $name, and writes nothing',
    async ({ prepare, reason, inputs, commit }) => {
      await prepare(commit);
      road.registry.log.clear();
      const chosen = inputs?.(commit) ?? { source: `${road.at('acme/staging')}:${commit}` };
      const result = await road.promote({ ...chosen, to: 'production' });
      expect(result.outputs.get('error-code')).toBe('GATE_FAILED');
      expect(result.outputs.get('promoted')).toBe('false');
      expect(verdictsOf(result)).toEqual(['promote-from fail', 'hold pass', 'platforms pass']);
      expect(reasonOf(result, 'promote-from')).toMatch(reason);
      expect(errorOf(result).message).toContain('promote-from');
      expect(result.summary).toContain('❌ fail');
      expect(road.registry.log.lines({ method: ['PUT', 'POST', 'PATCH', 'DELETE'] })).toEqual([]);
      expect(road.tags('acme/api')).toEqual([]);
    },
    30_000,
  );

  it.each([
    {
      name: 'an image',
      point: async (image: ManifestContent) => image.digest,
    },
    {
      name: 'a record of another environment',
      point: async (image: ManifestContent) => recordAt('acme/staging', image.digest, 'staging'),
    },
    {
      name: 'a record that somebody else has signed',
      point: async (image: ManifestContent) => {
        await road.writePolicy(
          { production: { repository: road.at('acme/api'), tags: 'git-sha' } },
          { records: { key: 'stranger.pub' } },
        );
        const source = `${road.at('acme/staging')}@${image.digest}`;
        await road.registry.store.deleteTag('acme/api', 'artifact-lifecycle.production');
        const inputs = { source, to: 'production', 'require-gates': 'false', key: 'stranger.key' };
        const result = await road.promote(inputs);
        expectedSuccess(result);
        await policy();
        await policy();
        return result.outputs.get('record');
      },
    },
  ])(
    'refuses where the head names $name',
    async ({ name, point }) => {
      const index = name.length.toString(16).padStart(2, '0');
      const commit = `fee0${index}1`;
      const image = await deliver(commit);
      const { store } = road.registry;
      const record = await recordAt('acme/staging', image.digest, 'staging');
      await seed(road.registry, 'acme/api', image);
      const { bytes, mediaType } = store.manifest('acme/staging', record) ?? {
        bytes: Buffer.of(),
        mediaType: '',
      };
      const { layers, config } = JSON.parse(String(bytes));
      for (const { digest } of [...layers, config]) {
        await store.putBlob('acme/api', await store.readBlob('acme/staging', digest));
      }
      await store.putManifest('acme/api', mediaType, bytes);
      const head = await point(image);
      for (const tag of road.tags('acme/api')) await store.deleteTag('acme/api', tag);
      await store.putTag('acme/api', 'artifact-lifecycle.production', digestOf(head));
      road.registry.log.clear();
      const result = await road.promote({ from: 'staging', to: 'production', version: commit });
      expect(result.outputs.get('error-code')).toBe('NOT_VERIFIED');
      expect(errorOf(result).message).toContain('artifact-lifecycle.production should be the newest record');
      expect(road.registry.log.lines({ method: ['PUT', 'POST', 'PATCH', 'DELETE'] })).toEqual([]);
      expect(road.tags('acme/api')).toEqual([]);
    },
    30_000,
  );
});
