import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { type Digest, parseTag, type Registry } from '@artifact-lifecycle/registry';
import {
  fetchManifestBytes,
  type ListOptions,
  type Quota,
  type RetentionService,
  type ServiceAbilities,
  type ServiceOptions,
  type StoredImage,
} from '@artifact-lifecycle/retention';
import { DistTags } from './dist-tags.ts';
import type { PackagesAnswer } from './exchange.ts';
import type { PackageTarget } from './package-target.ts';
import { readPackageVersion } from './package-version.ts';
import type { PackagesClient } from './packages-client.ts';
import { packagesError } from './packages-error.ts';
import { readAllPages, readPage } from './pages.ts';
import { untagSafely } from './safe-untag.ts';
import { readVersions, type VersionListing } from './version-list.ts';

/** What GitHub Packages can do with versions of any kind. */
const VERSIONS: ServiceAbilities = {
  listsUntagged: true,
  tellsPushTime: true,
  tellsPullTime: false,
  untag: 'none',
  restore: 'by-service',
  transition: false,
  cascades: [],
};

const CONTAINERS: ServiceAbilities = { ...VERSIONS, untag: 'dummy' };

/** A package, and the registry that holds its manifests where it is a container. */
export interface GitHubPackagesOptions {
  readonly client: PackagesClient;
  readonly target: PackageTarget;
  readonly registry?: Registry | undefined;
  /** `https://npm.pkg.github.com`: where npm's own names of versions (`latest`) are read. */
  readonly npmRegistry?: string | undefined;
}

/** Versions of one package of GitHub: containers, npm, maven, nuget, rubygems (REST API, "Packages"). */
export class GitHubPackagesService implements RetentionService {
  readonly target: string;
  readonly abilities: ServiceAbilities;
  readonly fetchManifest: RetentionService['fetchManifest'];
  readonly #client: PackagesClient;
  readonly #package: PackageTarget;
  readonly #registry: Registry | undefined;
  readonly #distTags: DistTags | undefined;
  /** `/orgs/acme/packages/container/app`, once it is known whether an organisation owns it. */
  #path: Promise<string> | undefined;

  constructor({ client, target, registry, npmRegistry }: GitHubPackagesOptions) {
    if (target.type === 'npm' && npmRegistry !== undefined) {
      this.#distTags = new DistTags(client, npmRegistry, target);
    }
    this.target = target.text;
    this.#client = client;
    this.#package = target;
    const manifests = target.type === 'container' ? registry : undefined;
    this.#registry = manifests;
    this.abilities = manifests === undefined ? VERSIONS : CONTAINERS;
    this.fetchManifest = manifests && ((digest, its = {}) => fetchManifestBytes(manifests, digest, its));
  }

  async list(options: ListOptions = {}): Promise<readonly StoredImage[]> {
    const versions = await this.#listVersions(options);
    return this.#distTags?.addTo(versions, options) ?? versions;
  }

  async #listVersions(options: ListOptions): Promise<readonly StoredImage[]> {
    if (this.#path !== undefined) return this.#listAt(await this.#path, options);
    const [first, second] = this.#candidates();
    try {
      return await this.#listAt(first, options);
    } catch (error) {
      if (!isSuiteError(error, 'NOT_FOUND')) throw error;
      return this.#listAt(second, options);
    }
  }

  /** Reads the list where it may be: asking for the package first would cost a request more. */
  async #listAt(path: string, options: ListOptions): Promise<readonly StoredImage[]> {
    const versions = await readVersions(this.#listingAt(path, options), this.#package.type);
    this.#path = Promise.resolve(path);
    return versions;
  }

  async look(image: Pick<StoredImage, 'id'>, options: ServiceOptions = {}): Promise<StoredImage | undefined> {
    const answer = await this.#ask('GET', await this.#versionPath(image), options);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200)
      throw this.#refusal(answer, `look at the version ${image.id} of ${this.target}`);
    const version = readPackageVersion(answer.data, this.#package.type);
    return (await this.#distTags?.addTo([version], options))?.[0] ?? version;
  }

  /**
   * @throws SuiteError `UNSUPPORTED` for what GitHub never deletes: the last (tagged) version, and public ones with more
   *   than 5,000 downloads
   */
  async delete(image: StoredImage, options: ServiceOptions = {}): Promise<'deleted' | 'gone'> {
    const answer = await this.#ask('DELETE', await this.#versionPath(image), options);
    if (answer.status === 204) return 'deleted';
    // Whose first answer was lost has deleted it; else lists lag behind, or another run was faster.
    if (answer.status === 404) return answer.isRepeated ? 'deleted' : 'gone';
    throw this.#refusal(
      answer,
      `delete the version ${image.digest ?? image.tags[0] ?? image.id} of ${this.target}`,
    );
  }

  async untag(image: StoredImage, tag: string, options: ServiceOptions = {}): Promise<void> {
    const registry = this.#registry;
    if (registry === undefined) throw this.#unsupported('takes no tags away from versions');
    await untagSafely(
      image,
      tag,
      {
        target: this.target,
        registry,
        find: (digest, isThorough, its) => this.#find(digest, isThorough, its),
        look: (its, more) => this.look(its, more),
        delete: (its, more) => this.delete(its, more),
        sleep: (milliseconds, signal) => this.#client.clock.sleep(milliseconds, signal),
      },
      options,
    );
  }

  async restore(
    image: Pick<StoredImage, 'id' | 'digest' | 'tags'>,
    options: ServiceOptions = {},
  ): Promise<'restored' | 'there'> {
    const answer = await this.#ask('POST', `${await this.#versionPath(image)}/restore`, options);
    const isRestored = answer.status === 204;
    const there = await this.look(image, options);
    if (there === undefined) {
      if (answer.status === 404) throw this.#lost(image);
      throw this.#refusal(answer, `restore the version ${image.digest ?? image.id} of ${this.target}`);
    }
    const hasTagged = await this.#tagAgain(image, there, options);
    return isRestored || answer.isRepeated || hasTagged ? 'restored' : 'there';
  }

  transition(): Promise<void> {
    return Promise.reject(this.#unsupported('has no storage classes'));
  }

  quota(): Quota | undefined {
    return this.#client.quota();
  }

  /** GitHub's documentation does not say that tags come back: those that nothing else has got are set again. */
  async #tagAgain(
    { digest, tags }: Pick<StoredImage, 'digest' | 'tags'>,
    there: StoredImage,
    options: ServiceOptions,
  ): Promise<boolean> {
    const registry = this.#registry;
    if (registry === undefined || digest === undefined) return false;
    let hasTagged = false;
    for (const text of tags.filter((tag) => !there.tags.includes(tag))) {
      const tag = parseTag(text, `tag of ${this.target}`);
      if ((await registry.resolve(tag, options)) !== undefined) continue;
      const manifest = await registry.fetchManifest(digest, options);
      await registry.tagManifest(tag, manifest, { ...options, replaces: 'nothing' });
      hasTagged = true;
    }
    return hasTagged;
  }

  async #find(
    digest: Digest,
    isThorough: boolean,
    options: ServiceOptions,
  ): Promise<StoredImage | undefined> {
    const listing = await this.#listing(options);
    const items = isThorough ? await readAllPages(listing) : (await readPage(listing, 1)).items;
    const versions = items.map((item) => readPackageVersion(item, this.#package.type));
    return versions.find((version) => version.digest === digest);
  }

  async #listing(options: ListOptions): Promise<VersionListing> {
    return this.#listingAt(await this.#packagePath(options), options);
  }

  #listingAt(path: string, { signal, isDecisive }: ListOptions): VersionListing {
    const doing = `list the versions of ${this.target}`;
    return { client: this.#client, path: `${path}/versions`, doing, signal, isDecisive };
  }

  async #versionPath({ id }: Pick<StoredImage, 'id'>): Promise<string> {
    return `${await this.#packagePath({})}/versions/${encodeURIComponent(id)}`;
  }

  #packagePath(options: ServiceOptions): Promise<string> {
    if (this.#path !== undefined) return this.#path;
    const finding = this.#findPath(options);
    this.#path = finding;
    // What failed once may work when it is asked for again.
    finding.catch(() => {
      this.#path = undefined;
    });
    return finding;
  }

  async #findPath(options: ServiceOptions): Promise<string> {
    const [first, second] = this.#candidates();
    const answer = await this.#ask('GET', first, options);
    if (answer.status === 200) return first;
    if (answer.status !== 404) throw this.#refusal(answer, `find ${this.target}`);
    const again = await this.#ask('GET', second, options);
    if (again.status === 200) return second;
    throw this.#refusal(again, `find ${this.target}`);
  }

  /** Most packages are of organisations. Of what is not there GitHub says the same as of what is a user's. */
  #candidates(): readonly [string, string] {
    const { owner, type, name } = this.#package;
    const below = `${encodeURIComponent(owner)}/packages/${type}/${encodeURIComponent(name)}`;
    return [`/orgs/${below}`, `/users/${below}`];
  }

  #ask(method: 'GET' | 'DELETE' | 'POST', path: string, { signal }: ServiceOptions): Promise<PackagesAnswer> {
    return this.#client.ask({ method, path, signal });
  }

  #refusal(answer: PackagesAnswer, doing: string): SuiteError {
    return packagesError(answer, doing, this.#client.clock.now());
  }

  #lost({ id, digest }: Pick<StoredImage, 'id' | 'digest'>): SuiteError {
    return new SuiteError(
      'NOT_FOUND',
      `GitHub has no version ${digest ?? id} of ${this.target} to restore.`,
      {
        remedy:
          'GitHub keeps deleted versions for 30 days, while nothing else takes their name: push it again.',
      },
    );
  }

  #unsupported(fact: string): SuiteError {
    return new SuiteError('UNSUPPORTED', `GitHub Packages ${fact}: ${this.target}.`);
  }
}
