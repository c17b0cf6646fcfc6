import { isPackageName } from './package-name.ts';

const FOLDER = 'node_modules';

/**
 * Places where Node looks for a package that another one asks for, nearest first: `node_modules` beside it and in
 * every folder above, but in none whose name is `node_modules` itself (Node, "Loading from node_modules folders").
 *
 * @param from folder of the package that asks, from the root; empty for the root itself
 */
export function* candidateFolders(from: string, name: string): Generator<string> {
  if (!isPackageName(name)) return;
  for (let folder = from; ; folder = parentOf(folder)) {
    if (folder === '') {
      yield `${FOLDER}/${name}`;
      return;
    }
    if (folder !== FOLDER && !folder.endsWith(`/${FOLDER}`)) yield `${folder}/${FOLDER}/${name}`;
  }
}

/** The folder something lies in; empty for what lies in the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** Whether a path leads through a `node_modules`. */
export function isInNodeModules(path: string): boolean {
  return path.startsWith(`${FOLDER}/`) || path.includes(`/${FOLDER}/`);
}

/**
 * Name of the package whose folder this is by its place: what follows the last `node_modules`, with its scope;
 * `undefined` where that is no package's own folder but one inside of it, and outside of every `node_modules`.
 */
export function nameByPlace(folder: string): string | undefined {
  const at = `/${folder}`.lastIndexOf(`/${FOLDER}/`);
  if (at < 0) return undefined;
  const rest = folder.slice(at + FOLDER.length + 1);
  // `.bin`, `.cache` and `.pnpm` are no packages.
  return isPackageName(rest) && !rest.startsWith('.') ? rest : undefined;
}
