import { isPackageName } from './package-name.ts';

const FOLDER = 'node_modules';

/**
 * Characters of paths that all look-ups in one tree may compare together. A tree of 100 000 packages takes less than a
 * fifth of it, and all of it takes seconds; only a tree that was made for it takes more.
 */
const MAX_CHARACTERS = 1_000_000_000;

/** Looks packages up as Node does, and gives up where a tree was made to be walked for ever. */
export class NodeLookup {
  #characters = 0;

  /** Whether it gave up: some look-ups found nothing because of that. */
  get isExhausted(): boolean {
    return this.#characters > MAX_CHARACTERS;
  }

  /**
   * What a package gets that asks for a name: the first that is there in `node_modules` beside it and in every folder
   * above, but in none whose name is `node_modules` itself (Node, "Loading from node_modules folders").
   *
   * @param from folder of the package that asks, from the root; empty for the root itself
   * @param get what lies in a folder
   */
  find<Found>(from: string, name: string, get: (folder: string) => Found | undefined): Found | undefined {
    if (!isPackageName(name)) return undefined;
    for (let folder = from; !this.isExhausted; folder = parentOf(folder)) {
      this.#characters += folder.length + name.length;
      if (folder === '') return get(`${FOLDER}/${name}`);
      if (folder === FOLDER || folder.endsWith(`/${FOLDER}`)) continue;
      const found = get(`${folder}/${FOLDER}/${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
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
