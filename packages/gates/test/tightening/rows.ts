import { CANARY_SCOPE } from '@artifact-lifecycle/core/policy';

/** One comparison: YAML of the gate in the policy and in the input; what the input weakens, by `setting`. */
export interface TighteningRow {
  readonly name: string;
  readonly gate: string;
  readonly policy: string;
  readonly input: string;
  /** Empty where it is no weakening; the settings that the row is about are then in `of`. */
  readonly weakens: readonly string[];
  readonly of?: readonly string[];
}

const A = 'https://github.com/acme/api/.github/workflows/a.yml@refs/heads/main';
const B = 'https://github.com/acme/api/.github/workflows/b.yml@refs/heads/main';
const PATTERN = 'https://github.com/acme/api/.github/workflows/*@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';
const SIDES = 'prometheus: "http://p", baseline: a, canary: b';
const METRIC = 'name: errors, file: e.json';
const IGNORE = 'id: CVE-1, reason: r';

/** `gate | setting | policy | input`, where the input is weaker. */
const WEAKER: readonly (readonly [string, string, string, string])[] = [
  ['checks', 'require', 'require: [test, lint]', 'require: [test]'],
  ['checks', 'app', 'require: [test], app: github-actions', 'require: [test], app: other'],
  ['checks', 'app', 'require: [test]', 'require: [test], app: github-actions'],
  ['tests', 'junit', 'junit: [a.xml]', 'junit: [a.xml, b.xml]'],
  ['tests', 'junit', 'attestation: true', 'junit: [a.xml]'],
  ['tests', 'attestation', 'junit: [a.xml]', 'attestation: true'],
  ['tests', 'min-passed', 'junit: [a.xml], min-passed: 10', 'junit: [a.xml], min-passed: 9'],
  ['tests', 'min-passed', 'junit: [a.xml]', 'junit: [a.xml], min-passed: 0'],
  ['tests', 'max-failed', 'junit: [a.xml]', 'junit: [a.xml], max-failed: 1'],
  ['signature', 'certificate-identity', `certificate-identity: "${A}"`, `certificate-identity: "${B}"`],
  [
    'signature',
    'certificate-identity-pattern',
    `certificate-identity: "${A}"`,
    `certificate-identity-pattern: "${PATTERN}"`,
  ],
  [
    'signature',
    'certificate-identity',
    `certificate-identity-pattern: "${PATTERN}"`,
    `certificate-identity: "${A}-and-more/x"`,
  ],
  ['signature', 'key', `certificate-identity: "${A}"`, 'key: cosign.pub'],
  [
    'signature',
    'certificate-identity',
    `certificate-identity: "${A}"`,
    `certificate-identity: "${A}", certificate-oidc-issuer: "https://evil.example"`,
  ],
  ['signature', 'max-age', 'key: a.pub, max-age: 7d', 'key: a.pub, max-age: 8d'],
  ['provenance', 'min-slsa-level', 'source-repository: a/b, min-slsa-level: 3', 'min-slsa-level: 2'],
  ['provenance', 'source-repository', 'source-repository: a/b', 'source-repository: a/c'],
  ['provenance', 'source-repository', 'events: [push]', 'source-repository: evil/b'],
  ['provenance', 'source-ref', 'source-ref: [refs/heads/main]', 'source-ref: [refs/heads/*]'],
  ['provenance', 'events', 'events: [push]', 'events: [push, pull_request]'],
  ['provenance', 'builders', 'source-repository: a/b', 'builders: [e/b/.github/workflows/x.yml@v1]'],
  ['provenance', 'deny-self-hosted', 'deny-self-hosted: true', 'deny-self-hosted: false'],
  ['sbom', 'format', 'format: spdx-json', 'format: spdx-json@3.0'],
  ['sbom', 'certificate-identity', `certificate-identity: "${A}"`, `certificate-identity: "${B}"`],
  ['vulnerabilities', 'fail-on', 'fail-on: medium', 'fail-on: critical'],
  ['vulnerabilities', 'fail-on', '{}', 'fail-on: critical'],
  ['vulnerabilities', 'fail-on', 'fail-on: critical', 'fail-on: kev'],
  ['vulnerabilities', 'fail-on', 'fail-on: kev', 'fail-on: low'],
  ['vulnerabilities', 'only-fixed', '{}', 'only-fixed: true'],
  ['vulnerabilities', 'vex', 'vex: [a.json, b.json]', 'vex: [a.json]'],
  ['vulnerabilities', 'vex', '{}', 'vex: [a.json]'],
  ['vulnerabilities', 'vex-identity', '{}', 'vex-identity: { key: a.pub }'],
  [
    'vulnerabilities',
    'ignore',
    `ignore: [{ ${IGNORE}, package: a, until: 2026-12-31 }]`,
    `ignore: [{ ${IGNORE}, until: 2026-12-31 }]`,
  ],
  [
    'vulnerabilities',
    'ignore',
    `ignore: [{ ${IGNORE}, until: 2026-12-31 }]`,
    `ignore: [{ ${IGNORE}, until: 2027-01-01 }]`,
  ],
  ['vulnerabilities', 'ignore', '{}', `ignore: [{ ${IGNORE}, until: 2026-12-31 }]`],
  ['vulnerabilities', 'min-epss', 'min-epss: 0.1', 'min-epss: 0.2'],
  ['vulnerabilities', 'min-epss', '{}', 'min-epss: 0'],
  ['vulnerabilities', 'advisories', '{}', 'advisories: empty-directory'],
  ['vulnerabilities', 'new-only', 'new-only: false', 'new-only: true'],
  ['attestation', 'predicate-type', 'predicate-type: a:b, key: a.pub', 'predicate-type: a:c'],
  ['attestation', 'key', 'predicate-type: a:b, key: a.pub', 'predicate-type: a:b, key: b.pub'],
  [
    'attestation',
    'where',
    'predicate-type: a:b, key: a.pub, where: { result: PASSED, "a[0]": 1 }',
    'predicate-type: a:b, where: { result: PASSED, "a[0]": 2 }',
  ],
  ['platforms', 'require', '[linux/amd64, linux/arm64]', '[linux/amd64]'],
  ['platforms', 'require', '[linux/arm/v7]', '[linux/arm]'],
  ['canary', 'judge', `metrics: [{ ${METRIC} }]`, `metrics: [{ ${METRIC} }], judge: netflix`],
  ['canary', 'pass', `metrics: [{ ${METRIC} }]`, `metrics: [{ ${METRIC} }], pass: 94`],
  ['canary', 'marginal', `metrics: [{ ${METRIC} }]`, `metrics: [{ ${METRIC} }], marginal: 74`],
  ['canary', 'metrics', `metrics: [{ ${METRIC} }]`, `metrics: [{ ${METRIC} }, { name: good, file: g.json }]`],
  ['canary', 'metrics', `metrics: [{ ${METRIC} }]`, 'metrics: [{ name: good, file: g.json }]'],
  [
    'canary',
    'metrics["errors"].file',
    `metrics: [{ ${METRIC} }]`,
    'metrics: [{ name: errors, file: x.json }]',
  ],
  ['canary', 'metrics["errors"].group', `metrics: [{ ${METRIC} }]`, `metrics: [{ ${METRIC}, group: g }]`],
  [
    'canary',
    'metrics["errors"].direction',
    `metrics: [{ ${METRIC} }]`,
    `metrics: [{ ${METRIC}, direction: decrease }]`,
  ],
  [
    'canary',
    'metrics["errors"].critical',
    `metrics: [{ ${METRIC}, critical: true }]`,
    `metrics: [{ ${METRIC}, critical: false }]`,
  ],
  [
    'canary',
    'metrics["errors"].tolerance',
    `metrics: [{ ${METRIC} }]`,
    `metrics: [{ ${METRIC}, tolerance: 0.3 }]`,
  ],
  [
    'canary',
    'metrics["errors"].must-have-data',
    `metrics: [{ ${METRIC}, must-have-data: true }]`,
    `metrics: [{ ${METRIC}, must-have-data: false }]`,
  ],
  [
    'canary',
    'metrics["errors"].query',
    `metrics: [{ name: errors, query: "up ${CANARY_SCOPE}" }], ${SIDES}`,
    `metrics: [{ name: errors, query: "down ${CANARY_SCOPE}" }], ${SIDES}`,
  ],
  ['canary', 'groups', `metrics: [{ ${METRIC} }]`, `metrics: [{ ${METRIC} }], groups: { default: 100 }`],
  [
    'canary',
    'prometheus',
    `metrics: [{ ${METRIC} }], prometheus: "http://p"`,
    `metrics: [{ ${METRIC} }], prometheus: "http://q"`,
  ],
  ['canary', 'baseline', `metrics: [{ ${METRIC} }], baseline: a`, `metrics: [{ ${METRIC} }], baseline: b`],
  ['canary', 'canary', `metrics: [{ ${METRIC} }], canary: a`, `metrics: [{ ${METRIC} }], canary: b`],
  ['canary', 'from', `metrics: [{ ${METRIC} }], from: 1h`, `metrics: [{ ${METRIC} }], from: 2h`],
  ['canary', 'to', `metrics: [{ ${METRIC} }], to: now`, `metrics: [{ ${METRIC} }], to: 1m`],
  ['canary', 'step', `metrics: [{ ${METRIC} }], step: 60s`, `metrics: [{ ${METRIC} }], step: 30s`],
  [
    'canary',
    'min-points',
    `metrics: [{ ${METRIC} }], min-points: 5`,
    `metrics: [{ ${METRIC} }], min-points: 6`,
  ],
  ['approval', 'environment', '{}', 'environment: other'],
  ['approval', 'at-least', 'at-least: 2', 'at-least: 1'],
  ['approval', 'not-the-author', 'not-the-author: true', 'not-the-author: false'],
  ['approval', 'users', 'users: [a]', 'users: [a, b]'],
  ['approval', 'users', 'teams: [a]', 'users: [b]'],
  ['approval', 'teams', 'teams: [a]', 'teams: [b]'],
  ['approval', 'teams', 'users: [a]', 'teams: [b]'],
  ['soak', 'for', '24h', '23h'],
  ['window', 'allow', 'allow: ["Mon-Fri 09:00-16:00 UTC"]', 'allow: ["Mon-Fri 09:00-17:00 UTC"]'],
  ['window', 'allow', 'allow: ["Mon-Fri 09:00-16:00 UTC"]', 'allow: ["Mon 10:00-11:00 Europe/Berlin"]'],
  ['window', 'allow', 'allow: ["Sun 22:00-02:00 UTC"]', 'allow: ["Mon 00:00-02:01 UTC"]'],
  ['window', 'freeze', 'freeze: [2026-12-20/2027-01-02]', 'freeze: [2026-12-20/2027-01-01]'],
  ['window', 'freeze', 'freeze: [2026-12-20/2027-01-02]', 'freeze: [2026-12-20/2027-01-02 Europe/Berlin]'],
  ['command', 'run', 'run: [a, b]', 'run: [b, a]'],
  ['command', 'timeout', 'run: [a]', 'run: [a], timeout: 11m'],
];

/** `gate | settings | policy | input`, where the input is as tight or tighter. */
const TIGHTER: readonly (readonly [string, string, string, string])[] = [
  ['checks', 'require', 'require: [test, lint]', 'require: [lint, e2e, test]'],
  ['checks', 'app', 'require: [test], app: github-actions', 'require: [test, lint], app: github-actions'],
  ['tests', 'junit', 'junit: [a.xml, b.xml]', 'junit: [b.xml, a.xml]'],
  ['tests', 'attestation', 'attestation: true', 'attestation: true'],
  ['tests', 'min-passed', 'junit: [a.xml]', 'junit: [a.xml], min-passed: 2'],
  ['tests', 'max-failed', 'junit: [a.xml], max-failed: 3', 'junit: [a.xml], max-failed: 0'],
  [
    'signature',
    'certificate-identity',
    `certificate-identity-pattern: "${PATTERN}"`,
    `certificate-identity: "${A}"`,
  ],
  [
    'signature',
    'certificate-identity-pattern certificate-oidc-issuer',
    `certificate-identity-pattern: "${PATTERN}", certificate-oidc-issuer: "${ISSUER}"`,
    `certificate-identity-pattern: "${PATTERN}", certificate-oidc-issuer: "${ISSUER}"`,
  ],
  ['signature', 'key', 'key: a.pub', 'key: a.pub'],
  ['signature', 'max-age', 'key: a.pub', 'key: a.pub, max-age: 8d'],
  ['provenance', 'min-slsa-level', 'source-repository: a/b', 'min-slsa-level: 1'],
  ['provenance', 'source-repository', 'source-repository: a/b', 'source-repository: a/b'],
  ['provenance', 'source-ref', 'source-ref: ["refs/heads/*", x]', 'source-ref: [refs/heads/main]'],
  ['provenance', 'source-ref', 'source-repository: a/b', 'source-ref: ["refs/heads/*"]'],
  ['provenance', 'events', 'events: [push, release]', 'events: [release]'],
  [
    'provenance',
    'builders',
    'builders: [a/b/.github/workflows/x.yml@v1, a/b/.github/workflows/y.yml@v1]',
    'builders: [a/b/.github/workflows/x.yml@v1]',
  ],
  ['provenance', 'deny-self-hosted', 'deny-self-hosted: false', 'deny-self-hosted: true'],
  ['sbom', 'format', '{}', 'format: spdx-json'],
  ['sbom', 'format', 'format: cyclonedx-json', 'format: cyclonedx-json@1.7'],
  ['sbom', 'certificate-identity', '{}', `certificate-identity: "${A}"`],
  ['sbom', 'key', '{}', 'key: a.pub'],
  [
    'sbom',
    'certificate-identity-pattern certificate-oidc-issuer',
    '{}',
    `certificate-identity-pattern: "${PATTERN}", certificate-oidc-issuer: "${ISSUER}"`,
  ],
  ['vulnerabilities', 'fail-on', 'fail-on: critical', 'fail-on: low'],
  ['vulnerabilities', 'only-fixed', 'only-fixed: true', 'only-fixed: false'],
  ['vulnerabilities', 'vex', 'vex: [a.json, b.json]', 'vex: [b.json, a.json]'],
  ['vulnerabilities', 'vex-identity', 'vex-identity: { key: a.pub }', 'vex-identity: { key: a.pub }'],
  [
    'vulnerabilities',
    'ignore',
    `ignore: [{ ${IGNORE}, until: 2026-12-31 }, { id: CVE-2, reason: r, until: 2026-12-31 }]`,
    'ignore: [{ id: CVE-1, package: a, reason: said otherwise, until: 2026-12-30 }]',
  ],
  ['vulnerabilities', 'min-epss', 'min-epss: 0.2', 'min-epss: 0.1'],
  ['vulnerabilities', 'advisories', '{}', 'advisories: osv'],
  ['vulnerabilities', 'new-only', 'new-only: true', 'new-only: false'],
  ['attestation', 'predicate-type key', 'predicate-type: a:b, key: a.pub', 'predicate-type: a:b, key: a.pub'],
  [
    'attestation',
    'certificate-identity certificate-identity-pattern certificate-oidc-issuer',
    `predicate-type: a:b, certificate-identity-pattern: "${PATTERN}", certificate-oidc-issuer: "${ISSUER}"`,
    `predicate-type: a:b, certificate-identity: "${A}", certificate-oidc-issuer: "${ISSUER}"`,
  ],
  [
    'attestation',
    'where',
    'predicate-type: a:b, key: a.pub, where: { result: PASSED }',
    'predicate-type: a:b, where: { n: 1, result: PASSED }',
  ],
  ['platforms', 'require', '[linux/amd64]', '[linux/arm64, linux/amd64]'],
  ['platforms', 'require', '[linux/arm]', '[linux/arm/v7]'],
  ['canary', 'judge', `metrics: [{ ${METRIC} }], judge: netflix`, `metrics: [{ ${METRIC} }], judge: netflix`],
  ['canary', 'pass marginal', `metrics: [{ ${METRIC} }]`, `metrics: [{ ${METRIC} }], pass: 98, marginal: 80`],
  [
    'canary',
    'metrics',
    `metrics: [{ ${METRIC}, critical: false }, { name: b, file: b.json }]`,
    `metrics: [{ name: b, file: b.json }, { ${METRIC}, critical: true, tolerance: 0.1, must-have-data: true }]`,
  ],
  [
    'canary',
    'metrics',
    `metrics: [{ ${METRIC}, direction: increase }]`,
    `metrics: [{ ${METRIC}, direction: either }]`,
  ],
  [
    'canary',
    'groups prometheus baseline canary from to step min-points',
    `metrics: [{ ${METRIC} }], groups: { default: 100 }, prometheus: "http://p", baseline: a, canary: b, from: 1h, to: now, step: 60s, min-points: 5`,
    `metrics: [{ ${METRIC} }], groups: { default: 100 }, prometheus: "http://p", baseline: a, canary: b, from: 1h, to: now, step: 60s, min-points: 5`,
  ],
  ['approval', 'environment at-least', 'environment: e', 'environment: e, at-least: 2'],
  ['approval', 'not-the-author', '{}', 'not-the-author: true'],
  ['approval', 'users', '{}', 'users: [a]'],
  ['approval', 'users teams', 'users: [a, b], teams: [t, u]', 'users: [a], teams: [u]'],
  ['soak', 'for', '24h', '2d'],
  ['window', 'allow', 'allow: ["Mon-Fri 09:00-16:00 UTC"]', 'allow: ["Tue,Thu 10:00-11:00 UTC"]'],
  ['window', 'allow', 'allow: ["Sun 22:00-02:00 UTC"]', 'allow: ["Mon 00:00-02:00 UTC"]'],
  [
    'window',
    'allow',
    'allow: ["Mon 09:00-12:00 UTC", "Mon 12:00-16:00 UTC"]',
    'allow: ["Mon 10:00-14:00 UTC"]',
  ],
  ['window', 'allow', 'freeze: [2026-12-20]', 'allow: ["Mon 09:00-12:00 UTC"]'],
  ['window', 'freeze', 'freeze: [2026-12-20/2027-01-02]', 'freeze: [2026-12-19/2027-01-02, 2027-05-01]'],
  ['command', 'run timeout', 'run: [a, b]', 'run: [a, b], timeout: 1m'],
];

function yaml(text: string): string {
  return /^[[{]|^[0-9]+h$|^[0-9]+d$/.test(text) ? text : `{ ${text} }`;
}

/** All rows. */
export const TIGHTENING_ROWS: readonly TighteningRow[] = [
  ...WEAKER.map(([gate, setting, policy, input]) => ({
    name: `${gate}: ${input} weakens ${policy}`,
    gate,
    policy: yaml(policy),
    input: yaml(input),
    weakens: [setting],
  })),
  ...TIGHTER.map(([gate, settings, policy, input]) => ({
    name: `${gate}: ${input} is as tight as ${policy}`,
    gate,
    policy: yaml(policy),
    input: yaml(input),
    weakens: [],
    of: settings.split(' '),
  })),
];
