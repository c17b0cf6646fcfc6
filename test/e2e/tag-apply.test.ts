import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ManifestContent,
  makeAttestationChild,
  makeImage,
  makeIndex,
  seed,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOfTag } from '../support/picture.ts';
import { writesOf } from '../support/stage.ts';
import { openTagJobs, type RecordedEvent, SHA, type TagJobs, type TagResult } from '../support/tag-job.ts';

const RELEASE: RecordedEvent = {
  name: 'push',
  ref: 'refs/tags/v2.1.0',
  payload: {
    repository: { name: 'api', description: '', html_url: '', default_branch: 'main', license: null },
  },
};

const RULES = 'type=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}';

function labels(revision: string | undefined, version = '2.1.0'): Readonly<Record<string, unknown>> {
  return {
    config: {
      Labels: {
        'org.opencontainers.image.version': version,
        ...(revision !== undefined && { 'org.opencontainers.image.revision': revision }),
      },
    },
  };
}

/** An index of two platforms with an attestation, all from one commit. */
function release(revision: string, arm64Revision = revision): ManifestContent {
  const amd64 = makeImage({ config: labels(revision), platform: { os: 'linux', architecture: 'amd64' } });
  const arm64 = makeImage({
    config: labels(arm64Revision),
    platform: { os: 'linux', architecture: 'arm64' },
  });
  return makeIndex([amd64, arm64, makeAttestationChild(amd64)]);
}

describe('tags applied to an image in its registry', () => {
  let jobs: TagJobs;
  let registry: TestRegistry;
  const image = release(SHA);
  beforeAll(async () => {
    jobs = await openTagJobs();
    registry = await startRegistry();
    jobs.workplace.onClose(() => registry.close());
  });
  afterAll(() => jobs.workplace.close());

  let count = 0;
  const place = async (content: ManifestContent = image): Promise<string> => {
    const name = `acme/api-${count++}`;
    await seed(registry, name, content, { tags: ['build'] });
    registry.log.clear();
    return name;
  };
  const apply = (
    name: string,
    inputs: Readonly<Record<string, string>> = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<TagResult> =>
    jobs.run({
      event: RELEASE,
      inputs: { source: `${registry.host}/${name}:build`, tags: RULES, flavor: 'latest=false', ...inputs },
      env,
    });
  const at = (name: string, tag: string): Promise<string | undefined> =>
    digestOfTag({ host: registry.host, name }, tag);
  const applied = (result: TagResult): unknown => JSON.parse(result.outputs.get('applied') ?? 'null');

  it.each([
    ['an index of several platforms', image],
    ['a single image', makeImage({ config: labels(SHA) })],
  ])(
    'point to one digest, with one request each: %s',
    async (_, content) => {
      const name = await place(content);
      const result = await apply(name);
      expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
      expect(result.outputs.get('digest')).toBe(content.digest);
      expect(applied(result)).toEqual({
        '2.1.0': { outcome: 'created', digest: content.digest },
        '2.1': { outcome: 'created', digest: content.digest },
      });
      expect([await at(name, '2.1.0'), await at(name, '2.1')]).toEqual([content.digest, content.digest]);
      expect(writesOf(registry)).toHaveLength(2);
      // Nothing is pulled but what labels are read from.
      expect(registry.log.lines({ method: 'GET', path: /\/blobs\// }).length).toBeLessThanOrEqual(2);
      expect(result.summary).toContain('2.1');
    },
    30_000,
  );

  it('are set a second time without a write', async () => {
    const name = await place();
    await apply(name);
    registry.log.clear();
    const again = await apply(name);
    expect(again.exitCode).toBe(0);
    expect(writesOf(registry)).toEqual([]);
    expect(applied(again)).toMatchObject({ '2.1.0': { outcome: 'same' }, '2.1': { outcome: 'same' } });
  }, 30_000);

  it('are refused all together where one is published, with both digests', async () => {
    const name = await place();
    const other = makeImage({ layers: ['older'] });
    await seed(registry, name, other, { tags: ['2.1'] });
    registry.log.clear();
    const result = await apply(name);
    expect(result.exitCode).toBe(1);
    expect(result.outputs.get('error-code')).toBe('TAG_EXISTS');
    const { message } = JSON.parse(result.outputs.get('json') ?? '{}').error;
    expect(message).toContain(other.digest);
    expect(message).toContain(image.digest);
    expect(writesOf(registry)).toEqual([]);
    expect(await at(name, '2.1.0')).toBeUndefined();
    expect(applied(result)).toMatchObject({ '2.1': { outcome: 'refused', previous: other.digest } });
    expect(result.summary).toMatch(/refused/);
  }, 30_000);

  it('move where they are channels, after the versions', async () => {
    const name = await place();
    const other = makeImage({ layers: ['older'] });
    await seed(registry, name, other, { tags: ['2.1'] });
    registry.log.clear();
    const result = await apply(name, { channels: '2.*' });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(applied(result)).toMatchObject({
      '2.1': { outcome: 'moved', previous: other.digest },
      '2.1.0': { outcome: 'created' },
    });
    expect(await at(name, '2.1')).toBe(image.digest);
  }, 30_000);

  it('write nothing in a dry run, which says what would be', async () => {
    const name = await place();
    const result = await apply(name, { 'dry-run': 'true' });
    expect(result.exitCode).toBe(0);
    expect(writesOf(registry)).toEqual([]);
    expect(applied(result)).toMatchObject({ '2.1.0': { outcome: 'created', digest: image.digest } });
    expect(result.summary).toMatch(/would/);
  }, 30_000);

  it.each([
    ['of another commit', release('f'.repeat(40)), 'f'.repeat(40)],
    ['with one platform of another commit', release(SHA, 'e'.repeat(40)), 'linux/arm64'],
    ['of another version', makeImage({ config: labels(SHA, '2.0.0') }), '2.0.0'],
  ])(
    'are refused for an image %s',
    async (_, content, fact) => {
      const name = await place(content);
      const result = await apply(name);
      expect(result.outputs.get('error-code')).toBe('NOT_VERIFIED');
      expect(JSON.parse(result.outputs.get('json') ?? '{}').error.message).toContain(fact);
      expect(writesOf(registry)).toEqual([]);
      const anyway = await apply(name, { 'verify-labels': 'false' });
      expect(anyway.exitCode).toBe(0);
    },
    30_000,
  );

  it('are given to an image without labels, with a warning', async () => {
    const name = await place(makeImage());
    const result = await apply(name);
    expect(result.exitCode).toBe(0);
    expect(result.warnings.join()).toContain('org.opencontainers.image.revision');
  }, 30_000);

  it('are refused for images of another repository', async () => {
    const name = await place();
    const result = await apply(name, { images: `${registry.host}/acme/other` });
    expect(result.outputs.get('error-code')).toBe('INPUT_INVALID');
    expect(writesOf(registry)).toEqual([]);
  }, 30_000);

  it('are told to the runner for the steps to come', async () => {
    const name = await place();
    const file = join(await jobs.workplace.place('artifacts'), 'list');
    await writeFile(file, '');
    await apply(name, {}, { GITHUB_ARTIFACTS: file });
    expect(await readFile(file, 'utf8')).toBe(`oci://${registry.host}/${name}@${image.digest}\n`);
  }, 30_000);

  it('take repository, strategy and channels from an environment of the policy', async () => {
    const name = await place();
    const policy = join(await jobs.workplace.place('policy'), 'policy.yml');
    await writeFile(
      policy,
      `version: 1\nenvironments:\n  production:\n    repository: ${registry.host}/${name}\n    channels: [latest]\n`,
    );
    const result = await jobs.run({
      event: RELEASE,
      inputs: { source: `${registry.host}/${name}:build`, environment: 'production', policy },
    });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(Object.keys(Object(applied(result))).toSorted()).toEqual([
      '2.1.0',
      `2.1.0-${SHA.slice(0, 7)}`,
      'latest',
    ]);
    expect(result.warnings.join()).toContain('latest');
  }, 30_000);

  it('say what a Dockerfile is built on', async () => {
    const name = await place();
    const dockerfile = join(await jobs.workplace.place('docker'), 'Dockerfile');
    await writeFile(dockerfile, `ARG TAG=build\nFROM scratch AS x\nFROM ${registry.host}/${name}:\${TAG}\n`);
    const result = await jobs.run({ event: RELEASE, inputs: { images: 'a/b', dockerfile } });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(JSON.parse(result.outputs.get('json') ?? '{}').labels).toMatchObject({
      'org.opencontainers.image.base.name': `${registry.host}/${name}:build`,
      'org.opencontainers.image.base.digest': image.digest,
    });
  }, 30_000);
});
