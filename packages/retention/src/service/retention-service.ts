import type { Digest } from '@artifact-lifecycle/registry';
import type { StoredImage } from '../image/stored-image.ts';

/** What a service can do, as data: the report says what it cannot. */
export interface ServiceAbilities {
  /** Whether images without a tag are listed; plain registries list tags only. */
  readonly listsUntagged: boolean;
  readonly tellsPushTime: boolean;
  readonly tellsPullTime: boolean;
  /** Whether the list says of every image its media type and what it refers to: then only indexes are read. */
  readonly tellsSubjects?: boolean | undefined;
  /** How one tag of several is taken away: by the service, by GitHub's safe way with a dummy manifest, or not. */
  readonly untag: 'native' | 'dummy' | 'none';
  readonly restore: 'by-service' | 'none';
  readonly transition: boolean;
  /** What the service takes with an image by itself: referrers, children. */
  readonly cascades: readonly ('referrers' | 'children')[];
}

/** What is left of a service's patience. */
export interface Quota {
  readonly remaining: number;
  /** Milliseconds since 1970. */
  readonly resetsAt: number | undefined;
}

export interface ServiceOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ListOptions extends ServiceOptions {
  /**
   * Whether things are deleted by this very list, and not by one that is read later: then the service makes sure of it
   * even where that costs requests.
   */
  readonly isDecisive?: boolean | undefined;
}

/** One repository or package of a service whose images can be listed and deleted. */
export interface RetentionService {
  /** As the target was written: `ghcr.io/acme/app`, `npm:@acme/lib`. */
  readonly target: string;
  readonly abilities: ServiceAbilities;
  /**
   * All images, in an order that does not depend on the service. A list that changed while it was read is read again;
   * what cannot be read is an error.
   */
  list(options?: ListOptions): Promise<readonly StoredImage[]>;
  /** The image as it is now, or `undefined` where it is gone: asked before each deletion. */
  look(image: Pick<StoredImage, 'id'>, options?: ServiceOptions): Promise<StoredImage | undefined>;
  /** A manifest's bytes by digest, for the graph; `undefined` where there is none. Absent for packages. */
  readonly fetchManifest?:
    | ((digest: Digest, options?: ServiceOptions) => Promise<Uint8Array | undefined>)
    | undefined;
  /**
   * Deletes an image with its tags. `gone` where it was not there any more.
   *
   * @throws SuiteError `UNSUPPORTED` where the service keeps this one for good (GitHub: more than 5,000 downloads, the
   *   last tagged version): that is a reason to pass over it, no failure of the run
   */
  delete(image: StoredImage, options?: ServiceOptions): Promise<'deleted' | 'gone'>;
  untag(image: StoredImage, tag: string, options?: ServiceOptions): Promise<void>;
  restore(
    image: Pick<StoredImage, 'id' | 'digest' | 'tags'>,
    options?: ServiceOptions,
  ): Promise<'restored' | 'there'>;
  transition(image: StoredImage, to: 'archive', options?: ServiceOptions): Promise<void>;
  quota(): Quota | undefined;
}
