import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Sigstore,
  seed,
  startRegistry,
  startSigstore,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { makePackageImage } from '../support/package-image.ts';
import { type ActionName, runAction } from '../support/runner.ts';
import { jsonOf, writesOf } from '../support/stage.ts';

const REPOSITORY = 'acme/app';
const image = makePackageImage();

type Inputs = Readonly<Record<string, string>>;

interface BundleEntry {
  readonly subject: string;
  readonly digest: string;
  readonly predicateType: string;
  readonly path?: string;
  readonly referrer?: string;
  readonly outcome: string;
}

const bundlesOf = (result: StepResult): readonly BundleEntry[] =>
  JSON.parse(result.outputs.get('bundles') ?? '[]');

/** Shows the log of a step that should have succeeded. */
function expectSuccess({ exitCode, log }: StepResult): void {
  const told = log.split('\n').filter((line) => !/^::(?:add-mask|debug)::/.test(line));
  expect(exitCode === 0 ? 'success' : told.join('\n')).toBe('success');
}

describe('signing and verifying, as the runner sees it', () => {
  let workplace: Workplace;
  let registry: TestRegistry;
  let sigstore: Sigstore;
  let directory: string;
  let identity: string;

  beforeAll(async () => {
    workplace = await openWorkplace('e2e');
    registry = await startRegistry({ referrers: 'none' });
    workplace.onClose(() => registry.close());
    sigstore = await startSigstore({
      claims: { job_workflow_ref: 'acme/builder/.github/workflows/build.yml@refs/tags/v1.2.3' },
    });
    workplace.onClose(() => sigstore.close());
    await seed(registry, REPOSITORY, image, { tags: ['1.0'] });
    directory = await workplace.place('job');
    await mkdir(join(directory, 'workspace'), { recursive: true });
    await writeFile(join(directory, 'workspace', 'root.json'), JSON.stringify(sigstore.trustedRoot));
    identity = 'https://github.com/acme/builder/.github/workflows/build.yml@refs/tags/v1.2.3';
  });
  afterAll(async () => {
    expect(sigstore.defects()).toEqual([]);
    await workplace.close();
  });

  const run = (name: ActionName, inputs: Inputs, env: Inputs = {}): Promise<StepResult> =>
    runAction(name, { inputs, directory, env });

  /** Signs with the instance on 127.0.0.1, as a job that may ask for a token. */
  const sign = (inputs: Inputs, env: Inputs = sigstore.env): Promise<StepResult> =>
    run(
      'sign-attest',
      {
        'fulcio-url': sigstore.urls.fulcio,
        'rekor-url': sigstore.urls.rekor,
        'tsa-url': sigstore.urls.tsa,
        'trusted-root': 'root.json',
        'github-attestations': 'false',
        ...inputs,
      },
      env,
    );

  const verify = (inputs: Inputs): Promise<StepResult> =>
    run('verify', {
      'certificate-identity': identity,
      'certificate-oidc-issuer': sigstore.urls.issuer,
      'trusted-root': 'root.json',
      ...inputs,
    });

  const reference = (): string => `${registry.host}/${REPOSITORY}:1.0`;

  it('signs an index and its platforms, and the second time nothing', async () => {
    const result = await sign({ subject: reference() });
    expectSuccess(result);
    const bundles = bundlesOf(result);
    const digests = [image.digest, ...image.children.map(({ digest }) => digest)];
    for (const type of ['https://sigstore.dev/cosign/sign/v1', 'https://slsa.dev/provenance/v1']) {
      expect(
        bundles.filter(({ predicateType }) => predicateType === type).map(({ digest }) => digest),
      ).toEqual(digests);
    }
    expect(new Set(bundles.map(({ outcome }) => outcome))).toEqual(new Set(['signed']));
    for (const { path = '' } of bundles) {
      const bundle = JSON.parse(
        await readFile(join(directory, 'workspace', 'attestations', path.split('/').at(-1) ?? ''), 'utf8'),
      );
      expect(bundle.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    }
    const lines = await readFile(
      join(directory, 'workspace', result.outputs.get('bundle-path') ?? ''),
      'utf8',
    );
    expect(lines.trim().split('\n')).toHaveLength(6);
    expect(result.outputs.get('verify-command')).toContain(
      `cosign verify --certificate-identity ${identity}`,
    );
    expect(result.summary).toContain('mermaid');
    // One certificate serves all six.
    expect(sigstore.fulcio.log.count({ method: 'POST' })).toBe(1);

    registry.log.clear();
    const again = await sign({ subject: reference() });
    expect(again.exitCode).toBe(0);
    expect(new Set(bundlesOf(again).map(({ outcome }) => outcome))).toEqual(new Set(['found']));
    expect(writesOf(registry)).toEqual([]);
    expect(bundlesOf(again).map(({ referrer }) => referrer)).toEqual(bundles.map(({ referrer }) => referrer));

    // A later job has none of the first one's files, and needs them all the same.
    const later = await sign({ subject: reference(), 'output-dir': 'later' });
    const path = later.outputs.get('bundle-path') ?? '';
    expect(path).toBe('later/attestations.jsonl');
    expect((await readFile(join(directory, 'workspace', path), 'utf8')).trim().split('\n')).toHaveLength(6);
    expect(bundlesOf(later).every((one) => one.path?.startsWith('later/'))).toBe(true);
  }, 60_000);

  it('verifies an index by one file of bundles about it and its platforms', async () => {
    const bundle = 'later/attestations.jsonl';
    const result = await verify({ subject: reference(), bundle });
    expectSuccess(result);
    const evidence: readonly { verdict: string }[] = JSON.parse(result.outputs.get('evidence') ?? '[]');
    expect(evidence.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 6 }, () => 'accepted'));

    const lines = (await readFile(join(directory, 'workspace', bundle), 'utf8')).trim().split('\n');
    const ofIndex = lines.filter((line) =>
      Buffer.from(JSON.parse(line).dsseEnvelope.payload, 'base64').includes(image.digest.slice(7)),
    );
    await writeFile(join(directory, 'workspace', 'index.jsonl'), ofIndex.join('\n'));
    const bare = await verify({ subject: reference(), bundle: 'index.jsonl' });
    expect(jsonOf(bare)).toMatchObject({
      error: { code: 'NOT_VERIFIED', message: expect.stringContaining('linux/arm64: There is no bundle') },
    });
    expectSuccess(await verify({ subject: reference(), bundle: 'index.jsonl', recursive: 'false' }));
    const foreign = await verify({ 'subject-path': 'root.json', bundle: 'index.jsonl' });
    expect(foreign.outputs.get('error-code')).toBe('NOT_VERIFIED');
  }, 60_000);

  it('verifies a platform by its own digest', async () => {
    const [, arm] = image.children;
    const result = await verify({
      subject: `${registry.host}/${REPOSITORY}@${arm?.digest}`,
      require: 'signature, provenance',
    });
    expectSuccess(result);
    expect(result.outputs.get('digest')).toBe(arm?.digest);
  }, 30_000);

  it('asks nobody but the registry where that suffices, whatever repository is named', async () => {
    const result = await verify({
      subject: reference(),
      'source-repository': 'acme/app',
      'trusted-root': 'root.json',
      'github-token': 'token',
    });
    expectSuccess(result);
  }, 30_000);

  it.each([
    {
      name: 'older tags that nobody could verify',
      inputs: { 'legacy-cosign-tags': 'true' },
      error: { code: 'UNSUPPORTED', message: expect.stringContaining('a log of version 2') },
    },
    {
      name: 'a certificate whose time nothing proves',
      inputs: { 'rekor-url': 'none', 'tsa-url': '' },
      error: { code: 'INPUT_INVALID', message: expect.stringContaining('tsa-url') },
    },
    {
      name: 'a digest without a name',
      inputs: { 'subject-digest': `sha256:${'1'.repeat(64)}` },
      error: { code: 'INPUT_INVALID', message: expect.stringContaining('subject-name') },
    },
    {
      name: 'an SBOM that is none',
      inputs: { sbom: 'root.json' },
      error: { remedy: expect.any(String) },
    },
  ])(
    'refuses before any signature $name',
    async ({ inputs, error }) => {
      registry.log.clear();
      const before = sigstore.fulcio.log.count({ method: 'POST' });
      const result = await sign({ subject: reference(), ...inputs });
      expect(jsonOf(result)).toMatchObject({ error });
      expect(writesOf(registry)).toEqual([]);
      expect(sigstore.fulcio.log.count({ method: 'POST' })).toBe(before);
    },
    30_000,
  );

  it('logs nothing that the registry would not take', async () => {
    const user = {
      name: 'reader',
      password: 'only-reads',
      grants: [{ repositories: '*', actions: ['pull'] }],
    } as const;
    const guarded = await startRegistry({ auth: { kind: 'basic', users: [user] } });
    workplace.onClose(() => guarded.close());
    await seed(guarded, REPOSITORY, image, { tags: ['1.0'] });
    const before = sigstore.rekor.log.count({ method: 'POST' });
    const result = await sign({
      subject: `${guarded.host}/${REPOSITORY}:1.0`,
      registries: `{ "${guarded.host}": { username: reader, password: only-reads } }`,
    });
    expect(result.outputs.get('error-code')).toMatch(/^(?:FORBIDDEN|UNAUTHORIZED)$/);
    expect(bundlesOf(result)).toEqual([]);
    expect(sigstore.rekor.log.count({ method: 'POST' })).toBe(before);
    expect(guarded.log.count({ method: 'PUT' })).toBe(0);
  }, 30_000);

  it('asks GitHub for an image where the registry has nothing, with an instance by file', async () => {
    const { fulcio, rekor, tsa, github, issuer } = sigstore.urls;
    const instance = {
      'fulcio-url': fulcio,
      'rekor-url': rekor,
      'tsa-url': tsa,
      'trusted-root': 'root.json',
    };
    await writeFile(join(directory, 'workspace', 'instance.json'), JSON.stringify(instance));
    await seed(registry, REPOSITORY, makePackageImage({ left: '3.0.0' }), { tags: ['3.0'] });
    const common = { subject: `${registry.host}/${REPOSITORY}:3.0`, sigstore: 'instance.json' };
    const env = { GITHUB_API_URL: github, GITHUB_REPOSITORY: 'acme/app' };
    const signed = await run(
      'sign-attest',
      {
        ...common,
        'push-to-registry': 'false',
        'github-attestations': 'true',
        'github-token': 'token',
        provenance: 'false',
      },
      { ...sigstore.env, ...env },
    );
    expectSuccess(signed);
    const demands = {
      ...common,
      'certificate-identity': identity,
      'certificate-oidc-issuer': issuer,
      'source-repository': 'acme/app',
    };
    expectSuccess(await run('verify', { ...demands, 'github-token': 'token' }, env));
    const alone = await run('verify', demands, env);
    expect(alone.outputs.get('error-code')).toBe('NOT_VERIFIED');
  }, 30_000);

  it('writes older tags with a key, also for what was signed before, and the second time nothing', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(
      join(directory, 'workspace', 'older.pub'),
      publicKey.export({ type: 'spki', format: 'pem' }),
    );
    await seed(registry, REPOSITORY, makePackageImage({ left: '4.0.0' }), { tags: ['4.0'] });
    const subject = `${registry.host}/${REPOSITORY}:4.0`;
    const byKey = (inputs: Inputs): Promise<StepResult> =>
      run('sign-attest', {
        subject,
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        provenance: 'false',
        'github-attestations': 'false',
        ...inputs,
      });
    expectSuccess(await byKey({}));
    const legacy = { 'legacy-cosign-tags': 'true', 'predicate-type': 'https://acme.example/t/v1' };
    const older = await byKey({ ...legacy, 'predicate-path': 'root.json' });
    expectSuccess(older);
    expect(new Set(bundlesOf(older).map(({ outcome }) => outcome))).toEqual(new Set(['found', 'signed']));
    expect(
      registry.log.count({ method: 'PUT', path: /\/manifests\/sha256-[0-9a-f]{64}\.(?:sig|att)$/ }),
    ).toBe(6);

    registry.log.clear();
    expectSuccess(await byKey({ ...legacy, 'predicate-path': 'root.json' }));
    expect(writesOf(registry)).toEqual([]);

    const demands = { subject, key: 'older.pub', require: 'signature, https://acme.example/t/v1' };
    const result = await run('verify', { ...demands, 'allow-legacy': 'true' });
    expectSuccess(result);
    const evidence: readonly { origin: { kind: string }; verdict: string }[] = JSON.parse(
      result.outputs.get('evidence') ?? '[]',
    );
    const accepted = evidence.filter(({ verdict }) => verdict === 'accepted');
    expect(accepted.filter(({ origin }) => origin.kind === 'legacy-tag')).toHaveLength(6);
  }, 60_000);

  it('writes older tags with a certificate on a log of version 1', async () => {
    await seed(registry, REPOSITORY, makePackageImage({ left: '5.0.0' }), { tags: ['5.0'] });
    const subject = `${registry.host}/${REPOSITORY}:5.0`;
    const first = { 'rekor-url': sigstore.urls.rekorV1, 'rekor-version': '1', 'tsa-url': '' };
    for (const _ of ['signed', 'found']) {
      registry.log.clear();
      expectSuccess(
        await sign({ subject, sign: 'true', provenance: 'false', 'legacy-cosign-tags': 'true', ...first }),
      );
    }
    expect(writesOf(registry)).toEqual([]);
    const result = await verify({ subject, 'allow-legacy': 'true' });
    expectSuccess(result);
    expect(result.outputs.get('evidence')).toContain('"legacy-tag"');
    expect((await verify({ subject, 'max-age': '1h' })).outputs.get('verified')).toBe('true');
  }, 60_000);

  it('signs without a log, and is verified by the stamp', async () => {
    const inputs = {
      'rekor-url': 'none',
      provenance: 'false',
      'predicate-type': 'https://acme.example/t/v1',
    };
    const result = await sign({
      subject: reference(),
      sign: 'false',
      ...inputs,
      'predicate-path': 'root.json',
    });
    expectSuccess(result);
    expect(result.outputs.get('verify-command')).toContain(
      'cosign verify-attestation --type https://acme.example/t/v1',
    );
    expect(result.outputs.get('verify-command')).toContain('--trusted-root root.json');
  }, 30_000);

  it.each(['cyclonedx-json', 'cyclonedx-json@1.7', 'spdx-json', 'spdx-json@3.0'])(
    'finds what an SBOM of ours in %s describes',
    async (formats) => {
      const output = `sbom-${formats.replace(/\W/g, '-')}`;
      const listed = await run('sbom', {
        image: reference(),
        platforms: 'linux/amd64',
        formats,
        'output-dir': output,
      });
      const result = await sign({
        subject: reference(),
        sign: 'false',
        provenance: 'false',
        sbom: listed.outputs.get('sbom') ?? '',
        'dry-run': 'true',
      });
      expectSuccess(result);
      expect(jsonOf(result)).toMatchObject({
        statements: [{ kind: 'sbom', digest: image.children[0]?.digest }],
      });
    },
    30_000,
  );

  it('is verified for the identity, the repository and the level it has', async () => {
    const result = await verify({
      subject: reference(),
      require: 'signature, provenance',
      'source-repository': '',
      'signer-workflow': 'acme/builder/.github/workflows/build.yml',
      'min-slsa-level': '1',
    });
    expectSuccess(result);
    expect(result.outputs.get('verified')).toBe('true');
    expect(result.outputs.get('digest')).toBe(image.digest);
    const evidence = JSON.parse(result.outputs.get('evidence') ?? '[]');
    expect(evidence.filter(({ verdict }: { verdict: string }) => verdict === 'accepted')).toHaveLength(6);
    expect(evidence[0].certificate).toMatchObject({ identity, issuer: sigstore.urls.issuer });
  }, 30_000);

  it.each([
    {
      name: 'another identity',
      inputs: {
        'certificate-identity':
          'https://github.com/acme/builder/.github/workflows/build.yml@refs/tags/v1.2.4',
      },
    },
    {
      name: 'a prefix of the identity',
      inputs: {
        'certificate-identity': 'https://github.com/acme/builder/.github/workflows/build.yml@refs/tags/v1.2',
      },
    },
    {
      name: 'another issuer',
      inputs: { 'certificate-oidc-issuer': 'https://token.actions.githubusercontent.com' },
    },
    { name: 'an SBOM that nobody attested', inputs: { require: 'signature, sbom' } },
    { name: 'a level that is not proven', inputs: { require: 'provenance', 'min-slsa-level': '3' } },
    { name: 'an event that did not start it', inputs: { events: 'release' } },
  ])(
    'is not verified for $name',
    async ({ inputs }) => {
      const result = await verify({ subject: reference(), ...inputs });
      expect(result.exitCode).toBe(1);
      expect(result.outputs.get('error-code')).toBe('NOT_VERIFIED');
      expect(result.outputs.get('verified')).toBe('false');
      expect(JSON.parse(result.outputs.get('evidence') ?? '[]')).not.toEqual([]);
    },
    30_000,
  );

  it('says that it is not verified, and goes on, where the workflow decides', async () => {
    const result = await verify({ subject: reference(), require: 'vsa', 'fail-on-refusal': 'false' });
    expect(result.exitCode).toBe(0);
    expect(result.outputs.get('verified')).toBe('false');
    expect(jsonOf(result)).toMatchObject({
      verified: false,
      refusals: expect.arrayContaining([expect.stringContaining('verification summary')]),
    });
  });

  it('attests to an SBOM on the manifest it describes', async () => {
    const listed = await run('sbom', { image: reference(), platforms: 'linux/arm64' });
    const result = await sign({
      subject: reference(),
      sign: 'false',
      provenance: 'false',
      sbom: listed.outputs.get('sbom') ?? '',
    });
    expectSuccess(result);
    expect(bundlesOf(result).map(({ digest }) => digest)).toEqual([image.children[1]?.digest]);
    const platform = `${registry.host}/${REPOSITORY}@${image.children[1]?.digest}`;
    expect((await verify({ subject: platform, require: 'sbom' })).outputs.get('verified')).toBe('true');
  }, 30_000);

  it('signs files with a key, offline, and verifies them by their bundle', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const workspace = join(directory, 'workspace');
    await writeFile(join(workspace, 'app.txt'), 'the artifact\n');
    await writeFile(join(workspace, 'key.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    const signed = await run('sign-attest', {
      'subject-path': 'app.txt',
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      provenance: 'false',
      'github-attestations': 'false',
      'output-dir': 'by-key',
    });
    expectSuccess(signed);
    expect(signed.log.replace(/^::add-mask::.*$/gm, '')).not.toContain('PRIVATE KEY');
    const bundle = signed.outputs.get('bundle-path') ?? '';
    const verified = await run('verify', { 'subject-path': 'app.txt', bundle, key: 'key.pub' });
    expectSuccess(verified);
    await writeFile(join(workspace, 'app.txt'), 'another artifact\n');
    const refused = await run('verify', { 'subject-path': 'app.txt', bundle, key: 'key.pub' });
    expect(refused.outputs.get('error-code')).toBe('NOT_VERIFIED');
  }, 30_000);

  it('keeps bundles at GitHub, where it is asked to', async () => {
    const result = await sign(
      {
        'subject-name': 'thing',
        'subject-digest': `sha256:${'5'.repeat(64)}`,
        'github-attestations': 'true',
        'github-token': 'token',
      },
      { ...sigstore.env, GITHUB_API_URL: sigstore.urls.github, GITHUB_REPOSITORY: 'acme/app' },
    );
    expectSuccess(result);
    expect((result.outputs.get('attestation-ids') ?? '').split('\n').filter(Boolean)).toHaveLength(2);
    expect(result.outputs.get('attestation-urls')).toContain('https://github.com/acme/app/attestations/');
  }, 30_000);

  it('writes nothing in a dry run', async () => {
    registry.log.clear();
    const before = sigstore.rekor.log.count({ method: 'POST' });
    const result = await sign({
      subject: reference(),
      'dry-run': 'true',
      'predicate-type': 'https://acme.example/x/v1',
      'predicate-path': 'root.json',
    });
    expectSuccess(result);
    expect(writesOf(registry)).toEqual([]);
    expect(sigstore.rekor.log.count({ method: 'POST' })).toBe(before);
    expect(bundlesOf(result)).toEqual([]);
  }, 30_000);

  it('says what is missing before any work: the permission, or that it is a fork', async () => {
    registry.log.clear();
    const missing = await sign({ subject: reference() }, {});
    expect(missing.outputs.get('error-code')).toBe('PERMISSION_MISSING');
    expect(jsonOf(missing)).toMatchObject({ error: { remedy: expect.stringContaining('id-token: write') } });
    const event = join(directory, 'event.json');
    const repo = (full_name: string) => ({ repo: { full_name } });
    await writeFile(
      event,
      JSON.stringify({ pull_request: { head: repo('evil/app'), base: repo('acme/app') } }),
    );
    const fork = await sign(
      { subject: reference() },
      { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: event },
    );
    expect(jsonOf(fork)).toMatchObject({ error: { message: expect.stringContaining('fork') } });
    expect(registry.log.count()).toBe(0);
  }, 30_000);

  it('prints no token, not even one that is none', async () => {
    const result = await sign({ subject: reference() });
    expect(result.log.replace(/^::add-mask::.*$/gm, '')).not.toMatch(/eyJ[\w-]+\.eyJ/);
  }, 30_000);

  it('compares a rebuilt image with the published one, and names the first difference', async () => {
    const layout = join(directory, 'workspace', 'rebuilt');
    await run('promote', {
      source: reference(),
      destination: `oci:${layout}`,
      tags: '1.0',
      referrers: 'none',
    });
    const same = await verify({ subject: reference(), 'subject-path': 'rebuilt' });
    expectSuccess(same);
    const other = makePackageImage({ left: '1.0.1' });
    await seed(registry, REPOSITORY, other, { tags: ['1.1'] });
    const otherLayout = join(directory, 'workspace', 'other');
    await run('promote', {
      source: `${registry.host}/${REPOSITORY}:1.1`,
      destination: `oci:${otherLayout}`,
      tags: '1.0',
    });
    const different = await verify({ subject: reference(), 'subject-path': 'other' });
    expect(different.outputs.get('error-code')).toBe('NOT_VERIFIED');
    expect(different.log).toContain('app/node_modules/left/package.json');
  }, 60_000);
});
