import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planRedirect, type Redirectable } from '../../src/http/redirect.ts';
import type { HttpMethod } from '../../src/http/types.ts';

const SECRETS = {
  authorization: 'Bearer geheim',
  cookie: 'session=geheim',
  'proxy-authorization': 'Basic geheim',
  'private-token': 'geheim',
  'x-our-secret': 'geheim',
};

function from(url: string, method: HttpMethod = 'GET'): Redirectable {
  return {
    method,
    url: new URL(url),
    headers: { accept: '*/*', 'content-type': 'a/b', ...SECRETS },
    secretHeaders: ['X-Our-Secret'],
    keepsBody: method === 'PUT' || method === 'POST' || method === 'PATCH',
  };
}

function follow(
  request: Redirectable,
  location: string | undefined,
  status = 307,
  fromPrivateAddress = false,
) {
  return planRedirect(request, {
    status,
    headers: location === undefined ? {} : { location },
    fromPrivateAddress,
  });
}

describe('a redirect', () => {
  it.each([
    [301, 'GET', 'GET', false],
    [301, 'POST', 'GET', false],
    [301, 'PUT', 'PUT', true],
    [302, 'POST', 'GET', false],
    [302, 'PATCH', 'PATCH', true],
    [302, 'HEAD', 'HEAD', false],
    [303, 'PUT', 'GET', false],
    [303, 'POST', 'GET', false],
    [303, 'DELETE', 'GET', false],
    [303, 'HEAD', 'HEAD', false],
    [307, 'POST', 'POST', true],
    [307, 'PUT', 'PUT', true],
    [308, 'PATCH', 'PATCH', true],
    [308, 'DELETE', 'DELETE', false],
  ] as const)('by %i turns %s into %s, with its body: %s', (status, method, next, keepsBody) => {
    const plan = follow(from('https://a.example/x', method), '/y', status);
    expect(plan).toMatchObject({ method: next, keepsBody });
    const becameGet = next === 'GET' && method !== 'GET';
    expect(Object.hasOwn(plan?.headers ?? {}, 'content-type')).toBe(!becameGet);
  });

  it.each([
    [200, '/y'],
    [201, '/y'],
    [202, '/y'],
    [300, '/y'],
    [304, '/y'],
    [305, '/y'],
    [307, undefined],
  ])('is not status %i with location %s', (status, location) => {
    expect(follow(from('https://a.example/x'), location, status)).toBeUndefined();
  });

  it.each([
    ['/y?z=1', 'https://a.example/y?z=1'],
    ['y', 'https://a.example/v2/y'],
    ['//b.example/y', 'https://b.example/y'],
    ['https://b.example/y?sig=%2F%2f+a', 'https://b.example/y?sig=%2F%2f+a'],
    ['https://user:pass@b.example/y#part', 'https://b.example/y'],
  ])('to %s leads to %s', (location, target) => {
    expect(follow(from('https://a.example/v2/x'), location)?.url.href).toBe(target);
  });

  it.each([
    ['the same origin', 'https://a.example/y', true],
    ['the same origin with its port', 'https://a.example:443/y', true],
    ['another port', 'https://a.example:8443/y', false],
    ['a subdomain', 'https://cdn.a.example/y', false],
    ['another host', 'https://b.example/y', false],
  ])('to %s carries credentials: %s', (_name, location, carries) => {
    const headers = follow(from('https://a.example/x'), location)?.headers;
    expect(headers).toEqual({
      accept: '*/*',
      'content-type': 'a/b',
      ...(carries ? SECRETS : {}),
    });
  });

  it('from http to https of the same host does not carry credentials', () => {
    expect(follow(from('http://a.example/x'), 'https://a.example/x')?.headers).not.toHaveProperty(
      'authorization',
    );
  });

  it('does not give credentials back when a chain returns to their origin', () => {
    const away = follow(from('https://a.example/x'), 'https://b.example/');
    expect(away && follow(away, 'https://a.example/x')?.headers).not.toHaveProperty('authorization');
  });

  it('never carries a secret to another origin, however its header is written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(SECRETS)),
        fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
        (name, upper) => {
          const written = [...name].map((letter, at) => (upper[at] ? letter.toUpperCase() : letter)).join('');
          const request = { ...from('https://a.example/x'), headers: { [written]: 'geheim' } };
          expect(follow(request, 'https://b.example/')?.headers).toEqual({});
        },
      ),
    );
  });

  it.each([
    ['https to http', 'https://a.example/x', 'http://a.example/x', false],
    ['https to http of loopback', 'https://127.0.0.1/x', 'http://127.0.0.1/x', true],
    ['another protocol', 'https://a.example/x', 'ftp://a.example/x', false],
    ['a file', 'https://a.example/x', 'file:///etc/passwd', false],
    ['what is no URL', 'https://a.example/x', 'https://[', false],
    ['public to loopback', 'https://a.example/x', 'https://127.0.0.1/x', false],
    ['public to localhost', 'https://a.example/x', 'https://localhost/x', false],
    ['public to private', 'https://a.example/x', 'https://10.0.0.1/x', false],
    ['public to link-local', 'http://a.example/x', 'http://169.254.169.254/latest/meta-data', false],
    ['public to private in disguise', 'http://a.example/x', 'http://0xa9fea9fe/latest', false],
    ['public to IPv6 loopback', 'https://a.example/x', 'https://[::1]/x', false],
    ['public to mapped private', 'https://a.example/x', 'https://[::ffff:10.0.0.1]/x', false],
    ['public literal to private', 'https://8.8.8.8/x', 'https://192.168.1.1/x', false],
  ])('is refused: %s', (_name, url, location, fromPrivate) => {
    expect(() => follow(from(url), location, 307, fromPrivate)).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_INVALID' }),
    );
  });

  it.each([
    ['private to private', 'http://10.0.0.1/x', 'http://10.0.0.2/x', false],
    ['loopback to loopback', 'http://localhost:5000/x', 'http://127.0.0.1:5001/x', false],
    ['a name with a private address to private', 'https://registry.corp/x', 'https://10.0.0.2/x', true],
    ['private to public', 'https://10.0.0.1/x', 'https://a.example/x', true],
    ['http to https', 'http://a.example/x', 'https://a.example/x', false],
  ])('is allowed: %s', (_name, url, location, fromPrivate) => {
    expect(follow(from(url), location, 307, fromPrivate)?.url.href).toBe(location);
  });

  it('is refused without showing what is signed in its address', () => {
    const refuse = (): unknown =>
      follow(from('https://a.example/x?token=geheim'), 'http://b.example/?sig=geheim');
    expect(refuse).toThrow(expect.objectContaining({ message: expect.not.stringContaining('geheim') }));
  });
});
