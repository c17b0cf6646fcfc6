import type { Digest } from '../name/digest.ts';
import { sameLocation } from '../name/reference.ts';
import type { Tag } from '../name/tag.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { Registry } from '../registry.ts';
import type { Limiter } from './limiter.ts';
import { decideTag, digestLike, type TagDecision } from './tag-decision.ts';

/** A repository to copy to, and the tags the image gets there. */
export interface CopyDestination {
  readonly registry: Registry;
  readonly tags: readonly Tag[];
  /** Whether a tag may move there; every other one is immutable. Default: none may. */
  readonly isChannel?: ((tag: Tag) => boolean) | undefined;
}

/** What becomes of one tag at one destination. */
export interface PlannedTag {
  readonly tag: Tag;
  readonly decision: TagDecision;
  readonly isChannel: boolean;
}

/** What a view of a destination stands on. */
interface ViewOptions {
  readonly source: Registry;
  readonly root: Manifest;
  readonly limiter: Limiter;
  readonly signal: AbortSignal | undefined;
}

/**
 * What is known of a destination before anything is written, each thing asked for once.
 *
 * How much is asked depends on how much can be trusted. Manifests are written after all they need, and tags
 * last; so where every tag already points to the image, all that a manifest there names is there. Where a tag
 * is yet to be set, each manifest is looked for, because others may have left half an image.
 */
export class DestinationView {
  readonly registry: Registry;
  readonly tags: readonly PlannedTag[];
  readonly isChannel: (tag: Tag) => boolean;
  /** Whether it is the source's own repository: everything is there. */
  readonly isSource: boolean;
  /** Whether every tag points to the image already. */
  readonly isSettled: boolean;
  readonly #limiter: Limiter;
  readonly #signal: AbortSignal | undefined;
  readonly #manifests = new Map<Digest, Promise<boolean>>();
  readonly #referrers = new Map<Digest, Promise<ReadonlySet<Digest>>>();
  readonly #currents = new Map<Tag, Promise<Digest | undefined>>();

  private constructor(
    { registry, isChannel = () => false }: CopyDestination,
    tags: readonly PlannedTag[],
    options: ViewOptions,
  ) {
    this.registry = registry;
    this.tags = tags;
    this.isChannel = isChannel;
    this.isSource = sameLocation(registry.location, options.source.location);
    this.isSettled = tags.length > 0 && tags.every(({ decision }) => decision.outcome === 'same');
    this.#limiter = options.limiter;
    this.#signal = options.signal;
  }

  /** Looks at a destination's tags, and decides about each. */
  static async open(destination: CopyDestination, options: ViewOptions): Promise<DestinationView> {
    const { registry, tags } = destination;
    const { root, limiter, signal } = options;
    const planned = tags.map(async (tag) => {
      const current = (await limiter.run(() => registry.resolve(tag, { signal }), signal))?.digest;
      const isChannel = destination.isChannel?.(tag) ?? false;
      return {
        tag,
        isChannel,
        decision: decideTag({ current, wanted: digestLike(root, current), isChannel }),
      };
    });
    return new DestinationView(destination, await Promise.all(planned), options);
  }

  /** Whether a manifest is here. */
  hasManifest(digest: Digest): Promise<boolean> {
    return once(this.#manifests, digest, async () => {
      const found = await this.#ask(() => this.registry.resolve(digest, { signal: this.#signal }));
      return found !== undefined;
    });
  }

  /** The digests that are listed here as referring to a subject. */
  referrersOf(subject: Digest): Promise<ReadonlySet<Digest>> {
    return once(this.#referrers, subject, async () => {
      const found = await this.#ask(() => this.registry.listReferrers(subject, { signal: this.#signal }));
      return new Set(found.map(({ digest }) => digest));
    });
  }

  /** What a tag points to here. */
  currentOf(tag: Tag): Promise<Digest | undefined> {
    return once(this.#currents, tag, async () => {
      const found = await this.#ask(() => this.registry.resolve(tag, { signal: this.#signal }));
      return found?.digest;
    });
  }

  /** The manifest of a digest that is here. */
  fetchManifest(digest: Digest): Promise<Manifest> {
    return this.#ask(() => this.registry.fetchManifest(digest, { signal: this.#signal }));
  }

  #ask<T>(question: () => Promise<T>): Promise<T> {
    return this.#limiter.run(question, this.#signal);
  }
}

function once<K, V>(known: Map<K, Promise<V>>, key: K, ask: () => Promise<V>): Promise<V> {
  const answer = known.get(key) ?? ask();
  known.set(key, answer);
  return answer;
}
