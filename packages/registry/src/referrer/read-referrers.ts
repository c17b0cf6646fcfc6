import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { mapInParallel } from '../copy/limiter.ts';
import type { Digest } from '../name/digest.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { Registry, RequestOptions } from '../registry.ts';

/**
 * Referrers of one subject that are looked at. Each costs a request, so that whoever may push could stop every
 * reader with a flood; an image signed and attested to in a hundred runs has a few hundred.
 */
export const MAX_READ_REFERRERS = 1000;

/** Bytes of their manifests together; one has some 1 kB. */
const MAX_READ_BYTES = 32 * 1024 * 1024;

/** Requests at a time; more does not help on a runner, and registries count them. */
export const READ_CONCURRENCY = 8;

/** A referrer that was looked at. */
export type ReadReferrer =
  /** Its manifest is there and names the subject. */
  | { readonly kind: 'referrer'; readonly digest: Digest; readonly manifest: Manifest }
  /** It is listed, and is not what it is listed as; `error` says why. */
  | { readonly kind: 'broken'; readonly digest: Digest; readonly error: SuiteError };

/**
 * Fetches the manifest of everything that is listed as referring to a digest, and holds it against the list: who
 * refers to the digest is said by its own manifest, never by the descriptor in a list that anyone may have written.
 * Sorted by digest.
 *
 * @throws SuiteError `LIMIT_EXCEEDED` where there are too many, and whatever keeps the registry from answering:
 *   what could not be asked is not "none"
 */
export async function readReferrers(
  registry: Registry,
  subject: Digest,
  options: RequestOptions = {},
): Promise<readonly ReadReferrer[]> {
  const listed = await registry.listReferrers(subject, options);
  if (listed.length > MAX_READ_REFERRERS) {
    throw tooMuch(subject, `${listed.length} manifests refer`, `${MAX_READ_REFERRERS}`);
  }
  const sorted = [...listed].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  let bytes = 0;
  return mapInParallel(sorted, READ_CONCURRENCY, options.signal, async (descriptor, signal) => {
    const read = await readReferrer(registry, subject, descriptor, { signal });
    if (read.kind === 'referrer') bytes += read.manifest.bytes.length;
    if (bytes > MAX_READ_BYTES) {
      throw tooMuch(subject, `More than ${MAX_READ_BYTES} bytes of manifests refer`, `${MAX_READ_BYTES}`);
    }
    return read;
  });
}

/**
 * Whether an error is about this one piece of content, which another piece need not suffer for; anything else is
 * about the registry, or about who asks.
 */
export function isAboutContent(error: unknown): error is SuiteError {
  return isSuiteError(
    error,
    'NOT_FOUND',
    'DIGEST_MISMATCH',
    'CONTENT_INVALID',
    'LIMIT_EXCEEDED',
    'UNSUPPORTED',
  );
}

async function readReferrer(
  registry: Registry,
  subject: Digest,
  descriptor: Descriptor,
  options: RequestOptions,
): Promise<ReadReferrer> {
  const { digest, size } = descriptor;
  try {
    const manifest = await registry.fetchManifest(digest, options);
    if (manifest.bytes.length !== size) {
      throw new SuiteError(
        'DIGEST_MISMATCH',
        `The manifest ${digest} has ${manifest.bytes.length} bytes, and is listed with ${size}.`,
      );
    }
    const named = manifest.content.subject?.digest;
    if (named !== subject) {
      throw new SuiteError(
        'CONTENT_INVALID',
        `The manifest ${digest} is listed as referring to ${subject}, but refers to ${named ?? 'nothing'}.`,
        { remedy: 'Find out who wrote that list; it is the tag that begins with sha256-.' },
      );
    }
    return { kind: 'referrer', digest, manifest };
  } catch (error) {
    if (isAboutContent(error)) return { kind: 'broken', digest, error };
    throw error;
  }
}

function tooMuch(subject: Digest, fact: string, limit: string): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `${fact} to ${subject}; the limit is ${limit}.`, {
    remedy: 'Delete those that nobody needs: a reader cannot tell a flood from evidence.',
  });
}
