import { describe, expect, it } from '@jest/globals';
import { countBySeverity } from '../../src/assess/assessment.ts';
import { mergeFindings } from '../../src/report/reported-finding.ts';
import { factsOfAssessments, unusedExceptionsOf } from '../../src/report/verdict-facts.ts';
import { addressesOf, addressOf, nameOf, shorten } from '../../src/report/wording.ts';
import {
  assess,
  EXCEPTION,
  judged,
  LODASH,
  LOG4SHELL,
  makeComponent,
  makeFinding,
  STATEMENT,
} from '../support/assessments.ts';

describe('facts of a verdict', () => {
  it('counts what nobody excused, what nobody has rated apart from what is mild', () => {
    const unrated = makeFinding('X-1', LODASH.component, {
      rating: { ...LODASH.rating, severity: 'unknown', score: undefined },
    });
    const findings = [
      judged(LOG4SHELL),
      judged(LODASH, { kind: 'vex', statement: STATEMENT }),
      judged(makeFinding('CVE-2024-0001', LODASH.component), { kind: 'exception', exception: EXCEPTION }),
      judged(makeFinding('CVE-2024-0002', LODASH.component), { kind: 'unfixed', reason: 'There is no fix.' }),
      judged(unrated),
    ];
    expect(countBySeverity(findings)).toEqual({
      none: 0,
      low: 0,
      medium: 0,
      high: 1,
      critical: 1,
      unknown: 1,
    });
    expect(factsOfAssessments([assess(findings)])).toMatchObject({
      source: 'OSV (https://api.osv.dev)',
      failing: 2,
      findings: [
        {
          id: 'CVE-2021-44228',
          counts: true,
          kev: '2021-12-10',
          package: { name: 'log4j-core', version: '2.14.1' },
        },
        { id: 'X-1', severity: 'unknown' },
        { id: 'CVE-2021-23337', excuses: [{ kind: 'vex', says: expect.stringContaining('Acme PSIRT') }] },
        { id: 'CVE-2024-0001', excuses: [{ kind: 'exception' }] },
        { id: 'CVE-2024-0002', excuses: [{ kind: 'unfixed', says: 'There is no fix.' }] },
      ],
    });
  });

  it('keeps apart what is judged differently on two platforms', () => {
    const merged = mergeFindings([
      assess([judged(LODASH)]),
      assess([judged(LODASH, { kind: 'vex', statement: STATEMENT })], 'linux/arm64'),
    ]);
    expect(merged.map(({ counts, platforms }) => [counts, platforms])).toEqual([
      [true, ['linux/amd64']],
      [false, ['linux/arm64']],
    ]);
  });

  it('calls an exception unused where it matches on no platform', () => {
    const unused = (platform: string) =>
      assess([], platform, { verdict: { findings: [], unusedExceptions: [EXCEPTION] } });
    expect(unusedExceptionsOf([unused('linux/amd64'), unused('linux/arm64')])).toEqual([EXCEPTION]);
    expect(unusedExceptionsOf([unused('linux/amd64'), assess([], 'linux/arm64')])).toEqual([]);
  });
});

describe('words', () => {
  it.each([
    { id: 'CVE-2021-44228', urls: [], address: 'https://www.cve.org/CVERecord?id=CVE-2021-44228' },
    { id: 'GHSA-jfh8-c2jp-5v3q', urls: [], address: 'https://github.com/advisories/GHSA-jfh8-c2jp-5v3q' },
    { id: 'GO-2021-0113', urls: [], address: 'https://osv.dev/vulnerability/GO-2021-0113' },
    { id: 'RHSA-2024:1234', urls: [], address: 'https://osv.dev/vulnerability/RHSA-2024%3A1234' },
    {
      id: 'ACME-1',
      urls: ['javascript:alert(1)', 'https://acme.example/1'],
      address: 'https://acme.example/1',
    },
    { id: 'CVE-2021-1](x)', urls: [], address: undefined },
  ])('leads from $id to where one reads on', ({ id, urls, address }) => {
    expect(addressOf({ id, urls })).toBe(address);
  });

  it('leaves out addresses that hold a secret or lead elsewhere than to the web', () => {
    expect(
      addressesOf({ urls: ['https://a:b@host/', 'git://host/x', 'https://host/', 'https://host/'] }),
    ).toEqual(['https://host/']);
  });

  it.each([
    { purl: 'pkg:maven/org.acme/core@1', name: 'org.acme:core' },
    { purl: 'pkg:npm/%40babel/core@1', name: '@babel/core' },
    { purl: 'pkg:golang/github.com/acme/x@v1', name: 'github.com/acme/x' },
    { purl: 'pkg:deb/debian/libssl3@1', name: 'libssl3' },
  ])('names $purl as people do', ({ purl, name }) => {
    expect(nameOf(makeComponent(purl))).toBe(name);
  });

  it('brings a long text to one line', () => {
    expect(shorten('a\n\n b ', 10)).toBe('a b');
    expect(shorten('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
  });
});
