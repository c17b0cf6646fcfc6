import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ManifestContent, makeImage, makeIndex, seed } from '@artifact-lifecycle/testing';
import {
  type Attestor,
  makePredicateStatement,
  makeSbomStatement,
  makeSignatureStatement,
  PREDICATE_TYPE,
  type Statement,
  type StatementSubject,
} from '@artifact-lifecycle/trust';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  REAL_REGISTRIES,
  type RealRegistryKind,
  startRealRegistry,
} from '../../packages/tooling/src/bench/real-registry.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { CLIENT_TOOLS, type Clients, makeClients } from '../support/clients.ts';
import { type Cosign, makeCosign } from '../support/cosign.ts';
import { type Library, openLibrary, toDigest } from '../support/library.ts';
import { openSigstoreStack, type SigstoreStack, STACK_TOOLS } from '../support/sigstore-stack.ts';
import { describeWithTools } from '../support/tools.ts';

const MINUTES = 60_000;
const IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const OTHER_IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/mai';
const SBOM = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [] };

/** How each registry lists a bundle: go-containerregistry gives the config's type, where the artifact has its own. */
const LISTED_TYPE = {
  distribution: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  referrers: 'application/vnd.oci.empty.v1+json',
} as const;

const PLATFORMS = (['amd64', 'arm64'] as const).map((architecture) =>
  makeImage({ platform: { os: 'linux', architecture }, layers: [`for ${architecture}`] }),
);
const INDEX = makeIndex(PLATFORMS);
/** What is signed: the index and each of its platforms. */
const SUBJECTS: readonly { readonly name: string; readonly digest: string }[] = [
  { name: 'the index', digest: INDEX.digest },
  ...PLATFORMS.map(({ digest }, index) => ({ name: `platform ${index + 1}`, digest })),
];
const KINDS = (['distribution', 'referrers'] as const).map((kind) => ({
  kind,
  name: REAL_REGISTRIES[kind].title,
}));

describeWithTools(
  "signatures and attestations of Sigstore's own services",
  ['cosign', 'registry', 'referrers-registry', ...CLIENT_TOOLS, ...STACK_TOOLS],
  (tools) => {
    let workplace: Workplace;
    let stack: SigstoreStack;
    let clients: Clients;
    let cosign: Cosign;
    let library: Library;
    const hosts = new Map<RealRegistryKind, string>();

    beforeAll(async () => {
      workplace = await openWorkplace('sign-verify');
      for (const { kind } of KINDS) {
        const file = tools[REAL_REGISTRIES[kind].tool];
        const registry = await startRealRegistry(kind, file, await workplace.place(kind));
        workplace.onClose(() => registry.stop());
        hosts.set(kind, registry.host);
      }
      stack = await openSigstoreStack(tools, workplace);
      clients = makeClients(tools, await workplace.place('clients'), [...hosts.values()]);
      cosign = makeCosign(tools.cosign, stack, await workplace.place('cosign'));
      await cosign.run('generate-key-pair');
      library = await openLibrary(stack);
      workplace.onClose(() => library.close());
    }, 5 * MINUTES);
    afterAll(() => workplace.close());

    /** Pushes an image into a repository of its own, and gives that. */
    const push = async (kind: RealRegistryKind, name: string, image: ManifestContent): Promise<string> => {
      const host = hosts.get(kind);
      if (host === undefined) throw new Error(`${kind} does not run`);
      await seed(`http://${host}`, name, image, { tags: ['1.0.0'] });
      return `${host}/${name}`;
    };
    const put = async (
      repository: string,
      attestor: Attestor,
      digest: string,
      make: (subject: readonly StatementSubject[]) => Statement,
    ): Promise<void> => {
      const subject = [{ name: repository, digest: { sha256: digest.replace('sha256:', '') } }];
      await library.store(repository).put(toDigest(digest), await attestor.attest(make(subject)));
    };
    const us = (): { readonly identity: string; readonly issuer: string } => ({
      identity: IDENTITY,
      issuer: stack.urls.issuer,
    });
    const certificate = (exact = IDENTITY) =>
      ({ kind: 'certificate', identity: { exact }, issuer: stack.urls.issuer }) as const;

    describe.each(KINDS)('in $name: what the library writes', ({ kind }) => {
      let repository: string;
      beforeAll(async () => {
        repository = await push(kind, 'acme/ours', INDEX);
        const provenance = await library.provenance();
        await Promise.all(
          SUBJECTS.flatMap(({ digest }) => [
            put(repository, library.keyless, digest, makeSignatureStatement),
            put(repository, library.keyless, digest, (subject) =>
              makePredicateStatement(subject, PREDICATE_TYPE.provenance, provenance),
            ),
            put(repository, library.keyless, digest, (subject) => makeSbomStatement(subject, SBOM)),
          ]),
        );
      }, 2 * MINUTES);

      it.each(SUBJECTS)(
        'cosign verifies for $name, and refuses another identity',
        async ({ digest }) => {
          const image = `${repository}@${digest}`;
          const said = JSON.parse(await cosign.run('verify', ...cosign.trusting(us()), image));
          expect(said[0].critical.image['docker-manifest-digest']).toBe(digest);
          for (const type of ['slsaprovenance1', 'cyclonedx']) {
            const args = ['verify-attestation', '--type', type];
            const envelope = await cosign.run(...args, ...cosign.trusting(us()), image);
            expect([type, JSON.parse(envelope.split('\n')[0] ?? '').payloadType]).toEqual([
              type,
              'application/vnd.in-toto+json',
            ]);
          }
          const other = cosign.trusting({ ...us(), identity: OTHER_IDENTITY });
          const refusal = await cosign.try('verify', ...other, image);
          expect(refusal.exitCode).not.toBe(0);
        },
        2 * MINUTES,
      );

      it('cosign reads the provenance that the certificate proves', async () => {
        const args = ['verify-attestation', '--type', 'slsaprovenance1', ...cosign.trusting(us())];
        const said = await cosign.run(...args, `${repository}@${INDEX.digest}`);
        const { payload } = JSON.parse(said.split('\n')[0] ?? '');
        const statement = JSON.parse(Buffer.from(payload, 'base64').toString());
        expect(statement.predicate.runDetails.builder.id).toBe(IDENTITY);
        expect(statement.predicate.buildDefinition.externalParameters.workflow).toEqual({
          ref: 'refs/heads/main',
          repository: 'https://github.com/acme/app',
          path: '.github/workflows/release.yml',
        });
      });

      it.each(SUBJECTS)(
        'oras and regctl list for $name',
        async ({ digest }) => {
          const image = `${repository}@${digest}`;
          const expected = [PREDICATE_TYPE.signature, PREDICATE_TYPE.provenance, PREDICATE_TYPE.cyclonedx]
            .map((predicateType) => `${LISTED_TYPE[kind]} ${predicateType}`)
            .sort();
          const tree = JSON.parse(await clients.oras('discover', '--format', 'json', image));
          const referrers: readonly Referrer[] = tree.referrers ?? tree.manifests;
          expect(describeReferrers(referrers)).toEqual(expected);
          const list = JSON.parse(await clients.regctl('artifact', 'list', '--format', '{{json .}}', image));
          const descriptors: readonly Referrer[] = list.descriptors;
          expect(describeReferrers(descriptors)).toEqual(expected);
        },
        MINUTES,
      );

      it.each(SUBJECTS)('we verify for $name, and refuse another identity', async ({ digest }) => {
        const require = ['signature', 'provenance', 'sbom'] as const;
        const policy = { identity: certificate(), require, minSlsaLevel: 2 } as const;
        expect(await library.verify(repository, digest, policy)).toMatchObject({
          verified: true,
          refusals: [],
        });
        const other = await library.verify(repository, digest, { identity: certificate(OTHER_IDENTITY) });
        expect(other.verified).toBe(false);
      });
    });

    describe.each(KINDS)('in $name: what the library writes with a key', ({ kind }) => {
      it.each([
        { name: 'P-256, with a log entry and a timestamp', curve: 'P-256', witnessed: true, ignore: [] },
        { name: 'P-256 alone', curve: 'P-256', witnessed: false, ignore: ['--insecure-ignore-tlog=true'] },
        { name: 'P-384 alone', curve: 'P-384', witnessed: false, ignore: ['--insecure-ignore-tlog=true'] },
      ])(
        'cosign verifies: $name',
        async ({ name, curve, witnessed, ignore }) => {
          const repository = await push(kind, `acme/key-${curve.toLowerCase()}-${witnessed}`, INDEX);
          const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
          const keyFile = await writeKey(cosign, `${kind}-${curve}-${witnessed}.pub`, publicKey);
          const attestor = library.withKey(privateKey, witnessed);
          await put(repository, attestor, INDEX.digest, makeSignatureStatement);
          await put(repository, attestor, INDEX.digest, (subject) => makeSbomStatement(subject, SBOM));
          const image = `${repository}@${INDEX.digest}`;
          const trust = ['--trusted-root', stack.trustedRootFile, ...ignore];
          const stamps = witnessed ? ['--use-signed-timestamps'] : [];
          await cosign.run('verify', '--key', keyFile, ...trust, ...stamps, image);
          await cosign.run(
            ...['verify-attestation', '--type', 'cyclonedx', '--key', keyFile, ...trust, ...stamps, image],
          );
          const stranger = await cosign.try(...['verify', '--key', 'cosign.pub', ...trust, ...stamps, image]);
          expect([name, stranger.exitCode === 0]).toEqual([name, false]);
        },
        2 * MINUTES,
      );
    });

    describe.each(KINDS)('in $name: what cosign writes', ({ kind }) => {
      it(
        'with a certificate, we verify for the index and each platform',
        async () => {
          const repository = await push(kind, 'acme/theirs', INDEX);
          await cosign.run(
            ...['sign', '--recursive', ...(await cosign.keyless()), `${repository}@${INDEX.digest}`],
          );
          const predicate = join(cosign.directory, `${kind}-provenance.json`);
          await writeFile(predicate, JSON.stringify(await library.provenance()));
          const sbom = join(cosign.directory, `${kind}-sbom.json`);
          await writeFile(sbom, JSON.stringify(SBOM));
          for (const { digest } of SUBJECTS) {
            for (const [type, file] of [
              ['slsaprovenance1', predicate],
              ['cyclonedx', sbom],
            ] as const) {
              const what = ['attest', '--type', type, '--predicate', file];
              await cosign.run(...what, ...(await cosign.keyless()), `${repository}@${digest}`);
            }
          }
          const require = ['signature', 'provenance', 'sbom'] as const;
          for (const { name, digest } of SUBJECTS) {
            const policy = { identity: certificate(), require, minSlsaLevel: 2 } as const;
            const { verified, refusals } = await library.verify(repository, digest, policy);
            expect({ name, verified, refusals }).toEqual({ name, verified: true, refusals: [] });
            const other = await library.verify(repository, digest, { identity: certificate(OTHER_IDENTITY) });
            expect({ name, verified: other.verified }).toEqual({ name, verified: false });
          }
        },
        5 * MINUTES,
      );

      it.each([
        { name: 'with a log entry and a timestamp', config: 'signingConfigFile' },
        { name: 'with nothing else', config: 'offlineConfigFile' },
      ] as const)(
        'with a key $name, we verify',
        async ({ config }) => {
          const repository = await push(kind, `acme/theirs-${config.toLowerCase()}`, INDEX);
          const image = `${repository}@${INDEX.digest}`;
          const how = ['--yes', '--key', 'cosign.key', '--signing-config', stack[config]];
          await cosign.run('sign', ...how, image);
          const sbom = join(cosign.directory, `${kind}-${config}.json`);
          await writeFile(sbom, JSON.stringify(SBOM));
          await cosign.run('attest', '--type', 'cyclonedx', '--predicate', sbom, ...how, image);
          const publicKey = await readFile(join(cosign.directory, 'cosign.pub'), 'utf8');
          const require = ['signature', 'sbom'] as const;
          const accepted = await library.verify(repository, INDEX.digest, {
            identity: { kind: 'key', publicKey },
            require,
          });
          expect(accepted).toMatchObject({ verified: true, refusals: [] });
          const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
          const refused = await library.verify(repository, INDEX.digest, {
            identity: { kind: 'key', publicKey: stranger.export({ type: 'spki', format: 'pem' }).toString() },
            require,
          });
          expect(refused.verified).toBe(false);
          const keyless = await library.verify(repository, INDEX.digest, { identity: certificate() });
          expect(keyless.verified).toBe(false);
        },
        2 * MINUTES,
      );
    });
  },
);

interface Referrer {
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

function describeReferrers(referrers: readonly Referrer[]): readonly string[] {
  return referrers
    .map(
      ({ artifactType, annotations = {} }) =>
        `${artifactType} ${annotations['dev.sigstore.bundle.predicateType']}`,
    )
    .sort();
}

async function writeKey({ directory }: Cosign, name: string, key: KeyObject): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, key.export({ type: 'spki', format: 'pem' }));
  return file;
}
