import { discard } from '@artifact-lifecycle/core/http';
import type { Tag } from '../name/tag.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { RequestOptions } from '../registry.ts';
import type { RepositoryAccess } from './repository-access.ts';

/** distribution-spec, "Pushing Manifests": every registry that takes tags so takes ten of them. */
const MAX_TAGS_A_REQUEST = 10;

/** To ask who may not know how costs one request more, which fewer tags would not bring in again. */
const LEAST_TAGS_TO_ASK = 3;

/**
 * Whether so many tags are worth one request that sets them all. Of registries that anybody runs only an answer tells;
 * services say what they offer, and none says so of this.
 */
export function mayTagTogether({ host }: RepositoryAccess, count: number): boolean {
  if (host.kind !== 'oci') return false;
  switch (host.memory.severalTags) {
    case 'offered':
      return count > 1;
    case 'unknown':
      return count >= LEAST_TAGS_TO_ASK;
    case 'not-offered':
      return false;
  }
}

/**
 * Points several tags to a manifest that is here, by one request (distribution-spec, "Pushing Manifests":
 * `PUT /manifests/<digest>?tag=…`), and gives those that the registry says it has set. A refusal sets none and is no
 * error: whoever sets them one by one hears which of them it is about.
 */
export async function tagTogether(
  access: RepositoryAccess,
  tags: readonly Tag[],
  manifest: Manifest,
  { signal }: RequestOptions,
): Promise<readonly Tag[]> {
  const { memory } = access.host;
  const set: Tag[] = [];
  for (let at = 0; at < tags.length; at += MAX_TAGS_A_REQUEST) {
    const some = tags.slice(at, at + MAX_TAGS_A_REQUEST);
    const query = some.map((tag) => `tag=${encodeURIComponent(tag)}`).join('&');
    const response = await access.send({
      method: 'PUT',
      target: access.path(`manifests/${manifest.digest}?${query}`),
      scopes: access.scopes('pull', 'push'),
      headers: { 'content-type': manifest.mediaType },
      body: manifest.bytes,
      signal,
    });
    await discard(response);
    const isTaken = response.status >= 200 && response.status <= 299;
    const named = new Set((response.headers['oci-tag'] ?? '').split(',').map((tag) => tag.trim()));
    const accepted = isTaken ? some.filter((tag) => named.has(tag)) : [];
    set.push(...accepted);
    if (accepted.length > 0) memory.severalTags = 'offered';
    else if (memory.severalTags === 'unknown') memory.severalTags = 'not-offered';
    if (accepted.length < some.length) break;
  }
  return set;
}
