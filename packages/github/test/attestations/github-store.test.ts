import { parseDigest } from '@artifact-lifecycle/registry';
import {
  type GitHubAttestations,
  type GitHubAttestationsOptions,
  startGitHubAttestations,
} from '@artifact-lifecycle/testing';
import type { SignedStatement } from '@artifact-lifecycle/trust';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GitHubStore, type GitHubStoreOptions, isForkPullRequest } from '../../src/attestations/index.ts';
import { readEvent } from '../../src/event.ts';
import type { Octokit } from '../../src/octokit-seam.ts';

const SUBJECT = parseDigest(`sha256:${'c'.repeat(64)}`, 'test');
const OTHER = parseDigest(`sha256:${'d'.repeat(64)}`, 'test');

let server: GitHubAttestations | undefined;
afterEach(async () => {
  expect(server?.defects ?? []).toEqual([]);
  await server?.close();
  server = undefined;
});

function makeSigned(index = 0, subject = SUBJECT): SignedStatement {
  const statement = {
    subject: [{ name: 'app', digest: { sha256: subject.slice('sha256:'.length) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: { index },
  };
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {},
    dsseEnvelope: {
      payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [],
    },
  } as unknown as SignedStatement['bundle'];
  return { statement, bundle, bytes: Buffer.from(JSON.stringify(bundle)) };
}

async function open(
  options: GitHubAttestationsOptions = {},
  changes: Partial<GitHubStoreOptions> = {},
): Promise<{ github: GitHubAttestations; store: GitHubStore; trace: readonly string[] }> {
  const github = await startGitHubAttestations(options);
  server = github;
  return { github, ...connect(github.url, changes) };
}

function connect(
  apiUrl: string,
  changes: Partial<GitHubStoreOptions> = {},
): { store: GitHubStore; trace: readonly string[] } {
  const trace: string[] = [];
  const store = new GitHubStore({
    repository: 'acme/app',
    token: 'secret-token-1',
    apiUrl,
    serverUrl: 'https://github.com',
    userAgent: 'test',
    signal: new AbortController().signal,
    onTrace: (line) => trace.push(line),
    isFork: false,
    ...changes,
  });
  return { store, trace };
}

/** An API that answers everything with one failure, as Octokit throws it. */
function failing(status: number, message: string): Octokit {
  return {
    request: async () => {
      throw Object.assign(new Error(`${message} - https://docs.github.com/rest`), { status });
    },
  };
}

describe('an attestation is stored at GitHub', () => {
  it('under a number and a page', async () => {
    const { github, store } = await open();
    expect(await store.put(SUBJECT, makeSigned())).toEqual({
      kind: 'github',
      id: '1',
      url: 'https://github.com/acme/app/attestations/1',
    });
    expect(github.kept).toMatchObject([
      { repository: 'acme/app', bundle: makeSigned().bundle, subjects: [SUBJECT] },
    ]);
  });

  it.each<{
    name: string;
    status: number;
    message: string;
    isFork?: boolean;
    code: string;
    text: RegExp;
    remedy: RegExp;
  }>([
    {
      name: 'the job lacks a permission',
      status: 403,
      message: 'Resource not accessible by integration',
      code: 'PERMISSION_MISSING',
      text: /POST \/repos\/acme\/app\/attestations with 403: the job's token lacks a permission/,
      remedy: /permissions:\n {2}attestations: write\n {2}contents: read\n {2}id-token: write$/,
    },
    {
      name: 'a fork may not',
      status: 403,
      message: 'Resource not accessible by integration',
      isFork: true,
      code: 'PERMISSION_MISSING',
      text: /fork's pull request started may write nothing/,
      remedy: /on push/,
    },
    {
      name: 'a private repository of a user has none',
      status: 404,
      message:
        'Feature not available for user-owned private repositories. To enable this feature, please make this repository public.',
      code: 'UNSUPPORTED',
      text: /keeps no attestations of acme\/app.*private repository of a user/,
      remedy: /github-attestations: false/,
    },
    {
      name: 'Enterprise Server has none',
      status: 404,
      message: 'Not Found',
      code: 'UNSUPPORTED',
      text: /keeps no attestations of acme\/app/,
      remedy: /Enterprise Server[\s\S]*attestations: write/,
    },
    {
      name: 'the token is none',
      status: 401,
      message: 'Bad credentials',
      code: 'UNAUTHORIZED',
      text: /401/,
      remedy: /github-token/,
    },
    {
      name: 'it fails',
      status: 500,
      message: 'Server Error',
      code: 'UNREACHABLE',
      text: /no answer/,
      remedy: /run it again/,
    },
    {
      name: 'it is asked too often',
      status: 403,
      message: 'API rate limit exceeded',
      code: 'RATE_LIMITED',
      text: /rate limit/,
      remedy: /later/,
    },
  ])(
    'or not, where $name; before the work as well as after it',
    async ({ status, message, isFork, code, text, remedy }) => {
      const { store } = connect('http://127.0.0.1:1', {
        octokit: failing(status, message),
        isFork: isFork ?? false,
      });
      for (const work of [store.preflight(), store.put(SUBJECT, makeSigned())]) {
        await expect(work).rejects.toMatchObject({
          code,
          message: expect.stringMatching(text),
          remedy: expect.stringMatching(remedy),
        });
      }
    },
  );

  it.each<{ name: string; options: GitHubAttestationsOptions; code: string | undefined }>([
    { name: 'who may', options: {}, code: undefined },
    {
      name: 'who may read only',
      options: { repositories: { 'acme/app': 'read' } },
      code: 'PERMISSION_MISSING',
    },
    {
      name: 'whose repository has no such thing',
      options: { repositories: { 'acme/app': 'unavailable' } },
      code: 'UNSUPPORTED',
    },
    { name: 'whose repository is not shown', options: { repositories: {} }, code: 'UNSUPPORTED' },
  ])('for $name, which is asked beforehand and stores nothing', async ({ options, code }) => {
    const { github, store } = await open(options);
    const asked = store.preflight();
    if (code === undefined) await asked;
    else await expect(asked).rejects.toMatchObject({ code });
    expect(github.kept).toEqual([]);
    expect(github.log.requests).toHaveLength(1);
  });

  it.each([
    ['an answer without a number', {}],
    ['a list', []],
  ])('and %s is refused', async (_name, data) => {
    const { store } = connect('http://127.0.0.1:1', {
      octokit: { request: async () => ({ status: 201, data }) },
    });
    await expect(store.put(SUBJECT, makeSigned())).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
  });
});

describe("GitHub's attestations are listed", () => {
  it.each<{ bundles: 'inline' | 'url' | 'both' }>([
    { bundles: 'inline' },
    { bundles: 'url' },
    { bundles: 'both' },
  ])('with their bundles $bundles, page by page, the newest first', async ({ bundles }) => {
    const { github, store } = await open({ bundles });
    const count = 70;
    for (let index = 0; index < count; index++) {
      github.keep('acme/app', JSON.parse(Buffer.from(makeSigned(index).bytes).toString()));
    }
    github.keep('acme/app', JSON.parse(Buffer.from(makeSigned(0, OTHER).bytes).toString()));
    github.keep('acme/other', JSON.parse(Buffer.from(makeSigned(0).bytes).toString()));
    const listed = await store.list(SUBJECT);
    expect(listed.map((entry) => entry.kind === 'bundle' && Buffer.from(entry.bytes).toString())).toEqual(
      Array.from({ length: count }, (_, index) =>
        Buffer.from(makeSigned(count - 1 - index).bytes).toString(),
      ),
    );
    expect(github.log.count({ path: /\/attestations\// })).toBe(3);
    const fetched = github.log.filter({ path: /^\/bundles\// });
    expect(fetched).toHaveLength(bundles === 'url' ? count : 0);
    // Where bundles lie is not GitHub's API: the token stays here.
    expect(fetched.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
  });

  it('as none where there are none, and the repository is seen', async () => {
    const { store } = connect('http://127.0.0.1:1', {
      octokit: {
        request: async (route, parameters) => {
          if (route === 'GET /repos/{owner}/{repo}') return { status: 200, data: {} };
          return failing(404, 'Not Found').request(route, parameters);
        },
      },
    });
    expect(await store.list(SUBJECT)).toEqual([]);
  });

  it('as none where GitHub says so with an empty list', async () => {
    const { store } = await open({ nothing: 200 });
    expect(await store.list(SUBJECT)).toEqual([]);
  });

  it('as none where the repository cannot have any', async () => {
    const { store } = await open({ repositories: { 'acme/app': 'unavailable' } });
    expect(await store.list(SUBJECT)).toEqual([]);
  });

  it.each([
    [404, 'Not Found', 'NOT_FOUND'],
    [401, 'Bad credentials', 'UNAUTHORIZED'],
    [403, 'Resource not accessible by integration', 'PERMISSION_MISSING'],
    [500, 'oops', 'UNREACHABLE'],
  ])('and never as none where GitHub answers everything with %i %s', async (status, message, code) => {
    const { store } = connect('http://127.0.0.1:1', { octokit: failing(status, message) });
    await expect(store.list(SUBJECT)).rejects.toMatchObject({ code });
  });

  it.each([
    { name: 'no list', data: {}, code: 'PROTOCOL_INVALID' },
    {
      name: 'plain HTTP',
      data: { attestations: [{ bundle: null, bundle_url: 'http://127.0.0.1:2/x' }] },
      code: 'PROTOCOL_INVALID',
    },
    {
      name: 'a file',
      data: { attestations: [{ bundle: null, bundle_url: 'file:///etc/passwd' }] },
      code: 'PROTOCOL_INVALID',
    },
    { name: 'too many', data: { attestations: Array(1001).fill({ bundle: {} }) }, code: 'LIMIT_EXCEEDED' },
    { name: 'pages without an end', data: { attestations: [] }, next: true, code: 'LIMIT_EXCEEDED' },
  ])('and $name is refused', async ({ data, next, code }) => {
    const headers = next === true ? { link: '<https://api.github.com/x?after=1>; rel="next"' } : {};
    const { store } = connect('http://127.0.0.1:1', {
      octokit: { request: async () => ({ status: 200, data, headers }) },
    });
    await expect(store.list(SUBJECT)).rejects.toMatchObject({ code });
  });

  it.each([
    { name: 'that is gone', action: { kind: 'answer', status: 404 } as const, code: 'NOT_FOUND' },
    {
      name: 'that is not what snappy makes',
      action: { kind: 'truncate', toBytes: 9 } as const,
      code: 'CONTENT_INVALID',
    },
    {
      name: 'that would unpack to 4 GB',
      action: { kind: 'answer', status: 200, body: Buffer.from('ffffffff0f', 'hex') } as const,
      code: 'LIMIT_EXCEEDED',
    },
  ])('with one bundle broken, $name', async ({ action, code }) => {
    const { github, store } = await open({ bundles: 'url' });
    for (const index of [1, 2])
      github.keep('acme/app', JSON.parse(Buffer.from(makeSigned(index).bytes).toString()));
    github.faults.add({ path: '/bundles/1' }, action);
    expect(await store.list(SUBJECT)).toMatchObject([{ kind: 'bundle' }, { kind: 'broken', code }]);
  });

  it('and a place of bundles that refuses is an error without the signed address', async () => {
    const { github, store, trace } = await open();
    github.faults.add({ path: /^\/bundles\// }, { kind: 'answer', status: 403 });
    const octokit: Octokit = {
      request: async () => ({
        status: 200,
        data: {
          attestations: [{ bundle: null, bundle_url: `${github.url}/bundles/1?sig=secret-signature` }],
        },
      }),
    };
    const { store: other, trace: traced } = connect(github.url, { octokit });
    const error: unknown = await other.list(SUBJECT).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UNREACHABLE' });
    expect(`${error} ${JSON.stringify(error)} ${traced.join()}`).not.toContain('secret-signature');
    await store.list(OTHER).catch(() => {});
    expect(trace.join()).not.toContain('secret-token-1');
  });
});

describe('a run', () => {
  const pull = (head: string | undefined, base: string): object => ({
    pull_request: {
      head: { repo: head === undefined ? null : { full_name: head } },
      base: { repo: { full_name: base } },
    },
  });
  it.each([
    { name: 'a push', event: 'push', payload: {}, isFork: false },
    {
      name: 'a pull request of the repository itself',
      event: 'pull_request',
      payload: pull('acme/app', 'acme/app'),
      isFork: false,
    },
    {
      name: "a fork's pull request",
      event: 'pull_request',
      payload: pull('evil/app', 'acme/app'),
      isFork: true,
    },
    {
      name: "a deleted fork's pull request",
      event: 'pull_request',
      payload: pull(undefined, 'acme/app'),
      isFork: true,
    },
    {
      name: 'a review of it',
      event: 'pull_request_review',
      payload: pull('evil/app', 'acme/app'),
      isFork: true,
    },
    {
      name: 'one with the rights of the base',
      event: 'pull_request_target',
      payload: pull('evil/app', 'acme/app'),
      isFork: false,
    },
  ])("is or is not a fork's: $name", async ({ event, payload, isFork }) => {
    const read = await readEvent({ GITHUB_EVENT_NAME: event });
    expect(isForkPullRequest({ ...read, payload: payload as never })).toBe(isFork);
  });
});
