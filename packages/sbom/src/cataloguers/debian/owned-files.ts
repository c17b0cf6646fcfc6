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

/**
 * Directories are left out: nothing is found in the place of one. A list and no generator, since a system has a
 * hundred thousand of these lines.
 */
function listed(text: string): readonly string[] {
  const paths: string[] = [];
  let previous = '';
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const path = text.slice(text[at] === '/' ? at + 1 : at, text[end - 1] === '\r' ? end - 1 : end);
    if (previous !== '' && path[previous.length] === '/' && path.startsWith(previous)) paths.pop();
    previous = path;
    if (path !== '' && path !== '.') paths.push(path);
    at = end + 1;
  }
  return paths;
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
