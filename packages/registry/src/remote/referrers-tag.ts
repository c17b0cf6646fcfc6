import { type Clock, isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { HttpHeaders } from '@artifact-lifecycle/core/http';
import type { Digest } from '../name/digest.ts';
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

/** The wait after a lost race, times the rounds that were lost. */
const RACE_DELAY_MS = 100;

/** What an update of a referrers tag works with. */
export interface ReferrersTagOptions extends RequestOptions {
  readonly clock: Clock;
}

/**
 * Enters a referrer under its subject's referrers tag, for registries without the referrers API
 * (distribution-spec, "Pushing Manifests with Subject"). The list may have other writers: it is written on the
 * condition that it has not changed, read again afterwards, and written anew when the entry got lost.
 *
 * @throws SuiteError `UNSUPPORTED` where the tag cannot hold a list, `TAG_EXISTS` where it may not move
 */
export function enterReferrer(
  access: RepositoryAccess,
  subject: Digest,
  referrer: Descriptor,
  options: ReferrersTagOptions,
): Promise<void> {
  const taken = tagIsTaken(access, subject);
  if (access.host.quirks.referrersTag === 'digest') return Promise.reject(taken);
  return update(access, subject, options, (index) => {
    if (index !== undefined && isSubject(index, subject)) throw taken;
    return addReferrer(index, referrer);
  });
}

/** Takes a referrer off its subject's referrers tag. What is no list there names no referrer. */
export function leaveReferrers(
  access: RepositoryAccess,
  subject: Digest,
  referrer: Digest,
  options: ReferrersTagOptions,
): Promise<void> {
  return update(access, subject, options, (index) => {
    if (index?.mediaType !== MEDIA_TYPE.ociIndex || isSubject(index, subject)) return undefined;
    return removeReferrer(index, referrer);
  });
}

/** @param change gives the list as it should be, or `undefined` where it is so already. */
async function update(
  access: RepositoryAccess,
  subject: Digest,
  options: ReferrersTagOptions,
  change: (index: Manifest | undefined) => Manifest | undefined,
): Promise<void> {
  const tag = referrersTag(subject);
  for (let round = 0; round <= MAX_ROUNDS; round += 1) {
    // The first round writes, the second finds it written; only then is there a race to step back from.
    if (round > 1) await options.clock.sleep(RACE_DELAY_MS * (round - 1), options.signal);
    const current = await tryFetchManifest(access, tag, options);
    const changed = change(current?.manifest);
    if (changed === undefined) return;
    await write({ access, tag, current, options }, changed);
  }
  throw new SuiteError(
    'UNREACHABLE',
    `The list of referrers ${formatLocation(access.repository)}:${tag} did not keep its new entry in ${MAX_ROUNDS} tries.`,
    { remedy: 'Let fewer jobs write to this image at a time, and try again.' },
  );
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
