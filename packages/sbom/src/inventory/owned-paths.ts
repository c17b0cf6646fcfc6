import { PathSet } from './path-set.ts';

/** The files of a distribution's package, kept small: an image has hundreds of thousands. */
export type OwnedPaths = Pick<PathSet, 'has' | 'size'>;

/** Collects the files a package owns. Paths count from the root; a leading slash is ignored. */
export function ownPaths(paths: Iterable<string>): OwnedPaths {
  const set = new PathSet();
  for (const path of paths) set.add(path.startsWith('/') ? path.slice(1) : path);
  return set;
}
