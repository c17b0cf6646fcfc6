import { SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { digestTagKind } from '../oci/digest-tag.ts';
import type { LayoutContent } from './layout-content.ts';
import type { LayoutIndex } from './layout-index.ts';

/**
 * The one image of a layout: what is attached to others does not count, and entries without a name only
 * where nothing has one.
 *
 * @throws SuiteError `INPUT_INVALID` where there are several
 */
export async function findSole(index: LayoutIndex, content: LayoutContent): Promise<Descriptor | undefined> {
  const named = new Map<Digest, Descriptor>();
  const tags = index.tags.filter((tag) => digestTagKind(tag) === undefined);
  for (const tag of tags) {
    const descriptor = index.find(tag);
    if (descriptor !== undefined) named.set(descriptor.digest, descriptor);
  }
  const unnamed: Descriptor[] = [];
  if (named.size === 0) {
    const reached = await content.reach(index);
    const lists = new Set(index.tags.map((tag) => index.find(tag)?.digest));
    for (const root of index.roots) {
      const isAttached = reached.get(root.digest)?.subject !== undefined || lists.has(root.digest);
      if (!isAttached) unnamed.push(root);
    }
  }
  const [sole, ...others] = named.size > 0 ? [...named.values()] : unnamed;
  if (others.length === 0) return sole;
  throw new SuiteError(
    'INPUT_INVALID',
    `The ${content.place} holds ${others.length + 1} images, and none was named.`,
    {
      remedy:
        tags.length === 0
          ? 'Name one by its digest.'
          : `Name one of its tags: ${tags.slice(0, 20).join(', ')}.`,
    },
  );
}
