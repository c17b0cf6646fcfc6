import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@artifact-lifecycle/core';
import { createHttpClient, type HttpClient } from '@artifact-lifecycle/core/http';
import {
  createConnections,
  parseDigest,
  parseReference,
  parseRepository,
  type Registry,
  resolveSource,
} from '@artifact-lifecycle/registry';
import {
  type Sigstore,
  seed,
  startRegistry,
  startSigstore,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import {
  createKeylessAttestor,
  customInstance,
  RegistryStore,
  readTrustedRoot,
} from '@artifact-lifecycle/trust';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makePackageImage } from '../../../test/support/package-image.ts';
import { readAttestedStatements } from '../src/attested-vex.ts';
import type { DescribedIndex } from '../src/description.ts';

const BUILD = 'acme/app/.github/workflows/build.yml@refs/heads/main';
const SECURITY = 'acme/app/.github/workflows/vex.yml@refs/heads/main';
const IDENTITY = `https://github.com/${SECURITY}`;
const image = makePackageImage();
const [platform = ''] = image.children.map(({ digest }) => digest);

const VEX = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  author: 'Somebody else',
  timestamp: '2026-01-02T03:04:05Z',
  statements: [{ vulnerability: { name: 'CVE-1' }, status: 'fixed' }],
};
const SBOM = { bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ name: 'a', purl: 'pkg:npm/a@1' }] };

describe('VEX attestations of an image', () => {
  let registry: TestRegistry;
  let sigstore: Sigstore;
  let http: HttpClient;
  let place: Registry;

  beforeEach(async () => {
    [registry, sigstore] = await Promise.all([startRegistry(), startSigstore()]);
    await seed(registry, 'acme/app', image, { tags: ['1.0'] });
    http = createHttpClient({ userAgent: 'test', environment: {} });
    const connections = createConnections({ http, clock: systemClock, credentials: [] });
    place = connections.open(parseRepository(`${registry.host}/acme/app`, 'test'));
  });
  afterEach(async () => {
    http.close();
    await Promise.all([registry.close(), sigstore.close()]);
    expect([...sigstore.defects(), ...registry.defects]).toEqual([]);
  });

  /** Signs as a workflow and puts the bundle beside the image; gives the digest of its manifest. */
  async function attest(
    predicateType: string,
    predicate: Readonly<Record<string, unknown>>,
    { workflow = SECURITY, digest = platform, stack = sigstore } = {},
  ): Promise<string> {
    const { fulcio, rekor, tsa } = stack.urls;
    const root = await readTrustedRoot(Buffer.from(JSON.stringify(stack.trustedRoot)), 'test');
    const attestor = createKeylessAttestor({
      instance: customInstance(
        { 'fulcio-url': fulcio, 'rekor-url': rekor, 'tsa-url': tsa },
        undefined,
        root.root,
      ),
      http,
      clock: systemClock,
      source: (audience) => stack.issuer.mint(audience, { claims: { job_workflow_ref: workflow } }),
    });
    const subject = [{ name: 'app', digest: { sha256: digest.slice('sha256:'.length) } }];
    const signed = await attestor.attest({ subject, predicateType, predicate });
    const origin = await new RegistryStore(place).put(parseDigest(digest, 'test'), signed);
    return origin.kind === 'referrer' ? origin.digest : '';
  }

  async function readStatements() {
    const workspace = mkdtempSync(join(tmpdir(), 'attested-vex-test-'));
    const trustedRoot = join(workspace, 'root.json');
    writeFileSync(trustedRoot, JSON.stringify(sigstore.trustedRoot));
    const reference = parseReference(`${registry.host}/acme/app:1.0`, 'test');
    const description = {
      kind: 'image',
      registry: place,
      reference,
      root: await resolveSource(place, reference, {}),
      images: [{ manifest: await place.fetchManifest(parseDigest(platform, 'test')) }],
      inventories: [],
    } as unknown as DescribedIndex;
    const signer = { kind: 'identity', identity: IDENTITY, issuer: sigstore.urls.issuer } as const;
    const warnings: string[] = [];
    const context = {
      log: { warning: (line: string) => warnings.push(line), info: () => {} },
      env: {},
      clock: systemClock,
      workspace,
      signal: new AbortController().signal,
    } as unknown as Parameters<typeof readAttestedStatements>[3];
    const statements = await readAttestedStatements(
      description,
      signer,
      { kind: 'own', trustedRoot },
      context,
    );
    return { statements, warnings };
  }

  it.each([
    { name: 'of its platform', digest: platform },
    { name: 'of its index', digest: image.digest },
  ])('by who is named are statements $name, and are theirs', async ({ digest }) => {
    const attestation = await attest('https://openvex.dev/ns/v0.2.0', VEX, { digest });
    const { statements, warnings } = await readStatements();
    expect(warnings).toEqual([]);
    expect(statements).toMatchObject([
      {
        vulnerabilities: ['CVE-1'],
        products: [{ ids: [], digests: [digest], subcomponents: [] }],
        status: 'fixed',
        origin: { document: `attestation ${attestation}`, author: IDENTITY },
      },
    ]);
  });

  it('by another workflow do not count, and a warning names them', async () => {
    const attestation = await attest('https://openvex.dev/ns', VEX, { workflow: BUILD });
    const { statements, warnings } = await readStatements();
    expect(statements).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(attestation)]);
    expect(warnings[0]).toContain(BUILD);
  });

  it('of another Sigstore do not count, and a warning names them', async () => {
    const stack = await startSigstore();
    try {
      const attestation = await attest('https://openvex.dev/ns', VEX, { stack });
      const { statements, warnings } = await readStatements();
      expect(statements).toEqual([]);
      expect(warnings).toEqual([expect.stringContaining(attestation)]);
    } finally {
      await stack.close();
    }
  });

  it('that cannot be read do not count, and a warning names them', async () => {
    const predicate = { ...VEX, statements: [{ vulnerability: { name: 'CVE-1' }, status: 'not_affected' }] };
    const attestation = await attest('https://openvex.dev/ns', predicate);
    const { statements, warnings } = await readStatements();
    expect(statements).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(attestation)]);
  });

  it('are not SBOMs, whoever signed those', async () => {
    await attest('https://cyclonedx.org/bom', SBOM, { workflow: BUILD });
    await attest('https://cyclonedx.org/bom', SBOM);
    expect(await readStatements()).toMatchObject({ statements: [], warnings: [] });
  });
});
