import { isSuiteError } from '@artifact-lifecycle/core';
import { readInputs } from '@artifact-lifecycle/core/action';
import { describe, expect, it } from '@jest/globals';
import { signAttest } from '../src/inputs.ts';
import { readRequest, type SignRequest } from '../src/request.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

/** Reads a request as a step would ask for it. */
function request(inputs: Readonly<Record<string, string>>): SignRequest {
  const env = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  return readRequest(readInputs(signAttest, env, { mask: () => {}, warning: () => {} }), '/work');
}

/** What an error says, with its code. */
function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isSuiteError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('a request', () => {
  it('wants a signature and provenance of the runner’s artifact list where nothing is said', () => {
    expect(request({})).toEqual({
      images: [],
      globs: [],
      named: undefined,
      claims: { signature: true, provenance: true, sboms: [], predicate: undefined },
    });
  });

  it('finds files from the workspace, and leaves whole paths alone', () => {
    const { claims } = request({
      sbom: 'a.cdx.json\n/tmp/b.spdx.json',
      'predicate-type': 'https://acme.example/t/v1',
      'predicate-path': 'reports/t.json',
    });
    expect(claims.sboms).toEqual(['/work/a.cdx.json', '/tmp/b.spdx.json']);
    expect(claims.predicate).toEqual({ type: 'https://acme.example/t/v1', path: '/work/reports/t.json' });
  });

  it('takes a subject by name and digest', () => {
    expect(request({ 'subject-name': 'thing', 'subject-digest': DIGEST }).named).toEqual({
      name: 'thing',
      digest: DIGEST,
    });
  });

  it.each([
    {
      name: 'a name without a digest',
      inputs: { 'subject-name': 'thing' },
      refusal: 'INPUT_INVALID: The input "subject-name" says nothing without "subject-digest".',
    },
    {
      name: 'a digest without a name',
      inputs: { 'subject-digest': DIGEST },
      refusal: 'INPUT_INVALID: The input "subject-digest" says nothing without "subject-name".',
    },
    {
      name: 'a predicate without a type',
      inputs: { 'predicate-path': 'x.json' },
      refusal: 'INPUT_INVALID: The input "predicate-path" says nothing without "predicate-type".',
    },
    {
      name: 'nothing to say',
      inputs: { sign: 'false', provenance: 'false' },
      refusal: 'INPUT_INVALID: There is nothing to sign or attest.',
    },
    {
      name: 'a password of no key',
      inputs: { 'key-password': 'hush-hush' },
      refusal: 'INPUT_INVALID: The input "key-password" is given, and no "key".',
    },
  ])('refuses $name', ({ inputs, refusal }) => {
    expect(refusalOf(() => request({ ...inputs }))).toBe(refusal);
  });

  it.each([
    { name: 'a digest in capitals', inputs: { 'subject-name': 'x', 'subject-digest': DIGEST.toUpperCase() } },
    { name: 'a digest of another algorithm', inputs: { 'subject-name': 'x', 'subject-digest': 'md5:0' } },
    {
      name: 'a predicate type that is no URI',
      inputs: { 'predicate-type': 'tested', 'predicate-path': 'x' },
    },
    { name: 'a log that is no URL', inputs: { 'rekor-url': 'rekor.example' } },
    { name: 'a log of a version that is not there', inputs: { 'rekor-version': '3' } },
    { name: 'a certificate authority by file', inputs: { 'fulcio-url': 'file:///etc/passwd' } },
  ])('refuses $name as an input', ({ inputs }) => {
    expect(refusalOf(() => request({ ...inputs }))).toMatch(/^INPUT_INVALID: /);
  });
});
