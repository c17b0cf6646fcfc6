import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Digest, digestHex, digestOf } from '@artifact-lifecycle/registry';
import {
  type CertificateChanges,
  type LogChanges,
  REUSABLE_WORKFLOW_CLAIMS,
  type Sigstore,
  type StampChanges,
  startSigstore,
} from '@artifact-lifecycle/testing';
import type { NamedTrustedRoot } from '../../src/instance/instance.ts';
import { readTrustedRoot } from '../../src/root/trusted-root.ts';
import type { StoredEntry } from '../../src/store/stored-entry.ts';
import type { VerificationPolicy } from '../../src/verifying/policy.ts';

/** When everything is signed, unless a forgery says otherwise. */
export const NOW = Date.parse('2026-11-20T12:00:00Z');

export const GITHUB = 'https://token.actions.githubusercontent.com';
export const WORKFLOW = 'acme/app/.github/workflows/release.yml';
export const IDENTITY = `https://github.com/${WORKFLOW}@refs/heads/main`;
export const BUILDER = 'acme/builder/.github/workflows/build.yml';

export const ARTIFACT: Digest = digestOf(Buffer.from('an artifact'));
export const OTHER: Digest = digestOf(Buffer.from('another artifact'));

export const SIGNATURE_TYPE = 'https://sigstore.dev/cosign/sign/v1';
export const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1';
export const SBOM_TYPE = 'https://cyclonedx.org/bom';
export const VSA_TYPE = 'https://slsa.dev/verification_summary/v1';

export { REUSABLE_WORKFLOW_CLAIMS };

/** JSON that tests bend. */
// biome-ignore lint/suspicious/noExplicitAny: forgeries change any place of a bundle
export type Bendable = any;

export interface Forgery {
  /** The statement's parts that differ; or all of the payload, as it is. */
  readonly statement?: Readonly<Record<string, unknown>> | undefined;
  readonly payload?: string | undefined;
  readonly payloadType?: string | undefined;
  /** Signs the artifact's bytes, and no envelope. */
  readonly message?: Uint8Array | undefined;
  readonly claims?: Readonly<Record<string, string | null>> | undefined;
  readonly certificate?: CertificateChanges | undefined;
  /** Signs with this key and no certificate. */
  readonly key?: KeyPair | undefined;
  readonly log?: 1 | 2 | 'none' | undefined;
  readonly logChanges?: LogChanges | undefined;
  readonly stamp?: StampChanges | 'none' | undefined;
  /** Changes the log entry before the log takes it. */
  readonly record?: ((body: Bendable) => void) | undefined;
  /** Changes the bundle when it is ready. */
  readonly bend?: ((bundle: Bendable) => void) | undefined;
}

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function makeKey(namedCurve = 'P-256'): KeyPair {
  return generateKeyPairSync('ec', { namedCurve });
}

/** An instance that issues whatever a test asks for. */
export interface Forge {
  readonly sigstore: Sigstore;
  readonly root: NamedTrustedRoot;
  /** A bundle: honest but for the changes. */
  forge(changes?: Forgery): Bendable;
  close(): Promise<void>;
}

export async function openForge(): Promise<Forge> {
  const sigstore = await startSigstore({ now: () => NOW });
  const root = await readTrustedRoot(Buffer.from(JSON.stringify(sigstore.trustedRoot)), 'the test instance');
  return { sigstore, root, forge: (changes = {}) => forge(sigstore, changes), close: () => sigstore.close() };
}

function forge(sigstore: Sigstore, changes: Forgery): Bendable {
  const pair = changes.key ?? makeKey();
  const claims = { iss: GITHUB, ...(changes.claims as Record<string, string>) };
  const leaf =
    changes.key === undefined
      ? sigstore.fulcio.issue(pair.publicKey, claims, changes.certificate).leaf
      : undefined;
  const payloadType = changes.payloadType ?? 'application/vnd.in-toto+json';
  const payload = Buffer.from(changes.payload ?? JSON.stringify(makeStatement(changes.statement)));
  const signed = changes.message ?? encode(payloadType, payload);
  const signature = sign('sha256', signed, pair.privateKey);
  const verifier = leaf ?? pair.publicKey.export({ type: 'spki', format: 'der' });
  const body = recordOf({ changes, signed, signature, verifier, payload });
  changes.record?.(body);
  const bundle: Bendable = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      ...(leaf === undefined ? { publicKey: { hint: '' } } : { certificate: { rawBytes: b64(leaf) } }),
      ...logged(sigstore, changes, body),
      ...(changes.stamp === 'none' || (changes.log === 1 && changes.stamp === undefined)
        ? {}
        : {
            timestampVerificationData: {
              rfc3161Timestamps: [{ signedTimestamp: b64(sigstore.tsa.stamp(signature, changes.stamp)) }],
            },
          }),
    },
    ...(changes.message === undefined
      ? { dsseEnvelope: { payload: b64(payload), payloadType, signatures: [{ sig: b64(signature) }] } }
      : {
          messageSignature: {
            messageDigest: { algorithm: 'SHA2_256', digest: b64(sha256(changes.message)) },
            signature: b64(signature),
          },
        }),
  };
  changes.bend?.(bundle);
  return bundle;
}

function logged({ rekor, rekorV1 }: Sigstore, { log = 2, logChanges }: Forgery, body: Bendable): object {
  if (log === 'none') return {};
  return { tlogEntries: [(log === 1 ? rekorV1 : rekor).record(body, logChanges)] };
}

interface Signed {
  readonly changes: Forgery;
  readonly signed: Uint8Array;
  readonly signature: Buffer;
  readonly verifier: Buffer;
  readonly payload: Buffer;
}

function recordOf({ changes, signed, signature, verifier, payload }: Signed): Bendable {
  const isKey = changes.key !== undefined;
  const label = isKey ? 'PUBLIC KEY' : 'CERTIFICATE';
  const pem = `-----BEGIN ${label}-----\n${b64(verifier).replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
  if (changes.log !== 1) {
    const details = { keyDetails: 'PKIX_ECDSA_P256_SHA_256' };
    const named = isKey
      ? { publicKey: { rawBytes: b64(verifier) } }
      : { x509Certificate: { rawBytes: b64(verifier) } };
    return {
      apiVersion: '0.0.2',
      kind: 'hashedrekord',
      spec: {
        hashedRekordV002: {
          data: { algorithm: 'SHA2_256', digest: b64(sha256(signed)) },
          signature: { content: b64(signature), verifier: { ...details, ...named } },
        },
      },
    };
  }
  if (changes.message !== undefined) {
    const hash = { algorithm: 'sha256', value: sha256(signed).toString('hex') };
    const publicKey = { content: b64(Buffer.from(pem)) };
    const spec = { data: { hash }, signature: { content: b64(signature), publicKey } };
    return { apiVersion: '0.0.1', kind: 'hashedrekord', spec };
  }
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
      signatures: [{ signature: b64(signature), verifier: b64(Buffer.from(pem)) }],
    },
  };
}

export function makeStatement(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest: { sha256: digestHex(ARTIFACT) } }],
    predicateType: SIGNATURE_TYPE,
    predicate: {},
    ...changes,
  };
}

/** What an honest job of the ordinary kind says of itself. */
export function makeProvenance(builder = IDENTITY): Bendable {
  return {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {
        workflow: {
          ref: 'refs/heads/main',
          repository: 'https://github.com/acme/app',
          path: '.github/workflows/release.yml',
        },
      },
      internalParameters: {
        github: {
          event_name: 'push',
          repository_id: '12345',
          repository_owner_id: '678',
          runner_environment: 'github-hosted',
        },
      },
      resolvedDependencies: [
        { uri: 'git+https://github.com/acme/app@refs/heads/main', digest: { gitCommit: 'a'.repeat(40) } },
      ],
    },
    runDetails: {
      builder: { id: builder },
      metadata: { invocationId: 'https://github.com/acme/app/actions/runs/9876543210/attempts/1' },
    },
  };
}

/** A policy that the honest job meets. */
export function makePolicy(changes: Partial<VerificationPolicy> = {}): VerificationPolicy {
  return {
    identity: { kind: 'certificate', identity: { exact: IDENTITY }, issuer: GITHUB },
    sourceRefs: [],
    events: [],
    denySelfHosted: false,
    builders: [],
    minSlsaLevel: 0,
    require: ['signature'],
    allowLegacy: false,
    ...changes,
  };
}

/** As a store gives it. */
export function stored(bundle: Bendable | string | Uint8Array): StoredEntry {
  const isRaw = typeof bundle === 'string' || bundle instanceof Uint8Array;
  const bytes = Buffer.from(isRaw ? bundle : JSON.stringify(bundle));
  return { kind: 'bundle', origin: { kind: 'file', path: 'bundle.json', line: undefined }, bytes };
}

export function b64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function encode(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
