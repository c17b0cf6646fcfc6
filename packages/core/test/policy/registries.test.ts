import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { isSuiteError } from '../../src/errors.ts';
import { parseRegistries } from '../../src/policy/index.ts';

/** The mistakes of an input, `line:column: message`. */
function mistakesOf(text: string): readonly string[] {
  try {
    parseRegistries(text, 'registries');
  } catch (error) {
    if (!isSuiteError(error, 'INPUT_INVALID')) throw error;
    // An input is no file that an annotation could point to.
    expect(error.position).toBeUndefined();
    return error.message
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('registries:'))
      .map((line) => line.slice('registries:'.length));
  }
  return [];
}

describe('the input registries', () => {
  it('gives the settings of each host', () => {
    const found = parseRegistries(
      'ghcr.io: { username: octocat, password: hunter2 }\nlocalhost:5000:\n  plain-http: true\n',
      'registries',
    );
    expect([...found.keys()]).toEqual(['ghcr.io', 'localhost:5000']);
    expect(found.get('ghcr.io')?.password?.reveal()).toBe('hunter2');
    expect(found.get('localhost:5000')).toEqual({ plainHttp: true });
  });

  it.each([
    ['GHCR.io', 'ghcr.io'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['"[2001:DB8::1]:5000"', '[2001:db8::1]:5000'],
    ['127.0.0.1:5000', '127.0.0.1:5000'],
  ])('knows the host %s as %s', (written, host) => {
    expect([...parseRegistries(`${written}: { kind: oci }`, 'registries').keys()]).toEqual([host]);
  });

  it.each<[string, string, readonly string[]]>([
    ['nothing', '', ['1:1: the input is empty.']],
    [
      'an unknown setting',
      'ghcr.io:\n  user: x\n  passwort: y\n',
      [
        '2:3: ["ghcr.io"] has no setting "user"; there are username, password, token, aws-role, gcp-workload-identity-provider, gcp-service-account, azure-client-id, azure-tenant-id, kind, plain-http, ca-file.',
        '3:3: ["ghcr.io"] has no setting "passwort". Did you mean "password"?',
      ],
    ],
    [
      'an unknown kind',
      'ghcr.io: { kind: gchr }',
      [
        '1:18: ["ghcr.io"].kind must be one of ghcr, ecr, gar, acr, dockerhub, harbor, artifactory, nexus, gitlab, oci, not "gchr". Did you mean "ghcr"?',
      ],
    ],
    [
      'a user without password',
      'a.b: { username: x }',
      ['1:18: ["a.b"].username needs a password or token beside it.'],
    ],
    [
      'a password without user',
      'a.b: { password: x }',
      ['1:18: ["a.b"].password needs a username beside it.'],
    ],
    [
      'a password and a token',
      'a.b: { username: x, password: y, token: z }',
      ['1:41: ["a.b"].token cannot stand beside password.'],
    ],
    [
      'two ways to authenticate',
      'a.b: { token: x, aws-role: "arn:aws:iam::123456789012:role/x" }',
      ['1:28: ["a.b"].aws-role cannot stand beside token: there is one way to authenticate.'],
    ],
    [
      'no role',
      'a.b: { aws-role: release }',
      ['1:18: ["a.b"].aws-role must be the ARN of a role, not "release".'],
    ],
    [
      'half of Azure',
      'a.b: { azure-client-id: x }\na.c: { azure-tenant-id: x }',
      [
        '1:25: ["a.b"].azure-client-id needs azure-tenant-id beside it.',
        '2:25: ["a.c"].azure-tenant-id needs azure-client-id beside it.',
      ],
    ],
    [
      'a service account alone',
      'a.b: { gcp-service-account: a@b.example }',
      ['1:29: ["a.b"].gcp-service-account needs gcp-workload-identity-provider beside it.'],
    ],
    [
      'no host',
      'acme/app: {}',
      [
        '1:1: the input has the key "acme/app", which is not a host such as ghcr.io, localhost:5000 or [::1]:5000.',
      ],
    ],
    [
      'a port that is none',
      'localhost:70000: {}',
      [
        '1:1: the input has the key "localhost:70000", which is not a host such as ghcr.io, localhost:5000 or [::1]:5000.',
      ],
    ],
    [
      'an empty password',
      'a.b: { username: x, password: "" }',
      ['1:31: ["a.b"].password must not be empty.'],
    ],
  ])('tells of %s', (_name, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });

  it.each([
    ['a password that is a number', 'a.b: { username: x, password: 13371337 }'],
    ['a password in the place of settings', 'a.b: 13371337'],
    ['a password as a list', 'a.b: { password: [13371337] }'],
    ['a token as a user name without a pair', 'a.b: { username: 13371337x }'],
    ['a password with an unknown escape', 'a.b: { username: x, password: "13371337\\q" }'],
    ['a password that starts with a reserved character', 'a.b: { username: x, password: `13371337 }'],
    ['a password that starts with a percent sign', 'a.b:\n  username: x\n  password: %13371337\n'],
    ['a password that starts with an exclamation mark', 'a.b: { username: x, password: !13371337 }'],
    ['a password with a colon and a blank', 'a.b:\n  username: x\n  password: 1337: 13371337\n'],
    ['a password behind a quote', 'a.b: { username: x, password: "a"13371337 }'],
    ['a password as a block', 'a.b:\n  username: x\n  password: |13371337\n'],
    ['a password beside a token', 'a.b: { username: x, password: p13371337, token: t13371337 }'],
  ])('does not show %s', (_name, text) => {
    const mistakes = mistakesOf(text);
    expect(mistakes.length).toBeGreaterThan(0);
    expect(mistakes.join('\n')).not.toContain('13371337');
  });

  it('keeps secrets out of whatever prints the settings', () => {
    const found = parseRegistries(
      'a.b: { username: x, password: hunter2 }\nc.d: { token: hunter2 }',
      'registries',
    );
    const printed = [inspect(found, { depth: 9 }), JSON.stringify([...found]), `${found.get('c.d')?.token}`];
    expect(printed.join()).not.toContain('hunter2');
  });
});
