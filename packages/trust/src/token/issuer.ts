import { SuiteError } from '@artifact-lifecycle/core';
import { parseServiceUrl } from '../service/service-url.ts';

/** Who issues the tokens of GitHub Actions on github.com. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** `https://acme.ghe.com`: GitHub Enterprise Cloud with data residency. */
const RESIDENT = /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.ghe\.com$/;

/**
 * Who issues the tokens of the jobs of a GitHub server: exactly that text is the `iss` of its tokens.
 *
 * @throws SuiteError `INPUT_INVALID` when the server's address is none
 */
export function issuerOf(serverUrl: string): string {
  const { hostname, origin } = parseServiceUrl(serverUrl, 'server');
  if (hostname === 'github.com') return GITHUB_ISSUER;
  const enterprise = RESIDENT.exec(hostname)?.[1];
  return enterprise === undefined
    ? // GitHub Enterprise Server: "Configuring OpenID Connect", "issuer".
      `${origin}/_services/token`
    : `https://token.actions.${enterprise}.ghe.com`;
}

/** What an enterprise may add to the issuer of its tokens: its own name (GitHub: `include_enterprise_slug`). */
const ENTERPRISE = /^\/[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/i;

/**
 * Checks who issued a token. The text is compared as it is: another case, a slash at the end or a longer host is
 * somebody else. Only GitHub's own issuer may have the name of an enterprise after it.
 *
 * @throws SuiteError `UNAUTHORIZED` when it is another
 */
export function checkIssuer(claimed: unknown, expected: string): string {
  if (claimed === expected) return expected;
  const isOurs =
    typeof claimed === 'string' &&
    expected === GITHUB_ISSUER &&
    claimed.startsWith(GITHUB_ISSUER) &&
    ENTERPRISE.test(claimed.slice(GITHUB_ISSUER.length));
  if (isOurs) return claimed;
  throw new SuiteError(
    'UNAUTHORIZED',
    `The OIDC token is not one of ${expected}: its claim "iss" says otherwise.`,
    {
      remedy:
        'Have the job ask its own GitHub server for the token, and give the issuer if it is another instance.',
    },
  );
}
