import type { Evidence, Scene } from '../cataloguer.ts';
import { type DependencyNames, NO_DEPENDENCIES } from './dependency-names.ts';
import type { LockEntry } from './lock-entry.ts';
import { isInNodeModules, NodeLookup, nameByPlace, parentOf } from './node-lookup.ts';
import type { PackageManifest } from './package-manifest.ts';

/** What was read of a file of an installed tree. */
export type NpmFacts =
  | { readonly kind: 'manifest'; readonly manifest: PackageManifest }
  /** A package.json that is there but broken: a lock file may know what it is. */
  | { readonly kind: 'unreadable' }
  /** `node_modules/.package-lock.json`: places from the folder above `node_modules`. */
  | { readonly kind: 'lock'; readonly entries: ReadonlyMap<string, LockEntry> };

/** A folder with a package.json. */
export interface InstalledPackage {
  /** From the root; empty for the root itself. */
  readonly folder: string;
  readonly isInNodeModules: boolean;
  readonly evidence: Evidence<NpmFacts>;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly manifest: PackageManifest | undefined;
  /** What the hidden lock file says of this very version. */
  readonly entry: LockEntry | undefined;
}

/** What is installed, by folder, and how its packages find each other. */
export class InstalledTree {
  readonly packages: ReadonlyMap<string, InstalledPackage>;
  /** Folders that hold a `node_modules` with a hidden lock file. */
  readonly #locked: ReadonlySet<string>;
  readonly #scene: Scene;
  readonly #lookup = new NodeLookup();

  constructor(evidence: readonly Evidence<NpmFacts>[], scene: Scene) {
    this.#scene = scene;
    const entries = new Map<string, LockEntry>();
    const locked = new Set<string>();
    for (const { path, facts } of evidence) {
      if (facts.kind !== 'lock') continue;
      const root = parentOf(parentOf(path));
      locked.add(root);
      for (const [place, entry] of facts.entries)
        entries.set(root === '' ? place : `${root}/${place}`, entry);
    }
    this.#locked = locked;
    const packages = new Map<string, InstalledPackage>();
    for (const one of evidence) {
      if (one.facts.kind === 'lock') continue;
      const folder = parentOf(one.path);
      packages.set(folder, describePackage(folder, one, entries.get(folder)));
    }
    this.packages = packages;
  }

  /** Whether all look-ups were made; otherwise dependencies are missing. */
  get isExhausted(): boolean {
    return this.#lookup.isExhausted;
  }

  /** Whether a folder's `node_modules` is npm's for all users of a machine, where what lies there was asked for. */
  isGlobal(folder: string): boolean {
    return /(?:^|\/)lib$/.test(folder) && !this.packages.has(folder) && !this.#locked.has(folder);
  }

  /** The package that Node loads when `from` asks for a name. */
  find(from: InstalledPackage, name: string): InstalledPackage | undefined {
    return this.#lookup.find(
      from.folder,
      name,
      (folder) => this.packages.get(folder) ?? this.packages.get(withoutSlash(this.#scene.resolve(folder))),
    );
  }

  /** What a package asks for: its own word, which Node follows, goes before that of a lock file. */
  dependenciesOf({ entry, manifest }: InstalledPackage): DependencyNames {
    return manifest?.dependencies ?? entry?.dependencies ?? NO_DEPENDENCIES;
  }
}

function describePackage(
  folder: string,
  evidence: Evidence<NpmFacts>,
  entry: LockEntry | undefined,
): InstalledPackage {
  const manifest = evidence.facts.kind === 'manifest' ? evidence.facts.manifest : undefined;
  // A lock file that speaks of another version is older or younger than what is there.
  const isSame = manifest === undefined || entry?.version === manifest.version;
  return {
    folder,
    isInNodeModules: isInNodeModules(`${folder}/`),
    evidence,
    name: manifest === undefined ? (entry?.name ?? nameByPlace(folder)) : manifest.name,
    version: manifest === undefined ? entry?.version : manifest.version,
    manifest,
    entry: isSame ? entry : undefined,
  };
}

function withoutSlash(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}
