import {
  type AdvisoryServices,
  type AdvisoryServicesOptions,
  type FaultAction,
  type FaultMatch,
  startAdvisoryServices,
} from '@artifact-lifecycle/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createOsvApi } from '../../src/source/osv-api.ts';
import { errorOf, makeClient, signal } from './client.ts';
import { component, debian, record } from './records.ts';

const http = makeClient();
let services: AdvisoryServices | undefined;

async function start(options: AdvisoryServicesOptions) {
  services = await startAdvisoryServices(options);
  return { services, osv: createOsvApi({ http, url: services.urls.osv }) };
}

afterEach(async () => {
  expect(services?.defects ?? []).toEqual([]);
  await services?.close();
  services = undefined;
});

const LODASH = component('npm', 'lodash', '4.17.15');
const GHSA = record('GHSA-35jh-r3h4-6jhm', [
  ['npm', 'lodash'],
  ['npm', 'lodash-es'],
]);

async function idsOf(osv: ReturnType<typeof createOsvApi>, components: Parameters<typeof osv.find>[0]) {
  const found = await osv.find(components, { signal });
  expect(found.map((one) => one.component)).toEqual(components);
  return found.map(({ advisories }) => advisories.map(({ id }) => id));
}

describe('OSV as a source', () => {
  it('gives each component the records that name it, in the order of the components', async () => {
    const { osv } = await start({
      records: [
        GHSA,
        record('DSA-2', [['Debian:12', 'openssl']]),
        record('DSA-1', [['Debian:12', 'openssl']]),
      ],
    });
    const components = [debian('openssl', '3.0.1-1'), component('npm', 'absent', '1.0.0'), LODASH];
    expect(await idsOf(osv, components)).toEqual([['DSA-1', 'DSA-2'], [], ['GHSA-35jh-r3h4-6jhm']]);
  });

  it('asks for a record once, whoever is named by it, and not again in the next find', async () => {
    const { osv, services } = await start({ records: [GHSA] });
    const components = [LODASH, component('npm', 'lodash-es', '4.0.0'), component('npm', 'lodash', '3.0.0')];
    const all = [['GHSA-35jh-r3h4-6jhm'], ['GHSA-35jh-r3h4-6jhm'], ['GHSA-35jh-r3h4-6jhm']];
    expect(await idsOf(osv, components)).toEqual(all);
    expect(await idsOf(osv, components)).toEqual(all);
    expect(services.log.count({ path: /^\/v1\/vulns\// })).toBe(1);
    expect(services.log.count({ path: '/v1/querybatch' })).toBe(2);
  });

  it('asks for languages without a version, for distributions with that of the source package', async () => {
    const queries: unknown[] = [];
    const { osv } = await start({
      records: [GHSA, record('DSA-1', [['Debian:12', 'openssl']])],
      affects: (_record, query) => {
        queries.push(query);
        return query.version === '3.0.1-1';
      },
    });
    const libssl = debian('libssl3', '3.0.1-1+b1', { source: { name: 'openssl', version: '3.0.1-1' } });
    expect(await idsOf(osv, [LODASH, libssl])).toEqual([['GHSA-35jh-r3h4-6jhm'], ['DSA-1']]);
    expect(queries).toEqual([{ ecosystem: 'Debian:12', name: 'openssl', purl: '', version: '3.0.1-1' }]);
  });

  it('asks in both spellings where case does not count', async () => {
    const { osv } = await start({ records: [record('GHSA-5crp-9r3c-p9vr', [['NuGet', 'Newtonsoft.Json']])] });
    expect(await idsOf(osv, [component('nuget', 'Newtonsoft.Json', '12.0.1')])).toEqual([
      ['GHSA-5crp-9r3c-p9vr'],
    ]);
  });

  it('asks about 2,500 packages in three batches, and reads pages to their end', async () => {
    const names = Array.from({ length: 2500 }, (_, at) => `package-${at}`);
    const many = ['MAL-1', 'MAL-2', 'MAL-3', 'MAL-4', 'MAL-5'].map((id) =>
      record(id, [['npm', 'package-7']]),
    );
    const { osv, services } = await start({
      records: [...many, record('GHSA-1', [['npm', 'package-2400']])],
      pageSize: 2,
    });
    const found = await idsOf(
      osv,
      names.map((name) => component('npm', name, '1.0.0')),
    );
    expect(found[7]).toEqual(['MAL-1', 'MAL-2', 'MAL-3', 'MAL-4', 'MAL-5']);
    expect(found[2400]).toEqual(['GHSA-1']);
    // Three batches, then two more pages of one package.
    expect(services.log.count({ path: '/v1/querybatch' })).toBe(5);
  });

  it('asks nobody about nothing', async () => {
    const { osv, services } = await start({});
    expect(await osv.find([], { signal })).toEqual([]);
    expect(await idsOf(osv, [component('generic', 'thing', '1')])).toEqual([[]]);
    expect(services.log.count()).toBe(0);
  });
});

describe('faults of OSV', () => {
  const BATCH = { path: '/v1/querybatch' } as const;
  const RECORD = { path: /^\/v1\/vulns\// } as const;
  const json = (document: unknown): FaultAction => ({
    kind: 'answer',
    status: 200,
    body: JSON.stringify(document),
  });

  it.each<{ name: string; match: FaultMatch; action: FaultAction }>([
    {
      name: 'an overload of the batch',
      match: { ...BATCH, times: 1 },
      action: { kind: 'answer', status: 503 },
    },
    {
      name: 'a rate limit of the batch',
      match: { ...BATCH, times: 1 },
      action: { kind: 'rate-limit', retryAfter: 1 },
    },
    { name: 'a batch without an answer', match: { ...BATCH, times: 1 }, action: { kind: 'drop-answer' } },
    {
      name: 'a batch that breaks off',
      match: { ...BATCH, times: 1 },
      action: { kind: 'drop-body', afterBytes: 9 },
    },
    {
      name: 'a failure of a record',
      match: { ...RECORD, times: 1 },
      action: { kind: 'answer', status: 500 },
    },
    {
      name: 'a record that breaks off',
      match: { ...RECORD, times: 2 },
      action: { kind: 'drop-body', afterBytes: 20 },
    },
  ])('$name is got over', async ({ match, action }) => {
    const { osv, services } = await start({ records: [GHSA] });
    const fault = services.faults.add(match, action);
    expect(await idsOf(osv, [LODASH])).toEqual([['GHSA-35jh-r3h4-6jhm']]);
    expect(fault.hits).toBeGreaterThan(0);
  });

  it.each<{ name: string; match: FaultMatch; action: FaultAction; code: string }>([
    { name: 'an outage', match: BATCH, action: { kind: 'answer', status: 503 }, code: 'UNREACHABLE' },
    { name: 'no answer', match: BATCH, action: { kind: 'drop-answer' }, code: 'UNREACHABLE' },
    {
      name: 'a limit that lasts',
      match: BATCH,
      action: { kind: 'rate-limit', retryAfter: 86_400 },
      code: 'RATE_LIMITED',
    },
    { name: 'a page for people', match: BATCH, action: { kind: 'html' }, code: 'PROTOCOL_INVALID' },
    {
      name: 'half an answer',
      match: BATCH,
      action: { kind: 'truncate', toBytes: 9 },
      code: 'PROTOCOL_INVALID',
    },
    { name: 'a refusal', match: BATCH, action: { kind: 'answer', status: 400 }, code: 'PROTOCOL_INVALID' },
    { name: 'an answer without results', match: BATCH, action: json({}), code: 'PROTOCOL_INVALID' },
    {
      name: 'results of others',
      match: BATCH,
      action: json({ results: [{}, {}] }),
      code: 'PROTOCOL_INVALID',
    },
    {
      name: 'a result that is none',
      match: BATCH,
      action: json({ results: ['none'] }),
      code: 'PROTOCOL_INVALID',
    },
    {
      name: 'vulnerabilities that are none',
      match: BATCH,
      action: json({ results: [{ vulns: 'none' }] }),
      code: 'PROTOCOL_INVALID',
    },
    {
      name: 'an id that leads elsewhere',
      match: BATCH,
      action: json({ results: [{ vulns: [{ id: '../query' }] }] }),
      code: 'PROTOCOL_INVALID',
    },
    {
      name: 'a page without end',
      match: BATCH,
      action: json({ results: [{ next_page_token: 'again' }] }),
      code: 'PROTOCOL_INVALID',
    },
    {
      name: 'a record that is gone',
      match: RECORD,
      action: { kind: 'answer', status: 404 },
      code: 'NOT_FOUND',
    },
    {
      name: 'a record that keeps breaking off',
      match: RECORD,
      action: { kind: 'drop-body', afterBytes: 20 },
      code: 'UNREACHABLE',
    },
    {
      name: 'half a record',
      match: RECORD,
      action: { kind: 'truncate', toBytes: 20 },
      code: 'PROTOCOL_INVALID',
    },
    {
      name: 'a record that is none',
      match: RECORD,
      action: json({ id: 'GHSA-1', affected: 'all' }),
      code: 'CONTENT_INVALID',
    },
  ])('$name is an error, never an empty answer', async ({ match, action, code }) => {
    const { osv, services } = await start({ records: [GHSA] });
    const fault = services.faults.add(match, action);
    expect(await errorOf(osv.find([LODASH], { signal }))).toMatchObject({ code });
    expect(fault.hits).toBeGreaterThan(0);
  });

  it('that are over are forgotten: the record is asked for again', async () => {
    const { osv, services } = await start({ records: [GHSA] });
    services.faults.add({ ...RECORD, times: 1 }, { kind: 'answer', status: 404 });
    expect(await errorOf(osv.find([LODASH], { signal }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await idsOf(osv, [LODASH])).toEqual([['GHSA-35jh-r3h4-6jhm']]);
  });

  it('do not outlast a run that is cancelled', async () => {
    const { osv, services } = await start({ records: [GHSA] });
    const controller = new AbortController();
    services.faults.add(RECORD, { kind: 'hook', run: () => controller.abort() });
    expect(await errorOf(osv.find([LODASH], { signal: controller.signal }))).toMatchObject({
      code: 'CANCELLED',
    });
  });
});
