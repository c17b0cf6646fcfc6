import { SuiteError } from '@artifact-lifecycle/core';
import type { NamedTrustedRoot, SigstoreSource } from '../instance/instance.ts';
import { loadKnownRoot } from './known-root.ts';
import { readTrustedRootFile } from './trusted-root.ts';

/** Whose signatures may be believed. */
export interface RootChoice {
  readonly sigstore: SigstoreSource;
  /** File of a trusted root that is given beside it and wins, from the root of the file system. */
  readonly trustedRoot: string | undefined;
  /** Whether a key is the only one who must have signed. */
  readonly isKeyAlone: boolean;
}

/**
 * Whose signatures are believed (contract: `trusted-root`, `sigstore`): of a root that is given, and of nobody else;
 * else of the public good instance and GitHub's, or of the one that is named. With a key, nobody has to be asked.
 *
 * @param directory where known roots are kept between runs
 * @throws SuiteError `NOT_FOUND`, `UNREACHABLE`, and those of reading a trusted root
 */
export async function readVerificationRoots(
  { sigstore, trustedRoot, isKeyAlone }: RootChoice,
  options: { readonly directory: string | undefined; readonly signal: AbortSignal },
): Promise<readonly NamedTrustedRoot[]> {
  const path = trustedRoot ?? (sigstore.kind === 'own' ? sigstore.trustedRoot : undefined);
  if (path !== undefined) return [await readTrustedRootFile(path)];
  // A key is its own root: what it signed needs no authority.
  if (isKeyAlone && sigstore.kind === 'auto') return [];
  if (sigstore.kind === 'own') {
    throw new SuiteError(
      'INPUT_INVALID',
      'The Sigstore that is named has no trusted-root, so nothing of it can be believed.',
      { remedy: 'Give "trusted-root".' },
    );
  }
  if (sigstore.kind !== 'auto') return [await loadKnownRoot(sigstore.kind, options)];
  return Promise.all([loadKnownRoot('public-good', options), loadKnownRoot('github', options)]);
}
