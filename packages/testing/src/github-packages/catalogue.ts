import type { ContentStore } from '../registry/content-store.ts';
import type { Change } from '../registry/storage.ts';
import { Rejection } from '../sigstore/service.ts';
import type { GitHubPackagesOptions, NewVersion } from './options.ts';
import {
  type PackageRecord,
  type PackageType,
  type PackageVersion,
  packageKey,
  type VersionRecord,
  viewVersion,
} from './package-record.ts';

/** GitHub keeps what was deleted for so long. */
const RESTORE_DAYS = 30;
const RESTORE_MILLISECONDS = RESTORE_DAYS * 24 * 60 * 60 * 1000;

/** From here on a public version stays. */
const MAX_DOWNLOADS = 5000;

/** Refuses as GitHub's API does. */
export function refuse(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
  const documentation = 'https://docs.github.com/rest/packages/packages';
  return new Rejection(
    status,
    { message, documentation_url: documentation, status: String(status) },
    headers,
  );
}

/** Knows the packages and their versions, and what may become of them. */
export class Catalogue {
  readonly #packages = new Map<string, PackageRecord>();
  readonly #options: GitHubPackagesOptions;
  readonly #now: () => number;
  #lastId = 1000;

  constructor(options: GitHubPackagesOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  find(owner: string, type: PackageType, name: string): PackageRecord | undefined {
    return this.#packages.get(packageKey(owner, type, name));
  }

  of(owner: string, type: PackageType): readonly PackageRecord[] {
    return [...this.#packages.values()].filter(
      (record) => record.owner.toLowerCase() === owner.toLowerCase() && record.type === type,
    );
  }

  /** Finds a package, or makes it. */
  open(owner: string, type: PackageType, name: string): PackageRecord {
    const known = this.find(owner, type, name);
    if (known !== undefined) return known;
    this.#lastId += 1;
    const made: PackageRecord = {
      ...{ id: this.#lastId, owner, type, name },
      visibility: 'public',
      versions: new Map(),
      stale: undefined,
    };
    this.#packages.set(packageKey(owner, type, name), made);
    return made;
  }

  add(record: PackageRecord, { name, createdAt, downloads }: NewVersion): VersionRecord {
    this.#lastId += 1;
    const at = createdAt ?? this.#now();
    const version: VersionRecord = {
      ...{ id: this.#lastId, name, tags: [], createdAt: at, updatedAt: at },
      ...{ deletedAt: undefined, downloads: downloads ?? 0, content: undefined },
    };
    record.versions.set(version.id, version);
    return version;
  }

  /** Follows what happens in the registry: each manifest is a version, and a tag leaves the version that had it. */
  follow(change: Change): void {
    if (change.op !== 'manifest' && change.op !== 'tag') return;
    const [owner = '', ...rest] = change.repository.split('/');
    const record = this.open(owner, 'container', rest.join('/'));
    this.#lagBehind(record);
    const version = this.live(record, change.digest) ?? this.add(record, { name: change.digest });
    if (change.op === 'manifest' || version.tags.includes(change.tag)) return;
    for (const other of record.versions.values()) {
      if (other.deletedAt !== undefined || !other.tags.includes(change.tag)) continue;
      other.tags = other.tags.filter((tag) => tag !== change.tag);
      other.updatedAt = this.#now();
    }
    version.tags.push(change.tag);
    version.updatedAt = this.#now();
  }

  /** The version of a name that is not deleted. */
  live(record: PackageRecord, name: string): VersionRecord | undefined {
    for (const version of record.versions.values()) {
      if (version.name === name && version.deletedAt === undefined) return version;
    }
    return undefined;
  }

  /** Counts a download of a manifest. */
  countDownload(repository: string, digest: string): void {
    const [owner = '', ...rest] = repository.split('/');
    const record = this.find(owner, 'container', rest.join('/'));
    const version = record === undefined ? undefined : this.live(record, digest);
    if (version !== undefined) version.downloads += 1;
  }

  /** What a list shows, all pages together: it lags behind where the options say so. */
  list(record: PackageRecord, state: 'active' | 'deleted'): readonly PackageVersion[] {
    const all = [...record.versions.values()];
    if (state === 'deleted') return this.#sort(all.filter((one) => this.#isRestorable(one)).map(viewVersion));
    return this.#sort(record.stale?.versions ?? this.#active(record));
  }

  /** A list has been shown to its end. */
  listed(record: PackageRecord): void {
    if (record.stale === undefined) return;
    record.stale.left -= 1;
    if (record.stale.left <= 0) record.stale = undefined;
  }

  /** Deletes a version as GitHub does, or refuses. */
  async delete(store: ContentStore, record: PackageRecord, id: number): Promise<void> {
    const version = record.versions.get(id);
    if (version === undefined || version.deletedAt !== undefined) throw refuse(404, 'Package not found.');
    const others = this.#active(record).filter((other) => other.id !== id);
    if (others.length === 0) throw lastOne('last version');
    if (version.tags.length > 0 && !others.some(({ tags }) => tags.length > 0))
      throw lastOne('last tagged version');
    if (record.visibility === 'public' && version.downloads > MAX_DOWNLOADS) {
      throw refuse(
        400,
        `Publicly visible package versions with more than ${MAX_DOWNLOADS} downloads cannot be deleted. Contact GitHub support for further assistance.`,
      );
    }
    if (record.type === 'container') {
      const repository = `${record.owner}/${record.name}`;
      version.content = store.manifest(repository, version.name);
      await store.deleteManifest(repository, version.name);
    }
    version.deletedAt = this.#now();
  }

  /** Brings a version back, with the tags that nothing else has got since, or refuses. */
  async restore(store: ContentStore, record: PackageRecord, id: number): Promise<void> {
    const version = record.versions.get(id);
    if (version === undefined || !this.#isRestorable(version)) throw refuse(404, 'Package not found.');
    if (this.live(record, version.name) !== undefined) {
      throw refuse(400, 'A package version with the same name exists already.');
    }
    const taken = new Set(this.#active(record).flatMap(({ tags }) => tags));
    const tags = version.tags.filter((tag) => !taken.has(tag));
    version.deletedAt = undefined;
    version.tags = [];
    if (record.type !== 'container' || version.content === undefined) return;
    const { mediaType, bytes } = version.content;
    await store.putManifest(`${record.owner}/${record.name}`, mediaType, bytes, { tags });
  }

  #active(record: PackageRecord): readonly PackageVersion[] {
    return [...record.versions.values()].filter((one) => one.deletedAt === undefined).map(viewVersion);
  }

  #isRestorable({ deletedAt }: VersionRecord): boolean {
    return deletedAt !== undefined && this.#now() - deletedAt < RESTORE_MILLISECONDS;
  }

  /** From before a change on, lists are stale; one that is stale already stays what it is. */
  #lagBehind(record: PackageRecord): void {
    const left = this.#options.staleLists ?? 0;
    if (left > 0) record.stale ??= { left, versions: this.#active(record) };
  }

  #sort(versions: readonly PackageVersion[]): readonly PackageVersion[] {
    if (this.#options.order !== 'shuffled') {
      return versions.toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id);
    }
    // Multiplicative hashing (Knuth): an order that has nothing to do with age, and stays.
    return versions.toSorted((a, b) => ((a.id * 2_654_435_761) % 65_537) - ((b.id * 2_654_435_761) % 65_537));
  }
}

function lastOne(what: string): Rejection {
  return refuse(400, `You cannot delete the ${what} of a package. You must delete the package instead.`);
}
