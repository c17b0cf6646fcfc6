import { SuiteError } from '@artifact-lifecycle/core';
import { parseJson } from '@artifact-lifecycle/core/http';
import { isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';

/** A signed token, taken apart and not believed yet. */
export interface JsonWebToken {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** What was signed. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/**
 * Takes a token apart (RFC 7519). Nothing of it is in the error.
 *
 * @throws SuiteError `UNAUTHORIZED` when it is none
 */
export function parseToken(token: string): JsonWebToken {
  const parts = token.split('.', 4);
  const [head = '', body = '', signature = ''] = parts;
  const header = decode(head);
  const claims = decode(body);
  if (parts.length !== 3 || header === undefined || claims === undefined) {
    throw new SuiteError('UNAUTHORIZED', 'What was given as an OIDC token is not a JSON Web Token.', {
      remedy: 'Check what answers at ACTIONS_ID_TOKEN_REQUEST_URL: a proxy may stand in its place.',
    });
  }
  return {
    header,
    claims,
    signed: Buffer.from(`${head}.${body}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

function decode(part: string): JsonObject | undefined {
  try {
    const document = parseJson(Buffer.from(part, 'base64url'), 'token');
    return isJsonObject(document) ? document : undefined;
  } catch {
    // The reason may hold some of the token.
    return undefined;
  }
}

/**
 * Gives what a holder of a token proves to Fulcio that a key is theirs with: they sign it (fulcio,
 * "proofOfPossession"). That of a person is the e-mail address.
 *
 * @throws SuiteError `UNAUTHORIZED` when the token has no subject
 */
export function subjectOfToken({ claims }: JsonWebToken): string {
  const { email, email_verified: isVerified, sub } = claims;
  const subject = typeof email === 'string' && isVerified === true ? email : sub;
  if (typeof subject === 'string' && subject !== '') return subject;
  throw new SuiteError('UNAUTHORIZED', 'The OIDC token does not say whose it is: it has no claim "sub".', {
    remedy: 'Use a token of an issuer that Fulcio knows.',
  });
}
