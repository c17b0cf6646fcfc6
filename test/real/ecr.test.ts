import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHttpClient, type HttpClient } from '../../packages/core/src/http/index.ts';
import { CloudLogins, parseRepository } from '../../packages/registry/src/index.ts';
import { EcrClient } from '../../packages/retention/src/service/aws/ecr-client.ts';
import { EcrService, listEcrRepositories } from '../../packages/retention/src/service/aws/ecr-service.ts';
import { type ManifestContent, makeImage, makeIndex } from '../../packages/testing/src/index.ts';
import { describeWithTools } from '../support/tools.ts';

const CLOCK = {
  now: () => Date.now(),
  sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
};

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const KEYS = { accessKeyId: 'testing', secretAccessKey: 'testing', sessionToken: undefined };

/** moto starts Python and botocore: seconds, on a busy machine half a minute. */
const START_TIMEOUT = 120_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return address.port;
}

describeWithTools('Amazon ECR as moto has it', ['moto_server'], (tools) => {
  let moto: ChildProcess;
  let http: HttpClient;
  let client: EcrClient;
  let endpoint: URL;
  const index = makeIndex([makeImage({ layers: ['a'] }), makeImage({ layers: ['b'] })]);

  beforeAll(async () => {
    const port = await freePort();
    moto = spawn(tools['moto_server'], ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    http = createHttpClient({ userAgent: 'test', environment: {}, clock: CLOCK });
    endpoint = new URL(`http://127.0.0.1:${port}/`);
    client = new EcrClient({
      http,
      registry: {
        account: '123456789012',
        region: 'eu-west-1',
        endpoint,
      },
      credentials: async () => KEYS,
      clock: CLOCK,
    });
    // The client asks again until it is there.
    await client.call('CreateRepository', { repositoryName: 'acme/app' }, {});
    for (const child of index.children) await put(child);
    await put(index, 'v1');
    await put(index, 'v1.0');
  }, START_TIMEOUT);
  afterAll(() => {
    http.close();
    moto.kill();
  });

  // moto's own digest is not that of the bytes unless it is told.
  const put = (manifest: ManifestContent, imageTag?: string) =>
    client.call(
      'PutImage',
      {
        repositoryName: 'acme/app',
        imageManifest: manifest.bytes.toString(),
        imageManifestMediaType: manifest.mediaType,
        imageDigest: manifest.digest,
        ...(imageTag === undefined ? {} : { imageTag }),
      },
      {},
    );

  it('takes what is asked and signed, from the list to the deletion', async () => {
    const service = new EcrService(client, 'acme/app', 'target');
    expect(await listEcrRepositories(client)).toEqual(['acme/app']);
    const images = await service.list();
    expect(images).toHaveLength(3);
    const image = images.find(({ tags }) => tags.includes('v1'));
    expect(image).toMatchObject({ id: index.digest, tags: ['v1', 'v1.0'], mediaType: index.mediaType });
    if (image?.digest === undefined) throw new Error('It is there.');
    expect(Math.abs(image.pushedAt - Date.now())).toBeLessThan(600_000);
    const bytes = await service.fetchManifest(image.digest);
    expect(bytes && Buffer.from(bytes).equals(index.bytes)).toBe(true);

    await service.untag(image, 'v1');
    expect(await service.look(image)).toMatchObject({ tags: ['v1.0'] });
    expect(await service.delete(image)).toBe('deleted');
    expect(await service.look(image)).toBeUndefined();
    expect(await service.list()).toHaveLength(2);
  });

  it('gives a password for keys of the environment, and for those of a role', async () => {
    const secrets: string[] = [];
    const logins = new CloudLogins(
      {
        http,
        openDirectHttp: () => http,
        environment: {
          AWS_ENDPOINT_URL: endpoint.href,
          AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
        },
        clock: CLOCK,
        onSecret: (secret) => secrets.push(secret),
        onWarning: () => undefined,
        requestIdToken: async () => 'token',
      },
      new Map([[HOST, { awsRole: 'arn:aws:iam::123456789012:role/release' }]]),
    );
    const place = parseRepository(`${HOST}/acme/app`, 'test');
    for (const source of [logins.named, logins.ambient]) {
      const found = await source.find(place);
      expect(found?.credentials).toMatchObject({ kind: 'basic', username: 'AWS' });
    }
    expect((await logins.awsKeysFor(HOST)).sessionToken).toBeDefined();
    expect(secrets.length).toBeGreaterThan(2);
  });

  it('says what is not there', async () => {
    await expect(new EcrService(client, 'acme/none', 'target').list()).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
