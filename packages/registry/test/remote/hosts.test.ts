import type { HttpRequest } from '@artifact-lifecycle/core/http';
import { makeFallbackIndex, makeImage, makeReferrer } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import type { CredentialSource } from '../../src/auth/credentials.ts';
import { parseDigest } from '../../src/name/digest.ts';
import { parseRepository } from '../../src/name/reference.ts';
import { MEDIA_TYPE } from '../../src/oci/media-type.ts';
import { createConnections } from '../../src/remote/connections.ts';
import { registryUrl } from '../../src/remote/host-address.ts';
import { readWarnings } from '../../src/remote/warning.ts';
import { type ScriptedAnswer, type ScriptedHttp, scriptedHttp } from '../auth/scripted-http.ts';
import { blobOf, descriptorOf, manifestOf, quickClock, refusalOf, sourceOf, tag } from './world.ts';

const SUBJECT = makeImage();
const DIGEST = parseDigest(SUBJECT.digest, 'test');
const [FIRST, SECOND] = ['a', 'b'].map((name) =>
  makeReferrer({ subject: SUBJECT, artifactType: `application/${name}` }),
);
if (FIRST === undefined || SECOND === undefined) throw new Error('There are no referrers.');

function open(http: ScriptedHttp, image: string, sources: readonly CredentialSource[] = []) {
  const warnings: string[] = [];
  const connections = createConnections({
    http,
    clock: quickClock(),
    credentials: sources,
    onWarning: (warning) => warnings.push(warning),
  });
  return { repository: connections.open(parseRepository(image, 'test')), warnings };
}

function lines(http: ScriptedHttp): readonly string[] {
  return http.requests.map(({ method, url }) => `${method} ${url.href}`);
}

const index = (body: Buffer): ScriptedAnswer => ({
  status: 200,
  headers: { 'content-type': MEDIA_TYPE.ociIndex },
  body: body.toString(),
});

describe('a registry is dialled', () => {
  it.each([
    ['ghcr.io', undefined, 'https://ghcr.io/'],
    ['docker.io', undefined, 'https://registry-1.docker.io/'],
    ['docker.io', true, 'https://registry-1.docker.io/'],
    ['localhost', undefined, 'http://localhost/'],
    ['localhost:5000', undefined, 'http://localhost:5000/'],
    ['127.0.0.1:5000', undefined, 'http://127.0.0.1:5000/'],
    ['[::1]:5000', undefined, 'http://[::1]:5000/'],
    ['localhost:5000', false, 'https://localhost:5000/'],
    ['registry:5000', undefined, 'https://registry:5000/'],
    ['registry:5000', true, 'http://registry:5000/'],
    ['localhost.acme.example', undefined, 'https://localhost.acme.example/'],
    ['127.0.0.1.acme.example', undefined, 'https://127.0.0.1.acme.example/'],
  ])('%s (plain HTTP: %s) at %s', (host, plain, url) => {
    expect(registryUrl(host, plain).href).toBe(url);
  });
});

describe('Docker Hub', () => {
  const challenge = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"';
  const hub = (answer: (request: HttpRequest) => ScriptedAnswer): ScriptedHttp =>
    scriptedHttp((request) => {
      if (request.url.host === 'auth.docker.io') return { status: 200, body: '{"token":"hub-token"}' };
      if (request.headers?.['authorization'] !== 'Bearer hub-token')
        return { status: 401, headers: { 'www-authenticate': challenge } };
      return answer(request);
    });

  it('gives a token at its other host, for the name with its namespace', async () => {
    const http = hub(() => ({ status: 404 }));
    expect(await open(http, 'alpine').repository.resolve(tag('3'))).toBeUndefined();
    expect(lines(http)).toEqual([
      'HEAD https://registry-1.docker.io/v2/library/alpine/manifests/3',
      'GET https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Falpine%3Apull',
      'HEAD https://registry-1.docker.io/v2/library/alpine/manifests/3',
    ]);
  });

  it('is not believed when it says that it has listed a referrer', async () => {
    let list: Buffer | undefined;
    const http = hub(({ method, url, body }) => {
      if (url.pathname.includes('/referrers/')) return { status: 404 };
      if (method === 'PUT' && url.pathname.includes('/manifests/sha256-'))
        list = Buffer.from(body instanceof Uint8Array ? body : '');
      if (method === 'PUT') return { status: 201, headers: { 'oci-subject': DIGEST } };
      return list === undefined ? { status: 404 } : index(list);
    });
    await open(http, 'acme/app').repository.pushManifest(manifestOf(FIRST));
    expect(list?.toString()).toContain(FIRST.digest);
  });
});

describe('GitHub’s registry', () => {
  it('is asked both ways for referrers, because its API leaves some out', async () => {
    const http = scriptedHttp(({ url }) =>
      index(makeFallbackIndex(url.pathname.includes('/referrers/') ? [FIRST] : [FIRST, SECOND]).bytes),
    );
    const listed = await open(http, 'ghcr.io/acme/app').repository.listReferrers(DIGEST);
    expect(listed.map(({ digest }) => digest)).toEqual([FIRST.digest, SECOND.digest]);
  });

  it('names the lines a workflow needs, whoever logged in', async () => {
    const http = scriptedHttp(() => ({ status: 403 }));
    const { repository } = open(http, 'ghcr.io/acme/app');
    const error = await refusalOf(repository.pushManifest(manifestOf(SUBJECT)));
    expect(error.code).toBe('FORBIDDEN');
    expect(error.remedy).toContain('permissions:\n  packages: write');
  });
});

describe('a registry behind TLS', () => {
  const BLOB = blobOf(10);
  const upload = (location: string): ScriptedHttp =>
    scriptedHttp(({ method }) =>
      method === 'HEAD'
        ? { status: 404 }
        : method === 'POST'
          ? { status: 202, headers: { location } }
          : { status: 201 },
    );

  it.each([
    ['its own host', 'http://registry.acme.example/v2/upload'],
    ['another host', 'http://storage.acme.example/upload'],
  ])('may not have a blob sent in the clear to %s', async (_name, location) => {
    const http = upload(location);
    const error = await refusalOf(
      open(http, 'registry.acme.example/app').repository.pushBlob(descriptorOf(BLOB), sourceOf(BLOB)),
    );
    expect(error.code).toBe('PROTOCOL_INVALID');
    expect(error.message).toMatch(/in the clear/);
    expect(lines(http)).toHaveLength(2);
  });

  it('keeps its password from a token server of another house', async () => {
    const http = scriptedHttp(() => ({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="https://tokens.example/t"' },
    }));
    const source: CredentialSource = {
      async find() {
        return { credentials: { kind: 'basic', username: 'me', password: 'pw' }, origin: 'registries' };
      },
    };
    const error = await refusalOf(
      open(http, 'registry.acme.example/app', [source]).repository.resolve(tag('v1')),
    );
    expect(error.code).toBe('PROTOCOL_INVALID');
    expect(error.remedy).toMatch(/as `token` for this registry/);
    expect(lines(http)).toHaveLength(1);
  });
});

describe('an upload', () => {
  const BLOB = blobOf(10);
  const uploadVia = (location: string, image = 'registry.acme.example/app') => {
    const http = scriptedHttp(({ method }) => {
      if (method === 'HEAD') return { status: 404 };
      return method === 'POST' ? { status: 202, headers: { location } } : { status: 201 };
    });
    return { http, pushed: open(http, image).repository.pushBlob(descriptorOf(BLOB), sourceOf(BLOB)) };
  };

  it.each([
    ['the metadata of a cloud', 'https://169.254.169.254/up', /private address/],
    ['a neighbour of this machine', 'https://10.0.0.2/up', /private address/],
    ['this machine', 'https://localhost:8443/up', /private address/],
    ['nowhere', '', /without a Location/],
    ['a place in the clear', 'http://storage.acme.example/up', /in the clear/],
  ])('is not sent by a public registry to %s', async (_name, location, message) => {
    const { http, pushed } = uploadVia(location);
    const error = await refusalOf(pushed);
    expect(error.code).toBe('PROTOCOL_INVALID');
    expect(error.message).toMatch(message);
    expect(http.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST']);
  });

  it.each([
    ['a public one to another host', 'https://storage.acme.example/up', undefined],
    ['one with a private address to its neighbour', 'https://10.0.0.2/up', '10.0.0.1/app'],
  ])('is sent by %s', async (_name, location, image) => {
    const { http, pushed } = uploadVia(location, image);
    expect(await pushed).toBe('uploaded');
    expect(http.requests[2]?.url.href).toMatch(location);
  });
});

describe('a registry’s warning', () => {
  it('is heard once', async () => {
    const http = scriptedHttp(() => ({
      status: 404,
      headers: { warning: '299 - "This registry moves on 1 May."' },
    }));
    const { repository, warnings } = open(http, 'registry.acme.example/app');
    await repository.resolve(tag('v1'));
    await repository.resolve(tag('v2'));
    expect(warnings).toEqual(['registry.acme.example/app: This registry moves on 1 May.']);
  });

  it.each<[string, string, readonly string[]]>([
    ['one', '299 - "a"', ['a']],
    ['several', '299 - "a", 299 - "b, c"', ['a', 'b, c']],
    ['with quotes', '299 - "a \\"b\\""', ['a "b"']],
    ['of another code', '199 - "a"', []],
    ['of another agent', '299 proxy "a"', []],
    ['with a secret', '299 - "see https://x.example/?sig=abc"', ['see https://x.example/?sig=***']],
    ['with a command for a runner', '299 - "a\u001b[31m\n::error::b"', ['a [31m ::error::b']],
    ['left open', '299 - "a', []],
    ['of nothing', '', []],
  ])('is read: %s', (_name, header, expected) => {
    expect(readWarnings(header)).toEqual(expected);
  });
});
