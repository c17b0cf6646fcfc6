import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import {
  type Attestor,
  chooseSigningInstance,
  type IdentityPolicy,
  maskTokens,
  openSigner,
  readRunIdentity,
} from '@artifact-lifecycle/trust';
import type { Desk } from './desk.ts';
import { uncountedProblem } from './record-signer.ts';
import { recordIdentity } from './records.ts';

/** Who signs records: the run, by its identity, or a key. */
export interface RecordSigner {
  readonly attestor: Attestor;
  /** What verifies its signatures. */
  readonly identity: IdentityPolicy;
}

/**
 * Opens whoever signs records (contract: `record`): the key that is given, else the run's identity where GitHub grants
 * one. `undefined` where no record is to be, or nobody is there to sign and nobody demands it.
 *
 * @throws SuiteError `PERMISSION_MISSING` where an identity is demanded and there is none, `NOT_VERIFIED` where its
 *   records would count for nobody, and those of opening it
 */
export async function openRecordSigner(desk: Desk): Promise<RecordSigner | undefined> {
  const { inputs, policy, context } = desk;
  const { log, env } = context;
  if (inputs.record === 'false') return undefined;
  const isDemanded = inputs.record === 'true' || policy?.records !== undefined;
  const hasToken = Boolean(env['ACTIONS_ID_TOKEN_REQUEST_URL'] && env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']);
  if (inputs.key === undefined && !hasToken) {
    if (!isDemanded) return undefined;
    throw new SuiteError(
      'PERMISSION_MISSING',
      'A promotion record is demanded, and there is no identity that could sign it.',
      {
        remedy:
          'Add to the job, and where it is called by another workflow to the calling job, too:\npermissions:\n  contents: read\n  id-token: write\nOr give "key", or set "record: false".',
      },
    );
  }
  try {
    return await openSignerAtHand(desk);
  } catch (error) {
    // An identity that no Sigstore takes is none that is at hand; a key was meant.
    if (isDemanded || inputs.key !== undefined || !isSuiteError(error) || error.code === 'CANCELLED')
      throw error;
    log.warning(
      `The promotion is not recorded: ${error.message} Set "record: true" where it has to be, "record: false" where not.`,
    );
    return undefined;
  }
}

async function openSignerAtHand(desk: Desk): Promise<RecordSigner> {
  const { inputs, policy, context, http, event, sigstore } = desk;
  const { log, env, clock, signal } = context;
  const source = maskTokens(
    (audience) => context.requestIdToken(audience),
    (token) => log.mask(token),
  );
  const key = await desk.key();
  const run =
    key === undefined
      ? await readRunIdentity({
          ...{ source, http, clock, signal },
          serverUrl: event.serverUrl,
          isOwnInstance: sigstore.kind === 'own',
        })
      : undefined;
  const { instance, disclosure } = await chooseSigningInstance(
    {
      sigstore,
      given: {},
      hasKey: key !== undefined,
      signatory: { visibility: run?.claims.repository_visibility, serverUrl: event.serverUrl },
    },
    { clock, directory: env['RUNNER_TEMP'], signal },
  );
  if (disclosure !== undefined) log.warning(disclosure);
  const { attestor, publicKey } = openSigner(key, { instance, source, http, clock });
  const identity: IdentityPolicy =
    publicKey === undefined
      ? { kind: 'certificate', identity: { exact: run?.identity ?? '' }, issuer: run?.issuer ?? '' }
      : { kind: 'key', publicKey };
  // Of an instance of one's own its certificate authority has the last word on what an identity is called.
  if (policy?.records !== undefined && (key !== undefined || sigstore.kind !== 'own')) {
    const problem = uncountedProblem(identity, await recordIdentity(desk));
    if (problem !== undefined) {
      throw new SuiteError('NOT_VERIFIED', `A record that this run signs would not count: ${problem}`, {
        remedy: `Promote by the workflow or key that "records" in ${inputs.policy} names, or name this one there.`,
      });
    }
  }
  return { attestor, identity };
}
