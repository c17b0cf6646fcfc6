import { dirname, resolve } from 'node:path';
import { readBoundedFile } from '../bounded-file.ts';
import type { Policy } from '../policy/schema.ts';
import type { SigstoreInstance } from '../policy/sigstore.ts';
import type { ActionContext } from './context.ts';

/** Whose Sigstore is meant: one that is known by name, or one of one's own with its trusted root as an absolute path. */
export type SigstoreSetting =
  | { readonly kind: 'auto' | 'public-good' | 'github' }
  | ({ readonly kind: 'own' } & SigstoreInstance);

/** Some addresses and a path. */
const MAX_FILE_BYTES = 64 * 1024;

/**
 * Reads the input `sigstore` and the policy's setting of that name; the input wins, unless it is `auto`, which a
 * workflow that says nothing has, too.
 *
 * @throws SuiteError `NOT_FOUND`, `POLICY_INVALID` for a file that is no instance
 */
export async function readSigstore(
  input: string,
  policy: Policy | undefined,
  { workspace }: Pick<ActionContext, 'workspace'>,
): Promise<SigstoreSetting> {
  if (input === 'public-good' || input === 'github') return { kind: input };
  if (input !== 'auto') return readInstanceFile(resolve(workspace, input));
  const setting = policy?.sigstore ?? { kind: 'auto' };
  switch (setting.kind) {
    case 'file':
      return readInstanceFile(resolve(workspace, setting.path));
    case 'own':
      return withRootFrom(setting, workspace);
    default:
      return setting;
  }
}

async function readInstanceFile(path: string): Promise<SigstoreSetting> {
  const what = `The file ${JSON.stringify(path)} of "sigstore"`;
  const missing = 'Write auto, public-good, github, or the path of a file with URLs and trusted-root.';
  const text = String(await readBoundedFile(path, MAX_FILE_BYTES, what, { missing }));
  // Eager: in the bundle's one file, but not run where the input names no file.
  const { loadSigstoreInstance } = await import(/* webpackMode: "eager" */ '../policy/load.ts');
  return withRootFrom({ kind: 'own', ...loadSigstoreInstance(text, path) }, dirname(path));
}

/** A path in a file starts where the file lies. */
function withRootFrom(
  setting: { readonly kind: 'own' } & SigstoreInstance,
  directory: string,
): SigstoreSetting {
  const { trustedRoot } = setting;
  return trustedRoot === undefined ? setting : { ...setting, trustedRoot: resolve(directory, trustedRoot) };
}
