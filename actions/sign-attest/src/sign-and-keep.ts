import { resolve } from 'node:path';
import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import type { GitHubEvent } from '@artifact-lifecycle/github';
import { FileStore, type Signer, type SigstoreInstance } from '@artifact-lifecycle/trust';
import { type Attested, type Attesting, attestAll } from './attest.ts';
import { tellOf } from './attestation.ts';
import { openGitHub } from './github-store.ts';
import type { signAttest } from './inputs.ts';
import { keepLegacyTags, requireLegacyWitness } from './legacy-tags.ts';
import type { PlannedStatement } from './statements.ts';

/** By whom and for whom statements are signed. */
export interface Signing {
  readonly inputs: Inputs<typeof signAttest>;
  readonly instance: SigstoreInstance;
  readonly signer: Signer;
  readonly own: Pick<Attesting, 'identity' | 'identityOf'>;
  readonly event: GitHubEvent;
}

/**
 * Signs what is planned and keeps it wherever it is wanted; nothing in a dry run. What could not be kept anywhere is
 * refused before the first signature.
 *
 * @throws SuiteError those of what is checked first; a failure of signing is part of the answer
 */
export async function signAndKeep(
  planned: readonly PlannedStatement[],
  { inputs, instance, signer, own, event }: Signing,
  context: Pick<ActionContext, 'log' | 'env' | 'clock' | 'workspace' | 'signal'>,
): Promise<Attested> {
  const { log, clock, workspace, signal } = context;
  if (inputs.legacyCosignTags) requireLegacyWitness(instance, inputs.key !== undefined);
  if (inputs.dryRun) return { attestations: [], failure: undefined };
  const attested = await attestAll(planned, {
    attestor: signer.attestor,
    ...own,
    pushToRegistry: inputs.pushToRegistry,
    files: new FileStore(resolve(workspace, inputs.outputDir)),
    github: await openGitHub(inputs, event, context),
    clock,
    signal,
    onDone: (attestation) => tellOf(attestation, log),
  });
  if (!inputs.legacyCosignTags || attested.failure !== undefined) return attested;
  try {
    await keepLegacyTags(attested.attestations, signer, own, context);
    return attested;
  } catch (failure) {
    return { ...attested, failure };
  }
}
