import { type Connections, createConnections, parseRepository } from '@artifact-lifecycle/registry';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DockerHubService, logInToDockerHub } from '../../src/service/docker-hub-service.ts';
import { GarService, garAuthorization, garLocation } from '../../src/service/gar-service.ts';
import { RestApi } from '../../src/service/rest/rest-api.ts';
import { type ScriptedAnswer, type ScriptedApi, type SeenRequest, startScriptedApi } from './scripted-api.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const CLOCK = { now: () => 0, sleep: async () => undefined };

let api: ScriptedApi;
afterEach(() => api?.close());

async function start(answer: (request: SeenRequest) => ScriptedAnswer): Promise<RestApi> {
  api = await startScriptedApi(answer);
  return new RestApi({
    ...{ http: api.http, base: new URL(api.url), authorization: 'Bearer t' },
    ...{ service: 'The service', permission: 'Ask.' },
  });
}

function connections(): Connections {
  return createConnections({ http: api.http, credentials: [] });
}

describe('Google Artifact Registry', () => {
  const base = '/v1/projects/acme/locations/europe-west1/repositories/docker/packages/team%2Fapp';
  const version = (letter: string, more: object = {}) => ({
    name: `projects/acme/locations/europe-west1/repositories/docker/packages/team%2Fapp/versions/${digest(letter)}`,
    ...{ createTime: '2026-01-01T00:00:00.123456Z', updateTime: '2026-01-02T00:00:00Z' },
    ...{ metadata: { imageSizeBytes: '42', mediaType: 'application/vnd.oci.image.index.v1+json' }, ...more },
  });
  const open = async (answer: (request: SeenRequest) => ScriptedAnswer): Promise<GarService> => {
    const rest = await start(answer);
    const repository = parseRepository('europe-west1-docker.pkg.dev/acme/docker/team/app', 'test');
    return new GarService(rest, connections().open(repository), repository, 'target', CLOCK);
  };
  const image = { id: digest('a'), digest: undefined, tags: ['v1'], pushedAt: 1 };

  it('has the versions of all pages with their tags', async () => {
    const tag = (name: string) => ({ name: `projects/acme/x/tags/${name}`, version: 'x' });
    const service = await open(({ target }) => ({
      json: target.includes('pageToken')
        ? { versions: [version('b', { relatedTags: [tag('v2'), tag('v1')] })] }
        : { versions: [version('a')], nextPageToken: 'a/b' },
    }));
    expect(await service.list()).toMatchObject([
      { id: digest('a'), tags: [], size: 42, mediaType: 'application/vnd.oci.image.index.v1+json' },
      { id: digest('b'), tags: ['v1', 'v2'], pushedAt: Date.parse('2026-01-01T00:00:00.123Z') },
    ]);
    const path = `GET ${base}/versions?pageSize=1000&view=FULL`;
    expect(api.lines()).toEqual([path, `${path}&pageToken=a%2Fb`]);
  });

  it('says deleted when its operation has ended', async () => {
    const name = 'projects/acme/locations/europe-west1/operations/1';
    let asked = 0;
    const service = await open(({ method }) => {
      asked += 1;
      return { json: { name, ...(method === 'GET' && asked > 2 ? { done: true } : {}) } };
    });
    expect(await service.delete(image)).toBe('deleted');
    expect(api.lines()).toEqual([
      `DELETE ${base}/versions/${digest('a')}?force=true`,
      `GET /v1/${name}`,
      `GET /v1/${name}`,
    ]);
  });

  it.each([
    { name: 'gone', answer: { status: 404, json: {} }, outcome: 'gone' },
    {
      name: 'gone meanwhile',
      answer: { json: { name: 'x', done: true, error: { code: 5 } } },
      outcome: 'gone',
    },
  ])('tells what is $name', async ({ answer, outcome }) => {
    expect(await (await open(() => answer)).delete(image)).toBe(outcome);
  });

  it('does not call deleted what an index holds', async () => {
    const error = { code: 9, message: 'Manifest is referenced by parent manifests.' };
    const service = await open(() => ({ json: { name: 'x', done: true, error } }));
    await expect(service.delete(image)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('referenced by parent'),
    });
  });

  it('looks at a version and takes a tag away', async () => {
    const service = await open(({ method }) => ({ json: method === 'GET' ? version('a') : {} }));
    expect(await service.look(image)).toMatchObject({ id: digest('a') });
    await service.untag(image, 'v1');
    expect(api.lines()).toEqual([`GET ${base}/versions/${digest('a')}?view=FULL`, `DELETE ${base}/tags/v1`]);
  });

  it('wants an access token', () => {
    expect(garAuthorization({ kind: 'basic', username: 'oauth2accesstoken', password: 'p' })).toBe(
      'Bearer p',
    );
    expect(() => garAuthorization({ kind: 'basic', username: '_json_key', password: 'p' })).toThrow(
      expect.objectContaining({
        code: 'UNAUTHORIZED',
        remedy: expect.stringContaining('gcp-workload-identity-provider'),
      }),
    );
  });

  it.each([
    ['europe-west1-docker.pkg.dev', 'europe-west1'],
    ['docker.pkg.dev', undefined],
    ['europe-docker.pkg.dev.example', undefined],
  ])('%s lies in %s', (host, location) => {
    expect(garLocation(host)).toBe(location);
  });
});

describe('Docker Hub', () => {
  const tag = (name: string, letter: string, more: object = {}) => ({
    ...{ name, digest: digest(letter), full_size: 42, media_type: 'application/vnd.oci.image.index.v1+json' },
    ...{ tag_last_pushed: '2026-01-01T00:00:00Z', tag_last_pulled: null, ...more },
  });
  const open = async (answer: (request: SeenRequest) => ScriptedAnswer): Promise<DockerHubService> => {
    const rest = await start(answer);
    const repository = parseRepository(`${api.host}/acme/app`, 'test');
    return new DockerHubService(rest, connections().open(repository), repository, 'target');
  };

  it('joins the tags of an image, and takes the newest of their times', async () => {
    const service = await open(({ target }) => ({
      json: target.includes('page=1&')
        ? {
            count: 101,
            results: Array.from({ length: 100 }, (_, at) => tag(`v${at}`, at === 0 ? 'a' : 'b')),
          }
        : {
            count: 101,
            results: [
              tag('latest', 'a', {
                tag_last_pushed: '2026-02-01T00:00:00Z',
                tag_last_pulled: '2026-03-01T00:00:00Z',
              }),
            ],
          },
    }));
    const images = await service.list();
    expect(images).toHaveLength(2);
    expect(images[0]).toMatchObject({
      ...{ id: digest('a'), tags: ['latest', 'v0'], pushedAt: Date.parse('2026-02-01T00:00:00Z') },
      pulledAt: Date.parse('2026-03-01T00:00:00Z'),
    });
    expect(api.lines()[1]).toBe('GET /v2/namespaces/acme/repositories/app/tags?page=2&page_size=100');
  });

  it('has no list where a tag slipped through', async () => {
    const service = await open(() => ({ json: { count: 2, results: [tag('v1', 'a')] } }));
    await expect(service.list()).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
  });

  it.each([202, 403])(
    'deletes the tags, then the manifest, which its registry answers with %i',
    async (status) => {
      const service = await open(({ method, target }) => {
        if (method === 'GET' && target.includes('/tags?'))
          return { json: { count: 1, results: [tag('v1', 'a')] } };
        if (method === 'DELETE') return { status: target.includes('/manifests/') ? status : 204 };
        return target.includes('/referrers/')
          ? {
              json: { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] },
              headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
            }
          : { status: 404 };
      });
      const [image] = await service.list();
      expect(image && (await service.delete(image))).toBe('deleted');
      expect(api.lines().filter((line) => line.startsWith('DELETE'))).toEqual([
        'DELETE /v2/repositories/acme/app/tags/v1/',
        `DELETE /v2/acme/app/manifests/${digest('a')}`,
      ]);
    },
  );

  it('logs in with a user name and a token', async () => {
    await start(() => ({ json: { access_token: 'jwt' } }));
    const credentials = { kind: 'basic', username: 'ada', password: 'pat' } as const;
    expect(await logInToDockerHub(api.http, new URL(api.url), credentials)).toBe('Bearer jwt');
    expect(JSON.parse(api.seen[0]?.body ?? '')).toEqual({ identifier: 'ada', secret: 'pat' });
  });

  it('says who was not let in', async () => {
    await start(() => ({ status: 401, json: { detail: 'no' } }));
    const credentials = { kind: 'basic', username: 'ada', password: 'pat' } as const;
    await expect(logInToDockerHub(api.http, new URL(api.url), credentials)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.not.stringContaining('pat'),
    });
  });
});
