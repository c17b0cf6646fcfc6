import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCertificate } from '../../src/certificate/certificate.ts';
import type { CertificateFacts } from '../../src/certificate/certificate-facts.ts';
import { readCertificateFacts } from '../../src/certificate/read-facts.ts';
import { computeSlsaLevel } from '../../src/level/slsa-level.ts';
import {
  BUILDER,
  type Forge,
  type Forgery,
  GITHUB,
  IDENTITY,
  makeKey,
  makeProvenance,
  openForge,
  PROVENANCE_TYPE,
  REUSABLE_WORKFLOW_CLAIMS,
} from '../verifying/forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

const KEY = makeKey();
const ISOLATED = `https://github.com/${BUILDER}@refs/tags/v1.2.3`;
const reusable = REUSABLE_WORKFLOW_CLAIMS as Record<string, string>;

function factsOf({ claims, certificate }: Forgery): CertificateFacts {
  const { leaf } = forge.sigstore.fulcio.issue(
    KEY.publicKey,
    { iss: GITHUB, ...(claims as Record<string, string>) },
    certificate,
  );
  return readCertificateFacts(readCertificate(leaf));
}

interface Case {
  readonly name: string;
  readonly forgery?: Forgery | undefined;
  readonly builder?: string | undefined;
  readonly builders?: readonly string[] | undefined;
  readonly level: 1 | 2 | 3;
  readonly reason?: RegExp | undefined;
}

describe('the level that a certificate proves', () => {
  it.each<Case>([
    { name: 'an ordinary workflow', level: 2, reason: /a step of the build could have signed anything/ },
    {
      name: 'a listed workflow that built itself',
      builders: ['acme/app/.github/workflows/release.yml'],
      level: 2,
      reason: /a step of the build/,
    },
    {
      name: 'a self-hosted runner',
      forgery: { claims: { runner_environment: 'self-hosted' } },
      level: 1,
      reason: /self-hosted runner/,
    },
    {
      name: 'a runner of another platform',
      forgery: { claims: { runner_environment: 'gitlab-hosted' } },
      level: 1,
      reason: /unknown kind: "gitlab-hosted"/,
    },
    {
      name: 'no runner',
      forgery: { claims: { runner_environment: '' } },
      level: 1,
      reason: /proves no runner/,
    },
    {
      name: 'another builder than the signer',
      builder: 'https://github.com/acme/other/.github/workflows/x.yml@refs/heads/main',
      level: 1,
      reason: /builder is/,
    },
    {
      name: 'a builder that is no workflow',
      builder: 'https://example.test/builder',
      level: 1,
      reason: /builder is/,
    },
    {
      name: 'a reusable workflow of another repository that is not listed',
      forgery: { claims: reusable },
      builder: ISOLATED,
      level: 2,
      reason: /is not listed/,
    },
    {
      name: 'one that is listed at its version',
      forgery: { claims: reusable },
      builder: ISOLATED,
      builders: [`${BUILDER}@refs/tags/v1.2.3`],
      level: 3,
    },
    {
      name: 'one that is listed at its version, shortened',
      forgery: { claims: reusable },
      builder: ISOLATED,
      builders: [`${BUILDER}@v1.2.3`],
      level: 3,
    },
    {
      name: 'one that is listed at its commit',
      forgery: { claims: reusable },
      builder: ISOLATED,
      builders: [`${BUILDER}@${'b'.repeat(40)}`],
      level: 3,
    },
    {
      name: 'one that is listed at any version, called at a full one',
      forgery: { claims: reusable },
      builder: ISOLATED,
      builders: [BUILDER],
      level: 3,
    },
    {
      name: 'one that is listed at another version',
      forgery: { claims: reusable },
      builder: ISOLATED,
      builders: [`${BUILDER}@v1.2.4`],
      level: 2,
      reason: /another version than refs\/tags\/v1.2.3/,
    },
    {
      name: 'one that is listed at another commit',
      forgery: { claims: reusable },
      builder: ISOLATED,
      builders: [`${BUILDER}@${'c'.repeat(40)}`],
      level: 2,
      reason: /another version/,
    },
    ...(
      [
        'refs/heads/main',
        'refs/tags/v1',
        'refs/tags/v1.2',
        'refs/heads/v1.2.3',
        'refs/tags/v1.2.3-rc.1',
        'refs/tags/xv1.2.3',
      ] as const
    ).map((ref) => ({
      name: `one that is called at ${ref}, and listed so`,
      forgery: { claims: { ...reusable, job_workflow_ref: `${BUILDER}@${ref}` } },
      builder: `https://github.com/${BUILDER}@${ref}`,
      builders: [`${BUILDER}@${ref}`, BUILDER],
      level: 2 as const,
      reason: /only a full version's tag or a listed commit/,
    })),
    {
      name: 'one whose path begins like the listed one',
      forgery: {
        claims: { ...reusable, job_workflow_ref: `${BUILDER.replace('.yml', '.yml.yml')}@refs/tags/v1.2.3` },
      },
      builder: `https://github.com/${BUILDER.replace('.yml', '.yml.yml')}@refs/tags/v1.2.3`,
      builders: [BUILDER],
      level: 2,
      reason: /is not listed/,
    },
    {
      name: 'one of the repository that was built',
      forgery: { claims: { ...reusable, repository: 'acme/builder', repository_owner: 'acme' } },
      builder: ISOLATED,
      builders: [BUILDER],
      level: 1,
      reason: /repository/,
    },
  ])('$name: level $level', ({ forgery = {}, builder = IDENTITY, builders = [], level, reason }) => {
    const statement = { subject: [], predicateType: PROVENANCE_TYPE, predicate: makeProvenance(builder) };
    const verdict = computeSlsaLevel([{ statement, certificate: factsOf(forgery) }], builders);
    expect(verdict).toMatchObject({ level, builder });
    expect(verdict.missing.map((one) => one.level)).toEqual([1, 2, 3].filter((above) => above > level));
    expect(verdict.missing.map((one) => one.reason).join()).toMatch(reason ?? /^$/);
  });

  it('the repository that was built is not trusted to isolate its own builds', () => {
    const predicate = { runDetails: { builder: { id: ISOLATED } } };
    const certificate = factsOf({ claims: { ...reusable, repository: 'acme/builder' } });
    const verdict = computeSlsaLevel(
      [{ statement: { subject: [], predicateType: PROVENANCE_TYPE, predicate }, certificate }],
      [BUILDER],
    );
    expect(verdict).toMatchObject({
      level: 2,
      missing: [{ level: 3, reason: expect.stringMatching(/whose writers can change it/) }],
    });
  });

  it('slsa-github-generator’s provenance of version 0.2 is read', () => {
    const id = ISOLATED;
    const configSource = {
      uri: 'git+https://github.com/acme/app@refs/heads/main',
      digest: { sha1: 'a'.repeat(40) },
      entryPoint: '.github/workflows/release.yml',
    };
    const level = (predicate: object): number =>
      computeSlsaLevel(
        [
          {
            statement: {
              subject: [],
              predicateType: 'https://slsa.dev/provenance/v0.2',
              predicate: { ...predicate },
            },
            certificate: factsOf({ claims: reusable }),
          },
        ],
        [BUILDER],
      ).level;
    expect(level({ builder: { id }, invocation: { configSource } })).toBe(3);
    expect(
      level({
        builder: { id },
        invocation: { configSource: { ...configSource, digest: { sha1: 'f'.repeat(40) } } },
      }),
    ).toBe(1);
  });

  it.each([
    ['nothing', [], false, 0],
    ['a statement that nobody signed', [], true, 1],
    [
      'a signature by a key',
      [
        {
          statement: { subject: [], predicateType: PROVENANCE_TYPE, predicate: makeProvenance() },
          certificate: undefined,
        },
      ],
      false,
      1,
    ],
  ] as const)('%s', (_, provenances, unsigned, level) => {
    const verdict = computeSlsaLevel(provenances, [], unsigned);
    expect(verdict.level).toBe(level);
    expect(verdict.missing).toHaveLength(3 - level);
  });

  it('the best of several counts', () => {
    const statement = { subject: [], predicateType: PROVENANCE_TYPE, predicate: makeProvenance() };
    const provenances = [
      { statement, certificate: undefined },
      { statement, certificate: factsOf({}) },
    ];
    expect(computeSlsaLevel(provenances, []).level).toBe(2);
  });
});
