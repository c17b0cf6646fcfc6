import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Assessment } from '../../src/assess/assessment.ts';
import type { ReportContext } from '../../src/report/report-context.ts';
import { MAX_SARIF_RESULTS, writeSarif } from '../../src/report/sarif.ts';
import {
  assess,
  assessments,
  CONTEXT,
  EXCEPTION,
  judged,
  LAYER,
  LODASH,
  LOG4SHELL,
  makeComponent,
  makeFinding,
  STATEMENT,
} from '../support/assessments.ts';
import { loadSarifSchema } from '../support/sarif-schema.ts';

const validate = loadSarifSchema();

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
  }[];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
  readonly suppressions: readonly object[];
  readonly properties: Readonly<Record<string, unknown>>;
}
interface Run {
  readonly tool: {
    readonly driver: {
      readonly rules: readonly {
        readonly id: string;
        readonly properties: Readonly<Record<string, unknown>>;
      }[];
    };
  };
  readonly automationDetails: { readonly id: string };
  readonly invocations: readonly {
    readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
  }[];
  readonly results: readonly Result[];
}

function write(
  all: readonly Assessment[],
  context: ReportContext = CONTEXT,
): { run: Run; text: string; omitted: number } {
  const { bytes, omitted } = writeSarif(all, context);
  const text = Buffer.from(bytes).toString();
  const log = JSON.parse(text) as { readonly runs: readonly [Run] };
  expect(validate(log) || validate.errors).toBe(true);
  return { run: log.runs[0], text, omitted };
}

describe('SARIF', () => {
  it('is valid and deterministic, whatever records say', () => {
    fc.assert(
      fc.property(assessments, (all) => {
        const { run, text } = write(all);
        expect(write(all).text).toBe(text);
        const ids = run.tool.driver.rules.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const prints = run.results.map(
          ({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash,
        );
        expect(new Set(prints).size).toBe(prints.length);
        for (const { ruleId, ruleIndex, locations } of run.results) {
          expect(ids[ruleIndex]).toBe(ruleId);
          // GitHub shows nothing that has no place.
          expect(locations.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 100 },
    );
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
  });

  it('says what is wrong, how bad it is and where it lies', () => {
    const { run } = write([assess([judged(LOG4SHELL), judged(LODASH)])]);
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(['CVE-2021-23337', 'CVE-2021-44228']);
    expect(run.tool.driver.rules[1]).toMatchObject({
      helpUri: 'https://www.cve.org/CVERecord?id=CVE-2021-44228',
      shortDescription: { text: 'CVE-2021-44228: Remote code injection in Log4j [sic]' },
      defaultConfiguration: { level: 'error' },
      help: { markdown: expect.stringContaining('| Known to be exploited | since 2021') },
      properties: { 'security-severity': '10.0', tags: ['security', 'vulnerability', 'known-exploited'] },
    });
    expect(run.results[0]).toMatchObject({
      ruleId: 'CVE-2021-44228',
      level: 'error',
      message: {
        text: 'org.apache.logging.log4j:log4j-core 2.14.1 has CVE-2021-44228 (critical): Remote code injection in Log4j \\[sic\\]. Fixed in 2.15.0.',
      },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'app/app.jar' }, region: { startLine: 1 } },
          logicalLocations: [{ fullyQualifiedName: 'app/app.jar!BOOT-INF/lib/log4j-core-2.14.1.jar' }],
          properties: { layer: LAYER },
        },
      ],
      suppressions: [],
      properties: {
        purl: LOG4SHELL.component.purl,
        platforms: ['linux/amd64'],
        layers: [LAYER],
        counts: true,
      },
    });
    expect(run.automationDetails.id).toBe('vulnerabilities/ghcr.io/acme/app/linux-amd64/');
  });

  it.each([
    { name: 'a score', rating: { severity: 'high', score: 8.1 }, level: 'error', score: '8.1' },
    {
      name: 'a critical score that GitHub would call high',
      rating: { severity: 'critical', score: 9 },
      level: 'error',
      score: '9.1',
    },
    { name: 'a word', rating: { severity: 'medium', score: undefined }, level: 'warning', score: '5.5' },
    { name: 'a mild word', rating: { severity: 'low', score: undefined }, level: 'note', score: '2.0' },
    {
      name: 'nothing',
      rating: { severity: 'unknown', score: undefined },
      level: 'warning',
      score: undefined,
    },
  ] as const)('makes a level and a score of $name', ({ rating, level, score }) => {
    const found = { ...LODASH, rating: { ...LODASH.rating, vector: undefined, ...rating } };
    const { run } = write([assess([judged(found)])]);
    expect(run.results[0]?.level).toBe(level);
    expect(run.tool.driver.rules[0]?.properties['security-severity']).toBe(score);
  });

  it('gives a rule the worst of what its packages are rated', () => {
    const mild = { ...LODASH, rating: { ...LODASH.rating, severity: 'low', score: 3 } as const };
    const other = { ...LODASH, component: makeComponent('pkg:npm/lodash-es@4.17.15') };
    const { run } = write([assess([judged(mild), judged(other)])]);
    expect(run.tool.driver.rules).toHaveLength(1);
    expect(run.tool.driver.rules[0]?.properties['security-severity']).toBe('7.5');
    expect(run.results.map(({ level }) => level)).toEqual(['error', 'note']);
  });

  it('suppresses what a statement or an exception excuses, and says whose word it is; nothing else', () => {
    const below = judged(makeFinding('CVE-2024-3', LODASH.component), {
      kind: 'below',
      reason: 'It is milder than high.',
    });
    const { run } = write([
      assess([
        judged(LODASH, { kind: 'vex', statement: STATEMENT }),
        judged(LOG4SHELL, { kind: 'exception', exception: EXCEPTION }),
        below,
      ]),
    ]);
    const byId = new Map(run.results.map((result) => [result.ruleId, result]));
    expect(byId.get('CVE-2021-23337')?.suppressions).toEqual([
      {
        kind: 'external',
        status: 'accepted',
        justification:
          'not affected: vulnerable code not in execute path. template() is never called. (security/app.vex.json, statements[0] by Acme PSIRT)',
      },
    ]);
    expect(byId.get('CVE-2021-44228')?.suppressions).toEqual([
      {
        kind: 'external',
        status: 'accepted',
        justification: 'Let pass until 2027-01-31: The port is closed.',
      },
    ]);
    expect(byId.get('CVE-2024-3')).toMatchObject({
      suppressions: [],
      properties: { counts: false, passes: ['It is milder than high.'] },
    });
  });

  it('tells a finding of two platforms once', () => {
    const elsewhere = {
      ...LODASH,
      component: makeComponent('pkg:npm/lodash@4.17.15', { locations: [{ path: 'srv/lodash' }] }),
    };
    const { run } = write([assess([judged(LODASH)]), assess([judged(elsewhere)], 'linux/arm64')]);
    expect(run.results).toHaveLength(1);
    expect(run.results[0]?.properties['platforms']).toEqual(['linux/amd64', 'linux/arm64']);
    expect(
      run.results[0]?.locations.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri),
    ).toEqual(['opt/lodash', 'srv/lodash']);
    expect(run.automationDetails.id).toBe('vulnerabilities/ghcr.io/acme/app/');
  });

  it.each([
    {
      name: 'a directory, where the repository has it',
      kind: 'application',
      path: 'web',
      location: 'package-lock.json',
      uri: 'web/package-lock.json',
    },
    {
      name: 'the workspace itself',
      kind: 'application',
      path: '',
      location: 'package-lock.json',
      uri: 'package-lock.json',
    },
    { name: 'a file', kind: 'file', path: 'web/yarn.lock', location: 'yarn.lock', uri: 'web/yarn.lock' },
    {
      name: 'a document, which says no place',
      kind: 'file',
      path: 'sbom/app.cdx.json',
      location: undefined,
      uri: 'sbom/app.cdx.json',
    },
    {
      name: 'a path with signs that no URI has',
      kind: 'application',
      path: 'a b',
      location: 'c#d/ü.json',
      uri: 'a%20b/c%23d/%C3%BC.json',
    },
  ] as const)('names the place in $name', ({ kind, path, location, uri }) => {
    const locations = location === undefined ? [] : [{ path: location }];
    const found = { ...LODASH, component: makeComponent('pkg:npm/lodash@4.17.15', { locations }) };
    const subject = { kind, name: 'web', version: undefined, purl: undefined, path };
    const { run } = write([assess([judged(found)], undefined)], { ...CONTEXT, subject });
    expect(run.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
  });

  it('knows a result again after an update that does not help', () => {
    const printOf = (purl: string): string | undefined =>
      write([assess([judged({ ...LODASH, component: makeComponent(purl) })])]).run.results[0]
        ?.partialFingerprints.primaryLocationLineHash;
    expect(printOf('pkg:npm/lodash@4.17.16')).toBe(printOf('pkg:npm/lodash@4.17.15'));
    expect(printOf('pkg:npm/lodash-es@4.17.15')).not.toBe(printOf('pkg:npm/lodash@4.17.15'));
  });

  it('says what was not looked up', () => {
    const { run } = write([
      assess([], 'linux/amd64', {
        notCovered: [
          {
            ecosystem: 'Fedora:41',
            reason: 'OSV has no advisories for Fedora:41',
            components: 12,
            isDistribution: true,
          },
        ],
        unmatched: [
          { name: 'thing', purl: undefined, cause: 'no-purl', reason: 'It has no purl.' },
          { name: 'README', purl: undefined, cause: 'untracked', reason: 'It is a file.' },
          { name: 'a', purl: 'pkg:deb/debian/a@1', cause: 'no-release', reason: 'No release is said.' },
          { name: 'b', purl: 'pkg:deb/debian/b@1', cause: 'no-release', reason: 'No release is said.' },
        ],
      }),
    ]);
    expect(run.invocations[0]?.toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
      '2 packages, pkg:deb/debian/a@1 among them, could not be matched: No release is said.',
      'OSV has no advisories for Fedora:41. 12 packages were not looked up.',
      'thing could not be matched: It has no purl.',
    ]);
  });

  it('keeps to what GitHub takes, and says what it leaves out', () => {
    const many = Array.from({ length: MAX_SARIF_RESULTS + 3 }, (_, index) =>
      judged(makeFinding('CVE-2024-9', makeComponent(`pkg:npm/p${index}@1.0.0`))),
    );
    const bytes = writeSarif([assess(many)], CONTEXT);
    const log = JSON.parse(Buffer.from(bytes.bytes).toString()) as { readonly runs: readonly [Run] };
    expect(bytes.omitted).toBe(3);
    expect(log.runs[0].results).toHaveLength(MAX_SARIF_RESULTS);
    expect(JSON.stringify(log.runs[0].invocations)).toContain('3 more findings');
  }, 60_000);
});
