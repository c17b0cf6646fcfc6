import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { discard } from '@artifact-lifecycle/core/http';
import type { Digest } from '../name/digest.ts';
import { formatLocation } from '../name/reference.ts';
import { referrersTag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { MAX_MANIFEST_BYTES, type ManifestBytes, parseManifest } from '../oci/manifest.ts';
import { MEDIA_TYPE, withoutParameters } from '../oci/media-type.ts';
import { isSubject } from '../oci/referrers-index.ts';
import type { ListReferrersOptions, RequestOptions } from '../registry.ts';
import { tryFetchManifest } from './manifests.ts';
import { nextPage, Pages } from './pages.ts';
import type { RegistryAnswer } from './registry-host.ts';
import type { RepositoryAccess } from './repository-access.ts';

/** An image signed in every run for years has hundreds; each costs some 500 bytes. */
const MAX_REFERRERS = 50_000;

/** What a registry lists, and whether its API did. */
export interface ListedReferrers {
  readonly referrers: readonly Descriptor[];
  readonly hasApi: boolean;
}

/**
 * Descriptors of the manifests that a registry lists as referring to a digest, each once: by the referrers
 * API; where there is none, or it is known to leave some out, by the referrers tag, too (distribution-spec,
 * "Listing Referrers").
 *
 * Anyone may push anything under the tag, so that an entry is a claim: who fetches the manifest checks that
 * its subject is the digest, and takes the type from it.
 */
export async function listReferrers(
  access: RepositoryAccess,
  subject: Digest,
  options: ListReferrersOptions,
): Promise<ListedReferrers> {
  const api = await askReferrersApi(access, subject, options);
  const hasApi = api.kind === 'listed';
  const listed = api.kind === 'listed' ? api.referrers : [];
  const { referrersApi, referrersTag: tag } = access.host.quirks;
  if (hasApi && referrersApi === 'whole') return { referrers: once(listed, subject), hasApi };
  const mayBeTagged = tag === 'list' && (await options.tags?.())?.has(referrersTag(subject)) !== false;
  const tagged = mayBeTagged ? await readReferrersTag(access, subject, options) : [];
  // A page in the answer's place says nothing: without a list anywhere, "none" would be a guess.
  if (api.kind === 'unclear' && tagged.length === 0) throw api.error;
  return { referrers: once([...listed, ...tagged], subject), hasApi };
}

/** What the referrers API lists, all pages of it, or `undefined` where the registry has no such API. */
export async function readReferrersApi(
  access: RepositoryAccess,
  subject: Digest,
  options: RequestOptions,
): Promise<readonly Descriptor[] | undefined> {
  const api = await askReferrersApi(access, subject, options);
  return api.kind === 'listed' ? api.referrers : undefined;
}

/** What a registry answers when it is asked for referrers; `unclear` is an answer of another kind. */
type ReferrersAnswer =
  | { readonly kind: 'listed'; readonly referrers: readonly Descriptor[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly error: SuiteError };

async function askReferrersApi(
  access: RepositoryAccess,
  subject: Digest,
  options: RequestOptions,
): Promise<ReferrersAnswer> {
  const answer = await access.referrersApi.ask(subject, () => listByApi(access, subject, options));
  return answer ?? { kind: 'absent' };
}

async function listByApi(
  access: RepositoryAccess,
  subject: Digest,
  options: RequestOptions,
): Promise<ReferrersAnswer> {
  const what = `referrers of ${formatLocation(access.repository)}@${subject}`;
  const pages = new Pages(what);
  const referrers: Descriptor[] = [];
  const first = access.path(`referrers/${subject}`);
  let target: string | undefined = first;
  while (target !== undefined) {
    pages.enter(target);
    const answer: RegistryAnswer = await readPage(access, target, what, options);
    const { response, bytes } = answer;
    if (target === first && lacksApi(answer, what)) {
      await discard(response);
      if (response.status !== 200) return { kind: 'absent' };
      const error = await access.oddity(answer, `list the referrers of ${subject}`, 'an index');
      return { kind: 'unclear', error };
    }
    if (response.status !== 200) throw await access.refusal(response, `list the referrers of ${subject}`);
    const { content } = parseManifest({ bytes, mediaType: MEDIA_TYPE.ociIndex, what: `list of ${what}` });
    if (content.kind === 'index') referrers.push(...content.manifests);
    if (referrers.length > MAX_REFERRERS) {
      throw new SuiteError('LIMIT_EXCEEDED', `There are more than ${MAX_REFERRERS} ${what}.`);
    }
    target = nextPage(response);
  }
  return { kind: 'listed', referrers };
}

async function readPage(
  access: RepositoryAccess,
  target: string,
  what: string,
  options: RequestOptions,
): Promise<RegistryAnswer> {
  const request = {
    method: 'GET',
    target,
    scopes: access.scopes('pull'),
    headers: { accept: MEDIA_TYPE.ociIndex },
    signal: options.signal,
  } as const;
  const answer = await access.read(
    { ...request, redirect: 'manual' },
    MAX_MANIFEST_BYTES,
    `the list of ${what}`,
  );
  const { status } = answer.response;
  if (status !== 301 && status !== 302 && status !== 307 && status !== 308) return answer;
  await discard(answer.response);
  return access.read(request, MAX_MANIFEST_BYTES, `the list of ${what}`);
}

/**
 * Whether an answer is that of a registry without the API: 404 by the specification, other refusals of an
 * unknown path in practice, Harbor 2.7's 401 without a challenge, GitHub's 303 to its website, a web
 * application's page for everything. A refusal of *this client* is none of these: then nothing is known.
 */
function lacksApi({ response, bytes }: RegistryAnswer, what: string): boolean {
  switch (response.status) {
    case 200: {
      const mediaType = response.headers['content-type'];
      if (withoutParameters(mediaType ?? '') === MEDIA_TYPE.ociIndex) return false;
      return !isIndex({ bytes, mediaType, what: `list of ${what}` });
    }
    case 401:
      return response.headers['www-authenticate'] === undefined;
    case 303:
    case 400:
    case 404:
    case 405:
    case 406:
    case 501:
      return true;
    default:
      return false;
  }
}

/** Whether bytes are an index though their type does not say so: to pass over such a list would lose signatures. */
function isIndex(answer: ManifestBytes): boolean {
  try {
    return parseManifest(answer).mediaType === MEDIA_TYPE.ociIndex;
  } catch (error) {
    if (isSuiteError(error, 'CONTENT_INVALID', 'UNSUPPORTED')) return false;
    throw error;
  }
}

/**
 * What the referrers tag lists. Only an OCI index counts, and only one that is not the subject itself: GitLab
 * reads a tag `sha256-<hex>` as the digest (oras-go#1396).
 */
async function readReferrersTag(
  access: RepositoryAccess,
  subject: Digest,
  options: RequestOptions,
): Promise<readonly Descriptor[]> {
  const fetched = await tryFetchManifest(access, referrersTag(subject), options);
  if (fetched === undefined) return [];
  const { manifest } = fetched;
  if (manifest.mediaType !== MEDIA_TYPE.ociIndex || isSubject(manifest, subject)) return [];
  return manifest.content.kind === 'index' ? manifest.content.manifests : [];
}

/** Each referrer once, and never the subject itself: it would refer to itself for ever. */
function once(referrers: readonly Descriptor[], subject: Digest): readonly Descriptor[] {
  const byDigest = new Map<Digest, Descriptor>();
  for (const referrer of referrers) {
    if (referrer.digest !== subject && !byDigest.has(referrer.digest))
      byDigest.set(referrer.digest, referrer);
  }
  return [...byDigest.values()];
}
