const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * The path that an entry's name stands for: `./a/`, `/a` and `a` are `a`, the root is empty. `undefined` for a name
 * with `..` or a zero byte: no honest layer has one, and readers differ in what it means.
 */
export function normalizePath(name: string): string | undefined {
  const { length } = name;
  let isPlain = true;
  let start = 0;
  for (let at = 0; at <= length; at++) {
    const unit = at === length ? SLASH : name.charCodeAt(at);
    if (unit === 0) return undefined;
    if (unit !== SLASH) continue;
    const segment = at - start;
    if (segment === 0) {
      // Directories end in a slash: the usual case is cut off below without a second look.
      if (at < length || length === 0) isPlain = false;
    } else if (name.charCodeAt(start) === DOT) {
      if (segment === 1) isPlain = false;
      else if (segment === 2 && name.charCodeAt(start + 1) === DOT) return undefined;
    }
    start = at + 1;
  }
  if (!isPlain) return pathSegments(name).join('/');
  return name.endsWith('/') ? name.slice(0, -1) : name;
}

/** The parts of a path that mean something; `..` among them. */
export function pathSegments(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
}

/** The directory a path lies in; empty for the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last part of a path. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path below a directory, which may be the root. */
export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** Sorts by code units, the same everywhere. */
export function comparePaths(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
