import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { ServiceOptions, StoredImage } from '@artifact-lifecycle/retention';
import { isObject } from '../payload.ts';
import type { PackageTarget } from './package-target.ts';
import { unexpected } from './package-version.ts';
import type { PackagesClient } from './packages-client.ts';

/** What was read is good for so long: who deletes looks at each version just before. */
const MAX_AGE = 30_000;

/** Names of versions that npm keeps beside them, `latest` and `next`: GitHub's API does not tell them. */
export class DistTags {
  readonly #client: PackagesClient;
  readonly #url: URL;
  readonly #target: string;
  #known: { readonly at: number; readonly byVersion: ReadonlyMap<string, readonly string[]> } | undefined;

  /** @param registry `https://npm.pkg.github.com` */
  constructor(client: PackagesClient, registry: string, { owner, name, text }: PackageTarget) {
    this.#client = client;
    this.#target = text;
    const base = registry.replace(/\/$/, '');
    this.#url = new URL(`${base}/@${encodeURIComponent(owner.toLowerCase())}%2F${encodeURIComponent(name)}`);
  }

  /**
   * Adds its dist-tags to a version's tags, so that what protects tags protects them.
   *
   * @throws SuiteError where the registry does not tell: `latest` would look like any other
   */
  async addTo(versions: readonly StoredImage[], options: ServiceOptions): Promise<readonly StoredImage[]> {
    const byVersion = await this.#read(options);
    return versions.map((version) => {
      const more = version.tags.flatMap((tag) => byVersion.get(tag) ?? []);
      return more.length === 0
        ? version
        : { ...version, tags: [...new Set([...version.tags, ...more])].sort() };
    });
  }

  async #read({ signal }: ServiceOptions): Promise<ReadonlyMap<string, readonly string[]>> {
    const now = this.#client.clock.now();
    if (this.#known !== undefined && now - this.#known.at < MAX_AGE) return this.#known.byVersion;
    const tags = await this.#fetch(signal);
    const byVersion = new Map<string, readonly string[]>();
    for (const [tag, version] of Object.entries(tags)) {
      if (typeof version !== 'string') throw unexpected('list of dist-tags');
      byVersion.set(version, [...(byVersion.get(version) ?? []), tag]);
    }
    this.#known = { at: now, byVersion };
    return byVersion;
  }

  async #fetch(signal: AbortSignal | undefined): Promise<Readonly<Record<string, unknown>>> {
    let data: unknown;
    try {
      data = await this.#client.fetchJson(this.#url, 'application/vnd.npm.install-v1+json', signal);
    } catch (error) {
      if (!isSuiteError(error)) throw error;
      throw new SuiteError(error.code, `The dist-tags of ${this.#target} cannot be read: ${error.message}`, {
        remedy: error.remedy,
        cause: error,
      });
    }
    const tags = isObject(data) ? data['dist-tags'] : undefined;
    if (!isObject(tags)) throw unexpected('package of npm with its dist-tags');
    return tags;
  }
}
