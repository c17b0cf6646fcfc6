import { unlessCancelled } from '@artifact-lifecycle/core';
import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobOutcome } from '../registry.ts';

/** A run over thousands of images knows some ten blobs of each; each costs some 200 bytes. */
const MAX_KNOWN_BLOBS = 200_000;

/** Between which repositories of a host blobs are mounted. */
type MayMount = (from: string, to: string) => boolean;

/** A blob that is being brought somewhere. */
interface Errand {
  readonly repository: string;
  readonly done: Promise<unknown>;
}

/**
 * Which blobs one host is known to have, and where: each was seen or brought there by this run. So that of many images
 * with the same base its layers are looked for, or sent, once, and mounted from then on.
 */
export class KnownBlobs {
  readonly #mayMount: MayMount;
  readonly #places = new Map<string, Set<string>>();
  readonly #errands = new Map<string, Errand[]>();
  #known = 0;
  #mountsRefused = false;

  constructor(mayMount: MayMount) {
    this.#mayMount = mayMount;
  }

  /** Whether the host has refused to mount; then it is looked before a mount is tried, and no mount waited for. */
  get mountsRefused(): boolean {
    return this.#mountsRefused;
  }

  noteRefusedMount(): void {
    this.#mountsRefused = true;
  }

  /** Forgets where a blob was said to be; who says so of one may say so of others, and is no more asked to mount. */
  distrust(blob: Descriptor): void {
    this.#places.delete(keyOf(blob));
    this.#mountsRefused = true;
  }

  /**
   * Brings a blob into a repository: nothing where it is known to be there; and while it is on its way there, or to
   * where it can be mounted from, waits for that.
   *
   * @param bring gets a repository that is known to have it.
   */
  async bring(
    repository: string,
    blob: Descriptor,
    signal: AbortSignal | undefined,
    bring: (from: string | undefined) => Promise<BlobOutcome>,
  ): Promise<BlobOutcome> {
    const key = keyOf(blob);
    for (;;) {
      if (this.#places.get(key)?.has(repository) === true) return 'present';
      const errand = this.#worthWaitingFor(key, repository);
      if (errand === undefined) break;
      await unlessCancelled(errand.done, signal);
    }
    const work = bring(this.#placeToMountFrom(key, repository));
    const errand = { repository, done: work.catch(() => {}) };
    this.#errands.set(key, [...(this.#errands.get(key) ?? []), errand]);
    try {
      const outcome = await work;
      this.#note(key, repository);
      return outcome;
    } finally {
      const others = (this.#errands.get(key) ?? []).filter((other) => other !== errand);
      if (others.length === 0) this.#errands.delete(key);
      else this.#errands.set(key, others);
    }
  }

  #worthWaitingFor(key: string, repository: string): Errand | undefined {
    const errands = this.#errands.get(key) ?? [];
    const same = errands.find((errand) => errand.repository === repository);
    if (same !== undefined || this.#mountsRefused) return same;
    if (this.#placeToMountFrom(key, repository) !== undefined) return undefined;
    return errands.find((errand) => this.#mayMount(errand.repository, repository));
  }

  #placeToMountFrom(key: string, repository: string): string | undefined {
    for (const place of this.#places.get(key) ?? []) {
      if (this.#mayMount(place, repository)) return place;
    }
    return undefined;
  }

  #note(key: string, repository: string): void {
    if (this.#known >= MAX_KNOWN_BLOBS) return;
    const places = this.#places.get(key) ?? new Set<string>();
    if (!places.has(repository)) this.#known += 1;
    this.#places.set(key, places.add(repository));
  }
}

/** What only claims to be the same blob, of another size, is another one. */
function keyOf({ digest, size }: Descriptor): string {
  return `${digest} ${size}`;
}
