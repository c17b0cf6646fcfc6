import { parseGates } from '@artifact-lifecycle/core/policy';
import {
  describeSbom,
  type GateSettings,
  judgeAttestation,
  judgeProvenance,
  judgeSbom,
  judgeSignature,
  type PlatformSboms,
} from '@artifact-lifecycle/gates';
import type { Verification } from '@artifact-lifecycle/trust';
import { describe, expect, it } from '@jest/globals';
import { acceptedStatement, DIGEST, verification } from '../support/verification.ts';

const SIGNED = acceptedStatement('https://sigstore.dev/cosign/sign/v1', {}, { signedAt: 0 });

describe('judgeSignature', () => {
  it.each([
    { name: 'is accepted', given: verification([SIGNED]), verdict: 'pass', reason: 'Signed by somebody.' },
    {
      name: 'is refused',
      given: verification([{ ...SIGNED, verdict: 'refused' }], ['The identity is "b", not "a".']),
      verdict: 'fail',
      reason: 'The identity is "b", not "a".',
    },
    { name: 'is not there', given: verification([]), verdict: 'fail', reason: 'Nobody has signed it.' },
    {
      name: 'is accepted beside something that is demanded and not there',
      given: verification([SIGNED], ['There is no VSA.']),
      verdict: 'fail',
      reason: 'There is no VSA.',
    },
  ])('with a signature that $name: $verdict', ({ given, verdict, reason }) => {
    expect(judgeSignature(given)).toMatchObject({ verdict, reason });
  });

  it('keeps who signed and why others do not count', () => {
    const refused = { ...SIGNED, verdict: 'refused', reason: 'It is\nforged.' } as const;
    expect(judgeSignature(verification([refused, SIGNED, refused])).evidence).toMatchObject({
      accepted: [
        { origin: `sha256:${'b'.repeat(64)}`, signedAt: '1970-01-01T00:00:00.000Z', identity: null },
      ],
      refused: ['It is forged.'],
      refusedCount: 2,
    });
  });
});

describe('judgeProvenance', () => {
  const provenance = acceptedStatement('https://slsa.dev/provenance/v1', {});

  it('passes with what was demanded, and says the level', () => {
    const verdict = judgeProvenance(verification([provenance], [], 3));
    expect(verdict).toMatchObject({ verdict: 'pass', evidence: { slsaLevel: 3 } });
    expect(verdict.reason).toContain('SLSA build level 3 is proven');
  });

  it('fails with the level that is not reached', () => {
    const refusal = 'SLSA build level 3 is demanded, and 2 is proven: it is not isolated.';
    expect(judgeProvenance(verification([provenance], [refusal], 2))).toMatchObject({
      verdict: 'fail',
      reason: refusal,
    });
  });

  it('fails without any', () => {
    expect(judgeProvenance(verification([])).verdict).toBe('fail');
  });
});

describe('judgeAttestation', () => {
  const TYPE = 'https://acme.example/scan/v1';
  const predicate = JSON.parse(
    '{"result":"PASSED","runs":[{"name":"a","count":0}],"labels":{"a.b":true,"none":null},"0":"zero"}',
  );

  function settings(where: string): GateSettings<'attestation'> {
    const { attestation } = parseGates(
      `attestation: { predicate-type: "${TYPE}", key: a.pub${where} }`,
      'gates',
    );
    if (attestation === undefined) throw new Error('There is no attestation.');
    return attestation;
  }

  it.each([
    { where: '', verdict: 'pass' },
    { where: '{ result: PASSED }', verdict: 'pass' },
    {
      where: '{ result: PASSED, "runs[0].count": 0, \'labels["a.b"]\': true, labels.none: null }',
      verdict: 'pass',
    },
    { where: '{ result: passed }', verdict: 'fail' },
    { where: '{ "runs[0].count": "0" }', verdict: 'fail' },
    { where: '{ "runs[0].count": false }', verdict: 'fail' },
    { where: '{ result: PASSED, "runs[1].name": a }', verdict: 'fail' },
    { where: '{ runs: 1 }', verdict: 'fail' },
    { where: '{ runs.length: 1 }', verdict: 'fail' },
    { where: '{ result.length: 6 }', verdict: 'fail' },
    { where: '{ "[0]": zero }', verdict: 'fail' },
    { where: '{ missing: null }', verdict: 'fail' },
    { where: '{ constructor.name: Object }', verdict: 'fail' },
    { where: '{ __proto__.x: 1 }', verdict: 'fail' },
  ])('where $where: $verdict', ({ where, verdict }) => {
    const given = verification([acceptedStatement(TYPE, predicate)]);
    const gate = settings(where === '' ? '' : `, where: ${where}`);
    expect(judgeAttestation(gate, given).verdict).toBe(verdict);
  });

  it('passes with one statement that says it, whatever others say', () => {
    const given = verification([
      acceptedStatement(TYPE, { result: 'FAILED' }),
      acceptedStatement(TYPE, { result: 'PASSED' }),
    ]);
    expect(judgeAttestation(settings(', where: { result: PASSED }'), given).verdict).toBe('pass');
  });

  it.each([
    { name: 'another type', evidence: acceptedStatement('a:b', { result: 'PASSED' }) },
    {
      name: 'a refused one',
      evidence: acceptedStatement(TYPE, { result: 'PASSED' }, { verdict: 'refused' }),
    },
  ])('fails with a statement of $name only', ({ evidence }) => {
    const gate = settings(', where: { result: PASSED }');
    expect(judgeAttestation(gate, verification([evidence])).verdict).toBe('fail');
  });

  it('says what the statement says instead', () => {
    const given = verification([acceptedStatement(TYPE, predicate)]);
    const gate = settings(', where: { result: PASSED, "runs[0].count": 1, other.x: y }');
    expect(judgeAttestation(gate, given).reason).toBe(
      `No accepted statement of type ${TYPE} says result = "PASSED", runs[0].count = 1, other.x = "y": runs[0].count = 0, other.x = nothing.`,
    );
  });
});

describe('describeSbom', () => {
  it.each([
    {
      name: 'CycloneDX',
      document: { bomFormat: 'CycloneDX', specVersion: '1.6' },
      kind: 'cyclonedx',
      version: '1.6',
    },
    { name: 'SPDX 2', document: { spdxVersion: 'SPDX-2.3' }, kind: 'spdx', version: '2.3' },
    {
      name: 'SPDX 3',
      document: { '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld' },
      kind: 'spdx',
      version: '3.0.1',
    },
  ])('knows $name', ({ document, kind, version }) => {
    expect(describeSbom(document)).toEqual({ kind, version });
  });

  it.each([
    { document: undefined },
    { document: [] },
    { document: { bomFormat: 'CycloneDX' } },
    { document: { spdxVersion: 2 } },
    { document: Object.create({ bomFormat: 'CycloneDX', specVersion: '1.6' }) },
    { document: { '@context': 'https://evil.example/rdf/3.0.1/' } },
  ])('knows nothing of $document', ({ document }) => {
    expect(describeSbom(document)).toBeUndefined();
  });
});

describe('judgeSbom', () => {
  const CDX = { bomFormat: 'CycloneDX', specVersion: '1.6' };
  const signer = { kind: 'key', key: { kind: 'file', path: 'a.pub' } } as const;

  function platform(name: string, attached: readonly unknown[], signed?: Verification): PlatformSboms {
    return {
      platform: name,
      digest: DIGEST,
      verification: signed,
      attached: attached.map((document) => ({ digest: DIGEST, document: describeSbom(document) })),
    };
  }
  const signed = (
    document: Readonly<Record<string, unknown>>,
    ...refusals: readonly string[]
  ): Verification => verification([acceptedStatement('https://cyclonedx.org/bom', document)], refusals);

  it.each<{
    name: string;
    settings: GateSettings<'sbom'>;
    platforms: readonly PlatformSboms[];
    verdict: string;
  }>([
    {
      name: 'one on every platform',
      settings: {},
      platforms: [platform('linux/amd64', [CDX]), platform('linux/arm64', [{ spdxVersion: 'SPDX-2.3' }])],
      verdict: 'pass',
    },
    {
      name: 'one platform without',
      settings: {},
      platforms: [platform('linux/amd64', [CDX]), platform('linux/arm64', [])],
      verdict: 'fail',
    },
    {
      name: 'something else only',
      settings: {},
      platforms: [platform('linux/amd64', [{ a: 1 }])],
      verdict: 'fail',
    },
    { name: 'no platform', settings: {}, platforms: [], verdict: 'error' },
    {
      name: 'the format among others',
      settings: { format: 'spdx-json' },
      platforms: [platform('linux/amd64', [CDX, { spdxVersion: 'SPDX-2.2' }])],
      verdict: 'pass',
    },
    {
      name: 'another version than the format has',
      settings: { format: 'cyclonedx-json@1.7' },
      platforms: [platform('linux/amd64', [CDX])],
      verdict: 'fail',
    },
    {
      name: 'SPDX 3 where SPDX is asked for',
      settings: { format: 'spdx-json' },
      platforms: [
        platform('linux/amd64', [{ '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld' }]),
      ],
      verdict: 'fail',
    },
    {
      name: 'unsigned ones only where a signer is named',
      settings: { signer },
      platforms: [platform('linux/amd64', [CDX], verification([], ['There is no SBOM attestation.']))],
      verdict: 'fail',
    },
    {
      name: 'a signed one where a signer is named',
      settings: { signer },
      platforms: [platform('linux/amd64', [], signed(CDX))],
      verdict: 'pass',
    },
    {
      name: 'a signed one that is refused',
      settings: { signer },
      platforms: [platform('linux/amd64', [], signed(CDX, 'It is too old.'))],
      verdict: 'fail',
    },
    {
      name: 'a signed one of another format',
      settings: { signer, format: 'spdx-json' },
      platforms: [platform('linux/amd64', [], signed(CDX))],
      verdict: 'fail',
    },
    {
      name: 'nothing that was verified where a signer is named',
      settings: { signer },
      platforms: [platform('linux/amd64', [CDX])],
      verdict: 'fail',
    },
  ])('with $name: $verdict', ({ settings, platforms, verdict }) => {
    expect(judgeSbom(settings, platforms).verdict).toBe(verdict);
  });

  it('names the platforms that lack one, and why', () => {
    const platforms = [
      platform('linux/amd64', [CDX]),
      platform('linux/arm64', []),
      platform('linux/386', [CDX, CDX]),
    ];
    expect(judgeSbom({ format: 'spdx-json' }, platforms).reason).toBe(
      'linux/amd64 has CycloneDX 1.6, not spdx-json, linux/arm64 has no SBOM, linux/386 has CycloneDX 1.6, CycloneDX 1.6, not spdx-json.',
    );
  });
});
