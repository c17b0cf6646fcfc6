import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@artifact-lifecycle/core';
import { formatLocation, parseDigest } from '@artifact-lifecycle/registry';
import { makeImage, seed } from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pemOfKey } from '../../src/key/key-algorithm.ts';
import type { Attestor, PayloadSigner } from '../../src/signing/attestor.ts';
import { createKeyAttestor } from '../../src/signing/key-attestor.ts';
import { createKeylessAttestor } from '../../src/signing/keyless-attestor.ts';
import { makeStatement } from '../../src/statement/encode-statement.ts';
import { legacyAttestation, legacySignature, simpleSigningPayload } from '../../src/store/legacy-layer.ts';
import { RegistryStore } from '../../src/store/registry-store.ts';
import { type Bench, startBench } from '../support/bench.ts';
import { COSIGN_MISSING, COSIGN_TIMEOUT_MS, runCosign } from '../support/cosign.ts';
import { type Place, startPlace } from '../support/place.ts';

const IMAGE = makeImage();
const SUBJECT = parseDigest(IMAGE.digest, 'test');
const TYPE = 'https://example.com/predicate/v1';
const IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

(COSIGN_MISSING === '' ? describe : describe.skip)(`cosign's older tags${COSIGN_MISSING}`, () => {
  let bench: Bench;
  let place: Place;
  let directory: string;
  beforeEach(async () => {
    bench = await startBench();
    place = await startPlace();
    await seed(place.server, 'acme/app', IMAGE, { tags: ['v1'] });
    directory = await mkdtemp(join(tmpdir(), 'cosign-'));
    await writeFile(join(directory, 'root.json'), JSON.stringify(bench.sigstore.trustedRoot));
    await writeFile(join(directory, 'key.pub'), pemOfKey(createPublicKey(privateKey)));
  });
  afterEach(async () => {
    await Promise.all([bench.close(), rm(directory, { recursive: true })]);
  });

  function attestorOf(kind: 'key' | 'certificate', hasLog: boolean): Attestor & PayloadSigner {
    const { http, source, sigstore } = bench;
    const log = hasLog ? { url: sigstore.urls.rekorV1, version: 1 as const } : undefined;
    const instance = bench.instance({ rekor: log, tsaUrl: undefined });
    const common = { instance, http, clock: systemClock };
    return kind === 'key'
      ? createKeyAttestor({ ...common, privateKey })
      : createKeylessAttestor({ ...common, source });
  }

  it.each([
    { name: 'a key alone', kind: 'key', hasLog: false },
    { name: 'a key and a log of version 1', kind: 'key', hasLog: true },
    { name: 'a certificate and a log of version 1', kind: 'certificate', hasLog: true },
  ] as const)(
    'are accepted by cosign: $name',
    async ({ kind, hasLog }) => {
      const attestor = attestorOf(kind, hasLog);
      const registry = place.open();
      const store = new RegistryStore(registry, { clock: systemClock });
      const name = formatLocation(registry.location);
      const payload = simpleSigningPayload(name, SUBJECT);
      await store.putLegacy(SUBJECT, legacySignature(payload, await attestor.signPayload(payload)));
      const about = [{ name, digest: { sha256: SUBJECT.slice('sha256:'.length) } }];
      const signed = await attestor.attest(makeStatement(about, TYPE, { answer: 42 }));
      await store.putLegacy(SUBJECT, legacyAttestation(signed));
      const options = [
        ...(kind === 'key'
          ? ['--key', 'key.pub']
          : ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', bench.sigstore.urls.issuer]),
        ...['--trusted-root', 'root.json', '--allow-http-registry'],
        ...(hasLog ? [] : ['--insecure-ignore-tlog']),
      ];
      const image = `${name}@${SUBJECT}`;
      expect(await runCosign(['verify', ...options, image], directory)).toMatch(/^accepted: /);
      expect(await runCosign(['verify-attestation', '--type', TYPE, ...options, image], directory)).toMatch(
        /^accepted: /,
      );
      expect(
        await runCosign(['verify-attestation', '--type', 'https://other.test', ...options, image], directory),
      ).toMatch(/^refused: /);
    },
    COSIGN_TIMEOUT_MS,
  );
});
