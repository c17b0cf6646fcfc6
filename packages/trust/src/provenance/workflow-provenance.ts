import { SuiteError } from '@artifact-lifecycle/core';
import type { JsonObject } from '@artifact-lifecycle/registry';
import { parseServiceUrl } from '../service/service-url.ts';
import { GITHUB_ISSUER } from '../token/issuer.ts';
import type { WorkflowClaims } from '../token/workflow-claims.ts';
import { parseWorkflowRef, pathFrom } from './workflow-reference.ts';

/** The build type of GitHub's own attestations: who verifies those verifies ours. */
export const WORKFLOW_BUILD_TYPE = 'https://actions.github.io/buildtypes/workflow/v1';

/** Something else that came out of a build, or was used in it (in-toto attestation, "ResourceDescriptor"). */
export interface ResourceDescriptor {
  readonly name?: string | undefined;
  readonly uri?: string | undefined;
  readonly mediaType?: string | undefined;
  readonly digest?: Readonly<Record<string, string>> | undefined;
}

/** What provenance may say beyond the claims: nothing that a verifier relies on. */
export interface ProvenanceOptions {
  /** Milliseconds since 1970. */
  readonly startedOn?: number | undefined;
  readonly finishedOn?: number | undefined;
  readonly byproducts?: readonly ResourceDescriptor[] | undefined;
  /** `https://github.com`: what the issuer of the token says when absent. */
  readonly serverUrl?: string | undefined;
}

/**
 * Writes SLSA v1 provenance from the verified claims of a job's token, and from nothing that a step could have set
 * (SLSA v1.2, "Build: Provenance"; actions.github.io/buildtypes/workflow/v1).
 *
 * @throws SuiteError `UNAUTHORIZED` when a claim is not what GitHub writes
 */
export function writeProvenance(claims: WorkflowClaims, options: ProvenanceOptions = {}): JsonObject {
  const server = options.serverUrl ?? serverOf(claims.iss);
  const repository = `${server}/${claims.repository}`;
  const workflow = parseWorkflowRef(claims.workflow_ref);
  if (workflow === undefined) throw unreadable('workflow_ref');
  if (parseWorkflowRef(claims.job_workflow_ref) === undefined) throw unreadable('job_workflow_ref');
  const { startedOn, finishedOn, byproducts = [] } = options;
  return {
    buildDefinition: {
      buildType: WORKFLOW_BUILD_TYPE,
      externalParameters: {
        workflow: { ref: claims.ref, repository, path: pathFrom(workflow, claims.repository) },
      },
      internalParameters: {
        github: {
          event_name: claims.event_name,
          repository_id: claims.repository_id,
          repository_owner_id: claims.repository_owner_id,
          runner_environment: claims.runner_environment,
        },
      },
      resolvedDependencies: [{ uri: `git+${repository}@${claims.ref}`, digest: { gitCommit: claims.sha } }],
    },
    runDetails: {
      builder: { id: `${server}/${claims.job_workflow_ref}` },
      metadata: {
        invocationId: `${repository}/actions/runs/${claims.run_id}/attempts/${claims.run_attempt}`,
        ...(startedOn === undefined ? {} : { startedOn: writeTime(startedOn) }),
        ...(finishedOn === undefined ? {} : { finishedOn: writeTime(finishedOn) }),
      },
      ...(byproducts.length === 0 ? {} : { byproducts: [...byproducts] }),
    },
  };
}

/**
 * The GitHub server whose jobs have tokens of an issuer: taken from the token, because the environment may be anybody's.
 *
 * @throws SuiteError `UNAUTHORIZED` when the issuer is none of GitHub's
 */
export function serverOf(issuer: string): string {
  if (issuer === GITHUB_ISSUER || issuer.startsWith(`${GITHUB_ISSUER}/`)) return 'https://github.com';
  const { origin, hostname, pathname } = parseServiceUrl(issuer, 'issuer of OIDC tokens');
  const enterprise = /^token\.actions\.([a-z0-9-]{1,63}\.ghe\.com)$/.exec(hostname)?.[1];
  if (enterprise !== undefined) return `https://${enterprise}`;
  if (pathname === '/_services/token') return origin;
  throw new SuiteError('UNAUTHORIZED', `No GitHub server is known whose tokens ${issuer} issues.`, {
    remedy: 'Give the address of the server.',
  });
}

/** RFC 3339 in whole seconds, as in-toto's `Timestamp`. */
function writeTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

function unreadable(claim: string): SuiteError {
  return new SuiteError('UNAUTHORIZED', `The claim "${claim}" of the OIDC token does not name a workflow.`, {
    remedy: 'Provenance is made for jobs of GitHub Actions; elsewhere set provenance to false.',
  });
}
