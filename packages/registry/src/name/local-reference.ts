import { type Digest, tryParseDigest } from './digest.ts';
import type { LocalLocation } from './location.ts';
import { type Tag, tryParseTag } from './tag.ts';

/** What follows `oci:`, taken apart; `problem` says in a half-sentence what is wrong with it. */
export type LayoutName =
  | { readonly path: string; readonly tag: Tag | undefined; readonly digest: Digest | undefined }
  | { readonly problem: string };

/**
 * Takes `DIR[:tag][@digest]` apart. A colon names a tag only behind the last `/` or `\`, so that the colon of
 * a Windows drive (`C:\images:v1`) and of a directory further up stay in the path; a directory that itself
 * ends in a colon and text is written with a slash behind it.
 */
export function splitLayoutName(text: string): LayoutName {
  let rest = text;
  let digest: Digest | undefined;
  const at = /@(sha[0-9]+:[^/\\@]*)$/.exec(rest);
  if (at?.[1] !== undefined) {
    digest = tryParseDigest(at[1]);
    if (digest === undefined)
      return { problem: `has a digest of the wrong form (${at[1].length} characters)` };
    rest = rest.slice(0, at.index);
  }
  let tag: Tag | undefined;
  const colon = rest.lastIndexOf(':');
  if (colon > lastSeparator(rest)) {
    tag = tryParseTag(rest.slice(colon + 1));
    if (tag === undefined) return { problem: 'has a tag of the wrong form' };
    rest = rest.slice(0, colon);
  }
  return rest === '' ? { problem: 'names no directory' } : { path: withoutTrailingSlash(rest), tag, digest };
}

/** Writes a local place so that reading it gives the same place. */
export function formatLocal(location: LocalLocation, tag?: Tag, digest?: Digest): string {
  if (location.kind === 'archive') return `docker-archive:${location.path}`;
  const { path } = location;
  const last = path.slice(lastSeparator(path) + 1);
  // Without the slash, a colon in the directory's name would be read as the start of a tag.
  const ambiguous = tag === undefined ? last.includes(':') : /@sha[0-9]+:/.test(last);
  return `oci:${path}${ambiguous ? '/' : ''}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function lastSeparator(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}

/** `images/` is `images`; the root of a drive keeps its slash, because `C:` alone is another place. */
function withoutTrailingSlash(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end -= 1;
  const bare = path.slice(0, end);
  return /^[A-Za-z]:$/.test(bare) ? `${bare}/` : bare;
}
