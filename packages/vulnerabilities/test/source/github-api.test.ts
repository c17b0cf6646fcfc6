import {
  type AdvisoryServices,
  type AdvisoryServicesOptions,
  type FaultAction,
  startAdvisoryServices,
} from '@artifact-lifecycle/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createGitHubApi } from '../../src/source/github-api.ts';
import { errorOf, makeClient, signal } from './client.ts';
import { component, debian } from './records.ts';

const http = makeClient();
let services: AdvisoryServices | undefined;

async function start(options: AdvisoryServicesOptions, token?: string) {
  services = await startAdvisoryServices(options);
  return { services, github: createGitHubApi({ http, url: services.urls.github, token }) };
}

afterEach(async () => {
  expect(services?.defects ?? []).toEqual([]);
  await services?.close();
  services = undefined;
});

/** Ids whose last part is a number in GitHub's alphabet. */
const idOf = (number: number): string =>
  `GHSA-2222-2222-${[...number.toString().padStart(4, '0')].map((digit) => '23456789cf'[Number(digit)]).join('')}`;

const advisory = (
  id: string,
  ecosystem: string,
  name: string,
  rest: Readonly<Record<string, unknown>> = {},
) => ({
  ghsa_id: id,
  updated_at: '2026-11-20T00:00:00Z',
  vulnerabilities: [
    { package: { ecosystem, name }, vulnerable_version_range: '< 2.0', first_patched_version: '2.0' },
  ],
  ...rest,
});

const LODASH = component('npm', 'lodash', '4.17.15');

describe("GitHub's advisories as a source", () => {
  it('give each component what names it, malware too, and say where they know nothing', async () => {
    const { github } = await start({
      advisories: [
        advisory(idOf(1), 'npm', 'lodash'),
        advisory(idOf(2), 'npm', 'lodash', { type: 'malware' }),
        advisory(idOf(3), 'pip', 'lodash'),
        advisory(idOf(4), 'maven', 'org.apache.logging.log4j:log4j-core'),
      ],
    });
    const components = [
      LODASH,
      component('maven', 'log4j-core', '2.14.1', { namespace: 'org.apache.logging.log4j' }),
      component('cargo', 'absent', '1.0.0'),
      debian('openssl', '3.0.1-1'),
      component('golang', 'stdlib', '1.20.1'),
    ];
    const found = await github.find(components, { signal });
    expect(found.map((one) => [one.advisories.map(({ id }) => id), one.gap?.ecosystem])).toEqual([
      [[idOf(1), idOf(2)], undefined],
      [[idOf(4)], undefined],
      [[], undefined],
      [[], 'Debian:12'],
      [[], 'Go stdlib'],
    ]);
  });

  it('are read to their last page, and asked for a package once', async () => {
    const { github, services } = await start({
      advisories: Array.from({ length: 250 }, (_, at) => advisory(idOf(at), 'npm', 'lodash')),
    });
    const [one, two] = await github.find([LODASH, component('npm', 'lodash', '3.0.0')], { signal });
    expect(one?.advisories).toHaveLength(250);
    expect(two?.advisories).toEqual(one?.advisories);
    // Three pages of reviewed ones, one of malware.
    expect(services.log.count()).toBe(4);
  });

  it('are asked for in addresses that GitHub takes, with as many packages as it takes', async () => {
    const names = Array.from({ length: 1500 }, (_, at) => `p${at}`);
    const { github, services } = await start({
      advisories: [advisory(idOf(1), 'npm', 'p1499'), advisory(idOf(2), 'npm', '@acme/x')],
    });
    const found = await github.find(
      [
        ...names.map((name) => component('npm', name, '1.0.0')),
        component('npm', 'x', '1.0.0', { namespace: '@acme' }),
      ],
      { signal },
    );
    expect(found.at(1499)?.advisories.map(({ id }) => id)).toEqual([idOf(1)]);
    expect(found.at(1500)?.advisories.map(({ id }) => id)).toEqual([idOf(2)]);
    expect(services.log.count()).toBeLessThan(10);
    const asked = services.log.requests.flatMap(({ query }) => query.get('affects')?.split(',') ?? []);
    expect(asked).toContain('@acme/x@1.0.0');
    expect(new Set(asked).size).toBe(1501);
  });

  it('are asked for with the token, which no error shows', async () => {
    const { services, github } = await start({ advisories: [], token: 'good' }, 'good');
    await github.find([LODASH], { signal });
    expect(services.log.requests.every(({ scheme }) => scheme === 'bearer')).toBe(true);
    const bad = createGitHubApi({ http, url: services.urls.github, token: 'secret-token' });
    const error = await errorOf(bad.find([LODASH], { signal }));
    expect(error).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('Bad credentials'),
    });
    expect(JSON.stringify([error, String(error)])).not.toContain('secret-token');
  });

  const json = (document: unknown, headers = {}): FaultAction => ({
    kind: 'answer',
    status: 200,
    body: JSON.stringify(document),
    headers,
  });

  it.each<{ name: string; action: FaultAction; code: string }>([
    { name: 'an outage', action: { kind: 'answer', status: 502 }, code: 'UNREACHABLE' },
    {
      name: 'a spent rate limit',
      action: { kind: 'answer', status: 403, headers: { 'x-ratelimit-remaining': '0' } },
      code: 'RATE_LIMITED',
    },
    {
      name: 'a secondary rate limit',
      action: {
        kind: 'answer',
        status: 403,
        body: JSON.stringify({ message: 'You have exceeded a secondary rate limit.' }),
      },
      code: 'RATE_LIMITED',
    },
    { name: 'a refusal', action: { kind: 'answer', status: 403 }, code: 'FORBIDDEN' },
    { name: 'a request that is none', action: { kind: 'answer', status: 422 }, code: 'PROTOCOL_INVALID' },
    { name: 'a page for people', action: { kind: 'html' }, code: 'PROTOCOL_INVALID' },
    { name: 'half a page', action: { kind: 'truncate', toBytes: 10 }, code: 'PROTOCOL_INVALID' },
    { name: 'no list', action: json({}), code: 'PROTOCOL_INVALID' },
    { name: 'an advisory that is none', action: json([{}]), code: 'CONTENT_INVALID' },
    {
      name: 'a next page of somebody else',
      action: json([], { link: '<https://evil.example/advisories?after=x>; rel="next"' }),
      code: 'PROTOCOL_INVALID',
    },
    {
      name: 'the same page for ever',
      action: json([], { link: '<?after=x>; rel="next"' }),
      code: 'PROTOCOL_INVALID',
    },
  ])('$name is an error, never an empty answer', async ({ action, code }) => {
    const { github, services } = await start({ advisories: [advisory(idOf(1), 'npm', 'lodash')] });
    services.faults.add({ path: '/advisories' }, action);
    expect(await errorOf(github.find([LODASH], { signal }))).toMatchObject({ code });
  });
});
