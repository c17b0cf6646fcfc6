import { resolve } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext, Inputs, SigstoreSetting } from '@artifact-lifecycle/core/action';
import { loadKnownRoot, type NamedTrustedRoot, readTrustedRootFile } from '@artifact-lifecycle/trust';
import type { verify } from './inputs.ts';

/**
 * Whose signatures are believed (contract: `trusted-root`, `sigstore`): of a root that is given, and of nobody else;
 * else of the public good instance and GitHub's, or of the one that is named. With a key, nobody has to be asked.
 *
 * @throws SuiteError `NOT_FOUND`, `UNREACHABLE`, and those of reading a trusted root
 */
export async function readRoots(
  inputs: Inputs<typeof verify>,
  setting: SigstoreSetting,
  { workspace, env, signal }: Pick<ActionContext, 'workspace' | 'env' | 'signal'>,
): Promise<readonly NamedTrustedRoot[]> {
  const { trustedRoot } = inputs;
  const own = setting.kind === 'own' ? setting.trustedRoot : undefined;
  const path = trustedRoot === undefined ? own : resolve(workspace, trustedRoot);
  if (path !== undefined) return [await readTrustedRootFile(path)];
  // A key is its own root: what it signed needs no authority.
  if (inputs.key !== undefined && setting.kind === 'auto') return [];
  if (setting.kind === 'own') {
    throw new SuiteError(
      'INPUT_INVALID',
      'The Sigstore that is named has no trusted-root, so nothing of it can be believed.',
      {
        remedy: 'Give "trusted-root".',
      },
    );
  }
  const options = { directory: env['RUNNER_TEMP'], signal };
  if (setting.kind !== 'auto') return [await loadKnownRoot(setting.kind, options)];
  return Promise.all([loadKnownRoot('public-good', options), loadKnownRoot('github', options)]);
}
