import type { DeclaredLicence, Hash, PackageScope } from '../../inventory/package.ts';
import { isTrue, type JsonObject, textField } from '../json.ts';
import { type DependencyNames, readDependencyNames } from './dependency-names.ts';
import { parseIntegrity } from './integrity.ts';
import { readLicences } from './package-manifest.ts';
import { isPackageName } from './package-name.ts';

/** What a lock file of npm says of one place in a tree (package-lock.json, "packages"). */
export interface LockEntry {
  /** Only where the place has another name: an alias, a workspace. */
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** Where it came from; of a link, the folder it leads to. */
  readonly resolved: string | undefined;
  readonly isLink: boolean;
  readonly hashes: readonly Hash[];
  readonly scope: PackageScope | undefined;
  readonly licences: readonly DeclaredLicence[];
  readonly dependencies: DependencyNames;
}

/** Reads one entry of `packages`. */
export function readLockEntry(object: JsonObject): LockEntry {
  const name = textField(object, 'name');
  return {
    name: name !== undefined && isPackageName(name) ? name : undefined,
    version: textField(object, 'version'),
    resolved: textField(object, 'resolved'),
    isLink: isTrue(object, 'link'),
    hashes: parseIntegrity(textField(object, 'integrity')),
    scope: readScope(object),
    licences: readLicences(object),
    dependencies: readDependencyNames(object),
  };
}

/** What `dev`, `optional` and `devOptional` (needed by one of the two) mean; `undefined` for what has to be there. */
export function readScope(object: JsonObject): PackageScope | undefined {
  if (isTrue(object, 'dev')) return 'development';
  return isTrue(object, 'optional') || isTrue(object, 'devOptional') ? 'optional' : undefined;
}
