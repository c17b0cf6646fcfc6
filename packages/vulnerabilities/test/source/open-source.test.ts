import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAdvisoryServices } from '@artifact-lifecycle/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ADVISORY_URLS, openAdvisorySources } from '../../src/source/open-source.ts';
import { CLOCK, makeClient, signal } from './client.ts';
import { component, record } from './records.ts';

const LODASH = component('npm', 'lodash', '4.17.15');
const LOG4SHELL = 'CVE-2021-44228';

describe('the sources that a run asks', () => {
  const http = makeClient();
  let services: Awaited<ReturnType<typeof startAdvisoryServices>>;
  let root = '';

  beforeAll(async () => {
    services = await startAdvisoryServices({
      records: [record('OSV-1', [['npm', 'lodash']])],
      advisories: [
        {
          ghsa_id: 'GHSA-35jh-r3h4-6jhm',
          updated_at: '2026-11-20T00:00:00Z',
          vulnerabilities: [
            { package: { ecosystem: 'npm', name: 'lodash' }, vulnerable_version_range: '< 4.17.21' },
          ],
        },
      ],
      epss: { [LOG4SHELL]: { epss: 0.5, percentile: 0.5 } },
      kev: [{ cveID: LOG4SHELL, dateAdded: '2021-12-10' }],
    });
  });
  afterAll(() => services.close());
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sources-'));
    for (const name of ['osv', 'advisories']) {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'x.json'), JSON.stringify(record('FILE-1', [['npm', 'lodash']])));
    }
    writeFileSync(join(root, 'osv', 'epss.csv'), `cve,epss,percentile\n${LOG4SHELL},0.9,0.9\n`);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const open = (advisories: string) =>
    openAdvisorySources({ http, clock: CLOCK, advisories, root, urls: services.urls });

  it.each([
    { name: 'osv', advisories: 'osv', id: 'OSV-1', score: 0.5 },
    { name: 'github', advisories: 'github', id: 'GHSA-35jh-r3h4-6jhm', score: 0.5 },
    { name: 'a directory', advisories: 'advisories', id: 'FILE-1', score: 0.5 },
    { name: 'a directory that is called osv, with scores', advisories: './osv', id: 'FILE-1', score: 0.9 },
  ])('are $name', async ({ advisories: setting, id, score }) => {
    const { advisories, exploitation } = open(setting);
    const [found] = await advisories.find([LODASH], { signal });
    expect(found?.advisories.map((one) => one.id)).toEqual([id]);
    expect((await exploitation.epss([LOG4SHELL], { signal })).get(LOG4SHELL)?.score).toBe(score);
    expect((await exploitation.kev({ signal })).size).toBe(1);
  });

  it('are named so that people know who was asked', () => {
    const titles = ['osv', 'github', 'advisories'].map(
      (advisories) => openAdvisorySources({ http, clock: CLOCK, advisories, root }).advisories.title,
    );
    expect(titles).toEqual([
      'OSV (https://api.osv.dev)',
      'GitHub advisories (https://api.github.com)',
      'directory advisories',
    ]);
    expect(Object.values(ADVISORY_URLS).every((url) => url.startsWith('https://'))).toBe(true);
  });
});
