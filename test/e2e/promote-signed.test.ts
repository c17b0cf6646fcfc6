import { type ManifestContent, type Sigstore, startSigstore } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commitOf,
  expectedSuccess,
  openRoad,
  RECORD_TYPE,
  type Road,
  reasonOf,
  statementsAbout,
  type Texts,
  VSA_TYPE,
  verdictsOf,
} from '../support/road.ts';

const WORKFLOW = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const SCAN = 'https://acme.example/scan/v1';
const WRITES = ['PUT', 'POST', 'PATCH', 'DELETE'];

describe('gates that stand on signatures', () => {
  let road: Road;
  let sigstore: Sigstore;
  let signed: ManifestContent;
  let writePolicy: (gates: object, more?: object) => Promise<void>;
  /** Another workflow of the same repository asks for its token here. */
  let other: Texts;

  beforeAll(async () => {
    road = await openRoad();
    sigstore = await startSigstore();
    road.workplace.onClose(() => sigstore.close());
    other = {
      ...sigstore.env,
      ACTIONS_ID_TOKEN_REQUEST_URL: sigstore.issuer.requestUrl({
        job_workflow_ref: 'acme/app/.github/workflows/other.yml@refs/heads/main',
      }),
    };
    await road.write('root.json', sigstore.trustedRoot);
    const { fulcio, rekor, tsa, issuer } = sigstore.urls;
    writePolicy = (gates, more = {}) =>
      road.writePolicy(
        {
          staging: { repository: road.at('acme/staging'), tags: 'git-sha' },
          production: {
            repository: road.at('acme/api'),
            'promote-from': 'staging',
            tags: 'git-sha',
            gates,
          },
        },
        {
          records: { 'certificate-identity': WORKFLOW, 'certificate-oidc-issuer': issuer },
          sigstore: { 'fulcio-url': fulcio, 'rekor-url': rekor, 'tsa-url': tsa, 'trusted-root': 'root.json' },
          ...more,
        },
      );
    await writePolicy({ signature: identity() });
    signed = await road.build('acme/build', { commit: commitOf('a1b2c3d') });
    const subject = `${road.at('acme/build')}:a1b2c3d`;
    expectedSuccess(await attest({ subject }));
    await road.write('scan.json', { result: 'WARNED', findings: { critical: 1 } });
    const scan = {
      'predicate-type': SCAN,
      'predicate-path': 'scan.json',
      provenance: 'false',
      sign: 'false',
    };
    expectedSuccess(await attest({ subject, ...scan, recursive: 'false' }));
    await road.build('acme/build', { commit: commitOf('bbb0000') });
    for (const commit of ['a1b2c3d', 'bbb0000']) {
      const inputs = {
        source: `${road.at('acme/build')}:${commit}`,
        to: 'staging',
        'require-gates': 'false',
      };
      expectedSuccess(await promote(inputs));
    }
  }, 60_000);
  afterAll(async () => {
    expect(sigstore.defects()).toEqual([]);
    await road.workplace.close();
  });

  const identity = (name = WORKFLOW) => ({
    'certificate-identity': name,
    'certificate-oidc-issuer': sigstore.urls.issuer,
  });
  const attest = (inputs: Texts) =>
    road.run('sign-attest', { 'github-attestations': 'false', ...inputs }, sigstore.env);
  const promote = (inputs: Texts, env: Texts = sigstore.env) =>
    road.run('promote', { from: '', ...inputs }, env);

  it('believe whom the policy believes, whatever Sigstore an input names', async () => {
    const impostor = await startSigstore();
    try {
      const { fulcio, rekor, tsa } = impostor.urls;
      await road.write('impostor-root.json', impostor.trustedRoot);
      await road.write('impostor.json', {
        ...{ 'fulcio-url': fulcio, 'rekor-url': rekor, 'tsa-url': tsa, 'trusted-root': 'impostor-root.json' },
      });
      await writePolicy({ signature: identity() });
      const inputs = { from: 'staging', to: 'production', version: 'a1b2c3d', 'dry-run': 'true' };
      const result = await promote({ ...inputs, sigstore: 'impostor.json' });
      expect(verdictsOf(result)).toEqual(['promote-from pass', 'hold pass', 'signature pass']);
    } finally {
      await impostor.close();
    }
  }, 60_000);

  it('are passed by what the workflow has signed, and the record is signed by it, too', async () => {
    await writePolicy({
      signature: identity(),
      provenance: { 'min-slsa-level': 2, 'source-ref': 'refs/heads/*', events: 'push' },
      attestation: {
        'predicate-type': SCAN,
        ...identity(),
        where: { result: 'WARNED', 'findings.critical': 1 },
      },
      soak: '1s',
    });
    const result = await promote({ from: 'staging', to: 'production', version: 'a1b2c3d' });
    expectedSuccess(result);
    expect(verdictsOf(result)).toEqual([
      'promote-from pass',
      'hold pass',
      'signature pass',
      'provenance pass',
      'attestation pass',
      'soak pass',
    ]);
    const found = await statementsAbout(road.registry, 'acme/api', signed.digest);
    const summary = found.find(
      ({ type, predicate }) =>
        type === VSA_TYPE && String(predicate['resourceUri']).startsWith(road.at('acme/api')),
    );
    expect(summary?.predicate).toMatchObject({
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_BUILD_LEVEL_2', 'ARTIFACT_LIFECYCLE_GATES_PASSED'],
    });
    expect(summary?.predicate['inputAttestations']).not.toEqual([]);
    const verified = await road.run('verify', {
      subject: `${road.at('acme/api')}:a1b2c3d`,
      ...identity(),
      ...{ 'trusted-root': 'root.json', recursive: 'false', require: `vsa, ${RECORD_TYPE}` },
    });
    expectedSuccess(verified);
    expect((await road.history('production')).entries[0]).toMatchObject({ signer: WORKFLOW });
  }, 60_000);

  it.each([
    {
      name: 'an image without a signature',
      commit: 'bbb0000',
      gates: () => ({ signature: identity() }),
      reason: /signature/,
    },
    {
      name: 'a signature by another workflow',
      gates: () => ({ signature: identity(WORKFLOW.replace('release', 'other')) }),
      reason: /other\.yml|release\.yml/,
    },
    {
      name: 'a level that is too low',
      gates: () => ({ signature: identity(), provenance: { 'min-slsa-level': 3 } }),
      reason: /level/i,
    },
    {
      name: 'a build of another branch',
      gates: () => ({ signature: identity(), provenance: { 'source-ref': 'refs/heads/release' } }),
      reason: /refs\/heads\/main/,
    },
    {
      name: 'an attestation that says something else',
      gates: () => ({
        attestation: { 'predicate-type': SCAN, ...identity(), where: { 'findings.critical': 0 } },
      }),
      reason: /findings\.critical.*1/,
    },
    {
      name: 'an attestation that is not there',
      gates: () => ({ attestation: { 'predicate-type': 'https://acme.example/none/v1', ...identity() } }),
      reason: /There is no/,
    },
    {
      name: 'test results that nobody attested',
      gates: () => ({ signature: identity(), tests: { attestation: true } }),
      reason: /test-result/,
    },
    {
      name: 'SBOMs that nobody signed',
      gates: () => ({ sbom: identity() }),
      reason: /linux\/amd64.*linux\/arm64/,
    },
    {
      name: 'a soak that is too short',
      gates: () => ({ soak: '1h' }),
      reason: /s only, since .*; 1h are asked for/,
    },
  ])(
    'stop $name',
    async ({ commit = 'a1b2c3d', gates, reason }) => {
      const made = gates();
      await writePolicy(made);
      road.registry.log.clear();
      const result = await promote({ from: 'staging', to: 'production', version: commit });
      const gate = Object.keys(made).at(-1) ?? '';
      expect(result.outputs.get('error-code')).toBe('GATE_FAILED');
      expect(verdictsOf(result)).toContain(`${gate} fail`);
      expect(verdictsOf(result).filter((line) => !line.endsWith(' pass'))).toHaveLength(1);
      expect(reasonOf(result, gate)).toMatch(reason);
      expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
    },
    30_000,
  );

  it('take no record that another workflow of the same repository has signed', async () => {
    await road.build('acme/build', { commit: commitOf('ccc0000') });
    const { issuer } = sigstore.urls;
    await writePolicy(
      { soak: '0s' },
      {
        records: {
          'certificate-identity': WORKFLOW.replace('release', 'other'),
          'certificate-oidc-issuer': issuer,
        },
      },
    );
    const head = road.tag('acme/staging', 'artifact-lifecycle.staging') as ManifestContent['digest'];
    await road.registry.store.deleteTag('acme/staging', 'artifact-lifecycle.staging');
    const inputs = { source: `${road.at('acme/build')}:ccc0000`, to: 'staging', 'require-gates': 'false' };
    expectedSuccess(await promote(inputs, other));
    await road.registry.store.putTag('acme/staging', 'artifact-lifecycle.staging', head);
    await writePolicy({ platforms: ['linux/amd64'] });
    road.registry.log.clear();
    const result = await promote({ from: 'staging', to: 'production', version: 'ccc0000' });
    expect(verdictsOf(result)).toEqual(['promote-from fail', 'hold pass', 'platforms pass']);
    expect(reasonOf(result, 'promote-from')).toContain('other.yml');
    expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
  }, 30_000);

  it('need an identity where the policy says whose records count', async () => {
    await writePolicy({ platforms: ['linux/amd64'] });
    road.registry.log.clear();
    const result = await promote({ from: 'staging', to: 'production', version: 'bbb0000' }, {});
    expect(result.outputs.get('error-code')).toBe('PERMISSION_MISSING');
    expect(result.log).toContain('id-token: write');
    expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
  }, 30_000);
});
