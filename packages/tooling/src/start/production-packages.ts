import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A package as npm installed it. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Below the repository's root: `node_modules/yaml`. */
  readonly path: string;
}

/** What is read of npm's lock file (npm documentation, "package-lock.json", packages). */
interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly dev?: boolean;
        readonly optional?: boolean;
        readonly link?: boolean;
      }
    >
  >;
}

/** Reads from the lock file what the actions themselves depend on: not what only builds or tests them. */
export async function readProductionPackages(root: string): Promise<readonly InstalledPackage[]> {
  const lock: Lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(
      ([path, { dev, optional, link }]) => path.startsWith('node_modules/') && !dev && !optional && !link,
    )
    .map(([path, { version = '' }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 13),
      version,
      path,
    }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
