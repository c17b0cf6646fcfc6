import { describe, expect, it } from '@jest/globals';
import { isSuiteError } from '../../src/errors.ts';
import { loadPolicy } from '../../src/policy/index.ts';

/** Puts the lines of an environment's gates, indented, into a policy; the first of them is line 6. */
function withGates(...lines: readonly string[]): string {
  const head = ['version: 1', 'environments:', '  prod:', '    repository: ghcr.io/acme/api', '    gates:'];
  return [...head, ...lines.map((line) => `      ${line}`), ''].join('\n');
}

/** Puts the lines of an environment into a policy; the first of them is line 5. */
function withEnvironment(...lines: readonly string[]): string {
  const head = ['version: 1', 'environments:', '  prod:', '    repository: ghcr.io/acme/api'];
  return [...head, ...lines.map((line) => `    ${line}`), ''].join('\n');
}

/** The mistakes of a policy, `line:column: message`. */
function mistakesOf(text: string): readonly string[] {
  try {
    loadPolicy(text, 'p.yml');
  } catch (error) {
    if (!isSuiteError(error, 'POLICY_INVALID')) throw error;
    const lines = error.message.split('\n').map((line) => line.trim());
    const listed = lines.length > 1 ? lines.slice(1) : lines;
    expect(error.position?.file).toBe('p.yml');
    expect(listed[0]).toContain(`p.yml:${error.position?.line}:${error.position?.column}: `);
    expect(error.remedy).toMatch(/\.$/);
    return listed.map((line) => line.replace(/^p\.yml:/, ''));
  }
  return [];
}

const CASES: readonly (readonly [name: string, policy: string, mistakes: readonly string[]])[] = [
  ['an empty file', '', ['1:1: the file is empty.']],
  ['a comment alone', '# later\n', ['1:1: the file is empty.']],
  ['a list', '- version: 1\n', ['1:1: the file must be a mapping, not a list.']],
  ['a text', 'version', ['1:1: the file must be a mapping, not text.']],
  ['no version', 'environments: {}\n', ['1:1: version is missing.']],
  ['another version', 'version: 2\n', ['1:10: version must be 1, not 2.']],
  ['a version in quotes', 'version: "1"\n', ['1:10: version must be 1, not text; take the quotes away.']],
  [
    'an unknown key',
    'version: 1\nenviroments: {}\n',
    ['2:1: the file has no setting "enviroments". Did you mean "environments"?'],
  ],
  [
    'an unknown key that is near to none',
    'version: 1\n\nstages: {}\n',
    [
      '3:1: the file has no setting "stages"; there are version, environments, retention, protect, records, sigstore, registries.',
    ],
  ],
  [
    'several unknown keys',
    'version: 1\nretentions: {}\nrecord: {}\n',
    [
      '2:1: the file has no setting "retentions". Did you mean "retention"?',
      '3:1: the file has no setting "record". Did you mean "records"?',
    ],
  ],
  [
    'a key twice',
    'version: 1\nprotect: {}\nprotect: {}\n',
    ['3:1: the key "protect" stands twice in this mapping.'],
  ],
  [
    'a key twice in a flow mapping',
    'version: 1\nprotect: { tags: [], tags: [] }\n',
    ['2:22: the key "tags" stands twice in this mapping.'],
  ],
  [
    'a merge key',
    'version: 1\nx: &x { tags: [v1] }\nprotect: { <<: *x }\n',
    ['3:12: merge keys (<<) are not read; write the settings out.'],
  ],
  [
    'a tag',
    'version: 1\nprotect: !mine { tags: [] }\n',
    ['2:16: tags (!name) are not read; write the plain value.'],
  ],
  ['a known tag', 'version: !!int 1\n', ['1:16: tags (!name) are not read; write the plain value.']],
  [
    'an alias without its anchor',
    'version: 1\nprotect: { tags: *t }\n',
    ['2:18: the alias "*t" has no anchor before it.'],
  ],
  [
    'an alias inside its anchor',
    'version: 1\nprotect: &p { tags: [*p] }\n',
    ['2:22: the alias "*p" lies inside the value that it names.'],
  ],
  [
    'a second document',
    'version: 1\n---\nversion: 1\n',
    ['2:1: a second document starts here; a policy is one document.'],
  ],
  ['a directive', '%YAML 1.1\n---\nversion: 1\n', ['1:1: YAML directives are not read; remove the line.']],
  [
    'a tab as indentation',
    'version: 1\nprotect:\n\ttags: []\n',
    ['3:1: a tab indents this line; YAML is indented with spaces.'],
  ],
  [
    'a quote that nothing closes',
    'version: 1\nprotect: { tags: ["v1] }\n',
    ['3:1: not valid YAML: Missing closing "quote.'],
  ],
  [
    'an unknown escape',
    'version: 1\nprotect: { tags: ["\\d"] }\n',
    ['2:20: a "\\" in double quotes starts no escape that YAML knows; use single quotes.'],
  ],
  [
    'a line without colon',
    'version: 1\nprotect\n',
    ['2:1: not valid YAML: Implicit map keys need to be followed by map values.'],
  ],
  ['a list as a key', 'version: 1\n? [a]\n: b\n', ['2:3: a key must be plain text.']],
  ['a prototype', 'version: 1\n__proto__: { tags: [] }\n', ['2:1: the key "__proto__" is not allowed.']],
  [
    'a prototype as an environment',
    'version: 1\nenvironments:\n  __proto__: { repository: ghcr.io/a/b }\n',
    ['3:3: the key "__proto__" is not allowed.'],
  ],
  [
    'environments as a list',
    'version: 1\nenvironments: [dev]\n',
    ['2:15: environments must be a mapping, not a list.'],
  ],
  [
    'an environment without settings',
    'version: 1\nenvironments:\n  dev:\n',
    ['3:3: environments.dev has no value; it must be a mapping.'],
  ],
  [
    'an environment without repository',
    'version: 1\nenvironments:\n  dev:\n    tags: [semver]\n',
    ['3:3: environments.dev.repository is missing.'],
  ],
  [
    'an environment whose name is a number',
    'version: 1\nenvironments:\n  1: { repository: ghcr.io/a/b }\n',
    [
      '3:3: environments has the key "1", which is not a name: it starts with a letter and goes on with at most 254 letters, digits, blanks and . _ / -.',
    ],
  ],
  [
    'a repository without host',
    'version: 1\nenvironments: { dev: { repository: acme/api } }\n',
    [
      '2:36: environments.dev.repository must be a repository such as ghcr.io/acme/api, with its host and in lower case, not "acme/api".',
    ],
  ],
  [
    'a repository with a tag',
    'version: 1\nenvironments: { dev: { repository: "ghcr.io/acme/api:latest" } }\n',
    [
      '2:36: environments.dev.repository must be a repository without tag or digest, not "ghcr.io/acme/api:latest".',
    ],
  ],
  [
    'a repository in upper case',
    'version: 1\nenvironments: { dev: { repository: ghcr.io/Acme/api } }\n',
    [
      '2:36: environments.dev.repository must be a repository such as ghcr.io/acme/api, with its host and in lower case, not "ghcr.io/Acme/api".',
    ],
  ],
  [
    'a repository twice',
    'version: 1\nenvironments: { dev: { repository: [ghcr.io/a/b, ghcr.io/a/b] } }\n',
    ['2:50: environments.dev.repository[1] stands in the list already.'],
  ],
  [
    'no repository in the list',
    'version: 1\nenvironments: { dev: { repository: [] } }\n',
    ['2:36: environments.dev.repository must not be empty.'],
  ],
  [
    'an unknown strategy',
    withEnvironment('tags: [semver, buildnumber]'),
    [
      '5:20: environments.prod.tags[1] must be one of git-sha, semver, build-number, combined, not "buildnumber". Did you mean "build-number"?',
    ],
  ],
  [
    'a channel that is a number',
    withEnvironment('channels: [2, 2.10]'),
    [
      '5:16: environments.prod.channels[0] must be text, not a whole number; put it in quotes.',
      '5:19: environments.prod.channels[1] must be text, not a number; put it in quotes.',
    ],
  ],
  [
    'a channel twice',
    withEnvironment('channels: [latest, "2", latest]'),
    ['5:29: environments.prod.channels[2] stands in the list already.'],
  ],
  [
    'a channel that is an expression',
    withEnvironment('channels: ["/v.*/"]'),
    ['5:16: environments.prod.channels[0] must be a glob, not the regular expression "/v.*/".'],
  ],
  [
    'a channel with a bracket open',
    withEnvironment('channels: "v[0-9"'),
    ['5:15: environments.prod.channels has a "[" that nothing closes: "v[0-9".'],
  ],
  [
    'a channel that is negated',
    withEnvironment('channels: "!latest"'),
    ['5:15: environments.prod.channels must not start with "!": patterns are not negated.'],
  ],
  [
    'promotion from an unknown environment',
    withEnvironment('promote-from: stagging'),
    [
      '5:19: environments.prod.promote-from names the environment "stagging", which the policy does not have.',
    ],
  ],
  [
    'promotion from a misspelt environment',
    'version: 1\nenvironments:\n  staging: { repository: ghcr.io/a/b }\n  prod: { repository: ghcr.io/a/c, promote-from: [staging, stagging] }\n',
    [
      '4:60: environments.prod.promote-from[1] names the environment "stagging", which the policy does not have. Did you mean "staging"?',
    ],
  ],
  [
    'promotion from itself',
    withEnvironment('promote-from: prod'),
    ['5:19: environments.prod.promote-from leads back to where it starts: "prod" → "prod".'],
  ],
  [
    'promotion in a circle',
    'version: 1\nenvironments:\n  a: { repository: ghcr.io/a/a, promote-from: c }\n  b: { repository: ghcr.io/a/b, promote-from: a }\n  c: { repository: ghcr.io/a/c, promote-from: [b] }\n  d: { repository: ghcr.io/a/d, promote-from: c }\n',
    ['3:47: environments.a.promote-from leads back to where it starts: "a" → "b" → "c" → "a".'],
  ],
  [
    'one unknown strategy',
    withEnvironment('tags: buildnumber'),
    [
      '5:11: environments.prod.tags must be one of git-sha, semver, build-number, combined, not "buildnumber". Did you mean "build-number"?',
    ],
  ],
  [
    'a strategy that is a mapping',
    withEnvironment('tags: { semver: true }'),
    ['5:5: environments.prod.tags must be one of git-sha, semver, build-number, combined, not a mapping.'],
  ],
  [
    'an override by nobody',
    withEnvironment('override: {}'),
    ['5:5: environments.prod.override names nobody: set actors or teams.'],
  ],
  [
    'a retention without rule',
    withEnvironment('retention: { since: pulled }'),
    [
      '5:5: environments.prod.retention says nothing about how long to keep: set keep, keep-last or delete-when.',
    ],
  ],
  [
    'a duration in words',
    withEnvironment('retention: { keep: 3 weeks }'),
    [
      '5:24: environments.prod.retention.keep must be a duration such as 30m, 24h, 90d or 2y, or forever, not "3 weeks".',
    ],
  ],
  [
    'a duration without unit',
    withEnvironment('retention: { keep: 90 }'),
    [
      '5:24: environments.prod.retention.keep must be a duration such as 30m, 24h, 90d or 2y, or forever, not a whole number.',
    ],
  ],
  [
    'a duration beyond all time',
    withEnvironment('retention: { keep: 99999y }'),
    [
      '5:24: environments.prod.retention.keep must be a duration such as 30m, 24h, 90d or 2y, or forever, not "99999y".',
    ],
  ],
  [
    'a negative count',
    withEnvironment('retention: { keep-last: -1 }'),
    ['5:29: environments.prod.retention.keep-last must be at least 0, not -1.'],
  ],
  [
    'half an image',
    withEnvironment('retention: { keep-last: 1.5 }'),
    ['5:29: environments.prod.retention.keep-last must be a whole number, not 1.5.'],
  ],
  [
    'a class that matches nothing',
    'version: 1\nretention:\n  classes:\n    old: { match: {}, keep: 1d }\n',
    ['4:12: retention.classes.old.match matches nothing: set tags, untagged or environment.'],
  ],
  [
    'a class without match',
    'version: 1\nretention:\n  classes:\n    old: { keep: 1d }\n',
    ['4:5: retention.classes.old.match is missing.'],
  ],
  [
    'a class of an unknown environment',
    'version: 1\nenvironments: { production: { repository: ghcr.io/a/b } }\nretention:\n  classes:\n    old: { match: { environment: prodution }, keep: 1d }\n',
    [
      '5:34: retention.classes.old.match.environment names the environment "prodution", which the policy does not have. Did you mean "production"?',
    ],
  ],
  [
    'an unknown source of digests',
    'version: 1\nprotect: { digests-from: [deployment, "glob:"] }\n',
    [
      '2:27: protect.digests-from[0] must be deployments, deployment-records or glob:FILES, not "deployment".',
      '2:39: protect.digests-from[1] must be deployments, deployment-records or glob:FILES, not "glob:".',
    ],
  ],
  [
    'records of nobody',
    'version: 1\nrecords: {}\n',
    ['2:1: records names no signer: set certificate-identity, certificate-identity-pattern or key.'],
  ],
  [
    'records of two',
    'version: 1\nrecords: { certificate-identity: a, key: b }\n',
    ['2:42: records.key cannot stand beside certificate-identity: a signer is named in one way.'],
  ],
  [
    'an issuer beside a key',
    'version: 1\nrecords: { key: b, certificate-oidc-issuer: https://a.example }\n',
    [
      '2:45: records.certificate-oidc-issuer needs a certificate-identity or certificate-identity-pattern beside it.',
    ],
  ],
  [
    'a private key',
    'version: 1\nrecords: { key: "-----BEGIN EC PRIVATE KEY-----" }\n',
    ['2:17: records.key is a private key; a policy names public keys.'],
  ],
  [
    'a pattern of everybody',
    'version: 1\nrecords: { certificate-identity-pattern: "**" }\n',
    ['2:42: records.certificate-identity-pattern matches everybody: "**".'],
  ],
  ['a Sigstore that is nothing', 'version: 1\nsigstore: {}\n', ['2:1: sigstore names nothing.']],
  [
    'a Sigstore that is a number',
    'version: 1\nsigstore: 1\n',
    ['2:11: sigstore must be text or a mapping, not a whole number; put it in quotes.'],
  ],
  [
    'an address with a password',
    'version: 1\nsigstore: { rekor-url: "https://me:hunter2@rekor.example" }\n',
    ['2:24: sigstore.rekor-url must not hold a user name or password.'],
  ],
  [
    'an unknown gate',
    withGates('chekcs: { require: test }'),
    ['6:7: environments.prod.gates has no setting "chekcs". Did you mean "checks"?'],
  ],
  [
    'a gate without value',
    withGates('sbom:'),
    ['6:7: environments.prod.gates.sbom has no value; it must be a mapping.'],
  ],
  [
    'a gate with the wrong setting',
    withGates('checks: { requires: test }'),
    [
      '6:7: environments.prod.gates.checks.require is missing.',
      '6:17: environments.prod.gates.checks has no setting "requires". Did you mean "require"?',
    ],
  ],
  [
    'no checks',
    withGates('checks: { require: [] }'),
    ['6:26: environments.prod.gates.checks.require must not be empty.'],
  ],
  [
    'tests out of nothing',
    withGates('tests: { min-passed: 3 }'),
    ['6:7: environments.prod.gates.tests reads nothing: set junit or attestation.'],
  ],
  [
    'tests out of two places',
    withGates('tests: { junit: a.xml, attestation: true }'),
    ['6:43: environments.prod.gates.tests.attestation cannot stand beside junit.'],
  ],
  [
    'a signature by nobody',
    withGates('signature: { max-age: 1d }'),
    [
      '6:7: environments.prod.gates.signature names no signer: set certificate-identity, certificate-identity-pattern or key.',
    ],
  ],
  [
    'a level that does not exist',
    withGates('provenance: { min-slsa-level: 4 }'),
    ['6:37: environments.prod.gates.provenance.min-slsa-level must be one of 0, 1, 2, 3, not 4.'],
  ],
  [
    'a repository that is an address',
    withGates('provenance: { source-repository: "https://github.com/a/b" }'),
    [
      '6:40: environments.prod.gates.provenance.source-repository must be owner/name, not "https://github.com/a/b".',
    ],
  ],
  [
    'an unknown format',
    withGates('sbom: { format: cyclonedx }'),
    [
      '6:23: environments.prod.gates.sbom.format must be one of cyclonedx-json, cyclonedx-json@1.7, spdx-json, spdx-json@3.0, not "cyclonedx".',
    ],
  ],
  [
    'an exception without reason and end',
    withGates('vulnerabilities:', '  ignore:', '    - id: CVE-1'),
    [
      '8:13: environments.prod.gates.vulnerabilities.ignore[0].reason is missing.',
      '8:13: environments.prod.gates.vulnerabilities.ignore[0].until is missing.',
    ],
  ],
  [
    'an exception until a day that does not exist',
    withGates('vulnerabilities: { ignore: [{ id: A, reason: b, until: 2027-02-29 }] }'),
    [
      '6:62: environments.prod.gates.vulnerabilities.ignore[0].until must be a day such as 2026-12-31, not "2027-02-29".',
    ],
  ],
  [
    'an unknown severity',
    withGates('vulnerabilities: { fail-on: hihg }'),
    [
      '6:35: environments.prod.gates.vulnerabilities.fail-on must be one of low, medium, high, critical, kev, not "hihg". Did you mean "high"?',
    ],
  ],
  [
    'a score above one',
    withGates('vulnerabilities: { min-epss: 5 }'),
    ['6:36: environments.prod.gates.vulnerabilities.min-epss must be at most 1, not 5.'],
  ],
  [
    'an attestation by anybody',
    withGates('attestation: { predicate-type: a }'),
    [
      '6:7: environments.prod.gates.attestation names no signer: set certificate-identity, certificate-identity-pattern or key, or add the gate signature.',
    ],
  ],
  [
    'a path that is none',
    withGates('attestation: { predicate-type: a, key: k, where: { "a..b": 1 } }'),
    [
      '6:58: environments.prod.gates.attestation.where has the key "a..b", which is not a path such as result, runs[0].name or labels["a.b"].',
    ],
  ],
  [
    'a value that is a list',
    withGates('attestation: { predicate-type: a, key: k, where: { a: [1] } }'),
    [
      '6:61: environments.prod.gates.attestation.where.a must be text, a number, true or false or null, not a list.',
    ],
  ],
  [
    'a platform without architecture',
    withGates('platforms: [linux/amd64, linux]'),
    [
      '6:32: environments.prod.gates.platforms[1] must be a platform, os/architecture[/variant], not "linux".',
    ],
  ],
  [
    'platforms that are a number',
    withGates('platforms: 64'),
    [
      '6:18: environments.prod.gates.platforms must be a platform, os/architecture[/variant] or a list, not a whole number.',
    ],
  ],
  [
    'a canary without metrics',
    withGates('canary: { judge: exact }'),
    ['6:7: environments.prod.gates.canary.metrics is missing.'],
  ],
  [
    'a metric without data',
    withGates('canary: { metrics: [{ name: a }] }'),
    ['6:27: environments.prod.gates.canary.metrics[0] has no data: set query or file.'],
  ],
  [
    'a query without Prometheus',
    withGates('canary: { metrics: [{ name: a, query: up }] }'),
    [
      '6:45: environments.prod.gates.canary.metrics[0].query needs the address of a prometheus beside the metrics.',
    ],
  ],
  [
    'a metric twice',
    withGates('canary: { metrics: [{ name: a, file: f }, { name: a, file: g }] }'),
    ['6:57: environments.prod.gates.canary.metrics[1].name is the name of an earlier metric, too: "a".'],
  ],
  [
    'thresholds the wrong way round',
    withGates('canary: { pass: 70, marginal: 80, metrics: [{ name: a, file: f }] }'),
    ['6:37: environments.prod.gates.canary.marginal must not be above pass, 80 against 70.'],
  ],
  [
    'weights that do not add up',
    withGates(
      'canary: { groups: { a: 50, b: 40 }, metrics: [{ name: x, group: a, file: f }, { name: y, group: b, file: g }] }',
    ),
    ['6:17: environments.prod.gates.canary.groups must add up to 100, not 90.'],
  ],
  [
    'weights that leave nothing',
    withGates(
      'canary: { groups: { a: 100 }, metrics: [{ name: x, group: a, file: f }, { name: y, file: g }] }',
    ),
    [
      '6:17: environments.prod.gates.canary.groups must leave something of 100 for "default"; they add up to 100.',
    ],
  ],
  [
    'a weight of an unknown group',
    withGates(
      'canary: { groups: { eror: 50 }, metrics: [{ name: x, group: error, file: f }, { name: y, file: g }] }',
    ),
    [
      '6:33: environments.prod.gates.canary.groups.eror weighs a group that no metric is in. Did you mean "error"?',
    ],
  ],
  [
    'a period that ends before it starts',
    withGates('canary: { from: 1h, to: 2h, metrics: [{ name: a, file: f }] }'),
    ['6:23: environments.prod.gates.canary.from must come before to.'],
  ],
  [
    'approval by more than there are',
    withGates('approval: { at-least: 3, users: [a, b] }'),
    [
      '6:29: environments.prod.gates.approval.at-least asks for 3 approvals, but only 2 of users can give one.',
    ],
  ],
  [
    'approval by none',
    withGates('approval: { at-least: 0 }'),
    ['6:29: environments.prod.gates.approval.at-least must be at least 1, not 0.'],
  ],
  [
    'a soak that is a number',
    withGates('soak: 24'),
    [
      '6:13: environments.prod.gates.soak must be a duration such as 30m, 24h, 90d or 2y or a mapping, not a whole number.',
    ],
  ],
  [
    'a soak that is a text',
    withGates('soak: a day'),
    ['6:13: environments.prod.gates.soak must be a duration such as 30m, 24h, 90d or 2y, not "a day".'],
  ],
  [
    'a window that is always open',
    withGates('window: {}'),
    ['6:7: environments.prod.gates.window is always open: set allow or freeze.'],
  ],
  [
    'a window without time zone',
    withGates('window: { allow: ["Mon-Fri 09:00-16:00"] }'),
    [
      '6:25: environments.prod.gates.window.allow[0] must be a window such as Mon-Fri 09:00-16:00 Europe/Berlin, not "Mon-Fri 09:00-16:00".',
    ],
  ],
  [
    'a window in a misspelt time zone',
    withGates('window: { allow: ["Mon-Fri 09:00-16:00 Europe/Berln"] }'),
    [
      '6:25: environments.prod.gates.window.allow[0] names the time zone "Europe/Berln", which does not exist. Did you mean "Europe/Berlin"?',
    ],
  ],
  [
    'a window at 25 o’clock',
    withGates('window: { allow: ["Mon 09:00-25:00 UTC"] }'),
    [
      '6:25: environments.prod.gates.window.allow[0] must be a window such as Mon-Fri 09:00-16:00 Europe/Berlin, not "Mon 09:00-25:00 UTC".',
    ],
  ],
  [
    'a freeze that ends before it starts',
    withGates('window: { freeze: 2027-01-02/2026-12-20 }'),
    ['6:25: environments.prod.gates.window.freeze ends before it starts: "2027-01-02/2026-12-20".'],
  ],
  [
    'a freeze on a day that does not exist',
    withGates('window: { freeze: [2026-11-31] }'),
    [
      '6:26: environments.prod.gates.window.freeze[0] must be days such as 2026-12-20/2027-01-02, not "2026-11-31".',
    ],
  ],
  [
    'a command in one text',
    withGates('command: { run: node check.mjs }'),
    ['6:23: environments.prod.gates.command.run must be a list, not text.'],
  ],
  [
    'a command without program',
    withGates('command: { run: ["", --strict] }'),
    ['6:24: environments.prod.gates.command.run[0] names no program.'],
  ],
  [
    'a command without time',
    withGates('command: { run: [node], timeout: 0s }'),
    ['6:40: environments.prod.gates.command.timeout must be longer than nothing.'],
  ],
  [
    'a boolean of YAML 1.1',
    withGates('approval: { not-the-author: yes }'),
    ['6:35: environments.prod.gates.approval.not-the-author must be true or false, not text.'],
  ],
  [
    'a registry that is an address',
    'version: 1\nregistries:\n  https://ghcr.io: { kind: ghcr }\n',
    ['3:3: registries has the key "https://ghcr.io", which is an address; write the host alone, "ghcr.io".'],
  ],
  [
    'a registry twice',
    'version: 1\nregistries:\n  docker.io: {}\n  index.docker.io: {}\n',
    ['4:3: registries["index.docker.io"] names the host docker.io a second time.'],
  ],
];

describe('a policy that is wrong', () => {
  it.each(CASES)('tells of %s', (_name, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });

  it('tells of all mistakes at once, in order of place', () => {
    const text = withGates('chekcs: {}', 'soak: long')
      .replace('version: 1', 'version: 3')
      .concat('records: {}\n');
    expect(mistakesOf(text).map((mistake) => mistake.replace(/: .*/, ''))).toEqual([
      '1:10',
      '6:7',
      '7:13',
      '8:1',
    ]);
  });

  it('lists twenty mistakes and counts the others', () => {
    const keys = Array.from({ length: 25 }, (_, index) => `unknown${index}: 1`);
    const mistakes = mistakesOf(['version: 1', ...keys, ''].join('\n'));
    expect(mistakes).toHaveLength(21);
    expect(mistakes.at(-1)).toBe('… and 5 more.');
  });

  it('cuts long values and shows no control characters', () => {
    const [mistake] = mistakesOf(withEnvironment(`tags: "${'x'.repeat(500)}"`));
    expect(mistake).toContain(`not "${'x'.repeat(80)}…"`);
    const [hidden] = mistakesOf(withEnvironment('tags: "a\\e[31m\\u202eb\\n::error::"'));
    expect(hidden).toContain('not "a\\u001b[31m�b\\n::error::"');
  });

  it('finds the line in CRLF text and after a byte order mark', () => {
    const text = withEnvironment('tags: [semver, x]').replaceAll('\n', '\r\n');
    expect(mistakesOf(`\uFEFF${text}`)[0]).toMatch(/^5:20: /);
  });

  it('points to the anchored value where an alias brings a wrong one', () => {
    const text =
      'version: 1\nprotect:\n  tags: &t [v1, 2]\nenvironments: { dev: { repository: ghcr.io/a/b, channels: *t } }\n';
    expect(mistakesOf(text)).toEqual([
      '3:17: environments.dev.channels[1] must be text, not a whole number; put it in quotes.',
      '3:17: protect.tags[1] must be text, not a whole number; put it in quotes.',
    ]);
  });
});
