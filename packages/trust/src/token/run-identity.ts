import type { Clock } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import { issuerOf } from './issuer.ts';
import { statedIssuer } from './stated-issuer.ts';
import type { TokenSource } from './token-source.ts';
import { fetchWorkflowClaims, type WorkflowClaims } from './workflow-claims.ts';

/** Nobody takes tokens of this audience: they are read here and go nowhere. */
const AUDIENCE = 'nobody';

/** What the run's own token says of it. */
export interface RunIdentity {
  readonly claims: WorkflowClaims;
  /** What Fulcio makes of the token: the workflow that signs. */
  readonly identity: string;
  readonly issuer: string;
  readonly serverUrl: string;
}

/** How the token is come by. */
export interface IdentityOptions {
  readonly source: TokenSource;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly serverUrl: string;
  /** Whether an instance of one's own certifies: it decides whose tokens it takes. */
  readonly isOwnInstance: boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads who the run is from a token that is verified: never from variables, which any earlier step may have set. The
 * token is one of the job's own GitHub server; where a Sigstore of one's own certifies, of whomever that server's
 * tokens name, and Fulcio has the last word, since the certificate is held against the provenance afterwards.
 *
 * @throws SuiteError `UNAUTHORIZED`, `UNREACHABLE`
 */
export async function readRunIdentity(options: IdentityOptions): Promise<RunIdentity> {
  const { source, http, clock, signal, serverUrl, isOwnInstance } = options;
  const issuer = isOwnInstance ? statedIssuer(await source(AUDIENCE, { signal })) : issuerOf(serverUrl);
  const claims = await fetchWorkflowClaims({ source, http, clock, issuer, audience: AUDIENCE, signal });
  return { claims, issuer: claims.iss, serverUrl, identity: `${serverUrl}/${claims.job_workflow_ref}` };
}
