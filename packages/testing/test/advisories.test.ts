import { afterEach, describe, expect, it } from '@jest/globals';
import { type AdvisoryServices, type AdvisoryServicesOptions, startAdvisoryServices } from '../src/index.ts';

const LODASH = {
  id: 'GHSA-35jh-r3h4-6jhm',
  modified: '2024-01-01T00:00:00Z',
  affected: [{ package: { ecosystem: 'npm', name: 'lodash', purl: 'pkg:npm/lodash' } }],
};
const OPENSSL = (id: string) => ({
  id,
  modified: '2024-01-01T00:00:00Z',
  affected: [{ package: { ecosystem: 'Debian:12', name: 'openssl' } }],
});
const GITHUB = {
  ghsa_id: 'GHSA-35jh-r3h4-6jhm',
  vulnerabilities: [{ package: { ecosystem: 'npm', name: 'lodash' } }],
};

let services: AdvisoryServices | undefined;
const start = async (options: AdvisoryServicesOptions) => {
  services = await startAdvisoryServices(options);
  return services;
};
afterEach(async () => {
  expect(services?.defects).toEqual([]);
  await services?.close();
});

async function post(url: string, document: unknown) {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(document) });
  const body: { readonly results: readonly { readonly next_page_token?: string }[] } = JSON.parse(
    await response.text(),
  );
  return { status: response.status, body };
}

describe("OSV's API", () => {
  it.each([
    {
      name: 'a versioned purl and a version',
      query: { package: { purl: 'pkg:npm/lodash@4.17.15' }, version: '4.17.15' },
    },
    {
      name: 'a purl and a name',
      query: { package: { purl: 'pkg:npm/lodash', name: 'lodash' }, version: '4.17.15' },
    },
    { name: 'no package', query: { version: '1' } },
    { name: 'what is no purl', query: { package: { purl: 'lodash' } } },
    { name: 'a token of nobody', query: { package: { purl: 'pkg:npm/lodash' }, page_token: 'x' } },
  ])('refuses $name', async ({ query }) => {
    const { url } = await start({ records: [LODASH] });
    expect((await post(`${url}/v1/querybatch`, { queries: [query] })).status).toBe(400);
    expect((await post(`${url}/v1/query`, query)).status).toBe(400);
  });

  it('refuses more than 1,000 queries', async () => {
    const { url } = await start({ records: [LODASH] });
    const queries = (count: number) => ({
      queries: new Array(count).fill({ package: { purl: 'pkg:npm/lodash' } }),
    });
    expect((await post(`${url}/v1/querybatch`, queries(1000))).status).toBe(200);
    expect((await post(`${url}/v1/querybatch`, queries(1001))).status).toBe(400);
  });

  it('answers in the order of the queries, with ids alone, page by page', async () => {
    const { url } = await start({
      records: [LODASH, ...['DSA-1', 'DSA-2', 'DSA-3'].map(OPENSSL)],
      pageSize: 2,
    });
    const queries = [
      { package: { ecosystem: 'npm', name: 'absent' } },
      { package: { ecosystem: 'Debian', name: 'openssl' } },
      { package: { purl: 'pkg:npm/lodash@4.17.15' } },
    ];
    const { body } = await post(`${url}/v1/querybatch`, { queries });
    const modified = '2024-01-01T00:00:00Z';
    expect(body).toEqual({
      results: [
        {},
        {
          vulns: [
            { id: 'DSA-1', modified },
            { id: 'DSA-2', modified },
          ],
          next_page_token: expect.any(String),
        },
        { vulns: [{ id: 'GHSA-35jh-r3h4-6jhm', modified }] },
      ],
    });
    const rest = { ...queries[1], page_token: body.results[1]?.next_page_token };
    expect((await post(`${url}/v1/querybatch`, { queries: [rest] })).body).toEqual({
      results: [{ vulns: [{ id: 'DSA-3', modified }] }],
    });
  });

  it('gives a record by its id, and 404 for others', async () => {
    const { url } = await start({ records: [LODASH] });
    expect(await (await fetch(`${url}/v1/vulns/${LODASH.id}`)).json()).toEqual(LODASH);
    expect((await fetch(`${url}/v1/vulns/GHSA-0`)).status).toBe(404);
    expect((await fetch(`${url}/v1/other`)).status).toBe(404);
  });
});

describe("GitHub's advisories", () => {
  it.each([
    { name: 'an ecosystem it has not', query: 'ecosystem=debian', status: 422 },
    { name: 'pages of more than 100', query: 'per_page=101', status: 422 },
    {
      name: 'more than 1,000 packages',
      query: `affects=${new Array(1001).fill('a').join(',')}`,
      status: 422,
    },
    { name: 'an address that is too long', query: `affects=${'a'.repeat(9000)}`, status: 414 },
  ])('refuses $name', async ({ query, status }) => {
    const { url } = await start({ advisories: [GITHUB] });
    expect((await fetch(`${url}/advisories?${query}`)).status).toBe(status);
  });

  it('gives pages that a header links, and takes its own token alone', async () => {
    const { url } = await start({ advisories: [GITHUB, GITHUB], token: 'good' });
    const ask = (token: string) =>
      fetch(`${url}/advisories?ecosystem=npm&affects=lodash@4.17.15&per_page=1`, {
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await ask('bad')).status).toBe(401);
    const first = await ask('good');
    expect(await first.json()).toEqual([GITHUB]);
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const second = await fetch(next);
    expect(await second.json()).toEqual([GITHUB]);
    expect(second.headers.get('link')).toBeNull();
  });
});

describe('EPSS and KEV', () => {
  it('give what is known, and refuse lists that are too long', async () => {
    const kev = [{ cveID: 'CVE-2021-44228', dateAdded: '2021-12-10' }];
    const { urls } = await start({ epss: { 'CVE-2021-44228': { epss: 0.97565, percentile: 0.999 } }, kev });
    const known = await fetch(`${urls.epss}?cve=CVE-2021-44228,CVE-2000-1`);
    expect(await known.json()).toMatchObject({
      total: 1,
      data: [{ cve: 'CVE-2021-44228', epss: '0.975650000', percentile: '0.999000000' }],
    });
    expect((await fetch(`${urls.epss}?cve=${'x'.repeat(2001)}`)).status).toBe(400);
    expect(await (await fetch(urls.kev)).json()).toMatchObject({ count: 1, vulnerabilities: kev });
  });
});
