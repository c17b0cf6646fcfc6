import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { discard, type HttpClient, readBounded } from '@artifact-lifecycle/core/http';
import { decompressSnappy } from './snappy.ts';

/** A bundle of the largest predicate that GitHub takes, 16 MB, has 22 MB as base64. */
export const MAX_BUNDLE_BYTES = 32 * 1024 * 1024;

/** One that has no answer by then gets none. Milliseconds. */
const TIMEOUT = 30_000;

/** How bundles are fetched that an answer only names. */
export interface BundleFetching {
  readonly http: HttpClient;
  /** `https://api.github.com`: over plain HTTP only what this itself is. */
  readonly apiUrl: string;
  readonly signal: AbortSignal;
}

/**
 * Fetches a bundle from where GitHub keeps it, compressed with snappy. The URL is signed: whoever has it has the
 * bundle, so that no error shows more of it than its host, and no token goes along.
 *
 * @throws SuiteError `NOT_FOUND`, `CONTENT_INVALID`, `LIMIT_EXCEEDED` for the bundle; `UNREACHABLE`, `PROTOCOL_INVALID`
 *   for GitHub
 */
export async function fetchBundle(
  location: string,
  { http, apiUrl, signal }: BundleFetching,
): Promise<Buffer> {
  const url = readUrl(location, apiUrl);
  const limit = AbortSignal.timeout(TIMEOUT);
  const either = AbortSignal.any([signal, limit]);
  try {
    const response = await http.send({ method: 'GET', url, signal: either });
    if (response.status !== 200) {
      await discard(response);
      throw new SuiteError(
        response.status === 404 ? 'NOT_FOUND' : 'UNREACHABLE',
        `${url.host}, where GitHub keeps a bundle, answered with ${response.status}.`,
        { remedy: 'Run it again: the addresses that GitHub gives expire.' },
      );
    }
    const what = `bundle that ${url.host} keeps for GitHub`;
    const bytes = await readBounded(response, MAX_BUNDLE_BYTES, what);
    return startsObject(bytes) ? bytes : decompressSnappy(bytes, MAX_BUNDLE_BYTES);
  } catch (error) {
    if (!limit.aborted || signal.aborted || isSuiteError(error, 'CONTENT_INVALID')) throw error;
    throw new SuiteError('UNREACHABLE', `${url.host} gave no whole bundle within ${TIMEOUT / 1000} s.`, {
      cause: error,
    });
  }
}

function readUrl(location: string, apiUrl: string): URL {
  const url = URL.canParse(location) ? new URL(location) : undefined;
  const isSafe = url?.protocol === 'https:' || url?.origin === new URL(apiUrl).origin;
  if (url !== undefined && isSafe && url.username === '') return url;
  throw new SuiteError(
    'PROTOCOL_INVALID',
    "GitHub's API named a place for a bundle that is no HTTPS address.",
  );
}

/** A bundle that was stored as it is: compressed, it would begin with a brace only if it had 123 bytes. */
function startsObject(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b && bytes.at(-1) === 0x7d;
}
