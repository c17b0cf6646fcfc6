import type { DeclaredLicence, Hash, PackageScope } from '../../inventory/package.ts';

/** A package of a lock file of any of JavaScript's package managers. */
export interface LockedPackage {
  /** Unique in its file. */
  readonly id: string;
  /** With its scope; the package's own, whatever it is called where it is used. */
  readonly name: string;
  readonly version: string | undefined;
  /** Where it comes from, as the file says: a URL, `git+ssh://…#commit`, `file:…`. */
  readonly resolved?: string | undefined;
  readonly hashes?: readonly Hash[] | undefined;
  readonly licences?: readonly DeclaredLicence[] | undefined;
  /** Where the file says it; otherwise it follows from the roots. */
  readonly scope?: PackageScope | undefined;
  /** Part of the project itself, and not fetched. */
  readonly isWorkspace?: boolean | undefined;
  /** Ids of what it needs, and of what it uses where that is there. */
  readonly requires: readonly string[];
  readonly mayUse?: readonly string[] | undefined;
  /** Whether it asks for something that the file does not have. */
  readonly isIncomplete?: boolean | undefined;
}

/** Ids of what the project asks for, by what for. */
export interface Roots {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly development: readonly string[];
}

/** What a lock file holds, whatever its format. */
export interface LockedTree {
  readonly packages: readonly LockedPackage[];
  readonly roots: Roots;
  /** Whether the packages' scopes are in the file. */
  readonly hasScopes: boolean;
  /**
   * Ids by `name@range`, or by `name` alone, for files that do not say what the project asks for: its package.json
   * does.
   */
  readonly requests?: readonly (readonly [request: string, id: string])[] | undefined;
}

export const NO_ROOTS: Roots = { required: [], optional: [], development: [] };

/** The roots of several projects that share a lock file. */
export function joinRoots(all: readonly Roots[]): Roots {
  return {
    required: all.flatMap(({ required }) => required),
    optional: all.flatMap(({ optional }) => optional),
    development: all.flatMap(({ development }) => development),
  };
}

/**
 * Scopes of packages by what leads to them: needed from a required root without a detour over something optional,
 * else optional, else there for development. What no root leads to has none.
 */
export function findScopes(
  packages: readonly LockedPackage[],
  roots: Roots,
): ReadonlyMap<string, PackageScope> {
  const byId = new Map(packages.map((one) => [one.id, one]));
  const scopes = new Map<string, PackageScope>();
  const walk = (from: readonly string[], scope: PackageScope, withOptional: boolean): readonly string[] => {
    const later: string[] = [];
    const open = [...from];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const one = byId.get(id);
      if (one === undefined || scopes.has(id)) continue;
      scopes.set(id, scope);
      // What a workspace asks for is a root itself, and some of it for development.
      if (one.isWorkspace === true) continue;
      for (const target of one.requires) open.push(target);
      for (const target of one.mayUse ?? []) (withOptional ? open : later).push(target);
    }
    return later;
  };
  const optional = walk(roots.required, 'required', false);
  walk([...roots.optional, ...optional], 'optional', true);
  walk(roots.development, 'development', true);
  return scopes;
}
