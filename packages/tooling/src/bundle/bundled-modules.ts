import { isBuiltin } from 'node:module';

/** What went into a bundle: files by their absolute path, and modules that stay outside, found or not. */
export interface BundledModules {
  readonly files: readonly string[];
  readonly externals: readonly string[];
}

interface StatsModule {
  readonly name?: string;
  readonly nameForCondition?: string | null;
  /** In no chunk: joined into another module, below which it is listed again, or imported and not used at all. */
  readonly orphan?: boolean;
  readonly modules?: readonly StatsModule[];
}

interface Stats {
  readonly assets?: readonly { readonly name: string }[];
  readonly modules?: readonly StatsModule[];
}

/** Reads of the statistics that ncc writes (webpack's, with modules joined into one listed below it) what is in the bundle. */
export function readBundledModules(stats: string): BundledModules {
  const { modules = [] }: Stats = JSON.parse(stats);
  const files = new Set<string>();
  const externals = new Set<string>();
  const visit = (module: StatsModule): void => {
    const external = /^external "(.+)"$|@@notfound\.js\?(.+)$/.exec(module.name ?? '');
    if (external !== null) externals.add(external[1] ?? external[2] ?? '');
    else if (module.nameForCondition) files.add(module.nameForCondition);
    module.modules?.forEach(visit);
  };
  modules.filter(({ orphan }) => orphan !== true).forEach(visit);
  return { files: [...files].sort(), externals: [...externals].sort() };
}

/**
 * Packages that a library asks for within a `try`, and does without: CycloneDX's serialiser looks for a writer of XML,
 * which nobody here asks it for.
 */
const OPTIONAL: ReadonlySet<string> = new Set(['xmlbuilder2']);

/** The externals that a runner does not have: everything but what is built into Node, and what is optional. */
export function findMissingExternals({ externals }: BundledModules): readonly string[] {
  return externals.filter((name) => !isBuiltin(name) && !OPTIONAL.has(name));
}
