import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@artifact-lifecycle/core';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import { createConnections, parseDigest, parseRepository } from '@artifact-lifecycle/registry';
import { cosignTag, makeImage, seed } from '@artifact-lifecycle/testing';
import {
  createKeyAttestor,
  legacyAttestation,
  legacySignature,
  makeSbomStatement,
  RegistryStore,
  simpleSigningPayload,
} from '@artifact-lifecycle/trust';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runChecked, runProgram } from '../../packages/tooling/src/bench/process.ts';
import {
  REAL_REGISTRIES,
  type RealRegistryKind,
  startRealRegistry,
} from '../../packages/tooling/src/bench/real-registry.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { describeWithTools } from '../support/tools.ts';

const MINUTES = 60_000;
const IMAGE = makeImage();
const SUBJECT = parseDigest(IMAGE.digest, 'test');
const KINDS = (['distribution', 'crane'] as const).map((kind) => ({
  kind,
  name: REAL_REGISTRIES[kind].title,
}));

/** A key proves all there is to prove here: neither log nor timestamp. */
const NO_INSTANCE = {
  name: 'nobody',
  isPublic: false,
  fulcioUrl: undefined,
  rekor: undefined,
  tsaUrl: undefined,
  trustedRoot: { mediaType: '', tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [] },
};

describeWithTools("cosign's older tags", ['cosign', 'crane', 'registry'], (tools) => {
  let workplace: Workplace;
  let directory: string;
  const hosts = new Map<RealRegistryKind, string>();
  const http = createHttpClient({ userAgent: 'artifact-lifecycle/test', environment: {} });
  const connections = createConnections({ http, credentials: [] });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const attestor = createKeyAttestor({ privateKey, instance: NO_INSTANCE, http, clock: systemClock });

  beforeAll(async () => {
    workplace = await openWorkplace('legacy-tags');
    directory = await workplace.place('cosign');
    for (const { kind } of KINDS) {
      const file = tools[kind === 'distribution' ? 'registry' : kind];
      const registry = await startRealRegistry(kind, file, await workplace.place(kind));
      workplace.onClose(() => registry.stop());
      hosts.set(kind, registry.host);
    }
    await writeFile(join(directory, 'ours.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    await cosign('generate-key-pair');
  }, 2 * MINUTES);
  afterAll(async () => {
    http.close();
    await workplace.close();
  });

  const options = () => ({
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      DOCKER_CONFIG: join(directory, '.docker'),
      TUF_ROOT: join(directory, '.sigstore'),
      COSIGN_PASSWORD: 'of this run only',
    },
  });
  const cosign = (...args: readonly string[]): Promise<string> => runChecked(tools.cosign, args, options());
  const push = async (kind: RealRegistryKind, name: string): Promise<string> => {
    const host = hosts.get(kind);
    if (host === undefined) throw new Error(`${kind} does not run`);
    await seed(`http://${host}`, name, IMAGE, { tags: ['1.0.0'] });
    return `${host}/${name}`;
  };
  const storeOf = (repository: string): RegistryStore =>
    new RegistryStore(connections.open(parseRepository(repository, 'test')));
  const sign = async (repository: string): Promise<void> => {
    const payload = simpleSigningPayload(repository, IMAGE.digest);
    const signed = await attestor.signPayload(payload);
    await storeOf(repository).putLegacy(SUBJECT, legacySignature(payload, signed));
  };
  const attest = async (repository: string): Promise<void> => {
    const subject = [{ name: repository, digest: { sha256: IMAGE.digest.replace('sha256:', '') } }];
    const sbom = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [] };
    const signed = await attestor.attest(makeSbomStatement(subject, sbom));
    await storeOf(repository).putLegacy(SUBJECT, legacyAttestation(signed));
  };
  const withKey = (key: string, repository: string): readonly string[] => [
    ...['--key', key, '--insecure-ignore-tlog=true', '--new-bundle-format=false'],
    `${repository}@${IMAGE.digest}`,
  ];

  it.each(KINDS)(
    'cosign verifies what we write under them in $name, and refuses it by another key',
    async ({ kind }) => {
      const repository = await push(kind, 'acme/ours');
      await sign(repository);
      await attest(repository);
      const said = JSON.parse(await cosign('verify', ...withKey('ours.pub', repository)));
      expect(said[0].critical.image['docker-manifest-digest']).toBe(IMAGE.digest);
      const attested = await cosign(
        'verify-attestation',
        '--type',
        'cyclonedx',
        ...withKey('ours.pub', repository),
      );
      expect(JSON.parse(attested).payloadType).toBe('application/vnd.in-toto+json');
      for (const what of [['verify'], ['verify-attestation', '--type', 'cyclonedx']]) {
        const refusal = await runProgram(
          tools.cosign,
          [...what, ...withKey('cosign.pub', repository)],
          options(),
        );
        expect(refusal.exitCode).not.toBe(0);
      }
    },
    2 * MINUTES,
  );

  it.each(KINDS)(
    'both add to what the other wrote in $name, and each still verifies its own',
    async ({ kind }) => {
      const repository = await push(kind, 'acme/both');
      const theirs = async (): Promise<string> =>
        cosign(
          ...['sign', '--yes', '--key', 'cosign.key', '--tlog-upload=false', '--use-signing-config=false'],
          ...['--new-bundle-format=false', `${repository}@${IMAGE.digest}`],
        );
      await theirs();
      await sign(repository);
      await theirs();
      await sign(repository);
      const manifest = JSON.parse(
        await runChecked(
          tools.crane,
          ['manifest', '--insecure', `${repository}:${cosignTag(IMAGE.digest, 'sig')}`],
          options(),
        ),
      );
      const entries = await storeOf(repository).list(SUBJECT, { legacy: true });
      expect(entries.map((entry) => entry.kind)).toEqual(manifest.layers.map(() => 'legacy-signature'));
      expect(manifest.layers.length).toBeGreaterThanOrEqual(3);
      expect(JSON.parse(await cosign('verify', ...withKey('ours.pub', repository))).length).toBeGreaterThan(
        0,
      );
      expect(JSON.parse(await cosign('verify', ...withKey('cosign.pub', repository))).length).toBeGreaterThan(
        0,
      );
    },
    2 * MINUTES,
  );
});
