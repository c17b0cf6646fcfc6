import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type GitHubAttestations,
  type GitHubAttestationsOptions,
  startGitHubAttestations,
} from '../../src/index.ts';
import { postJson, readJson } from '../support/sigstore-client.ts';

let github: GitHubAttestations;
afterEach(async () => {
  expect(github.defects).toEqual([]);
  await github.close();
});

const DIGEST = `sha256:${'c'.repeat(64)}`;
const AUTHORIZATION = { authorization: 'Bearer token' };

function makeBundle(
  predicateType = 'https://slsa.dev/provenance/v1',
  subject: unknown = [{ digest: { sha256: 'c'.repeat(64) } }],
): { readonly [name: string]: unknown } {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {},
    dsseEnvelope: { payload: Buffer.from(JSON.stringify({ subject, predicateType })).toString('base64') },
  };
}

async function start(options: GitHubAttestationsOptions = {}): Promise<void> {
  github = await startGitHubAttestations(options);
}

async function create(bundle: unknown, headers: Record<string, string> = AUTHORIZATION): Promise<Response> {
  return await postJson(`${github.url}/repos/acme/app/attestations`, { bundle }, headers);
}

async function list(query = ''): Promise<Response> {
  return await fetch(`${github.url}/repos/acme/app/attestations/${DIGEST}${query}`, {
    headers: AUTHORIZATION,
  });
}

describe("GitHub's attestations", () => {
  it('keeps a bundle and gives it for its subject, whole and compressed', async () => {
    await start();
    const created = await create(makeBundle());
    expect([created.status, await readJson(created)]).toEqual([201, { id: 1 }]);
    const { attestations } = await readJson(list());
    expect(attestations).toEqual([
      {
        bundle: makeBundle(),
        bundle_url: `${github.url}/bundles/1`,
        repository_id: 12345,
        initiator: 'user',
      },
    ]);
    const compressed = await fetch(attestations[0].bundle_url);
    expect(compressed.headers.get('content-type')).toBe('application/x-snappy');
  });

  it.each([
    { name: 'only whole', bundles: 'inline', has: [true, false] },
    { name: 'only where they lie', bundles: 'url', has: [false, true] },
  ] as const)('gives bundles $name', async ({ bundles, has }) => {
    await start({ bundles });
    github.keep('acme/app', makeBundle());
    const { attestations } = await readJson(list());
    expect([attestations[0].bundle !== null, attestations[0].bundle_url !== undefined]).toEqual(has);
  });

  it('gives pages, the newest first, and filters by predicate type', async () => {
    await start();
    for (let number = 1; number <= 5; number += 1)
      github.keep('acme/app', makeBundle(`https://acme.test/${number}`));
    const seen: string[] = [];
    let next: string | undefined = `${github.url}/repos/acme/app/attestations/${DIGEST}?per_page=2`;
    let pages = 0;
    while (next !== undefined) {
      const response: Response = await fetch(next);
      const { attestations } = await readJson(response);
      for (const { bundle } of attestations) {
        seen.push(
          JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()).predicateType.slice(-1),
        );
      }
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
      pages += 1;
    }
    expect([seen.join(''), pages]).toEqual(['54321', 3]);
    const filtered = await readJson(list('?predicate_type=https://acme.test/3'));
    expect(filtered.attestations).toHaveLength(1);
  });

  it.each([
    {
      name: 'without permission',
      access: 'read',
      status: 403,
      says: 'Resource not accessible by integration',
    },
    {
      name: 'without the feature',
      access: 'unavailable',
      status: 404,
      says: 'Feature not available for user-owned private repositories.',
    },
    { name: 'that cannot be seen', access: 'none', status: 404, says: 'Not Found' },
  ] as const)('refuses a repository $name', async ({ access, status, says }) => {
    await start({ repositories: { 'acme/app': access } });
    const response = await create(makeBundle());
    expect(response.status).toBe(status);
    expect((await readJson(response)).message).toContain(says);
    expect(github.kept).toHaveLength(0);
  });

  it.each([
    { name: 'nobody', headers: {} },
    { name: 'an unknown token', headers: { authorization: 'token other' } },
  ])('refuses $name', async ({ headers }) => {
    await start({ token: 'token' });
    expect((await create(makeBundle(), headers)).status).toBe(401);
    expect((await create(makeBundle())).status).toBe(201);
  });

  it.each([
    { name: 'no bundle', bundle: undefined },
    { name: 'a bundle without a statement', bundle: { ...makeBundle(), dsseEnvelope: undefined } },
    { name: 'a statement without subjects', bundle: makeBundle('https://acme.test', []) },
    { name: 'a bundle without material', bundle: { ...makeBundle(), verificationMaterial: undefined } },
  ])('refuses $name', async ({ bundle }) => {
    await start();
    expect((await create(bundle)).status).toBe(422);
  });

  it('answers 404 where there is nothing, or an empty list when told to', async () => {
    await start();
    expect((await list()).status).toBe(404);
    await github.close();
    await start({ nothing: 200 });
    expect(await readJson(list())).toEqual({ attestations: [] });
  });
});
