import { join } from 'node:path';
import type { Outputs } from '@artifact-lifecycle/core/action';
import type { RunIdentity } from '@artifact-lifecycle/trust';
import { type Attestation, githubOf, pathOf, referrerOf } from './attestation.ts';
import type { signAttest } from './inputs.ts';
import { fromWorkspace } from './paths.ts';
import type { SignReport } from './sign-report.ts';
import { verifyCommand } from './verify-command.ts';

export function outputsOf(report: SignReport): Outputs<typeof signAttest> {
  const { attestations, directory, workspace } = report;
  const github = attestations.map(githubOf);
  return {
    bundles: attestations.map((attestation) => ({
      subject: attestation.planned.subject.name,
      digest: attestation.planned.subject.digest,
      predicateType: attestation.planned.statement.predicateType,
      path: shortPath(attestation, workspace),
      referrer: referrerOf(attestation),
      outcome: attestation.outcome,
    })),
    bundlePath:
      attestations.length === 0 ? undefined : fromWorkspace(join(directory, 'attestations.jsonl'), workspace),
    attestationIds: github.flatMap(({ id }) => id ?? []),
    attestationUrls: github.flatMap(({ url }) => url ?? []),
    verifyCommand: verifyCommand(report),
  };
}

/** What the summary says beyond the outputs, for the output `json`. */
export function factsOf(report: SignReport): Readonly<Record<string, unknown>> {
  const { isDryRun, subjects, planned, instance, identity, issuer } = report;
  return {
    dryRun: isDryRun,
    sigstore: instance.name,
    identity,
    issuer,
    subjects: subjects.map(({ name, digest }) => ({ name, digest })),
    statements: planned.map(({ subject, kind, statement }) => ({
      subject: subject.name,
      digest: subject.digest,
      kind,
      predicateType: statement.predicateType,
    })),
  };
}

/** The run as its token tells of it. */
export function runOf({ claims, serverUrl }: RunIdentity): NonNullable<SignReport['run']> {
  const { repository, run_id: id, run_attempt: attempt, sha } = claims;
  return { url: `${serverUrl}/${repository}/actions/runs/${id}/attempts/${attempt}`, sha };
}

function shortPath(attestation: Attestation, workspace: string): string | undefined {
  const path = pathOf(attestation);
  return path === undefined ? undefined : fromWorkspace(path, workspace);
}
