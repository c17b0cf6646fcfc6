import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SignedEntity, TrustMaterial } from '@sigstore/verify';
import { type Certificate, readCertificate } from '../certificate/certificate.ts';
import type { CertificateFacts } from '../certificate/certificate-facts.ts';
import { codeSigningProblem } from '../certificate/code-signing.ts';
import { DerError } from '../certificate/der.ts';
import { readCertificateFacts } from '../certificate/read-facts.ts';
import { loadFormats, loadVerifier } from './library.ts';
import { checkLogEntry } from './log-entry.ts';
import { Refusal } from './refusal.ts';
import { rememberEncodings } from './remembered-certificate.ts';
import { type ArtifactDigest, toSignatureContent } from './signature-content.ts';
import type { SignedBundle } from './signed-bundle.ts';
import { parseTimestamp } from './timestamp.ts';
import type { TrustAnchors } from './trust-anchors.ts';

/** What a signature proves once it is verified. */
export interface VerifiedSignature {
  /** Name of the trusted root. */
  readonly root: string | undefined;
  /** `undefined` for a signature by a key. */
  readonly certificate: CertificateFacts | undefined;
  /** The earliest of all trusted times; milliseconds since 1970. */
  readonly signedAt: number | undefined;
  readonly logEntries: readonly { readonly log: string; readonly index: string }[];
}

/** The key that must have signed, or `undefined` where a certificate must. */
export type ExpectedKey = KeyObject | undefined;

/** A signer as the bundle has it, before anybody vouches for it. */
type ClaimedSigner =
  | { readonly kind: 'certificate'; readonly certificate: Certificate; readonly facts: CertificateFacts }
  | { readonly kind: 'key'; readonly key: KeyObject };

/**
 * Verifies a signature with everything that came with it: chain, promises of certificate logs, timestamps, log
 * entries. All of it must be vouched for by one and the same trusted root.
 *
 * @throws Refusal
 */
export async function verifySignature(
  bundle: SignedBundle,
  artifact: ArtifactDigest,
  expected: ExpectedKey,
  roots: readonly TrustAnchors[],
): Promise<VerifiedSignature> {
  const signer = readSigner(bundle, expected);
  // What no root can mend is told first, or each root would tell something else.
  if (signer.kind === 'key' && !toSignatureContent(bundle, artifact).verifySignature(signer.key)) {
    throw new Refusal('It does not verify: signature verification failed.');
  }
  let failure: unknown = new Refusal('There is no trusted root to verify it with.');
  for (const root of candidates(signer, roots)) {
    try {
      return await verifyAgainst(bundle, artifact, signer, root);
    } catch (error) {
      failure = error;
    }
  }
  throw toRefusal(failure);
}

function readSigner({ certificate }: SignedBundle, expected: ExpectedKey): ClaimedSigner {
  if (certificate === undefined) {
    if (expected === undefined)
      throw new Refusal('It is signed with a key, where a certificate is demanded.');
    return { kind: 'key', key: expected };
  }
  if (expected !== undefined) throw new Refusal('It is signed with a certificate, where a key is demanded.');
  try {
    const read = readCertificate(certificate);
    const problem = codeSigningProblem(read);
    if (problem !== undefined) throw new Refusal(`The certificate ${problem}.`);
    return { kind: 'certificate', certificate: read, facts: readCertificateFacts(read) };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new Refusal(`The certificate cannot be read: ${error.message}.`);
  }
}

/** The roots that may vouch: of a certificate those that have its issuer, so that the reason told is the right one. */
function candidates(
  signer: ClaimedSigner,
  roots: readonly TrustAnchors[],
): readonly (TrustAnchors | undefined)[] {
  // A key vouches for itself; a root is needed only for what else the bundle brings.
  if (signer.kind === 'key') return roots.length === 0 ? [undefined] : roots;
  const { issuer } = signer.certificate;
  const known = roots.filter(({ authorities }) => authorities.some((name) => name.equals(issuer)));
  if (known.length > 0) return known;
  const names = roots.map(({ name }) => name).join(', ');
  throw new Refusal(
    `The certificate is of no authority that is trusted (${names || 'there is no trusted root'}).`,
  );
}

async function verifyAgainst(
  bundle: SignedBundle,
  artifact: ArtifactDigest,
  signer: ClaimedSigner,
  root: TrustAnchors | undefined,
): Promise<VerifiedSignature> {
  const [{ Verifier }, formats] = await Promise.all([loadVerifier(), loadFormats()]);
  const stamps = bundle.timestamps.map((stamp) => parseTimestamp(formats.RFC3161Timestamp, stamp));
  const promised = bundle.logEntries.filter(
    ({ inclusionPromise, integratedTime }) => inclusionPromise !== undefined && integratedTime !== '0',
  );
  const isKey = signer.kind === 'key';
  const entity: SignedEntity = {
    signature: toSignatureContent(bundle, artifact),
    key: isKey
      ? { $case: 'public-key', hint: '' }
      : {
          $case: 'certificate',
          certificate: rememberEncodings(formats.X509Certificate.parse(Buffer.from(signer.certificate.der))),
        },
    tlogEntries: [...bundle.logEntries],
    timestamps: [
      ...promised.map((tlogEntry) => ({ $case: 'transparency-log', tlogEntry }) as const),
      ...stamps.map((timestamp) => ({ $case: 'timestamp-authority', timestamp }) as const),
    ],
  };
  const material = root?.material ?? NO_MATERIAL;
  const verifier = new Verifier(
    isKey ? { ...material, publicKey: () => ({ publicKey: signer.key, validFor: () => true }) } : material,
    {
      // A key proves itself; what a bundle brings besides is verified all the same.
      timestampThreshold: isKey ? 0 : 1,
      tlogThreshold: !isKey && root?.demandsLog === true ? 1 : 0,
      ctlogThreshold: !isKey && root?.demandsCertificateLog === true ? 1 : 0,
    },
  );
  verifier.verify(entity);
  const stamped = stamps.map(({ signingTime }) => signingTime.getTime());
  const recorded = {
    certificate: isKey ? undefined : signer.certificate.der,
    publicKey: isKey ? signer.key : toKey(signer.certificate.publicKey),
  };
  const logEntries = bundle.logEntries.map((entry) => {
    const isPromised = promised.includes(entry);
    const times = isPromised ? [Number(entry.integratedTime) * 1000] : stamped;
    const log = root?.logs.find(({ id, start, end }) => {
      return id.equals(entry.logId.keyId) && times.every((time) => start <= time && time <= end);
    });
    if (log === undefined)
      throw new Refusal('The log entry is of a log, or of a time of it, that is not trusted.');
    checkLogEntry(entry, log, recorded);
    const index = entry.inclusionPromise === undefined ? entry.inclusionProof?.logIndex : entry.logIndex;
    return { log: log.url, index: index ?? entry.logIndex };
  });
  const times = [...stamped, ...promised.map(({ integratedTime }) => Number(integratedTime) * 1000)];
  return {
    root: root?.name,
    certificate: isKey ? undefined : signer.facts,
    signedAt: times.length === 0 ? undefined : Math.min(...times),
    logEntries,
  };
}

/** Where nobody is trusted, nothing but a key can verify. */
const NO_MATERIAL: TrustMaterial = {
  certificateAuthorities: [],
  timestampAuthorities: [],
  tlogs: [],
  ctlogs: [],
  publicKey: () => {
    throw new Refusal('There is no trusted root to verify it with.');
  },
};

function toKey(spki: Buffer): KeyObject {
  return createPublicKey({ key: spki, format: 'der', type: 'spki' });
}

/** Whatever fails while hostile bytes are verified means that they do not verify. */
function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isVerdict = error instanceof DerError || (error instanceof Error && 'code' in error);
  return new Refusal(
    isVerdict ? `It does not verify: ${message}.` : 'It does not verify: it cannot be read.',
    {
      cause: error,
    },
  );
}
