import { resolve } from 'node:path';
import type { ActionContext, Inputs, SigstoreSetting } from '@artifact-lifecycle/core/action';
import {
  chooseSigningInstance,
  type RepositoryFacts,
  type SigstoreInstance,
} from '@artifact-lifecycle/trust';
import type { signAttest } from './inputs.ts';

/**
 * Decides whose Sigstore signs, by inputs and policy, and says so where a log tells the public of a repository that is
 * not public.
 *
 * @throws SuiteError `INPUT_INVALID`, and those of reading a trusted root
 */
export async function chooseSigstore(
  inputs: Inputs<typeof signAttest>,
  sigstore: SigstoreSetting,
  signatory: RepositoryFacts,
  {
    workspace,
    log,
    clock,
    env,
    signal,
  }: Pick<ActionContext, 'workspace' | 'log' | 'clock' | 'env' | 'signal'>,
): Promise<SigstoreInstance> {
  const { fulcioUrl, rekorUrl, rekorVersion, tsaUrl } = inputs;
  const trustedRoot = rootPath(inputs, sigstore, workspace);
  const given = { fulcioUrl, rekorUrl, rekorVersion, tsaUrl, trustedRoot };
  const { instance, disclosure } = await chooseSigningInstance(
    { sigstore, given, hasKey: inputs.key !== undefined, signatory },
    { clock, directory: env['RUNNER_TEMP'], signal },
  );
  if (disclosure !== undefined) log.warning(disclosure);
  return instance;
}

/** The trusted root that is given, from the root of the file system. */
export function rootPath(
  { trustedRoot }: Pick<Inputs<typeof signAttest>, 'trustedRoot'>,
  setting: SigstoreSetting,
  workspace: string,
): string | undefined {
  if (trustedRoot !== undefined) return resolve(workspace, trustedRoot);
  return setting.kind === 'own' ? setting.trustedRoot : undefined;
}
