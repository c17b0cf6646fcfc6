import { sign } from 'node:crypto';
import { digestHex } from '@artifact-lifecycle/registry';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readTrustedRoot } from '../../src/root/trusted-root.ts';
import { MAX_BUNDLE_BYTES } from '../../src/store/bundle-limits.ts';
import type { StoredEntry } from '../../src/store/stored-entry.ts';
import type { Verification } from '../../src/verifying/evidence.ts';
import type { VerificationPolicy } from '../../src/verifying/policy.ts';
import { verifyArtifact } from '../../src/verifying/verify-artifact.ts';
import {
  ARTIFACT,
  type Bendable,
  b64,
  type Forge,
  type Forgery,
  GITHUB,
  IDENTITY,
  makeKey,
  makePolicy,
  makeProvenance,
  makeStatement,
  NOW,
  OTHER,
  openForge,
  PROVENANCE_TYPE,
  REUSABLE_WORKFLOW_CLAIMS,
  SBOM_TYPE,
  sha256,
  stored,
  VSA_TYPE,
  WORKFLOW,
} from './forge.ts';

let forge: Forge;
let stranger: Forge;
beforeAll(async () => {
  [forge, stranger] = await Promise.all([openForge(), openForge()]);
});
afterAll(async () => {
  await Promise.all([forge.close(), stranger.close()]);
  expect([...forge.sigstore.defects(), ...stranger.sigstore.defects()]).toEqual([]);
});

interface Setting {
  readonly policy?: Partial<VerificationPolicy> | undefined;
  readonly roots?: readonly { readonly name: string; readonly root: Forge['root']['root'] }[] | undefined;
  readonly now?: number | undefined;
}

function judge(entries: readonly StoredEntry[], { policy, roots, now }: Setting = {}): Promise<Verification> {
  return verifyArtifact({
    digest: ARTIFACT,
    entries,
    policy: makePolicy(policy),
    roots: roots ?? [forge.root],
    clock: { now: () => now ?? NOW + 60_000 },
  });
}

/** An attack beside the reason that it must be refused for: one that is refused for another proves nothing. */
interface Attack extends Setting {
  readonly name: string;
  readonly forgery?: Forgery | undefined;
  readonly reason: RegExp;
}

async function refuse({ forgery, reason, ...setting }: Attack): Promise<void> {
  const { verified, refusals, evidence } = await judge([stored(forge.forge(forgery))], setting);
  expect({ verified, text: [...refusals, ...evidence.map((one) => one.reason)].join('\n') }).toEqual({
    verified: false,
    text: expect.stringMatching(reason),
  });
}

const provenance = (change?: (predicate: Bendable) => void, builder?: string): Forgery => {
  const predicate = makeProvenance(builder);
  change?.(predicate);
  return { statement: { predicateType: PROVENANCE_TYPE, predicate } };
};
const names = (value: string): Forgery => ({ certificate: { names: [{ kind: 'uri', value }] } });
const material = (bundle: Bendable): Bendable => bundle.verificationMaterial;
const firstEntry = (bundle: Bendable): Bendable => material(bundle).tlogEntries[0];
const subject = (value: unknown): Forgery => ({ statement: { subject: value } });
const digest = (value: unknown): Forgery => subject([{ name: 'app', digest: value }]);
const KEY = makeKey();
const pem = ({ publicKey }: typeof KEY): string => String(publicKey.export({ type: 'spki', format: 'pem' }));
const BY_KEY: VerificationPolicy['identity'] = { kind: 'key', publicKey: pem(KEY) };

const VSA = {
  verifiers: ['https://verifier.test'],
  resourceUri: 'oci://ghcr.io/acme/app',
  levels: ['SLSA_BUILD_LEVEL_3'],
};

describe('an honest bundle', () => {
  it.each<{ name: string; forgery?: Forgery; policy?: Partial<VerificationPolicy> }>([
    { name: 'of Rekor v2 and an authority for time' },
    { name: 'of Rekor v1', forgery: { log: 1 } },
    { name: 'of Rekor v1 with a time from an authority besides', forgery: { log: 1, stamp: {} } },
    {
      name: 'with a bare signature, of which only the digest is at hand',
      forgery: { message: Buffer.from('an artifact') },
    },
    { name: 'with a bare signature in Rekor v1', forgery: { message: Buffer.from('an artifact'), log: 1 } },
    { name: 'by a key', forgery: { key: KEY }, policy: { identity: BY_KEY } },
    {
      name: 'by a key without log and time',
      forgery: { key: KEY, log: 'none', stamp: 'none' },
      policy: { identity: BY_KEY },
    },
    { name: 'stamped with one digit of a second', forgery: { stamp: { fraction: '1' } } },
    { name: 'stamped with two digits', forgery: { stamp: { fraction: '12' } } },
    { name: 'stamped with three', forgery: { stamp: { fraction: '123' } } },
    { name: 'stamped with microseconds', forgery: { stamp: { fraction: '123456' } } },
    { name: 'of provenance', forgery: provenance(), policy: { require: ['provenance'], minSlsaLevel: 2 } },
    {
      name: 'by a pattern',
      policy: {
        identity: {
          kind: 'certificate',
          identity: { pattern: 'https://github.com/acme/**@refs/heads/*' },
          issuer: GITHUB,
        },
      },
    },
    {
      name: 'by one of several patterns',
      policy: {
        identity: {
          kind: 'certificate',
          identity: { anyOf: ['https://github.com/other/**', 'https://github.com/acme/**@refs/heads/*'] },
          issuer: GITHUB,
        },
      },
    },
    {
      name: 'by its workflow',
      policy: { identity: { kind: 'certificate', signerWorkflow: WORKFLOW, issuer: GITHUB } },
    },
    {
      name: 'by its workflow at a ref',
      policy: { identity: { kind: 'certificate', signerWorkflow: `${WORKFLOW}@main`, issuer: GITHUB } },
    },
    {
      name: 'that everything is demanded of',
      policy: {
        sourceRepository: 'acme/app',
        sourceRepositoryId: '12345',
        sourceRepositoryOwnerId: '678',
        sourceRefs: ['refs/heads/*'],
        events: ['push'],
        denySelfHosted: true,
        maxAge: 61_000,
      },
    },
  ])('$name is accepted', async ({ forgery, policy }) => {
    const { verified, refusals, evidence } = await judge([stored(forge.forge(forgery))], { policy });
    expect({ verified, refusals, reasons: evidence.map(({ reason }) => reason) }).toEqual({
      verified: true,
      refusals: [],
      reasons: [expect.stringMatching(/^Signed by /)],
    });
  });

  it('tells what it proves', async () => {
    const { evidence } = await judge([stored(forge.forge({ stamp: { fraction: '5' } }))]);
    expect(evidence).toEqual([
      {
        origin: { kind: 'file', path: 'bundle.json', line: undefined },
        subject: ARTIFACT,
        verdict: 'accepted',
        reason: `Signed by ${IDENTITY} at 2026-11-20T12:00:00.500Z (the test instance).`,
        predicateType: 'https://sigstore.dev/cosign/sign/v1',
        statement: expect.objectContaining({ predicate: {} }),
        certificate: expect.objectContaining({ identity: IDENTITY, issuer: GITHUB, buildTrigger: 'push' }),
        signedAt: NOW + 500,
        logEntries: [{ log: 'https://rekor-v2.test', index: expect.stringMatching(/^\d+$/) }],
      },
    ]);
  });
});

describe('a reusable workflow', () => {
  it('has one identity for all its callers, so evidence tells who called it', async () => {
    const claims = { ...(REUSABLE_WORKFLOW_CLAIMS as Record<string, string>), repository: 'evil/app' };
    const identity = {
      kind: 'certificate',
      signerWorkflow: 'acme/builder/.github/workflows/build.yml',
      issuer: GITHUB,
    } as const;
    const { verified, evidence } = await judge([stored(forge.forge({ claims }))], { policy: { identity } });
    expect({ verified, reason: evidence[0]?.reason }).toEqual({
      verified: true,
      reason: expect.stringContaining('@refs/tags/v1.2.3 for https://github.com/evil/app at'),
    });
  });
});

describe('the attacks of the reference', () => {
  it.each<Attack>([
    {
      name: 'attack 1: a signature over other bytes',
      forgery: {
        bend: (b) => {
          b.dsseEnvelope.payload = b64(
            Buffer.from(JSON.stringify(makeStatement({ predicate: { other: true } }))),
          );
        },
      },
      reason: /digest mismatch/,
    },
    {
      name: 'attack 1: a signature over another artifact',
      forgery: { message: Buffer.from('another artifact') },
      reason: /not over this artifact/,
    },
    {
      name: 'attack 1: a signature over another artifact with the digest of this one',
      forgery: {
        message: Buffer.from('another artifact'),
        bend: (b) => {
          b.messageSignature.messageDigest.digest = b64(Buffer.from(digestHex(ARTIFACT), 'hex'));
        },
      },
      reason: /digest mismatch/,
    },
    {
      name: 'attack 1: the same, not logged',
      forgery: {
        key: KEY,
        message: Buffer.from('another artifact'),
        log: 'none',
        bend: (b) => {
          b.messageSignature.messageDigest.digest = b64(Buffer.from(digestHex(ARTIFACT), 'hex'));
        },
      },
      policy: { identity: BY_KEY },
      reason: /signature verification failed/,
    },
    {
      name: 'attack 2: a payload changed after signing',
      forgery: {
        key: KEY,
        log: 'none',
        bend: (b) => {
          b.dsseEnvelope.payload = b64(
            Buffer.from(JSON.stringify(makeStatement({ predicate: { changed: true } }))),
          );
        },
      },
      policy: { identity: BY_KEY },
      reason: /signature verification failed/,
    },
    {
      name: 'attack 3: a statement about another artifact',
      forgery: digest({ sha256: digestHex(OTHER) }),
      reason: /is about sha256:[0-9a-f]{64}, not about this artifact/,
    },
    { name: 'attack 4: no subject', forgery: subject([]), reason: /has no subject/ },
    { name: 'attack 4: a subject that is null', forgery: subject([null]), reason: /is none/ },
    {
      name: 'attack 4: null beside the right one',
      forgery: subject([{ name: '', digest: { sha256: digestHex(ARTIFACT) } }, null]),
      reason: /is none/,
    },
    {
      name: 'attack 4: a subject that is the digest itself',
      forgery: subject([ARTIFACT]),
      reason: /is none/,
    },
    {
      name: 'attack 4: a digest of another algorithm only',
      forgery: digest({ sha1: 'a'.repeat(40) }),
      reason: /no subject by its sha256/,
    },
    {
      name: 'attack 4: the right digest under another algorithm',
      forgery: digest({ sha512: digestHex(ARTIFACT) }),
      reason: /no sha512 digest in lower-case/,
    },
    {
      name: 'attack 4: a digest in capitals',
      forgery: digest({ sha256: digestHex(ARTIFACT).toUpperCase() }),
      reason: /in lower-case/,
    },
    {
      name: 'attack 4: a digest cut short',
      forgery: digest({ sha256: digestHex(ARTIFACT).slice(0, 63) }),
      reason: /in lower-case/,
    },
    {
      name: 'attack 4: a digest with its algorithm before it',
      forgery: digest({ sha256: ARTIFACT }),
      reason: /in lower-case/,
    },
    {
      name: 'attack 4: a digest with a space behind it',
      forgery: digest({ sha256: `${digestHex(ARTIFACT)} ` }),
      reason: /in lower-case/,
    },
    {
      name: 'attack 4: a digest with a line break behind it',
      forgery: digest({ sha256: `${digestHex(ARTIFACT).slice(1)}\n` }),
      reason: /in lower-case/,
    },
    {
      name: 'attack 4: a list of digests',
      forgery: digest({ sha256: [digestHex(ARTIFACT)] }),
      reason: /is no text/,
    },
    {
      name: 'attack 5: a token signed as something else',
      forgery: { payloadType: 'application/jwt' },
      reason: /no statement but "application\/jwt"/,
    },
    {
      name: 'attack 5: a payload type in capitals',
      forgery: { payloadType: 'application/vnd.in-toto+JSON' },
      reason: /no statement but/,
    },
    {
      name: 'attack 5: a payload type with a parameter',
      forgery: { payloadType: 'application/vnd.in-toto+json; charset=utf-8' },
      reason: /no statement but/,
    },
    {
      name: 'attack 6: an SBOM passed as provenance',
      forgery: { statement: { predicateType: SBOM_TYPE } },
      policy: { require: ['provenance'] },
      reason: /There is no provenance/,
    },
    {
      name: 'attack 6: an SBOM passed as a signature',
      forgery: { statement: { predicateType: SBOM_TYPE } },
      reason: /There is no signature/,
    },
    {
      name: 'attack 6: a type that begins like the right one',
      forgery: { statement: { predicateType: `${PROVENANCE_TYPE}.evil` } },
      policy: { require: ['provenance'] },
      reason: /There is no provenance/,
    },
    {
      name: 'attack 7: a statement of unknown type',
      forgery: { statement: { _type: 'https://in-toto.io/Statement/v2' } },
      reason: /of a type that is not read/,
    },
    {
      name: 'attack 7: a statement without type',
      forgery: { statement: { _type: undefined } },
      reason: /of a type that is not read/,
    },
    {
      name: 'attack 8: a certificate of an authority of the same name',
      forgery: { certificate: { issuedBy: 'stranger' } },
      reason: /Failed to verify certificate chain/,
    },
    {
      name: 'attack 9: the certificate of an authority as the signer',
      forgery: {
        bend: (b) => {
          material(b).certificate.rawBytes = b64(forge.sigstore.fulcio.authority.chain[0]);
        },
      },
      reason: /not for signatures|for issuing certificates|that of an authority/,
    },
    {
      name: 'attack 9: a leaf that is an authority',
      forgery: { certificate: { isAuthority: true } },
      reason: /that of an authority/,
    },
    {
      name: 'attack 9: a leaf that may sign certificates',
      forgery: { certificate: { keyUsage: 'certSign' } },
      reason: /\(key usage\)/,
    },
    {
      name: 'attack 9: a leaf without key usage',
      forgery: { certificate: { keyUsage: null } },
      reason: /\(key usage\)/,
    },
    {
      name: 'attack 10: a leaf for servers',
      forgery: { certificate: { extendedKeyUsage: '1.3.6.1.5.5.7.3.1' } },
      reason: /not for signing code/,
    },
    {
      name: 'attack 10: a leaf for anything',
      forgery: { certificate: { extendedKeyUsage: '2.5.29.37.0' } },
      reason: /not for signing code/,
    },
    {
      name: 'attack 10: a leaf without usage',
      forgery: { certificate: { extendedKeyUsage: null } },
      reason: /not for signing code/,
    },
    {
      name: 'attack 11: a certificate in no log',
      forgery: { certificate: { sct: 'none' } },
      reason: /expected 1 SCTs, got 0/,
    },
    {
      name: 'attack 11: a promise by a log nobody knows',
      forgery: { certificate: { sct: 'foreign' } },
      reason: /SCT verification failed/,
    },
    {
      name: 'attack 11: a promise for another certificate',
      forgery: { certificate: { sct: 'broken' } },
      reason: /SCT verification failed/,
    },
    {
      name: 'attack 11: a promise from before the log was trusted',
      forgery: { certificate: { sctTime: NOW - 7_200_000 } },
      reason: /SCT verification failed/,
    },
    {
      name: 'attack 12: stamped after the certificate',
      forgery: { stamp: { time: NOW + 601_000 } },
      reason: /certificate chain/,
    },
    {
      name: 'attack 12: stamped before the certificate',
      forgery: { stamp: { time: NOW - 1000 } },
      reason: /certificate chain/,
    },
    {
      name: 'attack 12: logged after the certificate',
      forgery: { log: 1, logChanges: { integrated: NOW / 1000 + 601 } },
      reason: /certificate chain/,
    },
    {
      name: 'attack 12: logged in time, and stamped after the certificate',
      forgery: { log: 1, stamp: { time: NOW + 601_000 } },
      reason: /certificate chain/,
    },
    {
      name: 'attack 13: stamped by an authority of the same name',
      forgery: { stamp: { signer: 'stranger' } },
      reason: /timestamp could not be verified/,
    },
    {
      name: 'attack 13: stamped before the authority was trusted',
      forgery: { stamp: { time: NOW - 7_200_000 } },
      reason: /timestamp could not be verified/,
    },
    {
      name: 'attack 13: the stamp of another signature',
      forgery: { stamp: { lie: 'digest' } },
      reason: /timestamp could not be verified/,
    },
    {
      name: 'attack 14: no time on Rekor v2',
      forgery: { stamp: 'none' },
      reason: /expected 1 timestamps, got 0/,
    },
    {
      name: 'attack 14: a time that Rekor v2 only claims',
      forgery: { stamp: 'none', logChanges: { integrated: NOW / 1000 } },
      reason: /expected 1 timestamps, got 0/,
    },
    {
      name: 'attack 14: a time of Rekor v1 without its promise',
      forgery: { log: 1, logChanges: { promise: 'none' } },
      reason: /expected 1 timestamps, got 0/,
    },
    {
      name: 'attack 15: the log entry of another artifact',
      forgery: {
        record: (b) => {
          b.spec.hashedRekordV002.data.digest = b64(Buffer.from(digestHex(OTHER), 'hex'));
        },
      },
      reason: /digest mismatch/,
    },
    {
      name: 'attack 15: the log entry of another signature',
      forgery: {
        record: (b) => {
          b.spec.hashedRekordV002.signature.content = b64(Buffer.from('another'));
        },
      },
      reason: /signature mismatch/,
    },
    {
      name: 'attack 15: the log entry of another certificate',
      forgery: {
        record: (b) => {
          b.spec.hashedRekordV002.signature.verifier.x509Certificate.rawBytes = b64(
            forge.sigstore.fulcio.issue(KEY.publicKey).leaf,
          );
        },
      },
      reason: /records another certificate/,
    },
    {
      name: 'attack 15: the log entry of a key',
      forgery: {
        record: (b) => {
          b.spec.hashedRekordV002.signature.verifier = {
            publicKey: { rawBytes: b64(KEY.publicKey.export({ type: 'spki', format: 'der' })) },
          };
        },
      },
      reason: /records another certificate/,
    },
    {
      name: 'attack 15: the log entry of nobody',
      forgery: {
        record: (b) => {
          delete b.spec.hashedRekordV002.signature.verifier;
        },
      },
      reason: /names no certificate/,
    },
    {
      name: 'attack 15: another envelope in Rekor v1',
      forgery: {
        log: 1,
        record: (b) => {
          b.spec.payloadHash.value = digestHex(OTHER);
        },
      },
      reason: /payload hash mismatch/,
    },
    { name: 'attack 15: no log entry', forgery: { log: 'none' }, reason: /expected 1 tlog entries, got 0/ },
    {
      name: 'attack 16: a broken promise',
      forgery: { log: 1, logChanges: { promise: 'broken' } },
      reason: /inclusion promise/,
    },
    {
      name: 'attack 16: a checkpoint by another key',
      forgery: {
        logChanges: {
          proof: {
            checkpoint: {
              get key() {
                return stranger.sigstore.rekor.signer.key;
              },
            },
          },
        },
      },
      reason: /invalid checkpoint signature/,
    },
    {
      name: 'attack 16: a checkpoint with another hint',
      forgery: { logChanges: { proof: { checkpoint: { hint: Buffer.alloc(4) } } } },
      reason: /invalid checkpoint signature/,
    },
    {
      name: 'attack 16: a checkpoint of another root',
      forgery: { logChanges: { proof: { checkpoint: { root: Buffer.alloc(32) } } } },
      reason: /root hash/,
    },
    {
      name: 'attack 16: hashes that lead elsewhere',
      forgery: {
        bend: (b) => {
          firstEntry(b).inclusionProof.hashes = [
            b64(Buffer.alloc(32)),
            ...(firstEntry(b).inclusionProof.hashes ?? []).slice(1),
          ];
        },
      },
      reason: /root hash|hash count/,
    },
    {
      name: 'attack 16: a negative index',
      forgery: {
        bend: (b) => {
          firstEntry(b).logIndex = '-1';
        },
      },
      reason: /logIndex is not a whole number/,
    },
    {
      name: 'attack 16: a negative index in the proof',
      forgery: {
        bend: (b) => {
          firstEntry(b).inclusionProof.logIndex = '-1';
        },
      },
      reason: /logIndex is not a whole number/,
    },
    {
      name: 'attack 17: the same log entry twice',
      forgery: {
        bend: (b) => {
          material(b).tlogEntries.push({ ...firstEntry(b) });
        },
      },
      reason: /duplicate tlog entry/,
    },
    {
      name: 'attack 17: the same log entry under two indexes',
      forgery: {
        bend: (b) => {
          material(b).tlogEntries.push({ ...firstEntry(b), logIndex: '7' });
        },
      },
      reason: /duplicate tlog entry/,
    },
    {
      name: 'attack 17: the same timestamp twice',
      forgery: {
        bend: (b) => {
          const { rfc3161Timestamps: stamps } = material(b).timestampVerificationData;
          stamps.push(stamps[0]);
        },
      },
      reason: /duplicate timestamp/,
    },
    {
      name: 'attack 18: a repository that begins alike',
      forgery: names('https://github.com/acme/app-evil/.github/workflows/release.yml@refs/heads/main'),
      reason: /The identity is/,
    },
    {
      name: 'attack 18: the identity inside another',
      forgery: names(`https://evil.test/?${IDENTITY}`),
      reason: /The identity is/,
    },
    {
      name: 'attack 18: the identity with something behind it',
      forgery: names(`${IDENTITY}2`),
      reason: /The identity is/,
    },
    {
      name: 'attack 18: the identity in other case',
      forgery: names(IDENTITY.replace('acme', 'Acme')),
      reason: /The identity is/,
    },
    {
      name: 'attack 18: a workflow that begins alike',
      forgery: { claims: { job_workflow_ref: `${WORKFLOW}2@refs/heads/main` } },
      policy: { identity: { kind: 'certificate', signerWorkflow: WORKFLOW, issuer: GITHUB } },
      reason: /workflow is/,
    },
    {
      name: 'attack 18: dots that stand for themselves',
      forgery: { claims: { job_workflow_ref: 'acme/app/xgithub/workflows/releaseyyml@refs/heads/main' } },
      policy: { identity: { kind: 'certificate', signerWorkflow: WORKFLOW, issuer: GITHUB } },
      reason: /workflow is/,
    },
    {
      name: 'attack 18: another ref than the one named',
      forgery: { claims: { job_workflow_ref: `${WORKFLOW}@refs/heads/evil` } },
      policy: {
        identity: { kind: 'certificate', signerWorkflow: `${WORKFLOW}@refs/heads/main`, issuer: GITHUB },
      },
      reason: /workflow is/,
    },
    {
      name: 'attack 18: a branch named like the tag',
      forgery: { claims: { job_workflow_ref: `${WORKFLOW}@refs/heads/v1.2.3` } },
      policy: { identity: { kind: 'certificate', signerWorkflow: `${WORKFLOW}@v1.2.3`, issuer: GITHUB } },
      reason: /workflow is/,
    },
    {
      name: 'attack 18: a line break behind the identity',
      forgery: names(`${IDENTITY}\n`),
      reason: /characters that no name has/,
    },
    {
      name: 'attack 18: a pattern is anchored in front',
      forgery: names(`https://evil.test/${IDENTITY}`),
      policy: {
        identity: {
          kind: 'certificate',
          identity: { pattern: 'https://github.com/acme/**' },
          issuer: GITHUB,
        },
      },
      reason: /does not match/,
    },
    {
      name: 'attack 18: each of several patterns is anchored',
      forgery: names(`${IDENTITY}-evil`),
      policy: {
        identity: {
          kind: 'certificate',
          identity: { anyOf: ['https://github.com/other/**', 'https://github.com/**/heads/main'] },
          issuer: GITHUB,
        },
      },
      reason: /does not match .* or /,
    },
    {
      name: 'attack 18: of no pattern none matches',
      policy: { identity: { kind: 'certificate', identity: { anyOf: [] }, issuer: GITHUB } },
      reason: /does not match/,
    },
    {
      name: 'attack 18: a pattern is anchored behind',
      forgery: names(`${IDENTITY}-evil`),
      policy: {
        identity: {
          kind: 'certificate',
          identity: { pattern: 'https://github.com/**/heads/main' },
          issuer: GITHUB,
        },
      },
      reason: /does not match/,
    },
    {
      name: 'attack 18: a star of a pattern stays in its segment',
      forgery: names('https://github.com/acme/app/evil/.github/workflows/release.yml@refs/heads/main'),
      policy: {
        identity: {
          kind: 'certificate',
          identity: { pattern: 'https://github.com/acme/*/.github/workflows/release.yml@refs/heads/main' },
          issuer: GITHUB,
        },
      },
      reason: /does not match/,
    },
    {
      name: 'attack 19: an issuer that begins alike',
      forgery: { claims: { iss: `${GITHUB}.evil` } },
      reason: /The issuer is/,
    },
    {
      name: 'attack 19: an issuer with a slash behind it',
      forgery: { claims: { iss: `${GITHUB}/` } },
      reason: /The issuer is/,
    },
    {
      name: 'attack 19: an issuer in other case',
      forgery: { claims: { iss: GITHUB.toUpperCase() } },
      reason: /The issuer is/,
    },
    {
      name: 'attack 19: the right issuer in the old extension only',
      forgery: { claims: { iss: 'https://evil.test' }, certificate: { extensions: { 1: GITHUB } } },
      reason: /extensions 1 and 8/,
    },
    {
      name: 'attack 20: the right reusable workflow, called by another repository',
      forgery: {
        claims: { ...(REUSABLE_WORKFLOW_CLAIMS as Record<string, string>), repository: 'evil/app' },
      },
      policy: {
        identity: {
          kind: 'certificate',
          signerWorkflow: 'acme/builder/.github/workflows/build.yml',
          issuer: GITHUB,
        },
        sourceRepository: 'acme/app',
      },
      reason: /source repository is/,
    },
    {
      name: 'attack 20: a repository of the same name with another id',
      forgery: { claims: { repository_id: '666' } },
      policy: { sourceRepository: 'acme/app', sourceRepositoryId: '12345' },
      reason: /source repository's id is "666"/,
    },
    {
      name: 'attack 20: an owner of the same name with another id',
      forgery: { claims: { repository_owner_id: '666' } },
      policy: { sourceRepositoryOwnerId: '678' },
      reason: /owner's id is "666"/,
    },
    {
      name: 'attack 20: no repository at all',
      forgery: { certificate: { extensions: { 12: null } } },
      policy: { sourceRepository: 'acme/app' },
      reason: /source repository is nothing/,
    },
    {
      name: 'attack 21: a self-hosted runner',
      forgery: { claims: { runner_environment: 'self-hosted' } },
      policy: { denySelfHosted: true },
      reason: /runner is "self-hosted"/,
    },
    {
      name: 'attack 21: a runner that is not named',
      forgery: { claims: { runner_environment: '' } },
      policy: { denySelfHosted: true },
      reason: /runner is nothing/,
    },
    ...(
      [
        [
          'builder',
          (p) => {
            p.runDetails.builder.id =
              'https://github.com/acme/builder/.github/workflows/build.yml@refs/tags/v1.2.3';
          },
        ],
        [
          'repository',
          (p) => {
            p.buildDefinition.externalParameters.workflow.repository = 'https://github.com/acme/other';
          },
        ],
        [
          'ref',
          (p) => {
            p.buildDefinition.externalParameters.workflow.ref = 'refs/tags/v1';
          },
        ],
        [
          'workflow',
          (p) => {
            p.buildDefinition.externalParameters.workflow.path = '.github/workflows/other.yml';
          },
        ],
        [
          'event',
          (p) => {
            p.buildDefinition.internalParameters.github.event_name = 'release';
          },
        ],
        [
          "repository's id",
          (p) => {
            p.buildDefinition.internalParameters.github.repository_id = '1';
          },
        ],
        [
          "owner's id",
          (p) => {
            p.buildDefinition.internalParameters.github.repository_owner_id = 678;
          },
        ],
        [
          'runner',
          (p) => {
            p.buildDefinition.internalParameters.github.runner_environment = 'self-hosted';
          },
        ],
        [
          'run',
          (p) => {
            p.runDetails.metadata.invocationId += '0';
          },
        ],
        [
          'source',
          (p) => {
            p.buildDefinition.resolvedDependencies[0].uri =
              'git+https://github.com/acme/other@refs/heads/main';
          },
        ],
        [
          'commit',
          (p) => {
            p.buildDefinition.resolvedDependencies[0].digest.gitCommit = 'f'.repeat(40);
          },
        ],
      ] satisfies [string, (predicate: Bendable) => void][]
    ).map(([what, change]) => ({
      name: `attack 22: provenance with another ${what} than the certificate`,
      forgery: provenance(change),
      policy: { require: ['provenance'] as const },
      reason: new RegExp(`says that its ${what} is`),
    })),
    {
      name: 'attack 23: a branch that may not',
      forgery: { claims: { ref: 'refs/heads/evil' } },
      policy: { sourceRefs: ['refs/heads/main', 'refs/tags/*'] },
      reason: /ref is "refs\/heads\/evil"/,
    },
    {
      name: 'attack 23: a pull request',
      forgery: { claims: { ref: 'refs/pull/1/merge' } },
      policy: { sourceRefs: ['refs/heads/**'] },
      reason: /ref is "refs\/pull\/1\/merge"/,
    },
    {
      name: 'attack 23: a branch that ends alike',
      forgery: { claims: { ref: 'refs/heads/evil/refs/heads/main' } },
      policy: { sourceRefs: ['refs/heads/main'] },
      reason: /ref is/,
    },
    {
      name: 'attack 23: an event that may not',
      forgery: { claims: { event_name: 'pull_request_target' } },
      policy: { events: ['push', 'release'] },
      reason: /event "pull_request_target"/,
    },
    {
      name: 'attack 24: a key where a certificate is demanded',
      forgery: { key: KEY },
      reason: /signed with a key/,
    },
    {
      name: 'attack 24: a certificate where a key is demanded',
      policy: { identity: BY_KEY },
      reason: /signed with a certificate/,
    },
    {
      name: 'attack 24: another key',
      forgery: { key: makeKey(), log: 'none' },
      policy: { identity: BY_KEY },
      reason: /signature verification failed/,
    },
    {
      name: "attack 24: another key under the right one's hint",
      forgery: {
        key: makeKey(),
        log: 'none',
        bend: (b) => {
          material(b).publicKey.hint = hintOf(KEY);
        },
      },
      policy: { identity: BY_KEY },
      reason: /signature verification failed/,
    },
    {
      name: 'attack 24: another key that the log recorded',
      forgery: { key: makeKey() },
      policy: { identity: BY_KEY },
      reason: /signature verification failed/,
    },
    {
      name: 'attack 28: an unknown version',
      forgery: {
        bend: (b) => {
          b.mediaType = 'application/vnd.dev.sigstore.bundle.v0.4+json';
        },
      },
      reason: /no Sigstore bundle of version/,
    },
    {
      name: 'attack 28: a version with something behind it',
      forgery: {
        bend: (b) => {
          b.mediaType += 'x';
        },
      },
      reason: /no Sigstore bundle of version/,
    },
    {
      name: 'attack 28: base64 that is none',
      forgery: {
        bend: (b) => {
          b.dsseEnvelope.signatures[0].sig = `*${b.dsseEnvelope.signatures[0].sig}`;
        },
      },
      reason: /is not base64/,
    },
    { name: 'attack 32: an old signature', policy: { maxAge: 59_000 }, reason: /longer ago than is allowed/ },
    {
      name: 'attack 32: an old signature by a key, without a time',
      forgery: { key: KEY, log: 'none', stamp: 'none' },
      policy: { identity: BY_KEY, maxAge: 59_000 },
      reason: /Nobody who is trusted says when/,
    },
    {
      name: 'attack 32: an old signature that was stamped again',
      forgery: {
        bend: (b) => {
          const { rfc3161Timestamps: stamps } = material(b).timestampVerificationData;
          const signature = Buffer.from(b.dsseEnvelope.signatures[0].sig, 'base64');
          stamps.unshift({
            signedTimestamp: b64(forge.sigstore.tsa.stamp(signature, { time: NOW + 500_000 })),
          });
        },
      },
      now: NOW + 560_000,
      policy: { maxAge: 100_000 },
      reason: /longer ago than is allowed/,
    },
    {
      name: 'attack 33: a summary that failed',
      forgery: summary({ verificationResult: 'FAILED' }),
      policy: { require: ['vsa'] },
      reason: /says "FAILED", not "PASSED"/,
    },
    {
      name: 'attack 33: a summary that passed in small letters',
      forgery: summary({ verificationResult: 'passed' }),
      policy: { require: ['vsa'] },
      reason: /not "PASSED"/,
    },
    {
      name: 'attack 33: a summary by an unknown verifier',
      forgery: summary({ verifier: { id: 'https://evil.test' } }),
      policy: { require: ['vsa'], vsa: VSA },
      reason: /is by "https:\/\/evil.test"/,
    },
    {
      name: 'attack 33: a summary by nobody',
      forgery: summary({ verifier: null }),
      policy: { require: ['vsa'] },
      reason: /names no verifier/,
    },
    {
      name: 'attack 33: a summary of another resource',
      forgery: summary({ resourceUri: 'oci://ghcr.io/acme/other' }),
      policy: { require: ['vsa'], vsa: VSA },
      reason: /is of "oci:\/\/ghcr.io\/acme\/other"/,
    },
    {
      name: 'attack 33: a summary of a lower level',
      forgery: summary({ verifiedLevels: ['SLSA_BUILD_LEVEL_2', 'SLSA_SOURCE_LEVEL_3'] }),
      policy: { require: ['vsa'], vsa: VSA },
      reason: /verifies SLSA_BUILD_LEVEL_2, SLSA_SOURCE_LEVEL_3, not/,
    },
  ])('$name', refuse);

  it('attack 33: the summary that is wanted counts', async () => {
    const setting = { policy: { require: ['vsa'] as const, vsa: VSA } };
    expect(await judge([stored(forge.forge(summary()))], setting)).toMatchObject({ verified: true });
  });

  it('attack 8: a bundle of another instance', async () => {
    const { evidence } = await judge([stored(stranger.forge())]);
    expect(evidence[0]?.reason).toMatch(/Failed to verify certificate chain|timestamp could not be verified/);
    expect(await judge([stored(stranger.forge())], { roots: [forge.root, stranger.root] })).toMatchObject({
      verified: true,
    });
  });

  it('attack 13: a time of one instance does not serve a certificate of another', async () => {
    const bundle = stranger.forge();
    const signature = Buffer.from(bundle.dsseEnvelope.signatures[0].sig, 'base64');
    bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps = [
      { signedTimestamp: b64(forge.sigstore.tsa.stamp(signature)) },
    ];
    const { verified, evidence } = await judge([stored(bundle)], { roots: [forge.root, stranger.root] });
    expect({ verified, reason: evidence[0]?.reason }).toMatchObject({
      verified: false,
      reason: expect.stringMatching(/timestamp could not be verified|certificate chain/),
    });
  });

  it("attack 25: cosign's older signature counts where it is allowed only", async () => {
    const { entry } = legacySignature(ARTIFACT);
    expect(await judge([entry])).toMatchObject({
      verified: false,
      evidence: [{ reason: expect.stringMatching(/older format/) }],
    });
    expect(await judge([entry], { policy: { allowLegacy: true } })).toMatchObject({ verified: true });
  });

  it('attack 25: provenance that nobody signed proves level 1, and no provenance that is required', async () => {
    const entry: StoredEntry = {
      kind: 'unsigned',
      origin: { kind: 'buildkit', digest: OTHER, layer: 0 },
      about: ARTIFACT,
      predicateType: PROVENANCE_TYPE,
    };
    const result = await judge([entry], { policy: { require: ['provenance'] } });
    expect(result).toMatchObject({
      verified: false,
      slsa: { level: 1 },
      evidence: [{ verdict: 'refused', reason: 'It is a statement that nobody signed.' }],
    });
  });

  it('attack 26: a referrer that the store found to be about something else is told of, and counts for nothing', async () => {
    const entry: StoredEntry = {
      kind: 'broken',
      origin: { kind: 'referrer', digest: OTHER },
      code: 'CONTENT_INVALID',
      problem: 'The referrer is about another manifest.',
    };
    expect(await judge([entry])).toMatchObject({
      verified: false,
      evidence: [{ verdict: 'refused', reason: 'The referrer is about another manifest.' }],
    });
  });

  it('attack 27: a bundle above the limit is not read', async () => {
    const { evidence } = await judge([stored(Buffer.alloc(MAX_BUNDLE_BYTES + 1, 0x20))]);
    expect(evidence[0]?.reason).toMatch(/has 33554433 bytes/);
  });

  it('attack 27: more attestations than anybody has are an error', async () => {
    const entry = stored('{}');
    await expect(judge(new Array(1001).fill(entry))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it.each([
    ['no JSON', '<html>', /is not JSON/],
    ['cut off', '{"mediaType":"application/vnd', /is not JSON/],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), /not UTF-8/],
    ['a list', '[]', /not a JSON object/],
    ['nested too deep', `${'['.repeat(100)}${']'.repeat(100)}`, /nests deeper/],
    ['a key twice', '{"mediaType":"a","mediaType":"b"}', /"mediaType" twice/],
    ['a key twice, spelt in two ways', '{"mediaType":"a","media\\u0054ype":"b"}', /"mediaType" twice/],
    [
      'a key of a prototype',
      '{"__proto__":{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}}',
      /"__proto__"/,
    ],
  ])('attack 28: a bundle that is %s', async (_, bytes, reason) => {
    const { verified, evidence } = await judge([stored(bytes)]);
    expect({ verified, reason: evidence[0]?.reason }).toEqual({
      verified: false,
      reason: expect.stringMatching(reason),
    });
  });

  it.each<{ name: string; bend: (root: Bendable) => void; reason: RegExp }>([
    {
      name: 'a log without a beginning',
      bend: (r) => {
        for (const log of r.tlogs) delete log.publicKey.validFor;
      },
      reason: /checkpoint signature/,
    },
    {
      name: 'a log whose beginning is no time',
      bend: (r) => {
        for (const log of r.tlogs) log.publicKey.validFor.start = 'ever';
      },
      reason: /checkpoint signature/,
    },
    {
      name: 'a log that ended before',
      bend: (r) => {
        for (const log of r.tlogs) log.publicKey.validFor.end = new Date(NOW - 1).toISOString();
      },
      reason: /not trusted/,
    },
    {
      name: 'a log that begins after',
      bend: (r) => {
        for (const log of r.tlogs) log.publicKey.validFor.start = new Date(NOW + 1).toISOString();
      },
      reason: /not trusted/,
    },
    {
      name: 'an authority that ended before',
      bend: (r) => {
        r.certificateAuthorities[0].validFor.end = new Date(NOW - 1).toISOString();
      },
      reason: /certificate chain/,
    },
    {
      name: 'an authority without a beginning',
      bend: (r) => {
        delete r.certificateAuthorities[0].validFor;
      },
      reason: /no authority that is trusted/,
    },
    {
      name: 'a timestamp authority that ended before',
      bend: (r) => {
        r.timestampAuthorities[0].validFor.end = new Date(NOW - 1).toISOString();
      },
      reason: /timestamp/,
    },
    {
      name: 'a certificate log that ended before',
      bend: (r) => {
        r.ctlogs[0].publicKey.validFor.end = new Date(NOW - 1).toISOString();
      },
      reason: /SCT/,
    },
    {
      name: 'a certificate log without a beginning',
      bend: (r) => {
        delete r.ctlogs[0].publicKey.validFor;
      },
      reason: /SCT/,
    },
  ])('attack 29: a trusted root with $name', async ({ bend, reason }) => {
    // Written and read: its parts share what they have in common.
    const json: Bendable = JSON.parse(JSON.stringify(forge.sigstore.trustedRoot));
    bend(json);
    const root = await readTrustedRoot(Buffer.from(JSON.stringify(json)), 'the bent root');
    const { verified, evidence } = await judge([stored(forge.forge())], { roots: [root] });
    expect({ verified, reason: evidence[0]?.reason }).toEqual({
      verified: false,
      reason: expect.stringMatching(reason),
    });
  });

  it('attack 31: what is verified is a digest, which no tag can move', async () => {
    const { evidence } = await judge([stored(forge.forge())]);
    expect(evidence.map((one) => one.subject)).toEqual([ARTIFACT]);
  });
});

function summary(changes: Readonly<Record<string, unknown>> = {}): Forgery {
  const predicate = {
    verifier: { id: 'https://verifier.test' },
    resourceUri: 'oci://ghcr.io/acme/app',
    verificationResult: 'PASSED',
    verifiedLevels: ['SLSA_BUILD_LEVEL_3'],
    ...changes,
  };
  return { statement: { predicateType: VSA_TYPE, predicate } };
}

function hintOf({ publicKey }: typeof KEY): string {
  return b64(publicKey.export({ type: 'spki', format: 'der' })).slice(0, 44);
}

/** A layer of a `.sig` tag as cosign 2 writes it. */
function legacySignature(about: string): { readonly entry: StoredEntry } {
  const pair = makeKey();
  const payload = Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': '' },
        image: { 'docker-manifest-digest': about },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );
  const { leaf } = forge.sigstore.fulcio.issue(pair.publicKey, { iss: GITHUB });
  const certificate = `-----BEGIN CERTIFICATE-----\n${b64(leaf)}\n-----END CERTIFICATE-----\n`;
  const signature = sign('sha256', payload, pair.privateKey);

  const recorded: Bendable = forge.sigstore.rekorV1.record({
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: sha256(payload).toString('hex') } },
      signature: { content: b64(signature), publicKey: { content: b64(Buffer.from(certificate)) } },
    },
  });
  const rekorBundle = JSON.stringify({
    SignedEntryTimestamp: recorded.inclusionPromise.signedEntryTimestamp,
    Payload: {
      body: recorded.canonicalizedBody,
      integratedTime: Number(recorded.integratedTime),
      logIndex: Number(recorded.logIndex),
      logID: Buffer.from(recorded.logId.keyId, 'base64').toString('hex'),
    },
  });
  return {
    entry: {
      kind: 'legacy-signature',
      origin: { kind: 'legacy-tag', tag: 'sha256-x.sig', layer: 0 },
      payload,
      material: { signature: b64(signature), certificate, rekorBundle },
    },
  };
}
