import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openAdvisoryDirectory } from '../../src/source/directory/advisory-directory.ts';
import { readEpssDocument } from '../../src/source/epss.ts';
import { readKevCatalogue } from '../../src/source/kev.ts';
import { CLOCK, signal } from './client.ts';
import { component } from './records.ts';

const data = process.env['ARTIFACT_LIFECYCLE_DATA'];
const withData = data === undefined ? describe.skip : describe;

withData('real files (ARTIFACT_LIFECYCLE_DATA)', () => {
  const at = (...path: readonly string[]): string => join(data ?? '', 'advisories', ...path);
  const json = (name: string): unknown => JSON.parse(readFileSync(at('epss-kev', name), 'utf8'));

  it("are indexed and found: Go's database", async () => {
    const source = openAdvisoryDirectory({ directory: at('go'), clock: CLOCK });
    const { records, ecosystems } = await source.index({ signal });
    expect(records).toBeGreaterThan(300);
    expect(ecosystems).toEqual(new Set(['Go']));
    const found = await source.find(
      [
        component('golang', 'gin', 'v1.5.0', { namespace: 'github.com/gin-gonic' }),
        component('golang', 'stdlib', '1.17.1'),
        component('pypi', 'requests', '2.0'),
      ],
      { signal },
    );
    expect(found[0]?.advisories.map(({ id }) => id)).toContain('GO-2020-0001');
    expect(found[1]?.advisories.length).toBeGreaterThan(10);
    expect(found[2]).toMatchObject({ advisories: [], gap: { ecosystem: 'PyPI' } });
  });

  it("are read: grype's samples of EPSS and KEV", () => {
    const scores = readEpssDocument(json('grype_db_processors_testdata_epss.json'), () => true, 'It');
    expect(scores.get('CVE-2025-0108')).toEqual({ score: 0.328, percentile: 0.9929, date: '2025-02-18' });
    const catalogue = readKevCatalogue(json('grype_db_processors_testdata_kev.json'), 'It');
    expect(catalogue.get('CVE-2025-24989')).toEqual({
      dateAdded: '2025-02-21',
      dueDate: '2025-03-14',
      ransomware: false,
    });
  });
});
