import { type Answer, answerEmpty, Refused } from './answer.ts';
import {
  type Context,
  type Handler,
  requireDeletable,
  requirePushable,
  requireRepository,
} from './context.ts';
import { type Digest, digestAlgorithm, digestOf, isDigest } from './digest.ts';
import type { Exchange } from './exchange.ts';
import { type Refusal, refusalOf } from './immutable-tags.ts';
import { checkManifest } from './manifest-check.ts';
import { summariseManifest } from './manifest-summary.ts';
import { withoutParameters } from './media-type.ts';
import { isTag, requireDigest } from './route.ts';
import type { StoredManifest } from './store.ts';

/** distribution-spec, "Pushing Manifests": what a registry must take at least, and most take at most. */
const DEFAULT_MANIFEST_LIMIT = 4 * 1024 * 1024;

interface ManifestTarget {
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
}

/** Serves `/v2/<name>/manifests/<reference>` (distribution-spec, "Pulling", "Pushing", "Deleting"). */
export const manifestHandler: Handler<ManifestTarget> = {
  HEAD: (context, exchange, target) =>
    answerManifest(context, exchange, findManifest(context, exchange, target)),
  GET: (context, exchange, target) =>
    answerManifest(context, exchange, findManifest(context, exchange, target)),
  PUT: putManifest,
  DELETE: deleteManifest,
};

function requireReference(reference: string): Digest | undefined {
  if (reference.includes(':')) return requireDigest(reference);
  if (isTag(reference)) return undefined;
  throw new Refused(400, 'TAG_INVALID', `"${reference}" is not a tag.`);
}

function findManifest(
  context: Context,
  exchange: Exchange,
  { repository, reference }: ManifestTarget,
): StoredManifest {
  requireReference(reference);
  requireRepository(context, repository);
  const manifest = context.store.manifest(repository, reference);
  if (manifest === undefined) {
    const message = `There is no manifest ${reference} in ${repository}.`;
    throw new Refused(404, 'MANIFEST_UNKNOWN', message, { detail: { reference } });
  }
  if (context.options.negotiate === false || accepts(exchange.header('accept'), manifest.mediaType))
    return manifest;
  const message = `The manifest ${reference} has the type ${manifest.mediaType}, which the client does not accept.`;
  throw new Refused(404, 'MANIFEST_UNKNOWN', message);
}

function accepts(accept: string | undefined, mediaType: string): boolean {
  if (accept === undefined) return true;
  const types = accept.split(',').map(withoutParameters);
  return types.some((type) => type === '*/*' || type === 'application/*' || type === mediaType);
}

function answerManifest({ options }: Context, exchange: Exchange, manifest: StoredManifest): Answer {
  const etag = `"${manifest.digest}"`;
  if (options.conditional === true && exchange.header('if-none-match') === etag)
    return answerEmpty(304, { etag });
  return {
    status: 200,
    headers: {
      'content-type': manifest.mediaType,
      'docker-content-digest': manifest.digest,
      ...(options.conditional === true ? { etag } : {}),
    },
    body: manifest.bytes,
  };
}

async function putManifest(context: Context, exchange: Exchange, target: ManifestTarget): Promise<Answer> {
  const { options, store } = context;
  const { repository, reference } = target;
  const named = requireReference(reference);
  requirePushable(context, repository);
  const bytes = await exchange.receiveBytes(options.manifestLimit ?? DEFAULT_MANIFEST_LIMIT, 'manifest');
  const mediaType = withoutParameters(exchange.header('content-type') ?? '');
  const algorithm = named === undefined ? 'sha256' : digestAlgorithm(named);
  const digest = digestOf(bytes, algorithm);
  if (named !== undefined && named !== digest) {
    const message = `The manifest has the digest ${digest}, not ${named}.`;
    throw new Refused(400, 'DIGEST_INVALID', message, { detail: { expected: named, actual: digest } });
  }
  checkManifest(context, repository, mediaType, bytes);
  const tags = named === undefined ? [reference] : readTagParameters(context, exchange);
  checkPreconditions(context, exchange, target);
  // All are looked at before one is set: tags of one request move together or not at all.
  for (const tag of tags) {
    const from = store.manifest(repository, tag)?.digest;
    const refusal = refusalOf(options.immutableTags, repository, tag, { from, to: digest });
    if (refusal !== undefined) return answerRefusedTag(refusal);
  }
  await store.putManifest(repository, mediaType, bytes, { tags, algorithm });
  const { subject } = summariseManifest(bytes);
  return answerEmpty(201, {
    location: `/v2/${repository}/manifests/${digest}`,
    'docker-content-digest': digest,
    ...(subject === undefined || options.referrers === 'none' ? {} : { 'oci-subject': subject }),
    ...(named === undefined || tags.length === 0 ? {} : { 'oci-tag': tags.join(', ') }),
    ...(options.conditional === true ? { etag: `"${digest}"` } : {}),
  });
}

function readTagParameters({ options }: Context, exchange: Exchange): readonly string[] {
  if (options.tagParameters !== true) return [];
  const tags = [...new Set(exchange.query.getAll('tag'))];
  const wrong = tags.find((tag) => !isTag(tag));
  if (wrong === undefined) return tags;
  throw new Refused(400, 'TAG_INVALID', `"${wrong}" is not a tag.`);
}

/** Honours `If-Match` and `If-None-Match: *` (RFC 9110 §13), by which clients update a tag they have read. */
function checkPreconditions({ options, store }: Context, exchange: Exchange, target: ManifestTarget): void {
  if (options.conditional !== true) return;
  const current = store.manifest(target.repository, target.reference)?.digest;
  const match = exchange.header('if-match');
  const noneMatch = exchange.header('if-none-match');
  const isMet =
    (match === undefined || (current !== undefined && (match === '*' || match === `"${current}"`))) &&
    (noneMatch === undefined || (noneMatch === '*' ? current === undefined : noneMatch !== `"${current}"`));
  if (isMet) return;
  const fact = current === undefined ? 'does not exist' : `is at ${current}`;
  throw new Refused(
    412,
    'PRECONDITION_FAILED',
    `${target.reference} ${fact}; the request asked for another state.`,
  );
}

function answerRefusedTag({ status, body, contentType }: Refusal): Answer {
  return { status, headers: { 'content-type': contentType ?? 'application/json' }, body: Buffer.from(body) };
}

async function deleteManifest(context: Context, exchange: Exchange, target: ManifestTarget): Promise<Answer> {
  const { repository, reference } = target;
  requireReference(reference);
  requireDeletable(context, isDigest(reference) ? 'manifests' : 'tags');
  requireRepository(context, repository);
  checkPreconditions(context, exchange, target);
  const { store } = context;
  const isDeleted = isDigest(reference)
    ? await store.deleteManifest(repository, reference)
    : await store.deleteTag(repository, reference);
  if (isDeleted) return answerEmpty(202);
  const message = `There is no manifest ${reference} in ${repository}.`;
  throw new Refused(404, 'MANIFEST_UNKNOWN', message, { detail: { reference } });
}
