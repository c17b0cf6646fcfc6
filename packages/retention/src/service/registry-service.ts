import { buffer } from 'node:stream/consumers';
import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import {
  type Digest,
  field,
  formatLocation,
  isJsonObject,
  MAX_MANIFEST_BYTES,
  type Manifest,
  mapInParallel,
  parseBoundedJson,
  parseDigest,
  parseTag,
  type Registry,
  rememberManifests,
  type Tag,
} from '@artifact-lifecycle/registry';
import type { StoredImage } from '../image/stored-image.ts';
import { fetchManifestBytes } from './rest/final-service.ts';
import type { Quota, RetentionService, ServiceAbilities, ServiceOptions } from './retention-service.ts';

/** Questions at a time: registries answer so many without slowing others down. */
const CONCURRENCY = 8;

/**
 * What the distribution API gives: tags, and manifests by digest. Images without a tag cannot be listed; the time of a
 * push is the time the image was made, by its config.
 */
const ABILITIES: ServiceAbilities = {
  listsUntagged: false,
  tellsPushTime: false,
  tellsPullTime: false,
  untag: 'native',
  restore: 'none',
  transition: false,
  cascades: [],
};

/** Any OCI registry, by its tags (distribution-spec, "Content Discovery", "Content Management"). */
export class RegistryService implements RetentionService {
  readonly target: string;
  readonly abilities = ABILITIES;
  readonly #registry: Registry;

  constructor(registry: Registry, target: string = formatLocation(registry.location)) {
    // What is looked at is listed before, and what is listed is described and followed: each is read once.
    this.#registry = rememberManifests(registry);
    this.target = target;
  }

  async list({ signal }: ServiceOptions = {}): Promise<readonly StoredImage[]> {
    const tags = await this.#registry.listTags({ signal });
    const places = await mapInParallel(tags, CONCURRENCY, signal, async (tag, signal) => ({
      tag,
      descriptor: await this.#registry.resolve(tag, { signal }),
    }));
    const byDigest = new Map<Digest, Tag[]>();
    for (const { tag, descriptor } of places) {
      // A tag that went between the list and the question is gone.
      if (descriptor === undefined) continue;
      byDigest.set(descriptor.digest, [...(byDigest.get(descriptor.digest) ?? []), tag]);
    }
    const tagged = await mapInParallel([...byDigest], CONCURRENCY, signal, ([digest, names], signal) =>
      this.#describe(digest, names, { signal }),
    );
    const images = new Map(tagged.map((image) => [image.id, image]));
    await this.#addAttached(images, { signal });
    return [...images.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** What belongs to the tagged images goes with them: children of indexes, and what refers to any of them. */
  async #addAttached(images: Map<string, StoredImage>, { signal }: ServiceOptions): Promise<void> {
    for (let parents = [...images.values()]; parents.length > 0; ) {
      const attached = await mapInParallel(parents, CONCURRENCY, signal, async (parent, signal) => {
        const found = await this.#attachedTo(parseDigest(parent.id, 'image'), { signal });
        return found.map((digest) => [digest, parent] as const);
      });
      // What belongs to several belongs to the first of them, as far as its age goes.
      const fresh = new Map(
        attached
          .flat()
          .filter(([digest]) => !images.has(digest))
          .toReversed(),
      );
      const found = await mapInParallel([...fresh], CONCURRENCY, signal, ([digest, parent], signal) =>
        this.#describeAttached(digest, parent, { signal }),
      );
      parents = found.filter((image) => image !== undefined);
      for (const image of parents) images.set(image.id, image);
    }
  }

  async #attachedTo(digest: Digest, options: ServiceOptions): Promise<readonly Digest[]> {
    const { content } = await this.#registry.fetchManifest(digest, options);
    const children = content.kind === 'index' ? content.manifests : [];
    const referrers = await this.#registry.listReferrers(digest, options);
    return [...children, ...referrers].map((descriptor) => descriptor.digest);
  }

  async #describeAttached(
    digest: Digest,
    parent: StoredImage,
    options: ServiceOptions,
  ): Promise<StoredImage | undefined> {
    if ((await this.#registry.resolve(digest, options)) === undefined) return undefined;
    const found = await this.#describe(digest, [], options);
    // As old as what it belongs to where it does not say.
    return found.pushedAt === UNKNOWN_TIME ? { ...found, pushedAt: parent.pushedAt } : found;
  }

  async look(
    { id }: Pick<StoredImage, 'id'>,
    options: ServiceOptions = {},
  ): Promise<StoredImage | undefined> {
    const digest = parseDigest(id, 'image');
    if ((await this.#registry.resolve(digest, options)) === undefined) return undefined;
    const { signal } = options;
    const tags = await this.#registry.listTags({ signal });
    const here = await mapInParallel(tags, CONCURRENCY, signal, async (tag, signal) => {
      const descriptor = await this.#registry.resolve(tag, { signal });
      return descriptor?.digest === digest ? [tag] : [];
    });
    return this.#describe(digest, here.flat(), options);
  }

  fetchManifest(digest: Digest, options: ServiceOptions = {}): Promise<Uint8Array | undefined> {
    return fetchManifestBytes(this.#registry, digest, options);
  }

  /** Some registries keep the tags of a deleted manifest as names of nothing: they are taken away first. */
  async delete(
    { id, tags, subject }: StoredImage,
    options: ServiceOptions = {},
  ): Promise<'deleted' | 'gone'> {
    const digest = parseDigest(id, 'image');
    if ((await this.#registry.resolve(digest, options)) === undefined) return 'gone';
    // The list of what referred to a deleted image is an image of the plan, too: rewritten it would be none of it.
    const staysListed =
      subject !== undefined && (await this.#registry.resolve(subject, options)) === undefined;
    await this.#registry.deleteManifest(digest, { ...options, staysListed });
    for (const tag of tags) await this.#forget(parseTag(tag, 'tag'), digest, options);
    return 'deleted';
  }

  async untag(_image: StoredImage, tag: string, options: ServiceOptions = {}): Promise<void> {
    await this.#registry.deleteManifest(parseTag(tag, 'tag'), options);
  }

  async restore(): Promise<'restored' | 'there'> {
    throw new SuiteError('UNSUPPORTED', `${this.target} brings nothing back that was deleted.`, {
      remedy: 'Push the images again; the audit file has their digests and tags.',
    });
  }

  async transition(): Promise<void> {
    throw new SuiteError(
      'UNSUPPORTED',
      `${this.target} has one storage class, and nowhere to move images to.`,
    );
  }

  quota(): Quota | undefined {
    return undefined;
  }

  /** A tag that still leads to the deleted manifest leads nowhere. */
  async #forget(tag: Tag, digest: Digest, options: ServiceOptions): Promise<void> {
    const left = await this.#registry.resolve(tag, options);
    if (left?.digest === digest) await this.#registry.deleteManifest(tag, options);
  }

  async #describe(digest: Digest, tags: readonly Tag[], options: ServiceOptions): Promise<StoredImage> {
    const manifest = await this.#registry.fetchManifest(digest, options);
    return {
      id: digest,
      digest,
      tags: tags.toSorted(),
      pushedAt: await this.#createdAt(manifest, options),
      mediaType: manifest.mediaType,
      artifactType: manifest.content.artifactType,
      subject: manifest.content.subject?.digest,
    };
  }

  /** When an image was made; of an index, when its first image was. Young where nobody says: it stays longer then. */
  async #createdAt({ content }: Manifest, options: ServiceOptions): Promise<number> {
    const annotated = readTime(content.annotations['org.opencontainers.image.created']);
    if (annotated !== undefined) return annotated;
    if (content.kind === 'index') {
      const [first] = content.manifests;
      if (first === undefined) return UNKNOWN_TIME;
      // The tag that stands in for the referrers API lists what may be deleted by now.
      const child = await ifThere(this.#registry.fetchManifest(first.digest, options));
      return child === undefined ? UNKNOWN_TIME : this.#createdAt(child, options);
    }
    if (content.kind !== 'image' || content.config.size > MAX_MANIFEST_BYTES) return UNKNOWN_TIME;
    const blob = await ifThere(this.#registry.openBlob(content.config, 0, options));
    if (blob === undefined) return UNKNOWN_TIME;
    const config = parseBoundedJson(await buffer(blob), `config ${content.config.digest}`);
    return (isJsonObject(config) ? readTime(field(config, 'created')) : undefined) ?? UNKNOWN_TIME;
  }
}

async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (isSuiteError(error, 'NOT_FOUND')) return undefined;
    throw error;
  });
}

/** In the year 9999: nothing is older than that. */
const UNKNOWN_TIME = 253_402_300_799_000;

/** Before containers were: reproducible builds write 1970 or 1980, which says nothing of an image's age. */
const FIRST_TIME = Date.parse('2013-03-01T00:00:00Z');

function readTime(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) || time < FIRST_TIME ? undefined : time;
}
