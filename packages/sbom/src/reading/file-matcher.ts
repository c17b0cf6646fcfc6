import type { Cataloguer } from '../cataloguers/cataloguer.ts';
import { baseOf, parentOf } from './entry-path.ts';

/** Numbers of cataloguers in their list, ascending. */
export type Wants = readonly number[];

/** Nobody wants it. */
export const UNWANTED: Wants = [];

/** An end of a path, and who wants what ends so. */
interface PathEnd {
  readonly end: string;
  readonly by: number;
}

/** What all cataloguers select, compiled: a path costs a few look-ups, however many cataloguers there are. */
export class FileMatcher {
  /** Who wants every executable. */
  readonly executables: Wants;
  readonly #cataloguers: readonly Cataloguer<unknown>[];
  readonly #names = new Map<string, number[]>();
  /** By what follows the dot that an extension begins with. */
  readonly #extensions = new Map<string, number[]>();
  /** Ends of base names that begin with no dot. */
  readonly #otherEnds: PathEnd[] = [];
  #longestExtension = 0;
  /** Suffixes by their base name, folders by theirs. */
  readonly #suffixes = new Map<string, PathEnd[]>();
  readonly #folders = new Map<string, PathEnd[]>();

  constructor(cataloguers: readonly Cataloguer<unknown>[]) {
    this.#cataloguers = cataloguers;
    this.executables = cataloguers.flatMap(({ selects }, by) => (selects.executables === true ? [by] : []));
    for (const [by, { selects }] of cataloguers.entries()) {
      for (const name of selects.names ?? []) put(this.#names, name, by);
      for (const end of selects.extensions ?? []) {
        if (end.startsWith('.')) put(this.#extensions, end, by);
        else this.#otherEnds.push({ end, by });
        this.#longestExtension = Math.max(this.#longestExtension, end.length);
      }
      for (const end of selects.suffixes ?? []) put(this.#suffixes, baseOf(end), { end, by });
      for (const end of selects.folders ?? []) put(this.#folders, baseOf(end), { end, by });
    }
  }

  /** Who wants a file because of its path. */
  match(path: string): Wants {
    const base = baseOf(path);
    const named = this.#names.get(base);
    let found: number[] | undefined = named === undefined ? undefined : [...named];
    const add = (by: number): void => {
      found ??= [];
      found.push(by);
    };
    this.#matchExtensions(base, add);
    for (const { end, by } of this.#suffixes.get(base) ?? []) if (endsAtSlash(path, end)) add(by);
    if (this.#folders.size > 0 && base.length < path.length) {
      const folder = parentOf(path);
      for (const { end, by } of this.#folders.get(baseOf(folder)) ?? []) {
        if (endsAtSlash(folder, end)) add(by);
      }
    }
    return found === undefined ? UNWANTED : this.#accepted(found, path);
  }

  #matchExtensions(base: string, add: (by: number) => void): void {
    const tail = base.slice(-this.#longestExtension);
    let dot = tail.indexOf('.');
    if (dot < 0 && this.#otherEnds.length === 0) return;
    const lower = tail.toLowerCase();
    for (; dot >= 0; dot = tail.indexOf('.', dot + 1)) {
      for (const by of this.#extensions.get(lower.slice(dot)) ?? []) add(by);
    }
    for (const { end, by } of this.#otherEnds) if (lower.endsWith(end)) add(by);
  }

  #accepted(found: readonly number[], path: string): Wants {
    const wants = [...new Set(found)].sort((one, other) => one - other);
    return wants.filter((by) => this.#cataloguers[by]?.selects.accepts?.(path) !== false);
  }
}

/** `lib/dpkg/status` is the end of `var/lib/dpkg/status`, and not of `mylib/dpkg/status`. */
function endsAtSlash(path: string, end: string): boolean {
  if (!path.endsWith(end)) return false;
  const before = path.length - end.length - 1;
  return before < 0 || path[before] === '/';
}

function put<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [value]);
  else there.push(value);
}

/** Those of both, ascending. */
export function unite(some: Wants, others: Wants): Wants {
  if (some.length === 0) return others;
  return [...new Set([...some, ...others])].sort((one, other) => one - other);
}
