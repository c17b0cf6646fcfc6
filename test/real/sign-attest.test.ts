import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type GitHubAttestations,
  type ManifestContent,
  makeImage,
  makeIndex,
  seed,
  startGitHubAttestations,
} from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  REAL_REGISTRIES,
  type RealRegistryKind,
  startRealRegistry,
} from '../../packages/tooling/src/bench/real-registry.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { COSIGN_PASSWORD, type Cosign, makeCosign } from '../support/cosign.ts';
import { type ActionName, runAction } from '../support/runner.ts';
import { openSigstoreStack, type SigstoreStack, STACK_TOOLS } from '../support/sigstore-stack.ts';
import { describeWithTools } from '../support/tools.ts';

const MINUTES = 60_000;
const IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const OTHER_IDENTITY = `${IDENTITY}2`;
const SBOM = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [] };

const PLATFORMS = (['amd64', 'arm64'] as const).map((architecture) =>
  makeImage({ platform: { os: 'linux', architecture }, layers: [`for ${architecture}`] }),
);
const INDEX = makeIndex(PLATFORMS);
const DIGESTS = [INDEX.digest, ...PLATFORMS.map(({ digest }) => digest)];
const KINDS = (['distribution', 'referrers'] as const).map((kind) => ({
  kind,
  name: REAL_REGISTRIES[kind].title,
}));

type Inputs = Readonly<Record<string, string>>;

describeWithTools(
  "sign-attest and verify with Sigstore's own services",
  ['cosign', 'registry', 'referrers-registry', ...STACK_TOOLS],
  (tools) => {
    let workplace: Workplace;
    let stack: SigstoreStack;
    let cosign: Cosign;
    let github: GitHubAttestations;
    const hosts = new Map<RealRegistryKind, string>();

    beforeAll(async () => {
      workplace = await openWorkplace('sign-attest');
      for (const { kind } of KINDS) {
        const file = tools[REAL_REGISTRIES[kind].tool];
        const registry = await startRealRegistry(kind, file, await workplace.place(kind));
        workplace.onClose(() => registry.stop());
        hosts.set(kind, registry.host);
      }
      stack = await openSigstoreStack(tools, workplace);
      github = await startGitHubAttestations({ nothing: 200 });
      workplace.onClose(() => github.close());
      cosign = makeCosign(tools.cosign, stack, await workplace.place('cosign'));
      await cosign.run('generate-key-pair');
    }, 5 * MINUTES);
    afterAll(() => workplace.close());

    const push = async (kind: RealRegistryKind, name: string, image: ManifestContent): Promise<string> => {
      const host = hosts.get(kind) ?? '';
      await seed(`http://${host}`, name, image, { tags: ['1.0.0'] });
      return `${host}/${name}`;
    };
    const act = async (name: ActionName, inputs: Inputs): Promise<StepResult> => {
      const directory = await workplace.place('job');
      return runAction(name, { inputs, directory, env: { ...stack.env, GITHUB_API_URL: github.url } });
    };
    const expectSuccess = async (name: ActionName, inputs: Inputs): Promise<StepResult> => {
      const result = await act(name, inputs);
      expect({ name, exitCode: result.exitCode, log: result.exitCode === 0 ? '' : result.log }).toEqual({
        name,
        exitCode: 0,
        log: '',
      });
      return result;
    };
    const who = (identity = IDENTITY): Inputs => ({
      'certificate-identity': identity,
      'certificate-oidc-issuer': stack.urls.issuer,
      'trusted-root': stack.trustedRootFile,
    });
    const us = () => ({ identity: IDENTITY, issuer: stack.urls.issuer });

    describe.each(KINDS)('in $name', ({ kind }) => {
      it(
        'cosign and verify accept what sign-attest writes, for the index and each platform',
        async () => {
          const repository = await push(kind, 'acme/ours', INDEX);
          const sbom = join(await workplace.place('sbom'), 'app.cdx.json');
          await writeFile(sbom, JSON.stringify(SBOM));
          const signed = await expectSuccess('sign-attest', {
            ...stack.inputs,
            subject: `${repository}:1.0.0`,
            'github-attestations': 'false',
          });
          expect(JSON.parse(signed.outputs.get('bundles') ?? '[]')).toHaveLength(2 * DIGESTS.length);
          for (const digest of DIGESTS) {
            const image = `${repository}@${digest}`;
            await cosign.run('verify', ...cosign.trusting(us()), image);
            await cosign.run(
              ...['verify-attestation', '--type', 'slsaprovenance1', ...cosign.trusting(us()), image],
            );
            const other = cosign.trusting({ ...us(), identity: OTHER_IDENTITY });
            expect((await cosign.try('verify', ...other, image)).exitCode).not.toBe(0);
          }
          const demands = { subject: `${repository}:1.0.0`, require: 'signature, provenance' };
          const verified = await expectSuccess('verify', {
            ...demands,
            ...who(),
            'source-repository': 'acme/app',
            'min-slsa-level': '2',
          });
          expect([...verified.outputs]).toEqual(
            expect.arrayContaining([
              ['verified', 'true'],
              ['digest', INDEX.digest],
              ['slsa-level', '2'],
            ]),
          );
          const refused = await act('verify', { ...demands, ...who(OTHER_IDENTITY) });
          expect([refused.exitCode, refused.outputs.get('verified')]).toEqual([1, 'false']);
        },
        5 * MINUTES,
      );

      it(
        'cosign accepts what is signed with its own key',
        async () => {
          const repository = await push(kind, 'acme/ours-by-key', INDEX);
          await expectSuccess('sign-attest', {
            subject: `${repository}:1.0.0`,
            key: await readFile(join(cosign.directory, 'cosign.key'), 'utf8'),
            'key-password': COSIGN_PASSWORD,
            provenance: 'false',
            'rekor-url': 'none',
            'github-attestations': 'false',
          });
          for (const digest of DIGESTS) {
            const trust = ['--trusted-root', stack.trustedRootFile, '--insecure-ignore-tlog=true'];
            await cosign.run('verify', '--key', 'cosign.pub', ...trust, `${repository}@${digest}`);
          }
        },
        2 * MINUTES,
      );

      it(
        'verify accepts what cosign signs and attests, and no other identity',
        async () => {
          const repository = await push(kind, 'acme/theirs', INDEX);
          const image = `${repository}@${INDEX.digest}`;
          await cosign.run('sign', '--recursive', ...(await cosign.keyless()), image);
          const sbom = join(cosign.directory, `${kind}-sbom.json`);
          await writeFile(sbom, JSON.stringify(SBOM));
          const attest = ['attest', '--type', 'cyclonedx', '--predicate', sbom];
          await cosign.run(...attest, ...(await cosign.keyless()), image);
          await expectSuccess('verify', { subject: image, require: 'signature', ...who() });
          await expectSuccess('verify', {
            subject: image,
            require: 'signature, sbom',
            recursive: 'false',
            ...who(),
          });
          // cosign attested to the index alone.
          const platforms = await act('verify', { subject: image, require: 'sbom', ...who() });
          expect([platforms.exitCode, platforms.outputs.get('error-code')]).toEqual([1, 'NOT_VERIFIED']);
          const other = await act('verify', { subject: image, require: 'signature', ...who(OTHER_IDENTITY) });
          expect([other.exitCode, other.outputs.get('error-code')]).toEqual([1, 'NOT_VERIFIED']);
        },
        5 * MINUTES,
      );

      it(
        'verify accepts what cosign signs with a key',
        async () => {
          const repository = await push(kind, 'acme/theirs-by-key', INDEX);
          const image = `${repository}@${INDEX.digest}`;
          const how = ['--yes', '--key', 'cosign.key', '--signing-config', stack.offlineConfigFile];
          await cosign.run('sign', '--recursive', ...how, image);
          const key = await readFile(join(cosign.directory, 'cosign.pub'), 'utf8');
          const inputs = { subject: image, 'trusted-root': stack.trustedRootFile };
          await expectSuccess('verify', { ...inputs, key });
          const keyless = await act('verify', { ...inputs, ...who() });
          expect([keyless.exitCode, keyless.outputs.get('error-code')]).toEqual([1, 'NOT_VERIFIED']);
        },
        2 * MINUTES,
      );
    });
  },
);
