import { type OwnedPaths, ownPaths } from '../../inventory/owned-paths.ts';
import { linesOf } from './control-file.ts';

/** Ends of files that say what a package owns, and how they say it. */
export type OwnedFileKind = 'list' | 'md5sums' | 'conffiles';

/**
 * Reads what a package owns: `info/*.list` has a path a line, directories before what is in them; `*.md5sums` a
 * digest and a path without its slash; `*.conffiles` paths, with a word before those that are to be removed.
 *
 * @param root where the database's file system begins: `''`, or `rootfs/`
 */
export function readOwnedFiles(kind: OwnedFileKind, text: string, root: string): OwnedPaths {
  const paths = kind === 'list' ? listed(text) : kind === 'md5sums' ? summed(text) : configured(text);
  return ownPaths(root === '' ? paths : prefixed(paths, root));
}

/** Directories are left out: nothing is found in the place of one. */
function* listed(text: string): Generator<string> {
  let previous: string | undefined;
  for (const line of linesOf(text)) {
    if (previous !== undefined && !(line.startsWith(previous) && line[previous.length] === '/'))
      yield previous;
    previous = line === '/.' || line === '' ? undefined : line;
  }
  if (previous !== undefined) yield previous;
}

function* summed(text: string): Generator<string> {
  for (const line of linesOf(text)) {
    const path = /^[0-9a-f]{32}\s+(.+)$/.exec(line)?.[1];
    if (path !== undefined) yield path;
  }
}

function* configured(text: string): Generator<string> {
  for (const line of linesOf(text)) {
    const slash = line.indexOf('/');
    if (slash >= 0) yield line.slice(slash);
  }
}

function* prefixed(paths: Iterable<string>, root: string): Generator<string> {
  for (const path of paths) yield root + path.replace(/^\//, '');
}

/** Several lists as one. */
export function joinOwned(lists: readonly (OwnedPaths | undefined)[]): OwnedPaths | undefined {
  const known = lists.filter((list) => list !== undefined);
  const [first, ...others] = known;
  if (first === undefined || others.length === 0) return first;
  return {
    size: known.reduce((sum, { size }) => sum + size, 0),
    has: (path) => known.some((list) => list.has(path)),
  };
}
