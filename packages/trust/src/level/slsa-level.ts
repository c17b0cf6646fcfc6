import type { CertificateFacts } from '../certificate/certificate-facts.ts';
import type { Statement } from '../statement/statement.ts';
import { builderOf, provenanceContradiction } from '../verifying/provenance-claims.ts';
import { quote } from '../verifying/refusal.ts';
import {
  COMMIT,
  parseSignerWorkflow,
  type SignerWorkflow,
  serverOf,
  workflowOf,
} from '../verifying/signer-workflow.ts';
import type { SlsaVerdict } from './slsa-verdict.ts';

/** A provenance that was verified, with the certificate it was signed with. */
export interface VerifiedProvenance {
  readonly statement: Statement;
  /** `undefined` for one that a key signed. */
  readonly certificate: CertificateFacts | undefined;
}

type Missing = SlsaVerdict['missing'][number];

/** A release's whole version: what is shorter moves. */
const VERSION_TAG = /^refs\/tags\/v?\d+\.\d+\.\d+$/;

/**
 * Computes which SLSA build level is proven (SLSA v1.2, "Build track: Verifying artifacts"). It is computed from what
 * the certificate proves; the predicate's own word counts for nothing above level 1.
 *
 * @param builders reusable workflows that the operator trusts to isolate a build.
 * @param unsigned whether there is provenance that nobody signed, which proves that it exists.
 * @throws SuiteError `INPUT_INVALID` for a builder that is none.
 */
export function computeSlsaLevel(
  provenances: readonly VerifiedProvenance[],
  builders: readonly string[],
  unsigned = false,
): SlsaVerdict {
  const trusted = builders.map((builder) => parseSignerWorkflow(builder, 'builder'));
  const verdicts = provenances.map((provenance) => judge(provenance, trusted));
  const [best] = verdicts.sort((a, b) => b.level - a.level);
  if (best !== undefined) return best;
  if (unsigned) {
    const reason = 'The provenance is not signed, so anybody may have written it.';
    return { level: 1, missing: [above(2, reason), above(3, reason)] };
  }
  const reason = 'There is no provenance about this artifact that verifies.';
  return { level: 0, missing: [above(1, reason), above(2, reason), above(3, reason)] };
}

function judge(
  { statement, certificate }: VerifiedProvenance,
  builders: readonly SignerWorkflow[],
): SlsaVerdict {
  const builder = builderOf(statement);
  const forHosted = hostedProblem(statement, certificate);
  if (forHosted !== undefined) {
    return { level: 1, missing: [above(2, forHosted), above(3, forHosted)], builder };
  }
  const forIsolated = certificate === undefined ? undefined : isolationProblem(certificate, builders);
  if (forIsolated !== undefined) return { level: 2, missing: [above(3, forIsolated)], builder };
  return { level: 3, missing: [], builder };
}

/** Level 2: a hosted platform has signed, and what it says is what it knows. */
function hostedProblem(statement: Statement, certificate: CertificateFacts | undefined): string | undefined {
  if (certificate === undefined)
    return 'The provenance is signed with a key, which proves no build platform.';
  const { identity, buildSignerUri, runnerEnvironment, issuer } = certificate;
  if (runnerEnvironment === undefined || buildSignerUri === undefined) {
    return `The certificate's issuer ${issuer} is no build platform: it proves no runner.`;
  }
  if (runnerEnvironment === 'self-hosted') {
    return 'The build ran on a self-hosted runner, which whoever owns it controls.';
  }
  if (runnerEnvironment !== 'github-hosted') {
    return `The build ran on a runner of an unknown kind: ${quote(runnerEnvironment)}.`;
  }
  if (buildSignerUri !== identity || workflowOf(identity, serverOf(issuer)) === undefined) {
    return `The certificate is for ${quote(identity)}, which is not the workflow that signed.`;
  }
  const contradiction = provenanceContradiction(statement, certificate);
  if (contradiction !== undefined) return contradiction;
  const builder = builderOf(statement);
  if (builder === identity) return undefined;
  return `The provenance's builder is ${quote(builder)}, not the workflow that signed.`;
}

/**
 * Level 3: the signer is a reusable workflow that whoever builds cannot change, and that the operator knows to run
 * nobody else's code where it signs. The certificate alone cannot prove that: an attacker has reusable workflows, too.
 */
function isolationProblem(
  certificate: CertificateFacts,
  builders: readonly SignerWorkflow[],
): string | undefined {
  const { identity, issuer, sourceRepositoryUri, buildConfigUri, buildSignerDigest } = certificate;
  const server = serverOf(issuer);
  const signer = workflowOf(identity, server);
  const listed = builders.filter(({ path }) => path === signer?.path);
  if (signer === undefined || identity === buildConfigUri) {
    return 'The workflow that built it has signed it, so a step of the build could have signed anything.';
  }
  if (sourceRepositoryUri === undefined || sourceRepositoryUri === `${server}/${signer.repository}`) {
    return 'The workflow that signed is of the repository that was built, whose writers can change it.';
  }
  if (listed.length === 0)
    return `The workflow ${signer.path} is not listed as a builder that isolates builds.`;
  const isVersion = VERSION_TAG.test(signer.ref ?? '');
  const isPinned = listed.some(({ ref }) => {
    if (ref === undefined) return isVersion;
    if (COMMIT.test(ref)) return ref === buildSignerDigest;
    return isVersion && ref === signer.ref;
  });
  if (isPinned) return undefined;
  return isVersion
    ? `The workflow ${signer.path} is listed at another version than ${signer.ref}.`
    : `The workflow ${signer.path} is called at ${signer.ref}; only a full version's tag or a listed commit stays the same.`;
}

function above(level: Missing['level'], reason: string): Missing {
  return { level, reason };
}
