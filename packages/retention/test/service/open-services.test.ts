import { SuiteError, systemClock } from '@artifact-lifecycle/core';
import { parseRegistries } from '@artifact-lifecycle/core/policy';
import { createConnections, settingsSource } from '@artifact-lifecycle/registry';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openServices, type ServiceContext } from '../../src/index.ts';
import { type ScriptedAnswer, type ScriptedApi, type SeenRequest, startScriptedApi } from './scripted-api.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const KEYS = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: undefined };

describe('a target', () => {
  let api: ScriptedApi;
  afterEach(() => api.close());

  const start = async (
    kind: string,
    answer: (request: SeenRequest) => ScriptedAnswer = () => ({ status: 404 }),
  ): Promise<ServiceContext> => {
    api = await startScriptedApi(answer);
    const settings = settingsSource(new Map([[api.host, { username: 'robot', password: 'secret' }]]));
    return {
      connections: createConnections({ http: api.http, credentials: [settings] }),
      http: api.http,
      registries: parseRegistries(`"${api.host}": { kind: ${kind} }`, 'registries'),
      clouds: { awsKeysFor: async () => KEYS },
      clock: systemClock,
      onSecret: () => undefined,
    };
  };

  it.each([
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/app', 'EcrService'],
    ['acme.azurecr.io/app', 'AcrService'],
    ['docker.io/acme/app', 'DockerHubService'],
    ['registry.example.com/acme/app', 'RegistryService'],
  ])('%s is a %s', async (target, name) => {
    const [service, ...others] = await openServices(target, await start('oci'));
    expect(service?.constructor.name).toBe(name);
    expect(service?.target).toBe(target);
    expect(others).toEqual([]);
  });

  it.each([
    ['harbor', 'HarborService'],
    ['acr', 'AcrService'],
    ['nexus', 'RegistryService'],
  ])('of the kind %s is a %s', async (kind, name) => {
    const context = await start(kind);
    const [service] = await openServices(`${api.host}/acme/app`, context);
    expect(service?.constructor.name).toBe(name);
  });

  it('of ECR needs keys of AWS', async () => {
    const awsKeysFor = async () => {
      throw new SuiteError('UNAUTHORIZED', 'There are none.');
    };
    const context = { ...(await start('oci')), clouds: { awsKeysFor } };
    const target = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app';
    await expect(openServices(target, context)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it.each([
    ['*.example.com/app', 'INPUT_INVALID'],
    ['registry.example.com/acme/*', 'UNSUPPORTED'],
    ['acme.azurecr.io/*', 'UNSUPPORTED'],
    ['registry.example.com/acme/App', 'INPUT_INVALID'],
  ])('%s is refused', async (target, code) => {
    await expect(openServices(target, await start('oci'))).rejects.toMatchObject({ code });
  });

  it('with a star means repositories of a Harbor project', async () => {
    const context = await start('harbor', () => ({
      json: [{ name: 'acme/web' }, { name: 'acme/app' }, { name: 'acme/app/cache' }],
    }));
    const services = await openServices(`${api.host}/acme/*`, context);
    expect(services.map(({ target }) => target)).toEqual([`${api.host}/acme/app`, `${api.host}/acme/web`]);
    expect(api.lines()).toEqual(['GET /api/v2.0/projects/acme/repositories?page=1&page_size=100']);
    expect(api.seen[0]?.headers['authorization']).toBe(
      `Basic ${Buffer.from('robot:secret').toString('base64')}`,
    );
  });

  describe('in Harbor', () => {
    const artifact = (letter: string, more: object = {}) => ({
      ...{
        digest: digest(letter),
        size: 42,
        push_time: '2026-01-01T00:00:00.000Z',
        pull_time: '0001-01-01T00:00:00.000Z',
      },
      ...{
        manifest_media_type: 'application/vnd.oci.image.index.v1+json',
        artifact_type: 'application/vnd.oci.image.config.v1+json',
      },
      ...{ tags: null, ...more },
    });
    const base = '/api/v2.0/projects/acme/repositories/team%252Fapp/artifacts';

    it('has the images of all pages, with what is locked', async () => {
      const context = await start('harbor', ({ target }) => ({
        headers: { 'x-total-count': '102' },
        json: target.includes('page=1&')
          ? [
              ...Array.from({ length: 99 }, (_, at) => ({
                ...artifact('a'),
                digest: `sha256:${String(at).padStart(64, '0')}`,
              })),
              artifact('b'),
            ]
          : [
              artifact('c', {
                tags: [{ name: 'v2', immutable: true }, { name: 'v1' }],
                pull_time: '2026-02-01T00:00:00Z',
              }),
              artifact('d'),
            ],
      }));
      const [service] = await openServices(`${api.host}/acme/team/app`, context);
      const images = (await service?.list()) ?? [];
      expect(images).toHaveLength(102);
      expect(images.find(({ id }) => id === digest('c'))).toMatchObject({
        ...{ tags: ['v1', 'v2'], isLocked: true, pulledAt: Date.parse('2026-02-01T00:00:00Z') },
        ...{ pushedAt: Date.parse('2026-01-01T00:00:00Z'), size: 42, artifactType: undefined },
      });
      expect(images.find(({ id }) => id === digest('b'))).toMatchObject({
        tags: [],
        isLocked: false,
        pulledAt: undefined,
      });
      expect(api.lines()[0]).toBe(
        `GET ${base}?page=1&page_size=100&with_tag=true&with_immutable_status=true&sort=push_time`,
      );
    });

    it('is no list where an image slipped through', async () => {
      const context = await start('harbor', () => ({
        headers: { 'x-total-count': '2' },
        json: [artifact('a')],
      }));
      const [service] = await openServices(`${api.host}/acme/team/app`, context);
      await expect(service?.list()).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
    });

    it('is looked at, deleted and loses a tag by Harbor’s own API', async () => {
      const context = await start('harbor', ({ method, target }) =>
        method === 'GET' ? { json: artifact('a') } : { status: target.endsWith(digest('b')) ? 404 : 200 },
      );
      const [service] = await openServices(`${api.host}/acme/team/app`, context);
      const image = await service?.look({ id: digest('a') });
      if (image === undefined) throw new Error('It is there.');
      expect(await service?.delete(image)).toBe('deleted');
      expect(await service?.delete({ ...image, id: digest('b') })).toBe('gone');
      await service?.untag(image, 'v1');
      expect(api.lines()).toEqual([
        `GET ${base}/${digest('a')}?with_tag=true`,
        `DELETE ${base}/${digest('a')}`,
        `DELETE ${base}/${digest('b')}`,
        `DELETE ${base}/${digest('a')}/tags/v1`,
      ]);
    });

    it.each([
      { status: 401, code: 'UNAUTHORIZED' },
      { status: 403, code: 'FORBIDDEN' },
      { status: 412, code: 'UNSUPPORTED' },
      { status: 429, code: 'RATE_LIMITED' },
    ])('is not deleted where Harbor answers $status', async ({ status, code }) => {
      const context = await start('harbor', ({ method }) =>
        method === 'GET'
          ? { json: artifact('a') }
          : {
              status,
              json: { errors: [{ code: 'X', message: 'What Harbor says.' }] },
              headers: { 'retry-after': '86400' },
            },
      );
      const [service] = await openServices(`${api.host}/acme/team/app`, context);
      const image = await service?.look({ id: digest('a') });
      await expect(image && service?.delete(image)).rejects.toMatchObject({ code });
    });
  });

  describe('in Azure Container Registry', () => {
    const manifest = (letter: string, more: object = {}) => ({
      ...{
        digest: digest(letter),
        imageSize: 42,
        createdTime: '2026-01-01T00:00:00Z',
        lastUpdateTime: '2026-01-02T00:00:00Z',
      },
      ...{
        mediaType: 'application/vnd.oci.image.index.v1+json',
        changeableAttributes: { deleteEnabled: true, writeEnabled: true },
      },
      ...more,
    });

    it('has the manifests of all pages, and tells what is locked', async () => {
      const context = await start('acr', ({ target }) =>
        target.includes('last=')
          ? {
              json: {
                manifests: [
                  manifest('b', { tags: ['v2', 'v1'], changeableAttributes: { deleteEnabled: false } }),
                ],
              },
            }
          : {
              json: { manifests: [manifest('a')] },
              headers: { link: '</acr/v1/app/_manifests?last=x>; rel="next"' },
            },
      );
      const [service] = await openServices(`${api.host}/acme/app`, context);
      expect(await service?.list()).toMatchObject([
        { id: digest('a'), tags: [], isLocked: false, updatedAt: Date.parse('2026-01-02T00:00:00Z') },
        { id: digest('b'), tags: ['v1', 'v2'], isLocked: true, pushedAt: Date.parse('2026-01-01T00:00:00Z') },
      ]);
      const path = '/acr/v1/acme/app/_manifests?n=100';
      expect(api.lines().filter((line) => line.includes('/acr/'))).toEqual([
        `GET ${path}`,
        `GET ${path}&last=${encodeURIComponent(digest('a'))}`,
      ]);
    });

    it('asks for the right to read metadata where Azure wants a token', async () => {
      const context = await start('acr', ({ target, headers }) => {
        if (target.startsWith('/oauth2/token')) return { json: { access_token: 'azure', token: 'azure' } };
        if (headers['authorization'] === 'Bearer azure') return { json: { manifests: [] } };
        const realm = `Bearer realm="${api.url}/oauth2/token",service="acr",scope="repository:acme/app:metadata_read"`;
        return { status: 401, headers: { 'www-authenticate': realm }, json: {} };
      });
      const [service] = await openServices(`${api.host}/acme/app`, context);
      expect(await service?.list()).toEqual([]);
      expect(api.lines().find((line) => line.includes('/oauth2/token'))).toContain('metadata_read');
    });

    it('is looked at and loses a tag by Azure’s API', async () => {
      const context = await start('acr', ({ method }) =>
        method === 'GET'
          ? { json: { registry: 'acme', imageName: 'app', manifest: manifest('a', { tags: ['v1'] }) } }
          : { status: 202 },
      );
      const [service] = await openServices(`${api.host}/acme/app`, context);
      const image = await service?.look({ id: digest('a') });
      expect(image).toMatchObject({ id: digest('a'), tags: ['v1'] });
      if (image !== undefined) await service?.untag(image, 'v1');
      expect(api.lines().filter((line) => line.includes('/acr/'))).toEqual([
        `GET /acr/v1/acme/app/_manifests/${digest('a')}`,
        'DELETE /acr/v1/acme/app/_tags/v1',
      ]);
    });
  });
});
