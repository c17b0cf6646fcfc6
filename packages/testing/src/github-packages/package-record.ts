import type { StoredManifest } from '../registry/store.ts';

/** What GitHub Packages keeps (REST API, "Packages", `package_type`). */
export type PackageType = 'container' | 'npm' | 'maven' | 'nuget' | 'rubygems';

/** A version as it is kept. Times are milliseconds since 1970. */
export interface PackageVersion {
  readonly id: number;
  /** A digest for containers, a version elsewhere. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | undefined;
  readonly downloads: number;
}

/** The same as the catalogue changes it. */
export interface VersionRecord extends PackageVersion {
  tags: string[];
  createdAt: number;
  updatedAt: number;
  deletedAt: number | undefined;
  downloads: number;
  /** What a restore brings back; of containers that were deleted. */
  content: StoredManifest | undefined;
}

/** A package with all of its versions, those that were deleted too. */
export interface PackageRecord {
  readonly id: number;
  readonly owner: string;
  readonly type: PackageType;
  /** For containers without the owner: `app`, `team/app`. */
  readonly name: string;
  visibility: 'public' | 'private';
  readonly versions: Map<number, VersionRecord>;
  /** What lists show while GitHub lags behind. */
  stale: { left: number; readonly versions: readonly PackageVersion[] } | undefined;
}

/** Copies what others may see. */
export function viewVersion(record: VersionRecord): PackageVersion {
  const { id, name, tags, createdAt, updatedAt, deletedAt, downloads } = record;
  return { id, name, tags: [...tags].sort(), createdAt, updatedAt, deletedAt, downloads };
}

/** How packages are told apart. */
export function packageKey(owner: string, type: PackageType, name: string): string {
  return `${owner.toLowerCase()}/${type}/${name.toLowerCase()}`;
}
