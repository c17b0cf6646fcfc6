import { canonicalPurl, type PurlParts, parsePurl } from '@artifact-lifecycle/sbom';

/** Reads a purl whoever wrote it; `undefined` where it is none. */
export function readPurl(text: string): PurlParts | undefined {
  if (!/^pkg:/i.test(text)) return undefined;
  try {
    return parsePurl(canonicalPurl(text));
  } catch {
    // Statements name products by many things; what is no purl matches none.
    return undefined;
  }
}

/**
 * Whether one purl means another: type, namespace and name are equal, and what the first says of version, qualifiers and
 * subpath the second says as well (OpenVEX, "Product matching"; what is left out means all).
 */
export function purlCovers(pattern: PurlParts, purl: PurlParts): boolean {
  return (
    isSamePackage(pattern, purl) &&
    (pattern.version === undefined || isSameVersion(pattern.type, pattern.version, purl.version)) &&
    (pattern.subpath === undefined || pattern.subpath === purl.subpath) &&
    hasQualifiers(pattern, purl)
  );
}

/** Whether all qualifiers that a purl names are the other's, but for those that are left out. */
export function hasQualifiers(pattern: PurlParts, purl: PurlParts, except: readonly string[] = []): boolean {
  return Object.entries(pattern.qualifiers ?? {}).every(
    ([key, value]) => except.includes(key) || value === undefined || qualifier(purl, key) === value,
  );
}

/** A qualifier of a purl. */
export function qualifier({ qualifiers }: PurlParts, key: string): string | undefined {
  return qualifiers !== undefined && Object.hasOwn(qualifiers, key) ? qualifiers[key] : undefined;
}

function isSamePackage(a: PurlParts, b: PurlParts): boolean {
  if (a.type !== b.type) return false;
  return fullName(a) === fullName(b);
}

/** Go's module paths are written in lower case by those who follow purl-spec, and as they are by all others. */
function fullName({ type, namespace = '', name }: PurlParts): string {
  const full = `${namespace}/${name}`;
  return type === 'golang' ? full.toLowerCase() : full;
}

/** Go's versions are written with and without their `v`. */
export function isSameVersion(type: string, a: string, b: string | undefined): boolean {
  if (b === undefined) return false;
  return a === b || (type === 'golang' && a.replace(/^v/, '') === b.replace(/^v/, ''));
}
