import type { HttpRequest } from '@artifact-lifecycle/core/http';
import { describe, expect, it } from '@jest/globals';
import { askCredentialHelper } from '../../src/auth/credential-helper.ts';
import { type CredentialSource, type Credentials, encodeBasic } from '../../src/auth/credentials.ts';
import { type CredentialSettings, settingsSource } from '../../src/auth/settings-source.ts';
import { parseRepository } from '../../src/name/reference.ts';
import { createConnections } from '../../src/remote/connections.ts';
import { quickClock, refusalOf, tag } from '../remote/world.ts';
import { formOf, type ScriptedAnswer, type ScriptedHttp, scriptedHttp } from './scripted-http.ts';

/** A product, as its challenges and token servers are known; what they refuse is refused here. */
interface Product {
  readonly name: string;
  readonly image: string;
  /** Where it is dialled. */
  readonly dialled: string;
  readonly challenge: string;
  /** Where a token is given, and for which service; absent where the password itself is taken. */
  readonly tokens?: { readonly realm: string; readonly service: string; readonly scope: string };
  readonly username: string;
  readonly password: string;
}

const bearer = (realm: string, service: string, scope: string, sent = scope) => ({
  challenge: `Bearer realm="${realm}",service="${service}",scope="${sent}"`,
  tokens: { realm, service, scope },
});

const PRODUCTS: readonly Product[] = [
  {
    name: 'Docker Hub by its old name, an official image',
    image: 'index.docker.io/alpine',
    dialled: 'registry-1.docker.io',
    ...bearer('https://auth.docker.io/token', 'registry.docker.io', 'repository:library/alpine:pull'),
    username: 'acme',
    password: 'dckr_pat_1',
  },
  {
    name: 'ECR Public',
    image: 'public.ecr.aws/acme/app',
    dialled: 'public.ecr.aws',
    ...bearer('https://public.ecr.aws/token/', 'public.ecr.aws', 'aws repository:acme/app:pull', 'aws'),
    username: 'AWS',
    password: 'password',
  },
  {
    name: 'Artifact Registry with a key as it is',
    image: 'europe-docker.pkg.dev/acme/images/app',
    dialled: 'europe-docker.pkg.dev',
    ...bearer('https://europe-docker.pkg.dev/v2/token', '', 'repository:acme/images/app:pull'),
    username: '_json_key',
    password: '{"type":"service_account","private_key":"-----BEGIN\\n"}',
  },
  {
    name: 'Harbor, a robot',
    image: 'harbor.acme.example/team/app',
    dialled: 'harbor.acme.example',
    ...bearer('https://harbor.acme.example/service/token', 'harbor-registry', 'repository:team/app:pull'),
    username: 'robot$team+promoter',
    password: 'secret:of:robot',
  },
  {
    name: 'Artifactory, a token server a repository',
    image: 'acme.jfrog.io/docker-local/app',
    dialled: 'acme.jfrog.io',
    ...bearer(
      'https://acme.jfrog.io/artifactory/api/docker/docker-local/v2/token',
      'acme.jfrog.io',
      'repository:docker-local/app:pull',
    ),
    username: 'release@acme.example',
    password: 'identity-token',
  },
  {
    name: 'Artifactory, by password',
    image: 'docker.artifactory.acme.example/app',
    dialled: 'docker.artifactory.acme.example',
    challenge: 'Basic realm="Artifactory Realm"',
    username: 'release',
    password: 'api-key',
  },
  {
    name: 'Nexus',
    image: 'nexus.acme.example:8443/app',
    dialled: 'nexus.acme.example:8443',
    challenge: 'BASIC realm="Sonatype Nexus Repository Manager"',
    username: 'ci',
    password: 'pässword',
  },
  {
    name: 'Nexus with its token realm',
    image: 'nexus.acme.example/app',
    dialled: 'nexus.acme.example',
    ...bearer(
      'https://nexus.acme.example/v2/token',
      'https://nexus.acme.example/v2/token',
      'repository:app:pull',
    ),
    username: 'ci',
    password: 'password',
  },
  {
    name: 'GitLab, a job’s token',
    image: 'registry.gitlab.com/acme/group/app',
    dialled: 'registry.gitlab.com',
    ...bearer('https://gitlab.com/jwt/auth', 'container_registry', 'repository:acme/group/app:pull'),
    username: 'gitlab-ci-token',
    password: 'glcbt-64_1',
  },
  {
    name: 'a GitLab of one’s own, a deploy token',
    image: 'gitlab.acme.example:5050/group/app',
    dialled: 'gitlab.acme.example:5050',
    ...bearer('https://gitlab.acme.example/jwt/auth', 'container_registry', 'repository:group/app:pull'),
    username: 'gitlab+deploy-token-1',
    password: 'gldt-1',
  },
  {
    name: 'Quay, a robot',
    image: 'quay.io/acme/app',
    dialled: 'quay.io',
    ...bearer('https://quay.io/v2/auth', 'quay.io', 'repository:acme/app:pull'),
    username: 'acme+promoter',
    password: 'robot-token',
  },
];

/** The product over HTTP: it knows one user, and gives tokens for what was asked. */
function serve(product: Product): ScriptedHttp {
  const { tokens, dialled, challenge, username, password } = product;
  const own = `Basic ${encodeBasic(username, password)}`;
  const answerToken = ({ headers, url }: HttpRequest): ScriptedAnswer => {
    const asked = url.searchParams;
    if (headers?.['authorization'] !== own) {
      return { status: 401, body: '{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}' };
    }
    if (tokens?.service !== (asked.get('service') ?? ''))
      return { status: 400, body: '{"details":"service"}' };
    return {
      status: 200,
      body: JSON.stringify({ token: `for-${asked.getAll('scope').join('+').replaceAll(/\W/g, '-')}` }),
    };
  };
  const right =
    tokens === undefined ? own : `Bearer for-${tokens.scope.replaceAll(' ', '+').replaceAll(/\W/g, '-')}`;
  return scriptedHttp((request) => {
    if (tokens !== undefined && request.url.href.startsWith(tokens.realm)) return answerToken(request);
    if (request.url.host !== dialled) throw new Error(`${request.url.host} was asked.`);
    return request.headers?.['authorization'] === right
      ? { status: 404 }
      : { status: 401, headers: { 'www-authenticate': challenge } };
  });
}

function open(http: ScriptedHttp, image: string, source: CredentialSource, secrets: string[] = []) {
  const clock = quickClock();
  return createConnections({
    http,
    clock,
    credentials: [source],
    onSecret: (secret) => secrets.push(secret),
  }).open(parseRepository(image, 'test'));
}

const settings = (image: string, given: CredentialSettings): CredentialSource =>
  settingsSource(new Map([[parseRepository(image, 'test').host, given]]));

describe('logged in to', () => {
  it.each(PRODUCTS)('$name', async (product) => {
    const { image, username, password } = product;
    const http = serve(product);
    const secrets: string[] = [];
    const repository = open(http, image, settings(image, { username, password }), secrets);
    expect(await repository.resolve(tag('v1'))).toBeUndefined();
    expect(await repository.resolve(tag('v2'))).toBeUndefined();
    // Once as nobody, once for a token where there are some, and two questions.
    expect(http.requests).toHaveLength(product.tokens === undefined ? 3 : 4);
    expect(secrets).toContain(password);
    expect(secrets).toContain(encodeBasic(username, password));
  });

  it.each(PRODUCTS)('$name, not with another password', async (product) => {
    const http = serve(product);
    const { image, username } = product;
    const repository = open(http, image, settings(image, { username, password: 'wrong-one' }));
    const refusal = await refusalOf(
      repository.resolve(tag('v1')).then(() => repository.fetchManifest(tag('v1'))),
    );
    expect(refusal.code).toBe('UNAUTHORIZED');
    expect(refusal.message).not.toContain('wrong-one');
  });
});

describe('an identity token', () => {
  const realm = 'https://registry.acme.example/oauth2/token';
  const helped = async (username: string): Promise<Credentials | undefined> =>
    askCredentialHelper('acme', 'registry.acme.example', async () => ({
      exitCode: 0,
      output: JSON.stringify({ ServerURL: 'registry.acme.example', Username: username, Secret: 'refresh-1' }),
    }));
  /** A registry whose token server takes refresh tokens only, and each once. */
  const start = () => {
    let valid = 1;
    return scriptedHttp((request) => {
      if (request.url.href !== realm) {
        return request.headers?.['authorization']?.startsWith('Bearer access-') === true
          ? { status: 404 }
          : {
              status: 401,
              headers: { 'www-authenticate': `Bearer realm="${realm}",service="registry.acme.example"` },
            };
      }
      const form = formOf(request);
      const isValid =
        form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === `refresh-${valid}`;
      if (request.method !== 'POST' || !isValid) return { status: 401 };
      valid += 1;
      return {
        status: 200,
        body: JSON.stringify({ access_token: `access-${valid}`, refresh_token: `refresh-${valid}` }),
      };
    });
  };
  const sourceOf = (credentials: Credentials): CredentialSource => ({
    async find() {
      return { credentials, origin: 'docker-config' };
    },
  });

  it('of a credential helper is exchanged, and its successor the next time', async () => {
    const credentials = await helped('<token>');
    if (credentials === undefined) throw new Error('The helper has one.');
    const http = start();
    const secrets: string[] = [];
    const clock = quickClock();
    const connections = createConnections({
      http,
      clock,
      credentials: [sourceOf(credentials)],
      onSecret: (secret) => secrets.push(secret),
    });
    for (const name of ['app', 'web']) {
      const repository = connections.open(parseRepository(`registry.acme.example/acme/${name}`, 'test'));
      expect(await repository.resolve(tag('v1'))).toBeUndefined();
    }
    const shown = http.requests
      .filter(({ method }) => method === 'POST')
      .map((request) => formOf(request).get('refresh_token'));
    expect(shown).toEqual(['refresh-1', 'refresh-2']);
    expect(secrets).toEqual(expect.arrayContaining(['refresh-1', 'access-2', 'refresh-2', 'access-3']));
  });

  it('is not one where the helper names a user', async () => {
    expect(await helped('me')).toEqual({ kind: 'basic', username: 'me', password: 'refresh-1' });
  });

  it('is not shown to a token server of another house', async () => {
    const http = scriptedHttp(() => ({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="https://tokens.evil.example/t"' },
    }));
    const source = sourceOf({ kind: 'identity', username: undefined, token: 'refresh-1' });
    const refusal = await refusalOf(open(http, 'registry.acme.example/acme/app', source).resolve(tag('v1')));
    expect(refusal.code).toBe('PROTOCOL_INVALID');
    expect(http.requests).toHaveLength(1);
  });

  it('of a registry goes to it as it is, and to no token server', async () => {
    const http = scriptedHttp(({ headers }) =>
      headers?.['authorization'] === 'Bearer registry-token'
        ? { status: 404 }
        : { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}"` } },
    );
    const source = sourceOf({ kind: 'bearer', token: 'registry-token' });
    expect(await open(http, 'registry.acme.example/app', source).resolve(tag('v1'))).toBeUndefined();
    expect(http.requests).toHaveLength(1);
  });
});
