import { parseTag, type Tag } from '@artifact-lifecycle/registry';

/** Tags that begin with it are the suite's own: they name records, not images. */
export const HEAD_TAG_PREFIX = 'artifact-lifecycle.';

/** distribution-spec, "Pulling manifests": a tag has at most 128 characters. */
const MAX_TAG_LENGTH = 128;

/**
 * The tag that points to the newest record manifest of an environment in one of its repositories. Characters that no
 * tag may have become `_`, with a number behind that keeps two names apart.
 */
export function headTag(environment: string): Tag {
  const safe = environment.replace(/[^A-Za-z0-9_.-]/g, '_');
  const isSame = safe === environment && HEAD_TAG_PREFIX.length + safe.length <= MAX_TAG_LENGTH;
  const end = isSame ? '' : `.${checksum(environment)}`;
  const room = MAX_TAG_LENGTH - HEAD_TAG_PREFIX.length - end.length;
  return parseTag(`${HEAD_TAG_PREFIX}${safe.slice(0, room)}${end}`, 'environment');
}

/** Whether a tag names a record. */
export function isHeadTag(tag: string): boolean {
  return tag.startsWith(HEAD_TAG_PREFIX);
}

/** FNV-1a, 32 bits: it keeps names apart, and nobody's safety rests on it, since every record names its environment. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
