import { SuiteError } from '@artifact-lifecycle/core';
import { parseToken } from './json-web-token.ts';

/**
 * Who issued a token by its own word, which proves nothing: it says where to look for the keys. To be used only where
 * somebody else decides whose tokens count, as the certificate authority of an instance of one's own does.
 *
 * @throws SuiteError `UNAUTHORIZED` when it does not say
 */
export function statedIssuer(token: string): string {
  const issuer = parseToken(token).claims['iss'];
  if (typeof issuer === 'string' && URL.canParse(issuer)) return issuer;
  throw new SuiteError('UNAUTHORIZED', 'The OIDC token does not say who issued it.', {
    remedy: 'Check what answers at ACTIONS_ID_TOKEN_REQUEST_URL.',
  });
}
