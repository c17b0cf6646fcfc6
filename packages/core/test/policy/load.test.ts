// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what queries hold.
import { describe, expect, it } from '@jest/globals';
import {
  loadPolicy,
  loadSigstoreInstance,
  parseExceptions,
  parseGates,
  parseRetention,
  parseSigner,
} from '../../src/policy/index.ts';
import { Secret } from '../../src/secret.ts';
import { EVERY_SETTING, ROAD_TO_PRODUCTION } from './examples.ts';

const DAY = 86_400_000;

describe('a policy that is right', () => {
  const road = loadPolicy(ROAD_TO_PRODUCTION, 'policy.yml');
  const every = loadPolicy(EVERY_SETTING, 'policy.yml');

  it('has its environments by name, in order', () => {
    expect([...(road.environments?.keys() ?? [])]).toEqual(['dev', 'staging', 'production']);
    expect(road.environments?.get('staging')).toEqual({
      repository: ['ghcr.io/acme/api-staging'],
      promoteFrom: ['dev'],
      tags: ['git-sha'],
      gates: {
        checks: { require: ['test', 'lint'] },
        signature: {
          signer: {
            kind: 'identity',
            identity: 'https://github.com/acme/api/.github/workflows/build.yml@refs/heads/main',
          },
        },
      },
      retention: { keep: 90 * DAY },
    });
    expect(road.environments?.get('production')?.retention).toEqual({ keep: 'forever' });
    expect(road.environments?.get('production')?.gates?.soak).toEqual({ for: DAY });
    expect(road.environments?.get('production')?.gates?.platforms).toEqual({
      require: ['linux/amd64', 'linux/arm64'],
    });
  });

  it('has its gates as later work needs them', () => {
    expect(every.environments?.get('eu/canary')?.gates).toEqual({
      checks: { require: ['test'], app: 'github-actions', warnOnly: true },
      tests: { junit: ['reports/**/*.xml'], minPassed: 10, maxFailed: 0 },
      signature: {
        signer: { kind: 'key', key: { kind: 'file', path: '.github/cosign.pub' } },
        maxAge: 90 * DAY,
      },
      provenance: {
        minSlsaLevel: 2,
        sourceRepository: 'acme/api',
        sourceRef: ['refs/heads/main', 'refs/tags/v*'],
        events: ['push', 'release'],
        builders: ['acme/ci/.github/workflows/build.yml@refs/tags/v1.0.0'],
        denySelfHosted: true,
      },
      sbom: {
        format: 'spdx-json@3.0',
        signer: {
          kind: 'identity-pattern',
          pattern: 'https://github.com/acme/*/.github/workflows/*.yml@refs/heads/main',
        },
      },
      vulnerabilities: {
        failOn: 'kev',
        onlyFixed: false,
        vex: ['security/api.vex.json'],
        vexIdentity: {
          kind: 'identity',
          identity: 'security@acme.example',
          issuer: 'https://accounts.acme.example',
        },
        ignore: [
          {
            id: 'CVE-2021-44228',
            package: 'log4j-core',
            reason: 'not on the class path',
            until: '2028-02-29',
          },
        ],
        minEpss: 0.05,
        advisories: 'advisories/',
        newOnly: true,
      },
      attestation: {
        predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
        where: [
          { path: ['result'], equals: 'PASSED' },
          { path: ['runs', 0, 'count'], equals: 3 },
          { path: ['labels', 'a.b', 'ok'], equals: true },
        ],
      },
      platforms: { require: ['linux/arm64/v8'], warnOnly: true },
      canary: {
        judge: 'netflix',
        pass: 90,
        marginal: 60.5,
        metrics: [
          {
            name: 'errors',
            group: 'errors',
            query: "sum(rate(errors{app='${scope}'}[1m]))",
            direction: 'increase',
            critical: true,
            tolerance: 0.1,
            mustHaveData: true,
          },
          { name: 'latency', file: 'latency.json' },
        ],
        groups: new Map([
          ['errors', 60],
          ['default', 40],
        ]),
        prometheus: 'http://localhost:9090',
        baseline: 'api-old',
        canary: 'api-new',
        from: { kind: 'ago', milliseconds: 3_600_000 },
        to: { kind: 'ago', milliseconds: 0 },
        step: 60_000,
        minPoints: 50,
      },
      approval: {
        environment: 'production',
        atLeast: 2,
        notTheAuthor: true,
        users: ['a', 'b'],
        teams: ['release'],
      },
      soak: { for: 14 * DAY, warnOnly: true },
      window: {
        allow: [{ days: [1, 3, 4, 5], fromMinute: 540, toMinute: 960, timeZone: 'Europe/Berlin' }],
        freeze: [
          { firstDay: '2026-12-20', lastDay: '2027-01-02', timeZone: 'Europe/Berlin' },
          { firstDay: '2026-10-03', lastDay: '2026-10-03', timeZone: 'UTC' },
        ],
        warnOnly: false,
      },
      command: { run: ['node', 'gates/licences.mjs', '--strict', ''], timeout: 300_000 },
    });
  });

  it('has its retention classes in order, and what it protects', () => {
    expect(every.retention?.classes).toEqual([
      {
        name: 'production',
        match: { environment: 'eu/canary', tags: ['v*', '/^release-[0-9]+$/'] },
        keep: 730 * DAY,
        keepLast: 5,
        since: 'pulled',
      },
      { name: 'untagged', match: { untagged: true }, keep: 7 * DAY },
      { name: 'feature', match: { tags: ['feature-*'] }, keep: 'forever', deleteWhen: ['branch-gone'] },
    ]);
    expect(every.protect).toEqual({
      tags: ['latest'],
      digestsFrom: [
        { kind: 'deployments' },
        { kind: 'deployment-records' },
        { kind: 'files', glob: 'deploy/**/*.yaml' },
      ],
    });
  });

  it('has its registries by host, with secrets that do not print', () => {
    expect(every.registries?.get('ghcr.io')).toEqual({
      username: 'octocat',
      token: expect.any(Secret),
      kind: 'ghcr',
    });
    expect(every.registries?.get('ghcr.io')?.token?.reveal()).toBe('hunter2');
    expect(JSON.stringify([...(every.registries ?? [])])).not.toContain('hunter2');
    expect(every.registries?.get('localhost:5000')).toEqual({ plainHttp: true, kind: 'oci' });
  });

  it.each([
    {
      name: 'whose runs sign',
      settings: 'certificate-identity: https://github.com/a/b, source-repository: acme/api',
      problem: undefined,
    },
    {
      name: 'no owner/name',
      settings: 'certificate-identity: https://github.com/a/b, source-repository: acme',
      problem: 'owner/name',
    },
    {
      name: 'a repository that a key cannot prove',
      settings: 'key: a.pub, source-repository: acme/api',
      problem: 'cannot stand beside key',
    },
  ])('reads of "records" $name', ({ settings, problem }) => {
    const load = () => loadPolicy(`version: 1\nrecords: { ${settings} }\n`, 'policy.yml').records;
    if (problem === undefined) expect(load()).toMatchObject({ sourceRepository: 'acme/api' });
    else expect(load).toThrow(problem);
  });

  it('says whose Sigstore and whose records count', () => {
    expect(every.sigstore).toEqual({
      kind: 'own',
      fulcioUrl: 'https://fulcio.acme.example',
      rekorUrl: 'none',
      rekorVersion: 2,
      tsaUrl: 'https://tsa.acme.example',
      trustedRoot: 'root.json',
    });
    expect(every.records).toEqual({ kind: 'key', key: { kind: 'file', path: '.github/records.pub' } });
  });

  it.each([
    ['auto', { kind: 'auto' }],
    ['github', { kind: 'github' }],
    ['.github/sigstore.yml', { kind: 'file', path: '.github/sigstore.yml' }],
  ])('takes the Sigstore %s', (written, expected) => {
    expect(loadPolicy(`version: 1\nsigstore: ${written}\n`, 'policy.yml').sigstore).toEqual(expected);
  });

  it('reads a key that stands in the policy itself', () => {
    const pem =
      '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n';
    const text = `version: 1\nrecords:\n  key: |\n${pem.replace(/^/gm, '    ')}`;
    expect(loadPolicy(text, 'policy.yml').records).toEqual({ kind: 'key', key: { kind: 'pem', pem } });
  });

  it.each([
    ['a byte order mark', '\uFEFFversion: 1\n'],
    ['CRLF line ends', 'version: 1\r\nenvironments:\r\n  dev:\r\n    repository: ghcr.io/a/b\r\n'],
    ['JSON', '{"version":1,"environments":{"dev":{"repository":["ghcr.io/a/b"]}}}'],
    ['no last line end', 'version: 1'],
    ['a document start', '---\nversion: 1\n...\n'],
    [
      'an anchor and its alias',
      'version: 1\nprotect: { tags: &t [v1] }\nenvironments: { dev: { repository: ghcr.io/a/b, channels: *t } }',
    ],
  ])('may have %s', (_name, text) => {
    expect(loadPolicy(text, 'policy.yml').version).toBe(1);
  });

  it('gives aliases their value', () => {
    const text =
      'version: 1\nprotect: { tags: &t [v1] }\nenvironments: { dev: { repository: ghcr.io/a/b, channels: *t } }';
    expect(loadPolicy(text, 'policy.yml').environments?.get('dev')?.channels).toEqual(['v1']);
  });

  it('treats names that objects inherit as names', () => {
    const text =
      'version: 1\nenvironments: { constructor: { repository: ghcr.io/a/b }, toString: { repository: ghcr.io/a/c } }';
    const { environments } = loadPolicy(text, 'policy.yml');
    expect([...(environments?.keys() ?? [])]).toEqual(['constructor', 'toString']);
    expect(environments?.get('hasOwnProperty')).toBeUndefined();
  });
});

describe('inputs of the same shapes', () => {
  it('reads gates without filling in defaults', () => {
    expect(parseGates('soak: 1h\ntests: { attestation: true }', 'gates')).toEqual({
      soak: { for: 3_600_000 },
      tests: { attestation: true },
    });
  });

  it('reads retention classes', () => {
    expect(
      parseRetention('classes: { old: { match: { untagged: true }, keep: 0d } }', 'retention').classes,
    ).toEqual([{ name: 'old', match: { untagged: true }, keep: 0 }]);
  });

  it('reads a file that describes a Sigstore', () => {
    const text = 'rekor-url: https://rekor.acme.example\nrekor-version: 1\n';
    expect(loadSigstoreInstance(text, 'sigstore.yml')).toEqual({
      rekorUrl: 'https://rekor.acme.example',
      rekorVersion: 1,
    });
    expect(() => loadSigstoreInstance('recor-url: none\n', 'sigstore.yml')).toThrow(
      'sigstore.yml:1:1: the file has no setting "recor-url". Did you mean "rekor-url"?',
    );
  });

  it('reads exceptions, and names the input in errors', () => {
    expect(parseExceptions('- { id: CVE-1, reason: not used, until: 2027-01-01 }', 'ignore')).toHaveLength(1);
    expect(() => parseExceptions('- { id: CVE-1, until: 2027-02-30 }', 'ignore')).toThrow(
      /ignore:1:3: \[0\]\.reason is missing\.\n {2}ignore:1:23: \[0\]\.until must be a day such as 2026-12-31, not "2027-02-30"\./,
    );
  });

  it('reads a signer, who must be named', () => {
    expect(parseSigner('certificate-identity: https://acme.example/vex', 'vex-identity')).toEqual({
      kind: 'identity',
      identity: 'https://acme.example/vex',
    });
    expect(() => parseSigner('certificate-oidc-issuer: https://acme.example', 'vex-identity')).toThrow(
      'vex-identity:1:26: certificate-oidc-issuer needs a certificate-identity',
    );
    expect(() => parseSigner('certificate-identiti: x', 'vex-identity')).toThrow(
      'Did you mean "certificate-identity"?',
    );
  });
});
