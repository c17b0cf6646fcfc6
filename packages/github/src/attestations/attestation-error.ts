import { SuiteError } from '@artifact-lifecycle/core';
import { asApiError, statusOf } from '../api-error.ts';
import { isObject } from '../payload.ts';

/** The lines that let a job store attestations, and sign them. */
export const ATTESTATION_PERMISSIONS =
  'permissions:\n  attestations: write\n  contents: read\n  id-token: write';

/** What a question was about, as its error tells it. */
export interface AttestationQuestion {
  /** `POST /repos/acme/app/attestations`. */
  readonly what: string;
  readonly repository: string;
  readonly writes: boolean;
  /** Whether a fork's pull request started the run: no permission of its own helps there. */
  readonly isFork: boolean;
  readonly signal: AbortSignal;
}

/** Whether GitHub says that this repository cannot have attestations at all. */
export function saysUnavailable(error: unknown): boolean {
  return /feature (?:is )?not available/i.test(saidBy(error));
}

/** Makes of what Octokit throws the error that says what is missing for attestations, and how it is given. */
export function asAttestationError(error: unknown, question: AttestationQuestion): unknown {
  const { what, repository, writes, isFork, signal } = question;
  const status = statusOf(error);
  const answered = `GitHub's API answered ${what} with ${status}`;
  if (signal.aborted || status === undefined) return asApiError(error, what, signal);
  if (saysUnavailable(error)) {
    return new SuiteError(
      'UNSUPPORTED',
      `GitHub keeps no attestations of ${repository}: ${answered}, because it is a private repository of a user, or its plan lacks the feature.`,
      {
        remedy:
          'Set "github-attestations: false": what is stored in the registry and in files proves as much.',
        cause: error,
      },
    );
  }
  if (status === 403 && /not accessible by integration/i.test(saidBy(error))) {
    return isFork ? readOnlyFork(answered, error) : permissionMissing(answered, writes, error);
  }
  if (status === 404 && writes) {
    return new SuiteError(
      'UNSUPPORTED',
      `${answered}: it keeps no attestations of ${repository}, or does not show this token that it does.`,
      {
        remedy: `GitHub Enterprise Server has no attestations: set "github-attestations: false" there. Elsewhere add to the job:\n${ATTESTATION_PERMISSIONS}`,
        cause: error,
      },
    );
  }
  return asApiError(error, what, signal);
}

function readOnlyFork(answered: string, cause: unknown): SuiteError {
  return new SuiteError(
    'PERMISSION_MISSING',
    `${answered}: the token of a run that a fork's pull request started may write nothing, whatever "permissions" says.`,
    {
      remedy:
        'Attest in a run of the repository itself: on push, or after the pull request is merged; skip this step in pull requests of forks.',
      cause,
    },
  );
}

function permissionMissing(answered: string, writes: boolean, cause: unknown): SuiteError {
  const lines = writes ? ATTESTATION_PERMISSIONS : 'permissions:\n  attestations: read\n  contents: read';
  return new SuiteError('PERMISSION_MISSING', `${answered}: the job's token lacks a permission.`, {
    remedy: `Add to the job, and in a reusable workflow to the job that calls it, too:\n${lines}`,
    cause,
  });
}

function saidBy(error: unknown): string {
  return isObject(error) && typeof error['message'] === 'string' ? error['message'] : '';
}
