/**
 * Parameters of a query whose values say nothing secret. Every other value is masked: signed URLs come with ever
 * new names (`X-Amz-Signature`, `sig`, `X-Goog-Credential`, `Policy`, `_state`, `verify`), and one that nobody
 * thought of must not reach a log.
 */
const HARMLESS_PARAMETERS: ReadonlySet<string> = new Set([
  'account',
  'api-version',
  'artifacttype',
  'digest',
  'digest-algorithm',
  'from',
  'last',
  'mount',
  'n',
  'ns',
  'page',
  'page_size',
  'per_page',
  'scope',
  'service',
  'tag',
]);

/** Headers whose values are credentials, in requests and answers; no other origin sees those of a request. */
export const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'deploy-token',
  'job-token',
  'private-token',
  'proxy-authorization',
  'set-cookie',
  'x-amz-security-token',
  'x-api-key',
  'x-auth-token',
  'x-jfrog-art-api',
  'x-ms-authorization-auxiliary',
  'x-nuget-apikey',
  'x-registry-auth',
  'x-registry-config',
]);

/** Headers that hold a URL, which may be signed. */
const URL_HEADERS: ReadonlySet<string> = new Set([
  'content-location',
  'link',
  'location',
  'referer',
  'refresh',
]);

/** What stands in place of a secret. */
export const MASK = '***';

/** Addresses in running text; each ends where text around it begins. */
const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>`\\{}|^]+/gi;

/** Credentials by their looks: an Authorization value, GitHub's, AWS's and JSON Web Tokens. */
const TOKENS_IN_TEXT: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b((?:proxy-)?authorization["']?[ \t]{0,5}[:=][ \t]{0,5}["']?\w{1,20} +)[^\s"',]+/gi, `$1${MASK}`],
  // Shorter, these would also be prose: "Bearer authentication".
  [/\b(Bearer|Basic) +[\w.~+/=-]{20,}/gi, `$1 ${MASK}`],
  [/\b(?:gh[a-z]|github_pat)_[A-Za-z0-9_]{16,}/g, MASK],
  [/\bglpat-[\w-]{16,}/g, MASK],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, MASK],
];

/**
 * Writes a URL for people to read: without user and password, without fragment, with the value of every query
 * parameter masked that is not known to be harmless.
 */
export function redactUrl(url: URL | string): string {
  const parsed = typeof url === 'string' ? (URL.canParse(url) ? new URL(url) : undefined) : url;
  if (parsed === undefined) return redactUnparsedUrl(String(url));
  const userinfo = parsed.username !== '' || parsed.password !== '' ? `${MASK}@` : '';
  return `${parsed.protocol}//${userinfo}${parsed.host}${parsed.pathname}${redactQuery(parsed.search)}`;
}

/** Writes headers for people to read: credentials masked, URLs redacted. */
export function redactHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const lower = name.toLowerCase();
      if (SECRET_HEADERS.has(lower)) return [name, MASK];
      if (URL_HEADERS.has(lower)) return [name, redactLocation(value)];
      return [name, redactText(value)];
    }),
  );
}

/**
 * Masks in any text what looks like a secret: the secret parts of URLs, Authorization values, tokens of known
 * form. Secrets that have no form are masked by a `Redactor` that was told them.
 */
export function redactText(text: string): string {
  let redacted = text.replace(URL_IN_TEXT, (url) => redactUrl(url));
  for (const [pattern, replacement] of TOKENS_IN_TEXT) redacted = redacted.replace(pattern, replacement);
  return redacted;
}

/** A Location or Link may be relative: then it is no URL, but its query is as secret. */
function redactLocation(value: string): string {
  return redactText(value).replace(/\?[^\s<>";,]*/g, redactQuery);
}

function redactUnparsedUrl(text: string): string {
  const query = text.indexOf('?');
  const path = query === -1 ? text : text.slice(0, query);
  return path.replace(/\/\/[^/]*@/, `//${MASK}@`) + (query === -1 ? '' : redactQuery(text.slice(query)));
}

function redactQuery(search: string): string {
  const query = search.replace(/^\?/, '').replace(/#.*$/s, '');
  if (query === '') return '';
  const parameters = query.split('&').map((parameter) => {
    const equals = parameter.indexOf('=');
    if (equals === -1) return HARMLESS_PARAMETERS.has(parameter.toLowerCase()) ? parameter : MASK;
    const name = parameter.slice(0, equals);
    return HARMLESS_PARAMETERS.has(name.toLowerCase()) ? parameter : `${name}=${MASK}`;
  });
  return `?${parameters.join('&')}`;
}
