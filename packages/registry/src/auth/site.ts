import { isIP } from 'node:net';
import { isLoopbackHost } from '@artifact-lifecycle/core/http';

/**
 * Domains under which strangers live next to each other: two hosts below one of them need not belong to the
 * same people. The list is short on purpose; it names where registries are rented.
 */
const SHARED_DOMAINS: readonly string[] = [
  'aliyuncs.com',
  'amazonaws.com',
  'amazonaws.com.cn',
  'azurecr.cn',
  'azurecr.io',
  'azurecr.us',
  'azurewebsites.net',
  'fly.dev',
  'github.io',
  'herokuapp.com',
  'jfrog.io',
  'ngrok.app',
  'on.aws',
  'pages.dev',
  'pkg.dev',
  'run.app',
  'workers.dev',
];

/** Registries whose token server is of the same house and lives in another domain. */
const KNOWN_TOKEN_HOSTS: readonly (readonly [registry: RegExp, tokens: RegExp])[] = [
  [/^nvcr\.io$/, /^authn\.nvidia\.com$/],
  [/^registry(?:\.connect)?\.redhat\.(?:io|com)$/, /^(?:sso|registry)\.redhat\.(?:io|com)$/],
  [/^rg\.[a-z0-9-]+\.scw\.cloud$/, /^api\.scaleway\.com$/],
  [
    /^(?:[a-z0-9-]+-)?registry\.[a-z0-9-]+(?:\.cr)?\.aliyuncs\.com$/,
    /^dockerauth(?:-ee)?\.[a-z0-9-]+\.aliyuncs\.com$/,
  ],
];

/** `co.uk`, `com.au`: a second level that belongs to everyone in a country. */
const COUNTRY_SECOND_LEVEL = /^(?:ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2}$/;

/**
 * Whether a token server belongs to the registry that sends there, as far as names can tell. It does when it
 * is the same host; lies below it; lies at or below the registry's parent domain (`auth.docker.io` for
 * `registry-1.docker.io`, `gitlab.com` for `registry.gitlab.com`), unless strangers share that domain; or is
 * known. Names of one label are all of one private network. Ports do not matter.
 *
 * @param registry and `tokens` are host names of URLs.
 */
export function sameSite(registry: string, tokens: string): boolean {
  if (registry === tokens || (isLoopbackHost(registry) && isLoopbackHost(tokens))) return true;
  if (isAddress(registry) || isAddress(tokens)) return false;
  if (!registry.includes('.') && !tokens.includes('.')) return !isLoopbackHost(tokens);
  if (tokens.endsWith(`.${registry}`)) return true;
  const parent = registry.slice(registry.indexOf('.') + 1);
  if (isOwnDomain(parent) && (tokens === parent || tokens.endsWith(`.${parent}`))) return true;
  return KNOWN_TOKEN_HOSTS.some(([from, to]) => from.test(registry) && to.test(tokens));
}

function isOwnDomain(domain: string): boolean {
  if (!domain.includes('.') || COUNTRY_SECOND_LEVEL.test(domain)) return false;
  return !SHARED_DOMAINS.some((shared) => domain === shared || domain.endsWith(`.${shared}`));
}

function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
