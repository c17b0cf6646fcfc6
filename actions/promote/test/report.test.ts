import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentHistory, GateResult } from '@artifact-lifecycle/gates';
import { parseDigest, parseLocation, parseTag } from '@artifact-lifecycle/registry';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Desk } from '../src/desk.ts';
import { carriedOut, type PromotionOutcome, type RunOutcome, withoutCopy } from '../src/outcome.ts';
import { writeHistoryReport, writeReport } from '../src/report.ts';
import { reportPromotion } from '../src/report-facts.ts';
import { judgedPromotion } from './support/judged.ts';

const DIGEST = parseDigest(`sha256:${'b'.repeat(64)}`, 'test');
const RECORD = parseDigest(`sha256:${'c'.repeat(64)}`, 'test');

const STOPPED: GateResult = {
  gate: 'command',
  verdict: 'fail',
  reason: 'No <b>luck</b>.',
  evidence: { exitCode: 1 },
  isWarning: false,
};

const REFUSED = withoutCopy(judgedPromotion(DIGEST, { results: [STOPPED] }), 'refused');

const run = (...promotions: readonly PromotionOutcome[]): RunOutcome => ({
  ...{ isPlanOnly: false, promotions, requests: 3, seconds: 1 },
});

describe('the report', () => {
  let workspace: string;
  let warnings: string[];
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'report-'));
    warnings = [];
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  const desk = (inputs: { readonly reportFile?: string; readonly dryRun?: boolean }): Desk => {
    const parts = {
      inputs: { dryRun: false, policy: 'policy.yml', ...inputs },
      context: {
        workspace,
        env: {},
        clock: { now: () => Date.UTC(2026, 10, 25) },
        log: { info: () => undefined, warning: (text: string) => warnings.push(text) },
      },
      event: { repository: '' },
      policyDigest: async () => 'ab'.repeat(32),
    };
    return parts as unknown as Desk;
  };

  it('is written of what gates refuse, into a directory that is made', async () => {
    const reportFile = join('out', 'deep', 'report.html');
    expect(await writeReport(run(REFUSED), desk({ reportFile }))).toEqual({ reportFile });
    const page = readFileSync(join(workspace, reportFile), 'utf8');
    expect(page).toContain('may not go into ghcr.io/acme/api</h1>');
    expect(page).toContain('No &lt;b&gt;luck&lt;/b&gt;.');
    expect(page).toContain('ab'.repeat(32));
  });

  it.each([
    { name: 'a dry run', inputs: { reportFile: 'report.html', dryRun: true } },
    { name: 'a run that was not asked for one', inputs: {} },
  ])('is not written by $name', async ({ inputs }) => {
    expect(await writeReport(run(REFUSED), desk(inputs))).toEqual({});
    expect(await readdir(workspace)).toEqual([]);
  });

  it('that cannot be written is an error, and hides none', async () => {
    writeFileSync(join(workspace, 'file'), '');
    const reportFile = join('file', 'report.html');
    const promoted: PromotionOutcome = { ...REFUSED, state: 'promoted' };
    await expect(writeReport(run(promoted), desk({ reportFile }))).rejects.toThrow('cannot be written');
    expect(await writeReport(run(REFUSED), desk({ reportFile }))).toEqual({});
    expect(warnings.join(' ')).toContain('cannot be written');
  });

  it('of a history has its entries and what is odd', async () => {
    const history: EnvironmentHistory = {
      environment: 'production',
      repository: 'ghcr.io/acme/api',
      entries: [],
      remarks: [{ kind: 'unrecorded', tag: 'latest', digest: DIGEST }],
    };
    await writeHistoryReport([history], desk({ reportFile: 'history.html' }));
    const page = readFileSync(join(workspace, 'history.html'), 'utf8');
    expect(page).toContain('What production has had</h1>');
    expect(page).toContain(`The tag latest names ${DIGEST}, which has no record here.`);
  });
});

describe('a promotion in the report', () => {
  const places = ['ghcr.io/acme/api', 'quay.io/acme/api'].map((name) => parseLocation(name, 'test'));
  const judged = judgedPromotion(DIGEST);
  const report = carriedOut(
    { ...judged, request: { ...judged.request, destinations: places } },
    {
      digest: DIGEST,
      destinations: places.map((location, index) => ({
        location,
        tags: [
          {
            tag: parseTag('1.0', 'test'),
            outcome: index === 0 ? ('created' as const) : ('unset' as const),
          },
        ],
        ...{ referrers: [], cosignTags: [], manifests: [] },
        error: undefined,
      })),
      statistics: { bytesCopied: 1, blobsCopied: 1, blobsMounted: 0, blobsSkipped: 0, manifestsCopied: 1 },
      warnings: [],
    },
    [RECORD],
  );

  it('has the tags and the record of each place', () => {
    expect(reportPromotion(report, { isPlanOnly: false }).places).toEqual([
      {
        name: 'ghcr.io/acme/api',
        tags: [{ tag: '1.0', outcome: 'created', isSet: true, previous: null }],
        record: RECORD,
        before: null,
      },
      {
        name: 'quay.io/acme/api',
        tags: [{ tag: '1.0', outcome: 'not set', isSet: false, previous: null }],
        record: null,
        before: null,
      },
    ]);
  });

  it('changed nothing where nothing was copied or set', () => {
    const same: PromotionOutcome = {
      ...report,
      copied: { ...report.copied, manifestsCopied: 0 },
      tags: report.tags.map((one) => ({ ...one, outcome: 'same' })),
    };
    expect(reportPromotion(same, { isPlanOnly: false }).state).toBe('unchanged');
    expect(reportPromotion(report, { isPlanOnly: false }).state).toBe('promoted');
  });
});
