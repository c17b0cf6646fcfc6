import { type Clock, isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { HttpHeaders } from '@artifact-lifecycle/core/http';
import { type Digest, digestHex } from '../name/digest.ts';
import { formatLocation } from '../name/reference.ts';
import { referrersTag, type Tag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Manifest } from '../oci/manifest.ts';
import { MEDIA_TYPE } from '../oci/media-type.ts';
import { addReferrer, isSubject, removeReferrer } from '../oci/referrers-index.ts';
import type { RequestOptions } from '../registry.ts';
import { type FetchedManifest, putManifest, resolveManifest, tryFetchManifest } from './manifests.ts';
import type { RepositoryAccess } from './repository-access.ts';

/** Each lost race means that another writer got in; so many in a row are no accident. */
const MAX_ROUNDS = 8;

/** The wait after a lost race, times the rounds so far. */
const RACE_DELAY_MS = 100;

/**
 * How long a list is left alone before it is looked at again, at least and at most. Few registries honour conditions,
 * and none says so: another writer may have looked before we wrote, and write over it afterwards. He takes about as
 * long from look to write as we did.
 */
const SETTLE_MS = { least: 100, most: 1000, spells: 2 };

/** What is to become of a list of referrers. */
export type ListChange =
  | { readonly kind: 'enter'; readonly referrer: Descriptor }
  | { readonly kind: 'leave'; readonly digest: Digest };

/** What an update of a referrers tag works with. */
export interface ReferrersTagOptions extends RequestOptions {
  readonly clock: Clock;
}

/**
 * Enters referrers under their subject's referrers tag and takes others off it, for registries without the referrers
 * API (distribution-spec, "Pushing Manifests with Subject", "Deleting Manifests"). The list may have other writers: it
 * is written on the condition that it has not changed, read again when another writer must have been done, and written
 * anew where an entry got lost.
 *
 * @throws SuiteError `UNSUPPORTED` where the tag cannot hold a list, `TAG_EXISTS` where it may not move
 */
export async function updateReferrersTag(
  access: RepositoryAccess,
  subject: Digest,
  changes: readonly ListChange[],
  options: ReferrersTagOptions,
): Promise<void> {
  const tag = referrersTag(subject);
  const { clock, signal } = options;
  const enters = changes.some(({ kind }) => kind === 'enter');
  if (enters && access.host.quirks.referrersTag === 'digest') throw tagIsTaken(access, subject);
  for (let round = 0; round <= MAX_ROUNDS; round += 1) {
    const began = clock.now();
    const current = await tryFetchManifest(access, tag, options);
    if (enters && current !== undefined && isSubject(current.manifest, subject))
      throw tagIsTaken(access, subject);
    const changed = changedList(current?.manifest, subject, changes);
    if (changed === undefined) return;
    if (round === MAX_ROUNDS) break;
    await write({ access, tag, current, options }, changed);
    // An entry of what is deleted that comes back does no harm: readers pass over it.
    const pause = enters ? settleTime(changed, round, clock.now() - began) : RACE_DELAY_MS * round;
    if (pause > 0) await clock.sleep(pause, signal);
  }
  throw new SuiteError(
    'UNREACHABLE',
    `The list of referrers ${formatLocation(access.repository)}:${tag} did not keep its new entry in ${MAX_ROUNDS} tries.`,
    { remedy: 'Let fewer jobs write to this image at a time, and try again.' },
  );
}

/** The list as it should be, or `undefined` where it is so already. */
function changedList(
  list: Manifest | undefined,
  subject: Digest,
  changes: readonly ListChange[],
): Manifest | undefined {
  let index = list;
  for (const change of changes) {
    if (change.kind === 'enter') index = addReferrer(index, change.referrer) ?? index;
    // What is no list names no referrer.
    else if (index?.mediaType === MEDIA_TYPE.ociIndex && !isSubject(index, subject))
      index = removeReferrer(index, change.digest) ?? index;
  }
  return index === list ? undefined : index;
}

/**
 * How long to wait until a list is looked at again. Other writers have other lists, and so wait for another time, else
 * they would come back together, and overwrite each other once more.
 */
function settleTime({ digest }: Manifest, round: number, spell: number): number {
  const { least, most, spells } = SETTLE_MS;
  const time = Math.min(Math.max(spell * spells, least), most);
  const share = Number.parseInt(digestHex(digest).slice(0, 4), 16) / 0xffff;
  return Math.round(time * (round + 1) * (1 + share));
}

/** A list that is about to be replaced. */
interface Replacement {
  readonly access: RepositoryAccess;
  readonly tag: Tag;
  /** What the new one was made from. */
  readonly current: FetchedManifest | undefined;
  readonly options: ReferrersTagOptions;
}

/** Writes the list; a write that lost its race is no error, because the next round sees it. */
async function write(replacement: Replacement, changed: Manifest): Promise<void> {
  const refusal = await tryPut(replacement, changed, conditionOf(replacement.current));
  if (refusal === undefined) return;
  if (refusal.code === 'NOT_FOUND') {
    const alive = await withoutDeadEntries(replacement, changed);
    if (alive.digest === changed.digest) throw refusal;
    await write(replacement, alive);
    return;
  }
  if (await hasMoved(replacement)) return;
  // The condition may be what is wrong: a proxy that packs answers names them by another entity tag.
  const last = await tryPut(replacement, changed, {});
  if (last === undefined || (await hasMoved(replacement))) return;
  if (last.code !== 'TAG_EXISTS') throw last;
  throw new SuiteError('TAG_EXISTS', last.message, {
    remedy: `Exempt tags that start with ${replacement.tag.slice(0, 'sha256-'.length)} from the registry’s immutability: they list what refers to an image.`,
    cause: last,
  });
}

/** Writes the list, or gives the refusal that may be about its being there: any other is thrown. */
async function tryPut(
  { access, tag, options }: Replacement,
  list: Manifest,
  condition: HttpHeaders,
): Promise<SuiteError | undefined> {
  try {
    await putManifest(access, tag, list, { signal: options.signal, condition });
    return undefined;
  } catch (error) {
    // A failed condition (412, in places 409) is the last of them where nothing stands under the tag any more.
    if (isSuiteError(error, 'NOT_FOUND', 'TAG_EXISTS', 'PROTOCOL_INVALID')) return error;
    throw error;
  }
}

async function hasMoved({ access, tag, current, options }: Replacement): Promise<boolean> {
  const now = await tryFetchManifest(access, tag, options);
  return now?.manifest.digest !== current?.manifest.digest;
}

/**
 * The list without what somebody deleted and left in it: registries that look at the entries of an index
 * refuse it for one dead entry, and nothing could ever be attached again.
 */
async function withoutDeadEntries({ access, options }: Replacement, list: Manifest): Promise<Manifest> {
  let alive = list;
  if (list.content.kind !== 'index') return list;
  for (const { digest } of list.content.manifests) {
    if ((await resolveManifest(access, digest, options)) !== undefined) continue;
    alive = removeReferrer(alive, digest) ?? alive;
  }
  return alive;
}

/** RFC 9110, section 13.1; a registry that does not know conditions ignores them. */
export function conditionOf(current: FetchedManifest | undefined): HttpHeaders {
  if (current === undefined) return { 'if-none-match': '*' };
  return current.etag === undefined || current.etag.startsWith('W/') ? {} : { 'if-match': current.etag };
}

function tagIsTaken(access: RepositoryAccess, subject: Digest): SuiteError {
  const tag = referrersTag(subject);
  return new SuiteError(
    'UNSUPPORTED',
    `${formatLocation(access.repository)}:${tag} names ${subject} itself, so that nothing can be listed as referring to it.`,
    {
      remedy:
        'Use a registry with the referrers API, or remove that tag; registry.gitlab.com reads it as the digest.',
    },
  );
}
