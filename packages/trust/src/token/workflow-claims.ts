import { SuiteError } from '@artifact-lifecycle/core';
import type { JsonObject } from '@artifact-lifecycle/registry';
import { fetchVerifiedClaims, type TokenDemands } from './verify-token.ts';

/** The claims of a job of GitHub Actions that provenance is made of. */
const NAMES = [
  'event_name',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'run_attempt',
  'run_id',
  'runner_environment',
  'sha',
  'workflow_ref',
] as const;

/** What GitHub says of a job, in a token that was verified. */
export type WorkflowClaims = Readonly<Record<(typeof NAMES)[number], string>> & {
  readonly iss: string;
  readonly repository_visibility?: string | undefined;
  readonly job_workflow_sha?: string | undefined;
  readonly workflow_sha?: string | undefined;
  readonly environment?: string | undefined;
};

const OPTIONAL = ['repository_visibility', 'job_workflow_sha', 'workflow_sha', 'environment'] as const;

/** A claim is a name, a ref or a number; Git's refs have 255 bytes at most, and a workflow's adds a path. */
const MAX_CLAIM_LENGTH = 2048;

/**
 * Gets a token and gives what it says of the job.
 *
 * @throws SuiteError as {@link fetchVerifiedClaims} does, and `UNAUTHORIZED` when a claim is missing
 */
export async function fetchWorkflowClaims(demands: TokenDemands): Promise<WorkflowClaims> {
  return parseWorkflowClaims(await fetchVerifiedClaims(demands));
}

/**
 * Reads verified claims as those of a job.
 *
 * @throws SuiteError `UNAUTHORIZED` when one is missing or is no text
 */
export function parseWorkflowClaims(claims: JsonObject): WorkflowClaims {
  const read = (name: string): string | undefined => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    return typeof value === 'string' && value !== '' && value.length <= MAX_CLAIM_LENGTH ? value : undefined;
  };
  const need = (name: string): string => {
    const value = read(name);
    if (value !== undefined) return value;
    throw new SuiteError('UNAUTHORIZED', `The OIDC token has no claim "${name}", which provenance needs.`, {
      remedy: 'Provenance is made for jobs of GitHub Actions; elsewhere set provenance to false.',
    });
  };
  const found: Record<string, string> = { iss: need('iss') };
  for (const name of NAMES) found[name] = need(name);
  for (const name of OPTIONAL) {
    const value = read(name);
    if (value !== undefined) found[name] = value;
  }
  return found as WorkflowClaims;
}
