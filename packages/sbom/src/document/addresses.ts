import type { Party } from '../inventory/package.ts';

const EMAIL = /^[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;
/** RFC 5321, section 4.5.3.1. */
const MAX_EMAIL_CHARS = 254;
/** What browsers and registries take. */
const MAX_URL_CHARS = 2048;
/** Signs that no URI has (RFC 3986, section 2); documents with them are refused by their readers. */
const URI = /^[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+$/;
const SCHEMES: ReadonlySet<string> = new Set([
  'http:',
  'https:',
  'git:',
  'ssh:',
  'svn:',
  'ftp:',
  'git+https:',
  'git+http:',
  'git+ssh:',
  'git+git:',
  'hg+https:',
  'svn+https:',
]);

/** An address as documents may carry it, escaped where it has to be; `undefined` where it is none. */
export function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_URL_CHARS || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!SCHEMES.has(url.protocol) || url.host === '') return undefined;
  // Somebody's token is not for everybody's eyes.
  if (url.password !== '' || (url.username !== '' && url.protocol.startsWith('http'))) return undefined;
  if (URI.test(text)) return text;
  return URI.test(url.href) ? url.href : undefined;
}

/** The address of a repository as a URL: `git@github.com:a/b.git` is `ssh://git@github.com/a/b.git`. */
export function sourceAddress(text: string | undefined): string | undefined {
  const short = /^(?:scm:git:)?([\w.-]+@[\w.-]+):([\w./~-]+)$/.exec(text ?? '');
  return webAddress(
    short === null ? text?.replace(/^scm:(?:git|svn|hg):/, '') : `ssh://${short[1]}/${short[2]}`,
  );
}

export function emailAddress(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= MAX_EMAIL_CHARS && EMAIL.test(text) ? text : undefined;
}

/** Somebody with the addresses a document may carry; `undefined` where there is nothing to say of them. */
export function cleanParty(party: Party | undefined): Party | undefined {
  if (party === undefined) return undefined;
  const [email, url] = [emailAddress(party.email), webAddress(party.url)];
  const name = party.name.trim() || email || url;
  return name === undefined ? undefined : { name, email, url };
}
