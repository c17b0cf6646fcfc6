import { describe, expect, it } from '@jest/globals';
import { type Mistaken, mistakesOf, withGates } from './mistakes.ts';

const CASES: readonly Mistaken[] = [
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
    'a text that says nothing',
    withGates('checks: { require: " " }'),
    ['6:26: environments.prod.gates.checks.require must not be empty.'],
  ],
  [
    'a text that is far too long',
    withGates(`checks: { require: ${'x'.repeat(5000)} }`),
    ['6:26: environments.prod.gates.checks.require is 5000 characters long; at most 4096 are read.'],
  ],
];

describe('a gate that is wrong', () => {
  it.each(CASES)('is told of: %s', (_name, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });
});
