import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { discard, type HttpHeaders, type HttpResponse } from '@artifact-lifecycle/core/http';
import { type Digest, digestAlgorithm, digestOf, tryParseDigest } from '../name/digest.ts';
import { formatLocation } from '../name/reference.ts';
import type { Tag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { describeManifest, MAX_MANIFEST_BYTES, type Manifest, parseManifest } from '../oci/manifest.ts';
import { isManifestType, MANIFEST_TYPES, MEDIA_TYPE, withoutParameters } from '../oci/media-type.ts';
import type { RequestOptions } from '../registry.ts';
import { readErrorAnswer } from './error-body.ts';
import { mayBeThere, saysImmutable } from './quirks/immutability.ts';
import { errorOf } from './registry-error.ts';
import type { RepositoryAccess } from './repository-access.ts';

/**
 * Everything is asked for, though not everything can be read: what is of another type has to be refused by name.
 * Registries answer 404 to who does not accept it, and its tag would be taken for a free one.
 */
const READ_HEADERS: HttpHeaders = {
  accept: [...MANIFEST_TYPES, MEDIA_TYPE.dockerSchema1Signed, MEDIA_TYPE.dockerSchema1, '*/*'].join(', '),
};

/** A manifest as a registry gave it, with the entity tag for conditional writes. */
export interface FetchedManifest {
  readonly manifest: Manifest;
  readonly etag: string | undefined;
}

/** What a registry said when it took a manifest. */
export interface AcceptedManifest {
  /** The value of `OCI-Subject`: the registry has entered the manifest among its subject's referrers. */
  readonly subject: string | undefined;
}

/**
 * The descriptor a tag or digest names, by HEAD. Where HEAD is not answered, or leaves out the digest, the
 * type or the size (it may, before distribution-spec 1.2), the manifest itself is read.
 */
export async function resolveManifest(
  access: RepositoryAccess,
  reference: Tag | Digest,
  options: RequestOptions,
): Promise<Descriptor | undefined> {
  const response = await access.send({
    method: 'HEAD',
    target: access.path(`manifests/${reference}`),
    scopes: access.scopes('pull'),
    headers: READ_HEADERS,
    signal: options.signal,
  });
  await discard(response);
  if (response.status === 404) return undefined;
  if (response.status === 429 || response.status >= 500) {
    if (response.status !== 501) throw await access.refusal(response, `read the manifest ${reference}`);
  }
  const descriptor = response.status === 200 ? describeHead(response, reference) : undefined;
  if (descriptor !== undefined) {
    access.referrersApi.saw(descriptor.digest);
    return descriptor;
  }
  const fetched = await tryFetchManifest(access, reference, options);
  return fetched === undefined ? undefined : describeManifest(fetched.manifest);
}

function describeHead(response: HttpResponse, reference: Tag | Digest): Descriptor | undefined {
  const mediaType = withoutParameters(response.headers['content-type'] ?? '');
  const size = Number(response.headers['content-length'] ?? '0');
  const asked = tryParseDigest(reference);
  const named = namedDigest(response);
  if (!isManifestType(mediaType) || !Number.isSafeInteger(size) || size <= 0) return undefined;
  // A digest of the other algorithm is as good a name; one of the same that differs is looked at closely.
  if (
    asked !== undefined &&
    named !== undefined &&
    named !== asked &&
    digestAlgorithm(named) === digestAlgorithm(asked)
  ) {
    return undefined;
  }
  const digest = asked ?? named;
  return digest === undefined ? undefined : { mediaType, digest, size };
}

/**
 * Reads a manifest and verifies its bytes: against the digest that was asked for, and against the one that
 * the registry names.
 *
 * @throws SuiteError `NOT_FOUND` and those of `parseManifest`
 */
export async function fetchManifest(
  access: RepositoryAccess,
  reference: Tag | Digest,
  options: RequestOptions,
): Promise<FetchedManifest> {
  const doing = `read the manifest ${reference}`;
  const what = `manifest ${reference} of ${formatLocation(access.repository)}`;
  const answer = await access.read(
    {
      method: 'GET',
      target: access.path(`manifests/${reference}`),
      scopes: access.scopes('pull'),
      headers: READ_HEADERS,
      signal: options.signal,
    },
    MAX_MANIFEST_BYTES,
    `the ${what}`,
  );
  const { response, bytes } = answer;
  if (response.status !== 200) throw await access.refusal(response, doing);
  const mediaType = response.headers['content-type'];
  if (!startsObject(bytes)) throw await access.oddity(answer, doing, 'a manifest');
  const asked = tryParseDigest(reference);
  const named = namedDigest(response);
  const manifest = parseManifest({ bytes, mediaType, expected: asked ?? named, what });
  if (named !== undefined && named !== manifest.digest && digestOf(bytes, digestAlgorithm(named)) !== named) {
    throw new SuiteError(
      'DIGEST_MISMATCH',
      `The ${what} has the bytes of ${manifest.digest}, and the registry calls it ${named}.`,
      {
        remedy: 'Try again; if it stays so, the registry or a proxy in between serves wrong content.',
      },
    );
  }
  access.referrersApi.saw(manifest.digest);
  return { manifest, etag: response.headers['etag'] };
}

/** Reads a manifest like {@link fetchManifest}, or gives `undefined` where there is none. */
export async function tryFetchManifest(
  access: RepositoryAccess,
  reference: Tag | Digest,
  options: RequestOptions,
): Promise<FetchedManifest | undefined> {
  try {
    return await fetchManifest(access, reference, options);
  } catch (error) {
    if (isSuiteError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/**
 * Writes a manifest under its digest or a tag.
 *
 * @param condition headers that make the write conditional.
 * @throws SuiteError `TAG_EXISTS` where the registry keeps the tag from moving, with both digests. A refusal of a
 *   tag that names the manifest already is success.
 */
export async function putManifest(
  access: RepositoryAccess,
  reference: Tag | Digest,
  manifest: Manifest,
  options: RequestOptions & { readonly condition?: HttpHeaders },
): Promise<AcceptedManifest> {
  const response = await access.send({
    method: 'PUT',
    target: access.path(`manifests/${reference}`),
    scopes: access.scopes('pull', 'push'),
    headers: { ...options.condition, 'content-type': manifest.mediaType },
    body: manifest.bytes,
    signal: options.signal,
  });
  const doing = `write the manifest ${manifest.digest}${reference === manifest.digest ? '' : ` as ${reference}`}`;
  if (response.status < 200 || response.status > 299) {
    const body = await readErrorAnswer(response);
    const purpose = { ...(await access.purpose(doing, true)), digest: manifest.digest };
    const error = errorOf(response.status, body, purpose, response.url.host);
    if (reference === manifest.digest || !mayBeThere(response.status)) throw error;
    const there = await currentDigest(access, reference, manifest, options);
    // What was wanted is so, whatever the registry says to it (ECR, containers-roadmap#2380).
    if (there === manifest.digest) return { subject: undefined };
    if (there === undefined || !saysImmutable(response.status, body)) throw error;
    throw immutable(access, reference, there, manifest.digest, error);
  }
  await discard(response);
  const named = namedDigest(response);
  if (
    named !== undefined &&
    digestAlgorithm(named) === digestAlgorithm(manifest.digest) &&
    named !== manifest.digest
  ) {
    throw new SuiteError(
      'DIGEST_MISMATCH',
      `${formatLocation(access.repository)} took the manifest ${manifest.digest} and calls it ${named}.`,
    );
  }
  return { subject: response.headers['oci-subject'] };
}

/** What a tag names that a registry would not set; nothing where that cannot be found out, either. */
async function currentDigest(
  access: RepositoryAccess,
  reference: Tag | Digest,
  manifest: Manifest,
  options: RequestOptions,
): Promise<Digest | undefined> {
  try {
    const current = (await resolveManifest(access, reference, options))?.digest;
    if (current === undefined || digestAlgorithm(current) === digestAlgorithm(manifest.digest))
      return current;
    return digestOf(manifest.bytes, digestAlgorithm(current)) === current ? manifest.digest : current;
  } catch (error) {
    if (isSuiteError(error, 'CANCELLED')) throw error;
    return undefined;
  }
}

function immutable(
  access: RepositoryAccess,
  reference: string,
  there: Digest,
  wanted: Digest,
  cause: SuiteError,
): SuiteError {
  return new SuiteError(
    'TAG_EXISTS',
    `${formatLocation(access.repository)}:${reference} points to ${there} and may not move to ${wanted}: the registry keeps its tags immutable.`,
    {
      remedy: 'Publish under a new tag, or exempt this one from immutability in the registry’s settings.',
      cause,
    },
  );
}

function namedDigest(response: HttpResponse): Digest | undefined {
  return tryParseDigest(response.headers['docker-content-digest'] ?? '');
}

/** Whether bytes may be a JSON object; a login page is not, whatever its content type says. */
function startsObject(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first === 0x7b;
}
