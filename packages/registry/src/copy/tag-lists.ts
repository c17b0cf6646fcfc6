import { isSuiteError } from '@artifact-lifecycle/core';
import { formatLocation } from '../name/reference.ts';
import type { Tag } from '../name/tag.ts';
import type { Registry } from '../registry.ts';

/**
 * Registries that ignore `n` and give a page of their own size, without a `Link` to the next, give a round number: such a
 * list may be the whole, or its beginning.
 */
const ROUND = 50;

/** The tags of repositories, each listed once for all copies that are planned together. */
export class TagLists {
  readonly #lists = new Map<string, Promise<ReadonlySet<Tag> | undefined>>();

  /** All tags of a repository, or `undefined` where they cannot be listed, or may not be all. */
  of({ location }: Registry, list: () => Promise<readonly Tag[]>): Promise<ReadonlySet<Tag> | undefined> {
    const place = formatLocation(location);
    const known = this.#lists.get(place);
    if (known !== undefined) return known;
    const tags = read(list);
    this.#lists.set(place, tags);
    // Whoever asked may have been cancelled, which is no answer for others.
    tags.catch(() => this.#lists.delete(place));
    return tags;
  }
}

async function read(list: () => Promise<readonly Tag[]>): Promise<ReadonlySet<Tag> | undefined> {
  try {
    const tags = await list();
    return tags.length > 0 && tags.length % ROUND === 0 ? undefined : new Set(tags);
  } catch (error) {
    // distribution answers 404 where a repository has manifests but no tag.
    const mayTry = ['NOT_FOUND', 'FORBIDDEN', 'PERMISSION_MISSING', 'UNSUPPORTED', 'LIMIT_EXCEEDED'] as const;
    if (isSuiteError(error, ...mayTry)) return undefined;
    throw error;
  }
}
