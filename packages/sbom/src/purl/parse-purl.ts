import { SuiteError } from '@artifact-lifecycle/core';
import { formatPurl, normalisePurl, type PurlParts } from './purl.ts';
import { TYPE_RULES } from './types.ts';

/** Longer than any name, version and set of qualifiers together; what is longer is no purl but an attack. */
const MAX_PURL_CHARS = 64 * 1024;

interface Reading {
  readonly acceptsUpperKeys: boolean;
}

/**
 * Reads a purl from right to left, as purl-spec's "How to parse" says, into normalised parts.
 *
 * @throws SuiteError CONTENT_INVALID where it is no purl.
 */
export function parsePurl(text: string): PurlParts {
  return read(text, { acceptsUpperKeys: false });
}

/**
 * Writes somebody's purl in its canonical form, forgiving what can be understood.
 *
 * @throws SuiteError CONTENT_INVALID where it is no purl.
 */
export function canonicalPurl(text: string): string {
  const purl = formatPurl(read(text, { acceptsUpperKeys: true }));
  if (purl === undefined) throw refuse(text, 'its parts are not what its type demands');
  return purl;
}

function read(text: string, { acceptsUpperKeys }: Reading): PurlParts {
  if (text.length > MAX_PURL_CHARS) throw refuse(text, `it has more than ${MAX_PURL_CHARS} characters`);
  const [beforeSubpath, subpath] = splitLast(text, '#');
  const [beforeQuery, query] = splitLast(beforeSubpath, '?');
  const [scheme, afterScheme] = splitFirst(beforeQuery, ':');
  if (afterScheme === undefined || scheme.toLowerCase() !== 'pkg')
    throw refuse(text, 'it does not begin with "pkg:"');
  const [type, path] = splitFirst(afterScheme.replace(/^\/+/, ''), '/');
  if (path === undefined) throw refuse(text, 'it has no name');

  const [namePath, version] = splitVersion(path.replace(/^\/+/, ''));
  // A slash at the end of the path leaves no name: `pkg:maven/org.apache/@1`.
  const rules = TYPE_RULES.get(type.toLowerCase()) ?? {};
  const slash = rules.hasPathAsName === true ? namePath.indexOf('/') : namePath.lastIndexOf('/');
  const isLowerOnly = rules.refusesUpperKeys === true && !acceptsUpperKeys;
  const parts = normalisePurl({
    type,
    namespace: decodeSegments(text, namePath.slice(0, Math.max(slash, 0))),
    name: decode(text, namePath.slice(slash + 1)),
    version: decode(text, version ?? ''),
    qualifiers: parseQualifiers(text, query ?? '', isLowerOnly),
    subpath: decodeSegments(text, subpath ?? ''),
  });
  if (parts === undefined) throw refuse(text, 'its parts are not what its type demands');
  return parts;
}

/** The version stands after the last `@`, unless that begins a segment: `npm/@babel/core` has none. */
function splitVersion(path: string): [string, string | undefined] {
  const at = path.lastIndexOf('@');
  if (at <= 0 || path[at - 1] === '/') {
    // `maven/@1.3.4` has a version and no name; in `npm/@babel/core` something follows.
    return at >= 0 && !path.includes('/', at) ? [path.slice(0, at), path.slice(at + 1)] : [path, undefined];
  }
  return [path.slice(0, at), path.slice(at + 1)];
}

function parseQualifiers(text: string, query: string, isLowerOnly: boolean): Record<string, string> {
  const qualifiers: Record<string, string> = Object.create(null);
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [key, value] = splitFirst(pair, '=');
    if (isLowerOnly && key !== key.toLowerCase())
      throw refuse(text, `its key "${key.slice(0, 80)}" is not in lower case`);
    qualifiers[key.toLowerCase()] = decode(text, value ?? '');
  }
  return qualifiers;
}

function decodeSegments(text: string, path: string): string {
  return path
    .split('/')
    .map((segment) => decode(text, segment))
    .join('/');
}

function decode(text: string, encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw refuse(text, `"${encoded.slice(0, 80)}" is not percent-encoded UTF-8`);
  }
}

function splitFirst(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function splitLast(text: string, separator: string): [string, string | undefined] {
  const at = text.lastIndexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function refuse(text: string, reason: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `"${text.slice(0, 200)}" is no purl: ${reason}.`, {
    remedy: 'Write it as pkg:type/namespace/name@version?qualifiers#subpath.',
  });
}
