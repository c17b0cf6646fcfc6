import { judgeVulnerabilities, vulnerabilityPolicyOf } from '@artifact-lifecycle/gates';
import type { Assessment, Finding, JudgedFinding, UnmatchedCause } from '@artifact-lifecycle/vulnerabilities';
import { describe, expect, it } from '@jest/globals';

function judged(
  id: string,
  severity: Finding['rating']['severity'],
  more: Partial<Finding> & { readonly counts?: boolean } = {},
): JudgedFinding {
  const { counts = true, ...finding } = more;
  return {
    counts,
    excuses: counts ? [] : [{ kind: 'below', reason: 'It is milder.' }],
    statement: undefined,
    finding: {
      id,
      aliases: [],
      component: {
        purl: 'pkg:npm/a@1.0.0',
        type: 'npm',
        namespace: undefined,
        name: 'a',
        version: '1.0.0',
        qualifiers: {},
        source: undefined,
        locations: [],
        isDevelopment: false,
      },
      advisories: [id],
      rating: { severity, score: undefined, vector: undefined, method: 'CVSS_V3', advisory: id },
      fixedIn: [],
      summary: undefined,
      details: undefined,
      urls: [],
      published: undefined,
      epss: undefined,
      kev: undefined,
      ...finding,
    },
  };
}

function platform(
  findings: readonly JudgedFinding[],
  { name = 'linux/amd64', ...more }: Partial<Assessment> & { readonly name?: string } = {},
): Assessment {
  return {
    subject: { name: 'ghcr.io/acme/api', platform: name },
    source: 'OSV',
    components: 10,
    verdict: { findings, unusedExceptions: [] },
    unmatched: [],
    notCovered: [],
    ...more,
  };
}

const unmatched = (cause: UnmatchedCause) => [{ name: 'b', purl: 'pkg:deb/b', cause, reason: 'It is odd.' }];
const notCovered = [{ ecosystem: 'PyPI', reason: 'It has no PyPI', components: 2, isDistribution: false }];
const EXPLOITED = { dateAdded: '2026-01-01', dueDate: undefined, ransomware: false };
const GAP = 'It cannot be said whether one counts. ';

describe('judgeVulnerabilities', () => {
  it.each([
    {
      name: 'nothing that counts',
      assessments: [platform([]), platform([], { name: 'linux/arm64' })],
      verdict: 'pass',
      reason: 'No known vulnerability counts (fail-on: high) in 20 packages.',
    },
    {
      name: 'what does not count',
      assessments: [platform([judged('CVE-1', 'low', { counts: false })])],
      verdict: 'pass',
      reason: 'No known vulnerability counts (fail-on: high) in 10 packages; 1 other is known.',
    },
    {
      name: 'the same finding on two platforms',
      assessments: [
        platform([judged('CVE-1', 'high')]),
        platform([judged('CVE-1', 'high')], { name: 'linux/arm64' }),
      ],
      verdict: 'fail',
      reason: '1 known vulnerability counts (fail-on: high): CVE-1 in a 1.0.0 (high).',
    },
    {
      name: 'several, the worst first',
      assessments: [
        platform([
          judged('CVE-3', 'high', { fixedIn: ['1.0.1'] }),
          judged('CVE-2', 'critical'),
          judged('CVE-1', 'high', { kev: EXPLOITED }),
        ]),
      ],
      verdict: 'fail',
      reason:
        '3 known vulnerabilities count (fail-on: high): CVE-1 in a 1.0.0 (high, exploited), CVE-2 in a 1.0.0 (critical), CVE-3 in a 1.0.0 (high, fixed in 1.0.1).',
    },
    {
      name: 'packages of a distribution that the source knows nothing of',
      assessments: [
        platform([], {
          notCovered: notCovered.map((one) => ({ ...one, ecosystem: 'Debian:12', isDistribution: true })),
        }),
      ],
      verdict: 'error',
      reason: `${GAP}linux/amd64: It has 2 packages of Debian:12, of which OSV knows nothing.`,
    },
    {
      name: 'packages of a language that the source knows nothing of',
      assessments: [platform([], { notCovered })],
      verdict: 'pass',
      reason:
        'No known vulnerability counts (fail-on: high) in 10 packages. It has no PyPI. 2 packages were not looked up.',
    },
    ...(['no-release', 'no-database'] as const).map((cause) => ({
      name: `a package that is not matched: ${cause}`,
      assessments: [platform([], { unmatched: unmatched(cause) })],
      verdict: 'error',
      reason: `${GAP}linux/amd64: It has 1 package of a distribution that cannot be matched, such as pkg:deb/b. It is odd.`,
    })),
    {
      name: 'a package database that cannot be read',
      assessments: [platform([], { unmatched: unmatched('unread') })],
      verdict: 'error',
      reason: `${GAP}linux/amd64: What is installed in it is not known. b: It is odd.`,
    },
    {
      name: 'a version that has no order',
      assessments: [platform([], { unmatched: unmatched('undecided') })],
      verdict: 'pass',
      reason:
        'No known vulnerability counts (fail-on: high) in 10 packages. pkg:deb/b could not be matched: It is odd.',
    },
    {
      name: 'a package of which the document says too little',
      assessments: [platform([], { unmatched: unmatched('no-version') })],
      verdict: 'pass',
      reason:
        'No known vulnerability counts (fail-on: high) in 10 packages. pkg:deb/b could not be matched: It is odd.',
    },
    {
      name: 'what counts beside what could not be matched',
      assessments: [platform([judged('CVE-1', 'high')], { unmatched: unmatched('no-release'), notCovered })],
      verdict: 'fail',
      reason: '1 known vulnerability counts (fail-on: high): CVE-1 in a 1.0.0 (high).',
    },
    {
      name: 'a platform of which nothing is known',
      assessments: [platform([]), platform([], { name: 'linux/arm64', components: 0 })],
      verdict: 'error',
      reason: `${GAP}linux/arm64: No package was found in it.`,
    },
    { name: 'no platform', assessments: [], verdict: 'error', reason: 'No platform was looked at.' },
  ])('judges $name: $verdict', ({ assessments, verdict, reason }) => {
    expect(judgeVulnerabilities({}, assessments)).toMatchObject({ verdict, reason });
  });

  it('names exceptions that no platform needs', () => {
    const exception = (id: string) => ({ id, package: undefined, reason: 'r', until: '2026-12-31' });
    const unused = (...ids: readonly string[]): Assessment =>
      platform([], { verdict: { findings: [], unusedExceptions: ids.map(exception) } });
    const { evidence } = judgeVulnerabilities({}, [unused('CVE-1', 'CVE-2'), unused('CVE-2', 'CVE-3')]);
    expect(evidence['unusedExceptions']).toEqual(['CVE-2']);
  });

  it('names the first of many, and counts them all', () => {
    const many = Array.from({ length: 50 }, (_, index) => judged(`CVE-${100 + index}`, 'high'));
    const { evidence } = judgeVulnerabilities({}, [platform(many)]);
    expect(evidence['countingCount']).toBe(50);
    expect(evidence['counting']).toHaveLength(20);
  });
});

describe('vulnerabilityPolicyOf', () => {
  it('fills in the defaults', () => {
    expect(vulnerabilityPolicyOf({})).toEqual({
      failOn: 'high',
      onlyFixed: false,
      minEpss: undefined,
      ignore: [],
    });
  });
});
