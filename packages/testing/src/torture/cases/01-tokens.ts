import { LONG_IMAGE } from '../images.ts';
import type { Scenario } from '../scenario.ts';
import { bearerAuth, LOGIN } from '../stage.ts';

const BLOB_GET = { method: 'GET', path: /\/blobs\/sha/ };
const BYTES_UP = { method: ['PUT', 'PATCH'], path: /\/blobs\/uploads\// };
const CHALLENGES = 'RFC 9110, 11.6.1; oras-go registry/remote/auth/client_test.go';

/** Cases 1 to 3: tokens, challenges, and whom a challenge sends the client to. */
export const TOKENS: readonly Scenario[] = [
  {
    id: '1a',
    name: 'gets a new token when the old one ends between two requests',
    source: 'Docker Hub and GitLab: 300 s; ocync, "15 min was a bug"',
    login: true,
    from: { auth: bearerAuth() },
    outcome: 'copied',
    prepare: ({ source }) => {
      source.faults.add({ ...BLOB_GET, nth: 2 }, { kind: 'hook', run: () => source.tokens?.revokeAll() });
    },
  },
  {
    id: '1b',
    name: 'sends the bytes again when the token ends before their upload',
    source: 'google/go-containerregistry#1766; skopeo#1627',
    login: true,
    image: LONG_IMAGE,
    to: { auth: bearerAuth() },
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add(
        { ...BYTES_UP, nth: 1 },
        { kind: 'hook', run: () => destination.tokens?.revokeAll() },
      );
    },
  },
  {
    id: '1c',
    name: 'copes with tokens that end before the manifests are written',
    source: 'GitLab: JWT of 5 min, copies of large images',
    login: true,
    to: { auth: bearerAuth() },
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add(
        { method: 'PUT', path: /\/manifests\//, nth: 1 },
        { kind: 'hook', run: () => destination.tokens?.revokeAll() },
      );
    },
  },
  {
    id: '2a',
    name: 'finds the scheme it knows among several headers',
    source: CHALLENGES,
    login: true,
    from: {
      auth: bearerAuth({
        challenge: ({ realm, service, scopes }) => [
          'Negotiate',
          `Bearer realm="${realm}",service="${service}",scope="${scopes.join(' ')}"`,
        ],
      }),
    },
    outcome: 'copied',
  },
  {
    id: '2b',
    name: 'finds the scheme it knows after another in one header, with commas in quotes',
    source: CHALLENGES,
    login: true,
    from: {
      auth: bearerAuth({
        challenge: ({ realm, service, scopes }) => [
          `Digest realm="a, b", qop="auth,auth-int", Bearer realm="${realm}",service="${service}",scope="${scopes.join(' ')}"`,
        ],
      }),
    },
    outcome: 'copied',
  },
  {
    id: '2c',
    name: 'reads a scheme and parameters in capitals, and white space around them',
    source: 'RFC 9110, 11.1: case-insensitive',
    login: true,
    from: {
      auth: bearerAuth({
        challenge: ({ realm, service, scopes }) => [
          `BEARER  Realm="${realm}" ,  Service="${service}", SCOPE="${scopes.join(' ')}"`,
        ],
      }),
    },
    outcome: 'copied',
  },
  {
    id: '2d',
    name: 'takes a token from the field access_token alone',
    source: 'distribution, "Token Authentication"',
    login: true,
    from: { auth: bearerAuth({ field: 'access_token' }) },
    outcome: 'copied',
  },
  {
    id: '2e',
    name: 'takes a token from the field token alone, of a server without POST',
    source: 'distribution, "Token Authentication"',
    login: true,
    from: { auth: bearerAuth({ field: 'token', post: false }) },
    outcome: 'copied',
  },
  {
    id: '3a',
    name: 'keeps the query that a realm has of its own',
    source: 'GitLab: realm=https://gitlab.com/jwt/auth?…; oras-go auth tests',
    login: true,
    from: {
      auth: bearerAuth({
        challenge: ({ realm, service, scopes }) => [
          `Bearer realm="${realm}?tenant=a%2Fb",service="${service}",scope="${scopes.join(' ')}"`,
        ],
      }),
    },
    outcome: 'copied',
    also: [
      {
        says: 'every token was asked for with that query',
        holds: ({ source }) =>
          source.log.filter({ path: '/token' }).every(({ query }) => query.get('tenant') === 'a/b'),
      },
    ],
  },
  {
    id: '3b',
    name: 'gives a registry only its own password',
    source: 'RFC 6750, 5.3: a token is for its audience',
    login: true,
    to: { auth: { kind: 'basic', users: [{ name: LOGIN.username, password: LOGIN.password }] } },
    from: { auth: bearerAuth() },
    outcome: 'copied',
    also: [
      {
        says: 'the destination saw no token of the source',
        holds: ({ destination }) =>
          destination.log.count({ when: ({ scheme }) => scheme === 'bearer' }) === 0,
      },
    ],
  },
];
