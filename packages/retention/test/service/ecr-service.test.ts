import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { StoredImage } from '../../src/image/stored-image.ts';
import { EcrClient } from '../../src/service/aws/ecr-client.ts';
import { EcrService, listEcrRepositories } from '../../src/service/aws/ecr-service.ts';
import { type ScriptedAnswer, type ScriptedApi, startScriptedApi } from './scripted-api.ts';

const KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
};
const INDEX = 'application/vnd.oci.image.index.v1+json';

interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What holds an index, by number, and its digest. */
function indexOf(number: number): { readonly digest: string; readonly manifest: string } {
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: [],
    annotations: { number },
  });
  return { digest: `sha256:${createHash('sha256').update(manifest).digest('hex')}`, manifest };
}

describe('a repository of ECR', () => {
  let api: ScriptedApi;
  const calls: Call[] = [];
  afterEach(() => api.close());

  const start = async (answer: (call: Call) => ScriptedAnswer): Promise<EcrService> => {
    calls.length = 0;
    api = await startScriptedApi(({ headers, body }) => {
      const operation = String(headers['x-amz-target']).replace('AmazonEC2ContainerRegistry_V20150921.', '');
      const call = { operation, input: JSON.parse(body) };
      calls.push(call);
      return answer(call);
    });
    return new EcrService(open(), 'acme/app', 'target');
  };
  const open = (): EcrClient =>
    new EcrClient({
      http: api.http,
      registry: { account: '123456789012', region: 'eu-west-1', endpoint: new URL(`${api.url}/`) },
      credentials: async () => ({ ...KEYS, sessionToken: 'session' }),
      clock: { now: () => Date.parse('2026-11-01T12:00:00Z'), sleep: async () => undefined },
    });
  const image = (number: number): StoredImage => {
    const { digest } = indexOf(number);
    return { id: digest, digest: digest as StoredImage['digest'], tags: ['a', 'b'], pushedAt: 1 };
  };
  const detail = (number: number, more: object = {}) => ({
    imageDigest: indexOf(number).digest,
    imagePushedAt: 1_700_000_000.5 + number,
    imageManifestMediaType: INDEX,
    ...more,
  });

  it('lists all pages, archived images too, with what ECR knows', async () => {
    const service = await start(({ input }) => ({
      json:
        input['nextToken'] === undefined
          ? {
              imageDetails: [
                detail(1, {
                  ...{ imageTags: ['v2', 'v1'], imageSizeInBytes: 42, lastRecordedPullTime: 1_700_000_100 },
                  ...{
                    imageStatus: 'ARCHIVED',
                    lastArchivedAt: 1_700_000_200,
                    lastActivatedAt: 1_700_000_300,
                  },
                  artifactMediaType: 'application/vnd.oci.image.config.v1+json',
                }),
              ],
              nextToken: 'more',
            }
          : {
              imageDetails: [
                detail(2, {
                  artifactMediaType: 'application/spdx+json',
                  subjectManifestDigest: indexOf(1).digest,
                }),
              ],
            },
    }));
    const images = await service.list();
    expect(images.find(({ id }) => id === indexOf(1).digest)).toEqual({
      ...{ id: indexOf(1).digest, digest: indexOf(1).digest, tags: ['v1', 'v2'], size: 42, mediaType: INDEX },
      ...{ pushedAt: 1_700_000_001_500, pulledAt: 1_700_000_100_000, storageClass: 'archive' },
      ...{ archivedAt: 1_700_000_200_000, activatedAt: 1_700_000_300_000 },
      ...{ artifactType: undefined, subject: undefined },
    });
    expect(images.find(({ id }) => id === indexOf(2).digest)).toMatchObject({
      ...{
        artifactType: 'application/spdx+json',
        subject: indexOf(1).digest,
        tags: [],
        storageClass: 'standard',
      },
    });
    expect(calls).toEqual([
      {
        operation: 'DescribeImages',
        input: {
          ...{ registryId: '123456789012', repositoryName: 'acme/app', maxResults: 1000 },
          filter: { tagStatus: 'ANY', imageStatus: 'ANY' },
        },
      },
      { operation: 'DescribeImages', input: expect.objectContaining({ nextToken: 'more' }) },
    ]);
    const [first] = api.seen;
    expect(first?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-security-token': 'session',
      authorization: expect.stringContaining(
        '/20261101/eu-west-1/ecr/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,',
      ),
    });
  });

  it('reads 250 indexes in three requests, each by its digest', async () => {
    const numbers = Array.from({ length: 250 }, (_, at) => at);
    const byDigest = new Map(numbers.map((number) => [indexOf(number).digest, indexOf(number).manifest]));
    const service = await start(({ operation, input }) => {
      if (operation === 'DescribeImages')
        return { json: { imageDetails: numbers.map((number) => detail(number)) } };
      const imageIds = input['imageIds'] as readonly { readonly imageDigest: string }[];
      return {
        json: {
          images: imageIds.map((imageId) => ({ imageId, imageManifest: byDigest.get(imageId.imageDigest) })),
          failures: [],
        },
      };
    });
    const images = await service.list();
    for (const { digest, id } of images.toSorted((a, b) => b.pushedAt - a.pushedAt)) {
      const bytes = digest && (await service.fetchManifest(digest));
      expect(bytes && Buffer.from(bytes).toString()).toBe(byDigest.get(id));
    }
    const gets = calls.filter(({ operation }) => operation === 'BatchGetImage');
    expect(gets.map(({ input }) => (input['imageIds'] as unknown[]).length)).toEqual([100, 100, 50]);
  });

  it.each([
    {
      name: 'other bytes',
      images: [{ imageId: { imageDigest: indexOf(1).digest }, imageManifest: '{}' }],
      failures: [],
      code: 'DIGEST_MISMATCH',
    },
    {
      name: 'a failure',
      images: [],
      failures: [{ failureCode: 'KmsError', failureReason: 'no key' }],
      code: 'UNREACHABLE',
    },
  ])('never takes $name for no manifest', async ({ images, failures, code }) => {
    const service = await start(() => ({ json: { images, failures } }));
    const { digest } = image(1);
    await expect(digest && service.fetchManifest(digest)).rejects.toMatchObject({ code });
  });

  it('says of a manifest that is not there that there is none', async () => {
    const service = await start(() => ({
      json: { images: [], failures: [{ failureCode: 'ImageNotFound' }] },
    }));
    const { digest } = image(1);
    expect(digest && (await service.fetchManifest(digest))).toBeUndefined();
  });

  it.each([
    { name: 'deleted', json: { imageIds: [{}], failures: [] }, outcome: 'deleted' },
    {
      name: 'gone',
      json: { imageIds: [], failures: [{ failureCode: 'ImageNotFound', failureReason: '' }] },
      outcome: 'gone',
    },
  ])('says what is $name', async ({ json, outcome }) => {
    const service = await start(() => ({ json }));
    expect(await service.delete(image(1))).toBe(outcome);
    expect(calls[0]).toMatchObject({
      operation: 'BatchDeleteImage',
      input: { imageIds: [{ imageDigest: image(1).id }] },
    });
  });

  it.each([
    {
      name: 'an index still holds',
      json: {
        imageIds: [],
        failures: [{ failureCode: 'ImageReferencedByManifestList', failureReason: 'x' }],
      },
      code: 'UNSUPPORTED',
    },
    { name: 'ECR says nothing of', json: { imageIds: [], failures: [] }, code: 'PROTOCOL_INVALID' },
  ])('does not call deleted what $name', async ({ json, code }) => {
    const service = await start(() => ({ json }));
    await expect(service.delete(image(1))).rejects.toMatchObject({ code });
  });

  it('takes a tag away by its name, and never the last', async () => {
    let tags = ['a', 'b'];
    const service = await start(({ operation }) => ({
      json:
        operation === 'DescribeImages'
          ? { imageDetails: [detail(1, { imageTags: tags })] }
          : { imageIds: [{}], failures: [] },
    }));
    await service.untag(image(1), 'a');
    expect(calls[1]).toMatchObject({
      operation: 'BatchDeleteImage',
      input: { imageIds: [{ imageTag: 'a' }] },
    });
    tags = ['b'];
    await expect(service.untag(image(1), 'b')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(calls).toHaveLength(3);
  });

  it('archives', async () => {
    const service = await start(() => ({ json: { imageStatus: 'ARCHIVED' } }));
    await service.transition(image(1), 'archive');
    expect(calls[0]).toMatchObject({
      operation: 'UpdateImageStorageClass',
      input: {
        repositoryName: 'acme/app',
        imageId: { imageDigest: image(1).id },
        targetStorageClass: 'ARCHIVE',
      },
    });
  });

  it.each([
    {
      type: 'com.amazonaws#AccessDeniedException',
      status: 400,
      code: 'FORBIDDEN',
      remedy: 'ecr:BatchDeleteImage',
    },
    { type: 'ExpiredTokenException', status: 400, code: 'UNAUTHORIZED', remedy: 'configure-aws-credentials' },
    { type: 'RepositoryNotFoundException', status: 400, code: 'NOT_FOUND', remedy: '' },
    { type: 'ThrottlingException', status: 400, code: 'RATE_LIMITED', remedy: '' },
    { type: 'ServerException', status: 500, code: 'UNREACHABLE', remedy: '' },
  ])('tells $type', async ({ type, status, code, remedy }) => {
    const service = await start(() => ({ status, json: { __type: type, message: 'What AWS says.' } }));
    await expect(service.list()).rejects.toMatchObject({
      code,
      message: expect.stringContaining('What AWS says'),
      remedy: expect.stringContaining(remedy),
    });
  });

  it('says what is gone when it is looked at', async () => {
    const service = await start(() => ({
      status: 400,
      json: { __type: 'ImageNotFoundException', message: '' },
    }));
    expect(await service.look(image(1))).toBeUndefined();
  });

  it('lists repositories', async () => {
    await start(() => ({ json: { repositories: [{ repositoryName: 'b' }, { repositoryName: 'a/c' }] } }));
    expect(await listEcrRepositories(open())).toEqual(['a/c', 'b']);
  });
});
