import type { Hash, PackageKind, PackageScope } from '../../inventory/package.ts';
import { parseHash } from '../hash.ts';
import { isJsonObject, textField } from '../json.ts';
import { publicUrl } from '../public-url.ts';
import { normalizeName } from './requirement.ts';

/** A package that another one needs, by a lock file. */
export interface LockedRequirement {
  /** Normalised. */
  readonly name: string;
  /** Where a file says which of several is meant. */
  readonly version?: string | undefined;
}

/** A package of a lock file. */
export interface LockedPackage {
  readonly name: string;
  /** `undefined` where the file knows only where its source is. */
  readonly version: string | undefined;
  readonly scope: PackageScope;
  /** Groups that ask for it, where only the project's own file knows what a group is for. */
  readonly groups?: readonly string[] | undefined;
  readonly requires: readonly LockedRequirement[];
  /** Asked for by the project, as far as the lock file says. */
  readonly isDirect?: boolean | undefined;
  readonly kind?: PackageKind | undefined;
  readonly description?: string | undefined;
  readonly origin?: Origin | undefined;
}

/** Where a locked package comes from. */
export interface Origin {
  readonly downloadUrl?: string | undefined;
  readonly hashes?: readonly Hash[] | undefined;
  readonly vcs?: { readonly kind: string; readonly url: string; readonly commit: string | undefined };
}

/** What a lock file holds, whatever its format. */
export interface LockFile {
  readonly packages: readonly LockedPackage[];
  /** Whether it says what each package needs. */
  readonly hasEdges: boolean;
  /** Names of requirements that nobody pinned, as they are written. */
  readonly unpinned?: readonly string[] | undefined;
}

/** A file of a package that a lock file allows to install. */
export interface LockedFile {
  /** A file's name, or an address that ends in it. */
  readonly name: string;
  /** `sha256:…` */
  readonly hash: string | undefined;
}

/**
 * Where a package comes from, when one file of it is meant: the only one, the only wheel, or the wheel for every
 * platform. Of wheels for many platforms nobody knows here which was installed, so that none is named.
 */
export function chooseFile(files: readonly LockedFile[]): Origin {
  const wheels = files.filter(({ name }) => name.endsWith('.whl'));
  const choices = [files, wheels, wheels.filter(({ name }) => name.endsWith('-none-any.whl'))];
  const [chosen] = choices.find(({ length }) => length === 1) ?? [];
  if (chosen === undefined) return {};
  const hash = parseHash(chosen.hash ?? '');
  return {
    downloadUrl: chosen.name.includes('://') ? publicUrl(chosen.name) : undefined,
    hashes: hash === undefined ? [] : [hash],
  };
}

/** The same of files as Poetry and PDM list them, with `url` or `file`, and `hash`. */
export function chooseListed(files: readonly unknown[]): Origin {
  return chooseFile(
    files.filter(isJsonObject).map((file) => ({
      name: textField(file, 'url') ?? textField(file, 'file') ?? '',
      hash: textField(file, 'hash'),
    })),
  );
}

/** Sources in a repository; `undefined` where its address cannot be told. */
export function fromRepository(
  kind: string,
  address: string,
  commit: string | undefined,
): Origin | undefined {
  const url = publicUrl(address);
  return url === undefined ? undefined : { vcs: { kind, url, commit } };
}

/** The most packages of one name that a requirement may mean; forks for platforms and Pythons make a handful. */
const MAX_OF_ONE_NAME = 50;

/** Packages by normalised name, of each name the first few: a file of one name only must not cost its square. */
export function groupByName<Named extends { readonly name: string }>(
  packages: readonly Named[],
): ReadonlyMap<string, readonly Named[]> {
  const groups = new Map<string, Named[]>();
  for (const each of packages) {
    const name = normalizeName(each.name);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else if (group.length < MAX_OF_ONE_NAME) group.push(each);
  }
  return groups;
}
