import { parsePurl } from '@artifact-lifecycle/sbom';
import fc from 'fast-check';
import type { Assessment } from '../../src/assess/assessment.ts';
import type { Component } from '../../src/component/component.ts';
import type { Finding } from '../../src/finding/finding.ts';
import type { ReportContext } from '../../src/report/report-context.ts';
import type { Exception, Excuse, JudgedFinding } from '../../src/verdict/verdict.ts';
import type { VexStatement } from '../../src/vex/statement.ts';

export const LAYER = `sha256:${'a'.repeat(64)}`;

/** A component as its purl says. */
export function makeComponent(purl: string, more: Partial<Component> = {}): Component {
  const parts = parsePurl(purl);
  return {
    purl,
    type: parts.type,
    namespace: parts.namespace,
    name: parts.name,
    version: parts.version,
    qualifiers: { ...parts.qualifiers },
    source: undefined,
    locations: [{ path: `opt/${parts.name}`, layer: LAYER }],
    isDevelopment: false,
    ...more,
  };
}

export function makeFinding(id: string, component: Component, more: Partial<Finding> = {}): Finding {
  return {
    id,
    aliases: [],
    component,
    advisories: [id],
    rating: {
      severity: 'high',
      score: 7.5,
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
      method: 'CVSS_V3',
      advisory: id,
    },
    fixedIn: [],
    summary: undefined,
    details: undefined,
    urls: [],
    published: undefined,
    epss: undefined,
    kev: undefined,
    ...more,
  };
}

export const STATEMENT: VexStatement = {
  vulnerabilities: ['CVE-2021-23337'],
  products: [],
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
  note: 'template() is never called.',
  at: Date.UTC(2026, 9, 1),
  origin: {
    document: 'security/app.vex.json',
    format: 'openvex',
    author: 'Acme PSIRT',
    place: 'statements[0]',
    issuedAt: 0,
  },
};

export const EXCEPTION: Exception = {
  id: 'CVE-2024-0001',
  package: undefined,
  reason: 'The port is closed.',
  until: '2027-01-31',
};

export function judged(finding: Finding, ...excuses: readonly Excuse[]): JudgedFinding {
  const statement = excuses.flatMap((excuse) => (excuse.kind === 'vex' ? [excuse.statement] : []))[0];
  return { finding, counts: excuses.length === 0, excuses, statement };
}

export function assess(
  findings: readonly JudgedFinding[],
  platform: string | undefined = 'linux/amd64',
  more: Partial<Assessment> = {},
): Assessment {
  return {
    subject: { name: 'ghcr.io/acme/app', platform },
    source: 'OSV (https://api.osv.dev)',
    components: findings.length,
    verdict: { findings, unusedExceptions: [] },
    unmatched: [],
    notCovered: [],
    ...more,
  };
}

export const CONTEXT: ReportContext = {
  toolVersion: '1.2.3',
  date: new Date('2026-11-25T10:00:00Z'),
  subject: {
    kind: 'container',
    name: 'ghcr.io/acme/app',
    version: `sha256:${'b'.repeat(64)}`,
    purl: `pkg:oci/app@sha256:${'b'.repeat(64)}?repository_url=ghcr.io%2Facme%2Fapp`,
    path: undefined,
  },
  documents: [
    {
      name: 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1',
      sha256: 'c'.repeat(64),
      lists: (purl) => purl.includes('log4j'),
    },
  ],
};

export const LOG4SHELL = makeFinding(
  'CVE-2021-44228',
  makeComponent('pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1', {
    locations: [{ path: 'app/app.jar!BOOT-INF/lib/log4j-core-2.14.1.jar', layer: LAYER }],
  }),
  {
    aliases: ['GHSA-jfh8-c2jp-5v3q'],
    advisories: ['GHSA-jfh8-c2jp-5v3q'],
    rating: {
      severity: 'critical',
      score: 10,
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
      method: 'CVSS_V3',
      advisory: 'GHSA-jfh8-c2jp-5v3q',
    },
    fixedIn: ['2.15.0'],
    summary: 'Remote code injection in Log4j [sic]',
    details: '# Summary\n\nLog4j looks up names.',
    urls: ['https://nvd.nist.gov/vuln/detail/CVE-2021-44228', 'javascript:alert(1)'],
    published: '2021-12-10T00:40:56Z',
    epss: { score: 0.97, percentile: 0.999, date: '2026-11-24' },
    kev: { dateAdded: '2021-12-10', dueDate: '2021-12-24', ransomware: true },
  },
);

export const LODASH = makeFinding('CVE-2021-23337', makeComponent('pkg:npm/lodash@4.17.15'), {
  aliases: ['GHSA-35jh-r3h4-6jhm'],
  fixedIn: ['4.17.21'],
  summary: 'Command injection in lodash',
});

/** Names and texts as hostile records have them. */
const text = fc.string({ unit: 'binary', maxLength: 20 });
const url = fc.oneof(
  fc.webUrl(),
  text,
  fc.constant('https://user:secret@host/'),
  fc.constant('ftp://host/x'),
);

const component: fc.Arbitrary<Component> = fc
  .record({
    name: fc.constantFrom('left', 'right', 'päck', 'a b'),
    version: fc.option(fc.constantFrom('1.0', '2.0-r1'), { nil: undefined }),
    type: fc.constantFrom('npm', 'deb', 'maven'),
    namespace: fc.option(fc.constantFrom('@acme', 'debian'), { nil: undefined }),
    locations: fc.array(fc.record({ path: text, layer: fc.option(fc.constant(LAYER), { nil: undefined }) }), {
      maxLength: 3,
    }),
  })
  .map(({ name, version, type, namespace, locations }) => ({
    purl: `pkg:${type}/${namespace === undefined ? '' : `${encodeURIComponent(namespace)}/`}${encodeURIComponent(name)}${version === undefined ? '' : `@${version}`}`,
    type,
    namespace,
    name,
    version,
    qualifiers: {},
    source: undefined,
    locations,
    isDevelopment: false,
  }));

const finding: fc.Arbitrary<Finding> = fc.record({
  id: fc.oneof(fc.constantFrom('CVE-2024-1', 'CVE-2024-0002', 'GHSA-aaaa-bbbb-cccc'), text),
  aliases: fc.array(text, { maxLength: 2 }),
  component,
  advisories: fc.array(text, { maxLength: 2 }),
  rating: fc.record({
    severity: fc.constantFrom('none', 'low', 'medium', 'high', 'critical', 'unknown'),
    score: fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: undefined }),
    vector: fc.option(text, { nil: undefined }),
    method: fc.constantFrom('CVSS_V4', 'CVSS_V3', 'CVSS_V2', 'Ubuntu'),
    advisory: text,
  }),
  fixedIn: fc.array(text, { maxLength: 2 }),
  summary: fc.option(text, { nil: undefined }),
  details: fc.option(text, { nil: undefined }),
  urls: fc.array(url, { maxLength: 3 }),
  published: fc.option(fc.oneof(text, fc.constant('2024-01-01T00:00:00Z')), { nil: undefined }),
  epss: fc.option(
    fc.record({
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      percentile: fc.constant(0.5),
      date: fc.constant(undefined),
    }),
    {
      nil: undefined,
    },
  ),
  kev: fc.option(fc.record({ dateAdded: text, dueDate: fc.constant(undefined), ransomware: fc.boolean() }), {
    nil: undefined,
  }),
});

const excuse: fc.Arbitrary<Excuse> = fc.oneof(
  fc.record({
    kind: fc.constant('vex' as const),
    statement: fc.record({
      vulnerabilities: fc.array(text, { maxLength: 1 }),
      products: fc.constant([]),
      status: fc.constantFrom('not_affected' as const, 'fixed' as const),
      justification: fc.option(text, { nil: undefined }),
      note: fc.option(text, { nil: undefined }),
      at: fc.oneof(fc.constant(0), fc.integer(), fc.constant(Number.NaN)),
      origin: fc.record({
        document: text,
        format: fc.constant('openvex' as const),
        author: fc.option(text, { nil: undefined }),
        place: text,
        issuedAt: fc.constant(0),
      }),
    }),
  }),
  fc.record({
    kind: fc.constant('exception' as const),
    exception: fc.record({
      id: text,
      package: fc.constant(undefined),
      reason: text,
      until: fc.constant('2027-01-01'),
    }),
  }),
  fc.record({ kind: fc.constant('below' as const), reason: text }),
);

/** Assessments of one image, whatever records say. */
export const assessments: fc.Arbitrary<readonly Assessment[]> = fc.array(
  fc
    .tuple(
      fc.array(fc.tuple(finding, fc.array(excuse, { maxLength: 2 })), { maxLength: 6 }),
      fc.constantFrom('linux/amd64', 'linux/arm64', undefined),
      fc.array(
        fc.record({
          name: text,
          purl: fc.constant(undefined),
          cause: fc.constant('no-purl' as const),
          reason: text,
        }),
        { maxLength: 2 },
      ),
    )
    .map(([findings, platform, unmatched]) => ({
      ...assess(findings.map(([one, excuses]) => judged(one, ...excuses))),
      subject: { name: 'ghcr.io/acme/app', platform },
      unmatched,
    })),
  { maxLength: 2 },
);
