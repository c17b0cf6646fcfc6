import type {
  GateResult,
  HistoryReport,
  PromotionReport,
  RecordedCanary,
  RecordedMetric,
  ReportedPlace,
  ReportedPromotion,
} from '../../src/index.ts';

export const DIGEST = `sha256:${'4f53cda18c2baa0c0354bb5f9a3ecbe5'}ed12ab4d8e11ba873c2f11161202b945`;
const RECORD = `sha256:${'9c1e'.repeat(16)}`;
const BEFORE = `sha256:${'07aa'.repeat(16)}`;
const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
const TIME = '2026-11-25T22:10:00.000Z';

function gate(name: GateResult['gate'], reason: string, evidence: GateResult['evidence'] = {}): GateResult {
  return { gate: name, verdict: 'pass', reason, evidence, isWarning: false };
}

const SIGNED = {
  accepted: [
    {
      origin: RECORD,
      predicateType: 'https://slsa.dev/provenance/v1',
      identity: 'https://github.com/acme/api/.github/workflows/build.yml@refs/heads/main',
      issuer: 'https://token.actions.githubusercontent.com',
      sourceRepository: 'https://github.com/acme/api',
      sourceRef: 'refs/heads/main',
      commit: COMMIT,
      run: 'https://github.com/acme/api/actions/runs/4711/attempts/1',
      signedAt: '2026-11-20T09:30:12.000Z',
      logEntries: ['log2025-1.rekor.sigstore.dev#8812345'],
    },
  ],
  acceptedCount: 1,
  refused: [],
  refusedCount: 0,
  refusals: [],
};

/** Gates that all pass, one of each kind. */
export const PASSING: readonly GateResult[] = [
  gate('promote-from', 'It came into staging at 2026-11-22T08:00:00.000Z, by a record of the key.', {
    environments: ['staging'],
    withdrawn: [],
    refused: [],
  }),
  gate('hold', 'No rollback has withdrawn it.', { withdrawn: false, released: false }),
  gate('checks', '"test", "lint" of a1b2c3d are successful.', {
    commit: COMMIT,
    required: ['test', 'lint'],
    checks: [
      {
        kind: 'check-run',
        name: 'test',
        state: 'success',
        app: 'github-actions',
        url: 'https://github.com/acme/api/runs/1',
      },
      { kind: 'status', name: 'lint', state: 'success', creator: 'octocat' },
    ],
    missing: [],
    reported: 9,
  }),
  gate('tests', '1204 tests passed, 0 failed, 3 skipped in 2 reports.', {
    reports: [
      { file: 'reports/unit.xml', passed: 1100, failed: 0, skipped: 3 },
      { file: 'reports/e2e.xml', passed: 104, failed: 0, skipped: 0 },
    ],
    reportCount: 2,
    ...{ passed: 1204, failed: 0, skipped: 3, flaky: 0, minPassed: 1, maxFailed: 0, failedTests: [] },
  }),
  gate(
    'signature',
    'Signed by https://github.com/acme/api/.github/workflows/build.yml@refs/heads/main.',
    SIGNED,
  ),
  gate('provenance', 'SLSA build level 3 is proven: it was built from https://github.com/acme/api.', {
    ...SIGNED,
    slsaLevel: 3,
    builder: 'https://github.com/acme/api/.github/workflows/build.yml@refs/heads/main',
    missing: [],
  }),
  gate('platforms', 'The index holds all of linux/amd64, linux/arm64.', {
    kind: 'index',
    found: ['linux/amd64', 'linux/arm64'],
    foundCount: 2,
    missing: [],
  }),
  gate('approval', 'Approved for production by grace; 1 approval for production is asked for.', {
    environment: 'production',
    approvals: [{ login: 'grace', id: 1906, comment: 'Looked at the dashboards, good to go.' }],
  }),
  gate('soak', 'It has been in staging for 3 d 14 h, since 2026-11-22T08:00:00.000Z; 24h are asked for.', {
    wanted: '24h',
    environment: 'staging',
    record: RECORD,
    since: '2026-11-22T08:00:00.000Z',
    until: '2026-11-23T08:00:00.000Z',
  }),
];

function metric(name: string, changes: Partial<RecordedMetric> = {}): RecordedMetric {
  return {
    ...{ name, group: 'latency', classification: 'pass', isCritical: false },
    reason: `"${name}" is no worse: it differs by 1.2 (98 % confidence: -3.4 to 5.1).`,
    difference: { basis: 'shift', estimate: 1.2, lower: -3.4, upper: 5.1, confidence: 0.98 },
    effect: { measure: 'cles', value: 0.52 },
    baseline: { points: 60, missing: 0, quartiles: [88, 110, 120, 131, 160] },
    canary: { points: 59, missing: 1, quartiles: [90, 112, 121, 133, 158] },
    ...changes,
  };
}

export const CANARY: RecordedCanary = {
  judge: 'exact',
  score: 96.5,
  classification: 'pass',
  pass: 95,
  marginal: 75,
  groups: [
    { name: 'errors', score: 100, weight: 60 },
    { name: 'latency', score: 91.25, weight: 40 },
  ],
  metrics: [
    metric('p99 latency', {
      classification: 'high',
      reason: '"p99 latency" is higher: it differs by 42 (98 % confidence: 20 to 61).',
      canary: { points: 60, missing: 0, quartiles: [118, 150, 163, 178, 214] },
    }),
    metric('error ratio', {
      group: 'errors',
      baseline: { points: 60, missing: 0, quartiles: [0, 0.00001, 0.000012, 0.000015, 0.00004] },
      canary: { points: 60, missing: 0, quartiles: [0, 0.00001, 0.000011, 0.000014, 0.00003] },
    }),
    metric('p50 latency'),
    metric('saturation', {
      classification: 'no-data',
      reason: '"saturation" has no data: the canary has no points.',
      ...{ difference: null, effect: null },
      baseline: { points: 60, missing: 0, quartiles: [1, 1, 1, 1, '+Inf'] },
      canary: { points: 0, missing: 60, quartiles: null },
    }),
  ],
};

const PLACE: ReportedPlace = {
  name: 'ghcr.io/acme/api',
  tags: [
    { tag: '2.1.0', outcome: 'created', isSet: true, previous: null },
    { tag: '2.1.0-a1b2c3d', outcome: 'created', isSet: true, previous: null },
    { tag: '2.1', outcome: 'moved', isSet: true, previous: BEFORE },
  ],
  record: RECORD,
  before: { digest: BEFORE, version: '2.0.3' },
};

/** What went through. */
export const PROMOTED: ReportedPromotion = {
  ...{ event: 'promotion', state: 'promoted', environment: 'production', from: 'staging' },
  artifact: {
    source: 'ghcr.io/acme/api-staging:a1b2c3d',
    digest: DIGEST,
    version: '2.1.0',
    commit: COMMIT,
  },
  journey: [
    { environment: 'dev', time: '2026-11-20T09:41:00.000Z', signer: null, record: RECORD },
    { environment: 'staging', time: '2026-11-22T08:00:00.000Z', signer: null, record: RECORD },
  ],
  gates: [
    ...PASSING,
    gate('canary', 'The canary scores 96.5 of 100: 2 metrics are no worse; "p99 latency" is higher.', {
      score: 96.5,
      judge: 'exact',
      metricCount: 4,
      metrics: [],
      groups: [],
    }),
  ],
  canary: CANARY,
  approvals: [{ login: 'grace', id: 1906, comment: 'Looked at the dashboards, good to go.' }],
  override: null,
  places: [PLACE],
  withdrawn: [],
  warnings: [],
};

const failing: readonly GateResult[] = [
  {
    gate: 'vulnerabilities',
    verdict: 'fail',
    reason:
      '2 findings count (high): CVE-2026-31337 in openssl 3.0.11-1 (critical, exploited, fixed in 3.0.15-1), GHSA-4xq6-j2c9-9wqx in tar-fs 2.1.0 (high, fixed in 2.1.3).',
    evidence: {
      source: 'OSV (https://api.osv.dev)',
      failOn: 'high',
      counting: [
        {
          id: 'CVE-2026-31337',
          component: 'pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12',
          severity: 'critical',
          score: 9.8,
          fixedIn: ['3.0.15-1'],
          epss: 0.93,
          knownExploited: true,
        },
        {
          id: 'GHSA-4xq6-j2c9-9wqx',
          component: 'pkg:npm/tar-fs@2.1.0',
          severity: 'high',
          score: 7.5,
          fixedIn: ['2.1.3'],
          epss: null,
          knownExploited: false,
        },
      ],
      countingCount: 2,
    },
    isWarning: false,
  },
  {
    gate: 'soak',
    verdict: 'fail',
    reason: 'It has been in staging for 5 h 12 min only; 24h are asked for, which is in 18 h 48 min.',
    evidence: { wanted: '24h', environment: 'staging', until: '2026-11-26T16:58:00.000Z' },
    isWarning: false,
  },
];

/** What gates keep out, and one that only warns. */
export const REFUSED: ReportedPromotion = {
  ...PROMOTED,
  state: 'refused',
  gates: [
    ...PASSING.filter(({ gate: name }) => name !== 'soak' && name !== 'approval'),
    {
      gate: 'approval',
      verdict: 'error',
      reason: 'The environment production has no required reviewers: nobody is asked.',
      evidence: { environment: 'production', reviewers: [] },
      isWarning: false,
    },
    ...failing,
    {
      gate: 'window',
      verdict: 'fail',
      reason:
        'Wednesday 23:10 (Europe/Berlin) is outside of Mon-Thu 09:00-16:00. It opens next at Thursday 09:00.',
      evidence: { now: TIME, opensNext: '2026-11-26T08:00:00.000Z', frozenBy: null },
      isWarning: true,
    },
  ],
  canary: null,
  approvals: [],
  places: [{ ...PLACE, tags: [], record: null }],
};

/** What somebody let in with the glass broken. */
export const OVERRIDDEN: ReportedPromotion = {
  ...PROMOTED,
  gates: [
    ...PASSING.filter(({ gate: name }) => name !== 'soak'),
    ...failing.map(
      (one): GateResult => ({
        ...one,
        verdict: 'overridden',
        reason: `Overridden by ada: ${one.reason}`,
        evidence: { ...one.evidence, overridden: { by: 'ada', as: 'team acme/sre', verdict: 'fail' } },
      }),
    ),
  ],
  canary: null,
  override: {
    reason: 'Incident 4711: checkout is down, this is the fix. Approved by the incident lead on the bridge.',
    actor: 'ada',
    gates: ['vulnerabilities', 'soak'],
  },
};

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-2', 'sa-east-1'];

/** Many places of one environment, of which one failed. */
export const REGIONAL: ReportedPromotion = {
  ...PROMOTED,
  state: 'failed',
  environment: 'regional',
  from: 'canary',
  journey: [
    ...PROMOTED.journey,
    { environment: 'canary', time: '2026-11-24T08:00:00.000Z', signer: null, record: RECORD },
  ],
  canary: null,
  places: REGIONS.map((region, index) => {
    const isSet = index !== 4;
    return {
      name: `123456789012.dkr.ecr.${region}.amazonaws.com/acme/api`,
      tags: [{ tag: '2.1.0', outcome: isSet ? 'created' : 'not set', isSet, previous: null }],
      record: isSet ? RECORD : null,
      before: { digest: BEFORE, version: index === 3 ? null : '2.0.3' },
    };
  }),
  warnings: ['The list names a referrer that is gone.'],
};

/** Text that means to be more than text, wherever text may stand. */
export const HOSTILE = `</title></style><script>alert(1)</script><img src=x onerror="alert(1)">"'&\u202e\u0000`;

/** All of it hostile. */
export const POISONED: ReportedPromotion = {
  ...REFUSED,
  environment: HOSTILE,
  from: HOSTILE,
  artifact: { source: HOSTILE, digest: HOSTILE, version: HOSTILE, commit: HOSTILE },
  journey: [{ environment: HOSTILE, time: HOSTILE, signer: HOSTILE, record: HOSTILE }],
  gates: [
    {
      gate: 'command',
      verdict: 'fail',
      reason: HOSTILE,
      evidence: {
        [HOSTILE]: HOSTILE,
        list: [HOSTILE, { [HOSTILE]: [HOSTILE] }],
        url: `javascript:${HOSTILE}`,
      },
      isWarning: false,
    },
  ],
  canary: {
    ...CANARY,
    groups: CANARY.groups.map((one) => ({ ...one, name: HOSTILE })),
    metrics: [metric(HOSTILE, { reason: HOSTILE, group: HOSTILE })],
  },
  approvals: [{ login: HOSTILE, id: 1, comment: HOSTILE }],
  override: { reason: HOSTILE, actor: HOSTILE, gates: [HOSTILE] },
  places: [
    {
      name: HOSTILE,
      tags: [{ tag: HOSTILE, outcome: HOSTILE, isSet: true, previous: HOSTILE }],
      record: HOSTILE,
      before: { digest: HOSTILE, version: HOSTILE },
    },
  ],
  withdrawn: [HOSTILE],
  warnings: [HOSTILE],
};

/** A report of some promotions. */
export function report(...promotions: readonly ReportedPromotion[]): PromotionReport {
  return {
    time: TIME,
    promotions,
    run: {
      url: 'https://github.com/acme/api/actions/runs/4712/attempts/1',
      attempt: 1,
      actor: 'ada',
      workflow: 'acme/api/.github/workflows/promote.yml@refs/heads/main',
      commit: COMMIT,
    },
    policy: {
      uri: `https://github.com/acme/api/blob/${COMMIT}/.github/artifact-lifecycle.yml`,
      sha256: '1f'.repeat(32),
    },
    effort: [
      { name: 'Copied', value: '52.5 MB in 7 blobs, 4 manifests' },
      { name: 'Requests', value: '42' },
      { name: 'Time', value: '1.5 s' },
    ],
  };
}

/** Two environments' pasts, and what does not fit. */
export const HISTORY: HistoryReport = {
  ...report(),
  histories: [
    {
      environment: 'production',
      repository: 'ghcr.io/acme/api',
      entries: [
        {
          ...{ time: TIME, event: 'rollback', version: '2.0.3', digest: BEFORE, actor: 'ada' },
          ...{ gates: [{ gate: 'signature', verdict: 'pass' }], override: null, record: RECORD },
          run: 'https://github.com/acme/api/actions/runs/4713/attempts/1',
        },
        {
          ...{
            time: '2026-11-24T10:00:00.000Z',
            event: 'promotion',
            version: '2.1.0',
            digest: DIGEST,
            actor: 'ada',
          },
          gates: [
            { gate: 'checks', verdict: 'pass' },
            { gate: 'vulnerabilities', verdict: 'overridden' },
          ],
          override: OVERRIDDEN.override,
          record: RECORD,
          run: null,
        },
      ],
      remarks: [`The tag latest names ${BEFORE}, which has no record here.`],
    },
    { environment: 'staging', repository: 'ghcr.io/acme/api-staging', entries: [], remarks: [] },
  ],
};
