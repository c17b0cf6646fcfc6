import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { type GateName, parseGates } from '@artifact-lifecycle/core/policy';
import { type Demands, type DemandWorld, demandsOf, type GateSettings } from '@artifact-lifecycle/gates';
import { parseDigest } from '@artifact-lifecycle/registry';
import { type IdentityPolicy, type VerificationPolicy, verifyArtifact } from '@artifact-lifecycle/trust';
import { describe, expect, it } from '@jest/globals';
import { DIGEST } from '../support/verification.ts';

const ISSUER = 'https://token.actions.githubusercontent.com';
const BUILD = 'https://github.com/acme/api/.github/workflows/build.yml@refs/heads/main';

const world: DemandWorld = {
  issuer: ISSUER,
  fallback: undefined,
  readKey: (path) =>
    path === 'a.pub'
      ? Promise.resolve('PEM')
      : Promise.reject(new SuiteError('NOT_FOUND', `There is no ${path}.`)),
};
const fallback = { kind: 'identity', identity: BUILD } as const;

type ByName = { readonly [Name in GateName]?: GateSettings<Name> };

function read<Name extends GateName>(gate: Name, settings: string): GateSettings<Name> {
  const gates: ByName = parseGates(`${gate}: { ${settings} }`, 'gates');
  const found: GateSettings<Name> | undefined = gates[gate];
  if (found === undefined) throw new Error(`There is no ${gate}.`);
  return found;
}

function policyOf(demands: Demands | undefined): VerificationPolicy {
  if (demands === undefined || !('policy' in demands)) throw new Error('Nothing is demanded.');
  return demands.policy;
}

function patternsOf(identity: IdentityPolicy): readonly string[] {
  return identity.kind === 'certificate' && identity.identity !== undefined && 'anyOf' in identity.identity
    ? identity.identity.anyOf
    : [];
}

describe('demandsOf', () => {
  it('demands a signature by who is named, of an age', async () => {
    const settings = read('signature', `certificate-identity: "${BUILD}", max-age: 1h`);
    expect(policyOf(await demandsOf('signature', settings, world))).toMatchObject({
      identity: { kind: 'certificate', identity: { exact: BUILD }, issuer: ISSUER },
      require: ['signature'],
      maxAge: 3_600_000,
      allowLegacy: false,
      minSlsaLevel: 0,
    });
  });

  it('reads the key that is named', async () => {
    const demands = await demandsOf('signature', read('signature', 'key: a.pub'), world);
    expect(policyOf(demands).identity).toEqual({ kind: 'key', publicKey: 'PEM' });
    await expect(demandsOf('signature', read('signature', 'key: b.pub'), world)).rejects.toThrow(
      'There is no b.pub.',
    );
  });

  it('takes the issuer that is named', async () => {
    const settings = read(
      'sbom',
      'certificate-identity-pattern: "https://gitlab.example/*", certificate-oidc-issuer: "https://gitlab.example"',
    );
    expect(policyOf(await demandsOf('sbom', settings, world))).toMatchObject({
      identity: { identity: { pattern: 'https://gitlab.example/*' }, issuer: 'https://gitlab.example' },
      require: ['sbom'],
    });
  });

  it('demands nothing signed of SBOMs without a signer, and of reports', async () => {
    expect(await demandsOf('sbom', read('sbom', ''), { ...world, fallback })).toBeUndefined();
    expect(await demandsOf('tests', read('tests', 'junit: [a.xml]'), { ...world, fallback })).toBeUndefined();
  });

  it('lets the signer of the signature stand in', async () => {
    const settings = read('attestation', 'predicate-type: "a:b"');
    const policy = policyOf(await demandsOf('attestation', settings, { ...world, fallback }));
    expect(policy).toMatchObject({ identity: { identity: { exact: BUILD } }, require: ['a:b'] });
    const tests = await demandsOf('tests', read('tests', 'attestation: true'), { ...world, fallback });
    expect(policyOf(tests).require).toEqual(['https://in-toto.io/attestation/test-result/v0.1']);
  });

  it.each<{ name: string; demand: () => Promise<Demands | undefined>; reason: RegExp }>([
    {
      name: 'attestation',
      demand: () => demandsOf('attestation', read('attestation', 'predicate-type: "a:b"'), world),
      reason: /names nobody/,
    },
    {
      name: 'tests',
      demand: () => demandsOf('tests', read('tests', 'attestation: true'), world),
      reason: /names nobody/,
    },
    {
      name: 'provenance',
      demand: () => demandsOf('provenance', read('provenance', 'min-slsa-level: 3'), world),
      reason: /names nobody.*source-repository/,
    },
    {
      name: 'attestation of no type',
      demand: () =>
        demandsOf('attestation', read('attestation', 'predicate-type: signature'), { ...world, fallback }),
      reason: /no predicate type/,
    },
  ])('cannot tell of $name without somebody to trust', async ({ demand, reason }) => {
    expect(await demand()).toMatchObject({
      verdict: { verdict: 'error', reason: expect.stringMatching(reason) },
    });
  });

  it('demands of provenance all that is set', async () => {
    const settings = read(
      'provenance',
      'min-slsa-level: 3, source-repository: acme/api, source-ref: ["refs/tags/*"], events: [push], builders: [acme/ci/.github/workflows/b.yml@v1.2.3], deny-self-hosted: true',
    );
    expect(policyOf(await demandsOf('provenance', settings, { ...world, fallback }))).toEqual({
      identity: {
        kind: 'certificate',
        issuer: ISSUER,
        identity: {
          anyOf: [
            'https://github.com/acme/api/.github/workflows/*@**',
            'https://github.com/acme/ci/.github/workflows/b.yml@refs/tags/v1.2.3',
          ],
        },
      },
      sourceRepository: 'acme/api',
      sourceRefs: ['refs/tags/*'],
      events: ['push'],
      builders: ['acme/ci/.github/workflows/b.yml@v1.2.3'],
      minSlsaLevel: 3,
      denySelfHosted: true,
      allowLegacy: false,
      require: ['provenance'],
    });
  });

  it('lets the signer of the signature stand in for provenance that names neither repository nor builder', async () => {
    const settings = read('provenance', 'min-slsa-level: 2');
    expect(policyOf(await demandsOf('provenance', settings, { ...world, fallback })).identity).toMatchObject({
      identity: { exact: BUILD },
    });
  });

  it('looks for repositories on the server of the issuer', async () => {
    const tenant = { ...world, issuer: 'https://token.actions.acme.ghe.com' };
    const demands = await demandsOf('provenance', read('provenance', 'source-repository: acme/api'), tenant);
    expect(patternsOf(policyOf(demands).identity)).toEqual([
      'https://acme.ghe.com/acme/api/.github/workflows/*@**',
    ]);
  });

  it.each([
    { name: 'any ref of a builder without one', builder: 'a/b/.github/workflows/x.yml', pattern: '@**' },
    {
      name: 'any ref of a builder at a commit',
      builder: `a/b/.github/workflows/x.yml@${'0'.repeat(40)}`,
      pattern: '@**',
    },
    {
      name: 'the branch of a builder',
      builder: 'a/b/.github/workflows/x.yml@main',
      pattern: '@refs/heads/main',
    },
    {
      name: 'no more than the text of what is a glob',
      builder: 'a/b/.github/workflows/{x,*}.yml@refs/heads/[!a]?',
      pattern: '@refs/heads/\\[\\!a\\]\\?',
    },
  ])('takes $name', async ({ builder, pattern }) => {
    const settings = { builders: [builder] };
    const [found] = patternsOf(policyOf(await demandsOf('provenance', settings, world)).identity);
    expect(found?.endsWith(pattern)).toBe(true);
  });

  it('refuses a builder that is none', async () => {
    const demands = demandsOf('provenance', read('provenance', 'builders: [nobody]'), world);
    await expect(demands.catch((error) => isSuiteError(error, 'INPUT_INVALID'))).resolves.toBe(true);
  });

  it('demands what the verifier understands', async () => {
    const settings = read(
      'provenance',
      'source-repository: acme/api, builders: ["a/b/.github/workflows/{x,*}.yml@[a"]',
    );
    const policy = policyOf(await demandsOf('provenance', settings, world));
    const digest = parseDigest(DIGEST, 'digest');
    const found = await verifyArtifact({ digest, entries: [], policy, roots: [], clock: { now: () => 0 } });
    expect(found.refusals).toEqual(['There is no provenance about this artifact.']);
  });
});
