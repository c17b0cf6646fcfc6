import { type Gates, parseGates } from '@artifact-lifecycle/core/policy';
import type { Finding } from '@artifact-lifecycle/vulnerabilities';
import fc from 'fast-check';
import type { World } from './worlds.ts';

const A = 'https://github.com/acme/api/.github/workflows/a.yml@refs/heads/main';
const B = 'https://github.com/acme/api/.github/workflows/b.yml@refs/heads/main';
const BUILDERS = [
  'acme/ci/.github/workflows/x.yml@refs/tags/v1.0.0',
  'acme/ci/.github/workflows/y.yml@refs/tags/v1.0.0',
];
const EVIL = 'https://github.com/evil/api/.github/workflows/a.yml@refs/heads/main';
const IDENTITIES = [A, B, EVIL, ...BUILDERS.map((builder) => `https://github.com/${builder}`), 'a.pub'];
const TYPES = [
  'a:b',
  'sign:v1',
  'prov:v1',
  'https://cyclonedx.org/bom',
  'https://in-toto.io/attestation/test-result/v0.1',
];
const NOW = Date.parse('2026-11-30T12:00:00Z');

const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const some = <T>(...values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values], { minLength: 1 });
const flag = fc.boolean();
const warning = { 'warn-only': flag };

/** Settings of a gate as a policy writes them; each may be left out, but those that must not. */
function written(settings: Readonly<Record<string, fc.Arbitrary<unknown>>>, ...required: readonly string[]) {
  return fc.record(settings, { requiredKeys: [...required] });
}

const signer = fc.oneof(
  one(A, B).map((identity) => ({ 'certificate-identity': identity })),
  fc.constant({
    'certificate-identity-pattern': 'https://github.com/acme/api/.github/workflows/*@refs/heads/main',
  }),
  fc.constant({ key: 'a.pub' }),
);
const nobody: fc.Arbitrary<object> = fc.oneof(signer, fc.constant({}));

function signed(settings: fc.Arbitrary<object>, by: fc.Arbitrary<object>): fc.Arbitrary<object> {
  return fc.tuple(settings, by).map(([own, who]) => ({ ...own, ...who }));
}

const metric = (name: string) =>
  written(
    {
      name: fc.constant(name),
      file: fc.constant(name),
      direction: one('increase', 'decrease', 'either'),
      critical: flag,
      tolerance: one(0, 0.1, 0.25, 0.5),
      'must-have-data': flag,
    },
    'name',
    'file',
  );

const GATES: Readonly<Record<keyof Gates, fc.Arbitrary<unknown>>> = {
  checks: written({ require: some('test', 'lint'), app: one('actions', 'other'), ...warning }, 'require'),
  tests: fc
    .record({
      counts: written({ 'min-passed': fc.nat(3), 'max-failed': fc.nat(2), ...warning }),
      from: fc.oneof(
        some('a', 'b').map((junit) => ({ junit })),
        fc.constant({ attestation: true }),
      ),
    })
    .map(({ counts, from }) => ({ ...counts, ...from })),
  signature: signed(written({ 'max-age': one('1h', '2h', '1d'), ...warning }), signer),
  provenance: written({
    'min-slsa-level': one(0, 1, 2, 3),
    'source-repository': one('acme/api', 'evil/api'),
    'source-ref': some('refs/heads/*', 'refs/heads/main', 'refs/tags/v1'),
    events: some('push', 'release'),
    builders: some(...BUILDERS),
    'deny-self-hosted': flag,
    ...warning,
  }),
  sbom: signed(
    written({ format: one('cyclonedx-json', 'cyclonedx-json@1.7', 'spdx-json'), ...warning }),
    nobody,
  ),
  vulnerabilities: written({
    'fail-on': one('low', 'medium', 'high', 'critical', 'kev'),
    'only-fixed': flag,
    'min-epss': one(0, 0.1, 0.5),
    ignore: fc
      .uniqueArray(one('CVE-1', 'CVE-2'), { minLength: 1 })
      .map((ids) => ids.map((id) => ({ id, reason: 'r', until: '2026-12-31' }))),
    ...warning,
  }),
  attestation: signed(
    written(
      { 'predicate-type': fc.constant('a:b'), where: one({ x: 1 }, { y: 1 }, { x: 1, y: 1 }), ...warning },
      'predicate-type',
    ),
    nobody,
  ),
  platforms: written({ require: some('linux/amd64', 'linux/arm', 'linux/arm/v7'), ...warning }, 'require'),
  canary: written(
    {
      metrics: fc.tuple(metric('m'), metric('n')),
      pass: one(50, 95, 100),
      judge: one('exact', 'netflix'),
      marginal: one(0, 40),
      ...warning,
    },
    'metrics',
  ),
  approval: written({
    'at-least': one(1, 2),
    'not-the-author': flag,
    users: some('ann', 'bob', 'eve'),
    teams: some('t', 'u'),
    ...warning,
  }),
  soak: fc.oneof(one('1h', '1d', '2d'), written({ for: one('1h', '1d', '2d'), ...warning }, 'for')),
  window: written(
    {
      allow: some('Mon-Fri 09:00-16:00 UTC', 'Mon 10:00-14:00 UTC', 'Sun 22:00-08:00 UTC'),
      freeze: some('2026-11-30 UTC', '2026-11-28/2026-12-01 UTC', '2026-12-24 UTC'),
      ...warning,
    },
    'allow',
  ),
  command: written({ run: one(['a'], ['a', 'b']), timeout: one('1m', '10m', '20m'), ...warning }, 'run'),
};

/** To parse settings costs milliseconds, so that there are as many as these of each gate, put together anew each time. */
const POOL = 60;

const pools: readonly (readonly [string, readonly Gates[]])[] = Object.entries(GATES).map(
  ([name, settings]) => [
    name,
    fc.sample(settings, { numRuns: POOL, seed: 42 }).flatMap((own) => read({ [name]: own }) ?? []),
  ],
);

/** `undefined` for what the parser refuses: approvals that too few people can give. */
function read(gates: object): Gates | undefined {
  try {
    return parseGates(JSON.stringify(gates), 'gates');
  } catch {
    return undefined;
  }
}

/** Any gates with any settings. */
export const someGates: fc.Arbitrary<Gates> = fc
  .tuple(...pools.map(([, pool]) => fc.option(one(...pool), { nil: {} })))
  .map((gates): Gates => Object.assign({}, ...gates));

const signature = one(...pools.flatMap(([name, pool]) => (name === 'signature' ? pool : [])));

/**
 * One gate in the policy and the same in the input, and sometimes the gate whose signer stands in. The input says one
 * thing otherwise, or everything.
 */
export const gatePair: fc.Arbitrary<{ readonly policy: Gates; readonly input: Gates }> = one(...pools).chain(
  ([name, pool]) => {
    const signer = fc.option(signature, { nil: {} });
    return fc
      .tuple(one(...pool), one(...pool), signer, fc.oneof(signer, fc.constant({})), fc.nat(), flag)
      .map(([policy, other, signsPolicy, signsInput, at, isWhole]) => ({
        policy: { ...signsPolicy, ...policy },
        input: { ...signsInput, ...(isWhole ? other : withOneOf(policy, other, name, at)) },
      }));
  },
);

function withOneOf(policy: Gates, other: Gates, name: string, at: number): Gates {
  const [from, to]: readonly Readonly<Record<string, unknown>>[] = [policy, other].map((gates) => ({
    ...new Map(Object.entries(gates)).get(name),
  }));
  const settings = Object.entries(to ?? {});
  const chosen = settings.length === 0 ? [] : [settings[at % settings.length] ?? []];
  return { ...policy, [name]: { ...from, ...Object.fromEntries(chosen) } };
}

const finding = fc
  .record({
    id: one('CVE-1', 'CVE-2', 'CVE-3'),
    severity: one<Finding['rating']['severity']>('low', 'medium', 'high', 'critical', 'unknown'),
    fixedIn: one<readonly string[]>([], ['2']),
    epss: one(undefined, 0.05, 0.3, 0.9),
    isExploited: flag,
  })
  .map(
    ({ id, severity, fixedIn, epss, isExploited }): Finding => ({
      id,
      aliases: [],
      component: {
        purl: 'pkg:npm/a@1',
        type: 'npm',
        namespace: undefined,
        name: 'a',
        version: '1',
        qualifiers: {},
        source: undefined,
        locations: [],
        isDevelopment: false,
      },
      advisories: [id],
      rating: { severity, score: undefined, vector: undefined, method: 'CVSS_V3', advisory: id },
      fixedIn,
      summary: undefined,
      details: undefined,
      urls: [],
      published: undefined,
      epss: epss === undefined ? undefined : { score: epss, percentile: 0, date: undefined },
      kev: isExploited ? { dateAdded: '2026-01-01', dueDate: undefined, ransomware: false } : undefined,
    }),
  );

const report = fc
  .record({ passed: fc.nat(3), failed: one(0, 1, 2), skipped: fc.nat(1) })
  .map((counts) => ({ file: 'r.xml', ...counts, flaky: 0, failures: [] }));

const points = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 0, maxLength: 12 });

const statement = (predicateType: string) =>
  fc.record({
    predicateType: fc.constant(predicateType),
    predicate: one<Readonly<Record<string, unknown>>>(
      { x: 1, y: 1, result: 'PASSED', passedTests: ['a', 'b'], bomFormat: 'CycloneDX', specVersion: '1.7' },
      {
        x: 1,
        y: 2,
        result: 'FAILED',
        passedTests: ['a'],
        failedTests: ['b'],
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
      },
    ),
    identity: one(...IDENTITIES),
    age: one(0, 5_000_000, 50_000_000),
    repository: one('acme/api', 'evil/api'),
    ref: one('refs/heads/main', 'refs/heads/x', 'refs/tags/v1'),
    event: one('push', 'release'),
    selfHosted: flag,
  });

/** Worlds in which about every gate passes about every second time. */
export const someWorld: fc.Arbitrary<World> = fc.record({
  now: fc.integer({ min: -36, max: 8 }).map((hours) => NOW + hours * 3_600_000),
  checks: fc
    .array(
      fc.record({
        kind: fc.constant('check-run' as const),
        name: one('test', 'lint'),
        app: one('actions', 'other'),
        creator: fc.constant(undefined),
        state: one('success', 'success', 'failure'),
        url: fc.constant(undefined),
      }),
      { maxLength: 4 },
    )
    .map((checks) => ({ commit: 'c'.repeat(40), checks })),
  reports: fc
    .tuple(report, report)
    .map(([a, b]) => new Map([...[['a', a] as const], ...[['b', b] as const]])),
  statements: fc
    .tuple(...TYPES.map((type) => fc.array(statement(type), { minLength: 1, maxLength: 2 })))
    .map((statements) => statements.flat()),
  sboms: fc.array(
    one(
      { kind: 'cyclonedx', version: '1.6' } as const,
      { kind: 'cyclonedx', version: '1.7' } as const,
      { kind: 'spdx', version: '2.3' } as const,
    ),
    { maxLength: 2 },
  ),
  findings: fc.array(finding, { minLength: 1, maxLength: 6 }),
  platforms: fc.subarray(['linux/amd64', 'linux/arm/v6', 'linux/arm/v7']),
  canary: fc.tuple(points, points, points, points).map(([a, b, c, d]) => ({
    period: null,
    series: [
      { name: 'm', baseline: a, canary: b },
      { name: 'n', baseline: c, canary: d },
    ],
  })),
  approval: fc.record({
    environment: fc.constant({
      name: 'e',
      exists: true,
      reviewers: ['ann'],
      preventsSelfReview: false,
      waitTimer: 0,
      branches: 'any' as const,
    }),
    run: fc.constant({ id: 1, attempt: 1, commit: 'c' }),
    reviews: fc.subarray(['ann', 'bob', 'eve']).map((logins) =>
      logins.map((login) => ({
        state: 'approved' as const,
        login,
        id: login.length + login.charCodeAt(0),
        comment: '',
      })),
    ),
    maybeEarlier: one(0, 0, 1),
    authors: fc.subarray(['ann', 'bob']),
    isAuthorKnown: one(true, true, false),
    members: fc.subarray([
      { team: 't', login: 'ann' },
      { team: 'u', login: 'bob' },
      { team: 'u', login: 'ann' },
    ]),
  }),
  soaked: one(0, 3_600_000, 90_000_000, 180_000_000),
  commandTakes: one(1000, 300_000, 900_000, 1_300_000),
});
