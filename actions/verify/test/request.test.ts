import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSuiteError } from '@artifact-lifecycle/core';
import { readInputs } from '@artifact-lifecycle/core/action';
import { GITHUB_ISSUER, readVerificationRoots, type SigstoreSource } from '@artifact-lifecycle/trust';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verify } from '../src/inputs.ts';
import { readRequest, type VerifyRequest } from '../src/request.ts';

type Given = Readonly<Record<string, string>>;

const IMAGE = { subject: 'ghcr.io/acme/app:1.0' };
const WHO = { 'certificate-identity': 'https://github.com/acme/app/x.yml@refs/heads/main' };
const PEM = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----';

let workspace: string;
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'verify-'));
  await writeFile(join(workspace, 'key.pub'), PEM);
  await writeFile(join(workspace, 'large.pub'), Buffer.alloc(64 * 1024 + 1));
  await writeFile(join(workspace, 'broken.json'), '{"mediaType":');
});
afterAll(() => rm(workspace, { recursive: true }));

function inputsOf(given: Given): ReturnType<typeof readInputs<typeof verify>> {
  const defaults = { 'certificate-oidc-issuer': GITHUB_ISSUER };
  const env = Object.fromEntries(
    Object.entries({ ...defaults, ...given }).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  return readInputs(verify, env, { mask: () => {}, warning: () => {} });
}

const request = async (given: Given): Promise<VerifyRequest> => readRequest(inputsOf(given), workspace);

async function refusalOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isSuiteError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('what is demanded', () => {
  it.each([
    { name: 'a signature where nothing is said', given: {}, require: ['signature'] },
    { name: 'every bundle that is given', given: { bundle: 'a.json' }, require: [] },
    {
      name: 'what is listed, with bundles as well',
      given: { bundle: 'a.json', require: 'provenance, sbom\nhttps://acme.example/t/v1' },
      require: ['provenance', 'sbom', 'https://acme.example/t/v1'],
    },
  ])('is $name', async ({ given, require }) => {
    expect((await request({ ...IMAGE, ...WHO, ...given })).policy.require).toEqual(require);
  });

  it('is a pattern and a workflow together', async () => {
    const { policy } = await request({
      ...IMAGE,
      'certificate-identity-pattern': 'https://github.com/acme/**',
      'signer-workflow': 'acme/app/.github/workflows/x.yml',
    });
    expect(policy.identity).toEqual({
      kind: 'certificate',
      identity: { pattern: 'https://github.com/acme/**' },
      signerWorkflow: 'acme/app/.github/workflows/x.yml',
      issuer: GITHUB_ISSUER,
    });
  });

  it('is an age in milliseconds, a level, refs and events', async () => {
    const { policy } = await request({
      ...IMAGE,
      ...WHO,
      'max-age': '24h',
      'min-slsa-level': '2',
      'source-ref': 'refs/tags/v*',
      events: 'push, release',
    });
    expect(policy).toMatchObject({
      maxAge: 86_400_000,
      minSlsaLevel: 2,
      sourceRefs: ['refs/tags/v*'],
      events: ['push', 'release'],
    });
  });

  it.each([
    { name: 'the text itself', key: PEM },
    { name: 'a file from the workspace', key: 'key.pub' },
  ])('is a key: $name', async ({ key }) => {
    expect((await request({ ...IMAGE, key })).policy.identity).toEqual({ kind: 'key', publicKey: PEM });
  });
});

describe('a request is refused', () => {
  it.each([
    { name: 'for nothing', given: WHO, refusal: 'INPUT_INVALID: Neither "subject" nor "subject-path"' },
    { name: 'for anybody', given: IMAGE, refusal: 'INPUT_INVALID: Nobody is named' },
    {
      name: 'for an issuer alone',
      given: { ...IMAGE, 'certificate-oidc-issuer': 'https://issuer.example' },
      refusal: 'INPUT_INVALID: Nobody is named',
    },
    {
      name: 'for a repository alone',
      given: { ...IMAGE, 'source-repository': 'acme/app' },
      refusal: 'INPUT_INVALID: Nobody is named',
    },
    {
      name: 'for a key and an identity',
      given: { ...IMAGE, ...WHO, key: 'key.pub' },
      refusal: 'INPUT_INVALID: Both a key and an identity',
    },
    {
      name: 'for a key and a workflow',
      given: { ...IMAGE, key: 'key.pub', 'signer-workflow': 'acme/app/.github/workflows/x.yml' },
      refusal: 'INPUT_INVALID: Both a key and an identity',
    },
    {
      name: 'for an identity exactly and as a pattern',
      given: { ...IMAGE, ...WHO, 'certificate-identity-pattern': '**' },
      refusal: 'INPUT_INVALID: The identity is given exactly and as a pattern',
    },
    { name: 'for a key that is not there', given: { ...IMAGE, key: 'none.pub' }, refusal: 'NOT_FOUND: ' },
    {
      name: 'for a key that is no key’s size',
      given: { ...IMAGE, key: 'large.pub' },
      refusal: 'LIMIT_EXCEEDED: ',
    },
    {
      name: 'for a level that is not there',
      given: { ...IMAGE, ...WHO, 'min-slsa-level': '4' },
      refusal: 'INPUT_INVALID: ',
    },
    {
      name: 'for what cannot be required',
      given: { ...IMAGE, ...WHO, require: 'signatures' },
      refusal: 'INPUT_INVALID: ',
    },
    {
      name: 'for a repository that is none',
      given: { ...IMAGE, ...WHO, 'source-repository': 'acme' },
      refusal: 'INPUT_INVALID: ',
    },
  ])('$name', async ({ given, refusal }) => {
    expect(await refusalOf(() => request({ ...given }))).toContain(refusal);
  });
});

describe('whose signatures are believed', () => {
  const roots = (given: Given, sigstore: SigstoreSource): ReturnType<typeof readVerificationRoots> => {
    const { trustedRoot, key } = inputsOf({ ...IMAGE, ...given });
    return readVerificationRoots(
      { sigstore, trustedRoot: trustedRoot && join(workspace, trustedRoot), isKeyAlone: key !== undefined },
      { directory: undefined, signal: new AbortController().signal },
    );
  };

  it('are nobody’s but the key’s', async () => {
    expect(await roots({ key: 'key.pub' }, { kind: 'auto' })).toEqual([]);
  });

  it.each([
    { name: 'a root that is not there', given: { 'trusted-root': 'none.json' }, refusal: 'NOT_FOUND: ' },
    { name: 'a root that is broken', given: { 'trusted-root': 'broken.json' }, refusal: 'CONTENT_INVALID: ' },
    { name: 'an instance without a root', given: {}, refusal: 'INPUT_INVALID: ' },
  ])('are not those of $name', async ({ given, refusal }) => {
    const setting: SigstoreSource = { kind: 'own', fulcioUrl: 'https://fulcio.example' };
    expect(await refusalOf(() => roots({ ...WHO, ...given }, setting))).toContain(refusal);
  });
});
