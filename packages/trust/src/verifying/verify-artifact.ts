import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestAlgorithm, digestHex } from '@artifact-lifecycle/registry';
import type { CertificateFacts } from '../certificate/certificate-facts.ts';
import type { NamedTrustedRoot } from '../instance/instance.ts';
import { computeSlsaLevel } from '../level/slsa-level.ts';
import type { SlsaVerdict } from '../level/slsa-verdict.ts';
import { PREDICATE_TYPE } from '../statement/predicate-type.ts';
import type { StoredEntry } from '../store/stored-entry.ts';
import type { Evidence, Verification } from './evidence.ts';
import type { VerificationPolicy } from './policy.ts';
import { PROVENANCE_TYPES, provenanceContradiction } from './provenance-claims.ts';
import { type ReadEntry, readEntry } from './read-entry.ts';
import { Refusal } from './refusal.ts';
import { canCount, checkRequirements, unmetRequirements } from './requirement.ts';
import type { ArtifactDigest } from './signature-content.ts';
import { compileSignerPolicy, type SignerPolicy } from './signer-policy.ts';
import { summaryProblem } from './summary-claims.ts';
import { prepareTrust, type TrustAnchors } from './trust-anchors.ts';
import { type VerifiedSignature, verifySignature } from './verify-signature.ts';

/** Each costs some milliseconds, and nobody has so many; more is somebody's attempt to keep a verifier busy. */
export const MAX_ENTRIES = 1000;

/** What is verified, by what. */
export interface ArtifactToVerify {
  readonly digest: Digest;
  /** All that is stored about it. */
  readonly entries: readonly StoredEntry[];
  readonly policy: VerificationPolicy;
  /** Any one of them may vouch for a bundle, and must do so for all of it. */
  readonly roots: readonly NamedTrustedRoot[];
  readonly clock: Pick<Clock, 'now'>;
}

/** What stays the same for all bundles of an artifact. */
interface Examination {
  readonly artifact: ArtifactDigest;
  readonly subject: Digest;
  readonly policy: VerificationPolicy;
  readonly signer: SignerPolicy;
  readonly roots: readonly TrustAnchors[];
  readonly now: number;
}

/**
 * Verifies what is stored about an artifact against a policy. Asks nobody: the same entries, roots and time give the
 * same answer.
 *
 * With requirements, only bundles that can meet one, and provenance, are looked at; which they are they say themselves,
 * unverified, so that a lie can only make a bundle count for nothing.
 *
 * @throws SuiteError `INPUT_INVALID` for a policy that makes no sense, `LIMIT_EXCEEDED` for too many entries,
 * `CONTENT_INVALID` for a root that cannot be read. A bundle that is refused is no error.
 */
export async function verifyArtifact(request: ArtifactToVerify): Promise<Verification> {
  const { digest, entries, policy, clock } = request;
  const signer = compileSignerPolicy(policy);
  checkRequirements(policy.require);
  computeSlsaLevel([], policy.builders);
  if (entries.length > MAX_ENTRIES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `${digest} has ${entries.length} attestations; at most ${MAX_ENTRIES} are read.`,
      {
        remedy: 'Remove those that nobody needs from the registry.',
      },
    );
  }
  const artifact = { algorithm: digestAlgorithm(digest), hex: digestHex(digest) };
  const roots = await Promise.all(request.roots.map(prepareTrust));
  const examination = { artifact, subject: digest, policy, signer, roots, now: clock.now() };
  const evidence: Evidence[] = [];
  for (const entry of entries) {
    // Those inside an index are each about one of its platforms.
    if (entry.kind === 'unsigned' && entry.about !== digest) continue;
    const read = await readEntry(entry, artifact);
    if (canMatter(read, policy)) evidence.push(await examine(read, examination));
  }
  const slsa = levelOf(evidence, policy);
  const refusals = [...unmetRequirements(policy, evidence), ...levelRefusals(slsa, policy)];
  return { verified: refusals.length === 0, refusals, slsa, evidence };
}

/** What could not be read may have been anything, so it is told of. */
function canMatter({ statement, predicateType, bundle }: ReadEntry, policy: VerificationPolicy): boolean {
  const isRead = statement !== undefined || (bundle !== undefined && bundle.payload.kind !== 'envelope');
  return (!isRead && predicateType === undefined) || canCount(predicateType, policy);
}

async function examine(read: ReadEntry, examination: Examination): Promise<Evidence> {
  const { entry, statement, predicateType } = read;
  const about = { origin: entry.origin, subject: examination.subject, predicateType, statement };
  let verified: VerifiedSignature | undefined;
  try {
    if (read.problem !== undefined || read.bundle === undefined) throw new Refusal(read.problem);
    if (entry.kind !== 'bundle' && !examination.policy.allowLegacy) {
      throw new Refusal("It is of cosign's older format, which is not allowed here.");
    }
    verified = await verifySignature(
      read.bundle,
      examination.artifact,
      examination.signer.key,
      examination.roots,
    );
    checkSigner(verified, examination);
    checkContent(read, verified, examination.policy);
    return { ...about, verdict: 'accepted', reason: describe(verified), ...factsOf(verified) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const facts = verified === undefined ? {} : factsOf(verified);
    return { ...about, verdict: 'refused', reason: error.message, ...facts };
  }
}

function checkSigner(
  { certificate, signedAt }: VerifiedSignature,
  { signer, policy, now }: Examination,
): void {
  if (certificate !== undefined) signer.check(certificate);
  if (policy.maxAge === undefined) return;
  if (signedAt === undefined) throw new Refusal('Nobody who is trusted says when it was signed.');
  if (now - signedAt <= policy.maxAge) return;
  throw new Refusal(`It was signed at ${new Date(signedAt).toISOString()}, longer ago than is allowed.`);
}

/** Where something is required, what is stated must count for it; else it is enough that it is stated. */
function checkContent(
  { statement }: ReadEntry,
  { certificate }: VerifiedSignature,
  policy: VerificationPolicy,
): void {
  if (statement === undefined || policy.require.length === 0) return;
  let problem: string | undefined;
  if (PROVENANCE_TYPES.includes(statement.predicateType)) {
    problem = certificate === undefined ? undefined : provenanceContradiction(statement, certificate);
  } else if (statement.predicateType === PREDICATE_TYPE.vsa) {
    problem = summaryProblem(statement, policy.vsa);
  }
  problem ??= policy.objection?.(statement);
  if (problem !== undefined) throw new Refusal(problem);
}

function factsOf({ certificate, signedAt, logEntries }: VerifiedSignature): Partial<Evidence> {
  return { certificate, signedAt, logEntries };
}

function describe({ certificate, signedAt, root }: VerifiedSignature): string {
  const who = certificate === undefined ? 'the key' : `${certificate.identity}${forWhom(certificate)}`;
  const when = signedAt === undefined ? '' : ` at ${new Date(signedAt).toISOString()}`;
  const by = certificate === undefined || root === undefined ? '' : ` (${root})`;
  return `Signed by ${who}${when}${by}.`;
}

/** A reusable workflow has the same identity whoever calls it, so it is told who did. */
function forWhom({ identity, sourceRepositoryUri: source }: CertificateFacts): string {
  return source === undefined || identity.startsWith(`${source}/`) ? '' : ` for ${source}`;
}

function levelOf(evidence: readonly Evidence[], { builders }: VerificationPolicy): SlsaVerdict {
  const isProvenance = ({ predicateType = '' }: Evidence): boolean =>
    PROVENANCE_TYPES.includes(predicateType);
  const provenances = evidence.flatMap(({ verdict, statement, certificate, predicateType = '' }) =>
    verdict === 'accepted' && statement !== undefined && PROVENANCE_TYPES.includes(predicateType)
      ? [{ statement, certificate }]
      : [],
  );
  const unsigned = evidence.some((one) => one.origin.kind === 'buildkit' && isProvenance(one));
  return computeSlsaLevel(provenances, builders, unsigned);
}

function levelRefusals(slsa: SlsaVerdict, { minSlsaLevel }: VerificationPolicy): readonly string[] {
  if (slsa.level >= minSlsaLevel) return [];
  const reason = slsa.missing.find(({ level }) => level === minSlsaLevel)?.reason ?? '';
  return [`SLSA build level ${minSlsaLevel} is demanded, and ${slsa.level} is proven: ${reason}`];
}
