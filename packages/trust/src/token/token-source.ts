import { SuiteError } from '@artifact-lifecycle/core';

/** Gives an OIDC token for an audience: on a runner, GitHub's. */
export type TokenSource = (
  audience: string,
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<string>;

/** The audience of tokens for Fulcio. */
export const SIGSTORE_AUDIENCE = 'sigstore';

/** GitHub's tokens have 2 KB; what is longer than a header may be is none. */
export const MAX_TOKEN_LENGTH = 16 * 1024;

/** Compact serialisation of a signed token (RFC 7515, 7.1). */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * A source that tells of every token before anybody else sees it, so that logs can mask it: malformed ones, too,
 * because whoever prints those prints what a server sent in a token's place.
 */
export function maskTokens(source: TokenSource, mask: (secret: string) => void): TokenSource {
  return async (audience, options) => {
    const token = await source(audience, options);
    if (typeof token === 'string' && token !== '') mask(token);
    return token;
  };
}

/**
 * Gets a token that at least looks like one.
 *
 * @throws SuiteError what the source throws, and `UNAUTHORIZED` when it gives something else: without a word of it
 */
export async function fetchToken(
  source: TokenSource,
  audience: string,
  signal?: AbortSignal | undefined,
): Promise<string> {
  const token: unknown = await source(audience, signal === undefined ? {} : { signal });
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH || !COMPACT.test(token)) {
    throw new SuiteError('UNAUTHORIZED', 'What was given as an OIDC token is not a signed JSON Web Token.', {
      remedy: 'Check what answers at ACTIONS_ID_TOKEN_REQUEST_URL: a proxy may stand in its place.',
    });
  }
  return token;
}
