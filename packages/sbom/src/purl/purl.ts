import { TYPE_RULES, type TypeRules } from './types.ts';

/** The parts of a purl, not encoded (purl-spec, "PURL-SPECIFICATION"). */
export interface PurlParts {
  /** `deb`, `npm`; of any type, also those no cataloguer here knows. */
  readonly type: string;
  /** `@babel`, `org.apache.commons`, `github.com/acme`. */
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  /** Keys in any case; empty values count as absent. */
  readonly qualifiers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly subpath?: string | undefined;
}

const TYPE = /^[a-z][a-z0-9.-]*$/;
const QUALIFIER_KEY = /^[a-z][a-z0-9._-]*$/;

/**
 * Writes the canonical purl of these parts: `pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64`.
 *
 * `undefined` where none can be written: without a name, with a key no qualifier may have, or without what its type
 * demands (swift's namespace).
 */
export function formatPurl(parts: PurlParts): string | undefined {
  const normal = normalisePurl(parts);
  if (normal === undefined) return undefined;
  const { type, namespace, name, version, qualifiers, subpath } = normal;
  let text = `pkg:${type}/`;
  if (namespace !== undefined) text += `${encodeSegments(namespace)}/`;
  text += TYPE_RULES.get(type)?.hasPathAsName === true ? encodeSegments(name) : encodePart(name);
  if (version !== undefined) text += `@${encodePart(version)}`;
  const pairs = Object.entries(qualifiers ?? {}).map(([key, value]) => `${key}=${encodePart(value ?? '')}`);
  if (pairs.length > 0) text += `?${pairs.join('&')}`;
  if (subpath !== undefined) text += `#${encodeSegments(subpath)}`;
  return text;
}

/** Brings parts into the form their type demands, qualifiers sorted; `undefined` where they are no purl's. */
export function normalisePurl(parts: PurlParts): PurlParts | undefined {
  const type = parts.type.toLowerCase();
  if (!TYPE.test(type)) return undefined;
  const rules = TYPE_RULES.get(type) ?? {};
  const namespace = spell(trimSegments(parts.namespace ?? '', false), 'namespace', rules);
  let name = spell(parts.name.replace(/^\/+/, ''), 'name', rules);
  const version = spell(parts.version ?? '', 'version', rules);
  const qualifiers = normaliseQualifiers(parts.qualifiers ?? {});
  if (qualifiers === undefined || name === '') return undefined;
  if (type === 'mlflow' && isDatabricks(qualifiers)) name = name.toLowerCase();
  const normal: PurlParts = {
    type,
    namespace: namespace === '' ? undefined : namespace,
    name,
    version: version === '' ? undefined : version,
    qualifiers: Object.keys(qualifiers).length === 0 ? undefined : qualifiers,
    subpath: trimSegments(parts.subpath ?? '', true) || undefined,
  };
  return satisfies(normal, rules) ? normal : undefined;
}

function satisfies({ namespace, name, version, qualifiers }: PurlParts, rules: TypeRules): boolean {
  if (rules.namespace === 'required' && namespace === undefined) return false;
  if (rules.namespace === 'prohibited' && namespace !== undefined) return false;
  if (rules.name !== undefined && !rules.name.test(name)) return false;
  if (rules.version !== undefined && version !== undefined && !rules.version.test(version)) return false;
  return (rules.qualifiers ?? []).every((key) => qualifiers?.[key] !== undefined);
}

function spell(text: string, part: 'namespace' | 'name' | 'version', rules: TypeRules): string {
  const cased = rules.lowerCase?.includes(part) === true ? text.toLowerCase() : text;
  return part === 'name' && rules.spell !== undefined ? rules.spell(cased) : cased;
}

/** Sorted by key; without prototype, because a key of somebody's may be `__proto__`. */
function normaliseQualifiers(
  qualifiers: Readonly<Record<string, string | undefined>>,
): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(qualifiers)) {
    if (value === undefined || value === '') continue;
    const lower = key.toLowerCase();
    if (!QUALIFIER_KEY.test(lower)) return undefined;
    pairs.push([lower, value]);
  }
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const sorted: Record<string, string> = Object.create(null);
  for (const [key, value] of pairs) sorted[key] = value;
  return sorted;
}

/** Models of Databricks have no case in their names, those of Azure have ("mlflow-definition"). */
function isDatabricks(qualifiers: Readonly<Record<string, string>>): boolean {
  return /^(?:https?:\/\/)?[^/]*databricks/.test(qualifiers['repository_url'] ?? '');
}

/** Drops empty segments, and `.` and `..` of subpaths, which mean nothing inside of a package. */
function trimSegments(path: string, isSubpath: boolean): string {
  return path
    .split('/')
    .filter((segment) => segment !== '' && !(isSubpath && (segment === '.' || segment === '..')))
    .join('/');
}

function encodeSegments(path: string): string {
  return path.split('/').map(encodePart).join('/');
}

/** Everything but letters, digits and `.-_~` is encoded; the colon stays (purl-spec, "Character encoding"). */
function encodePart(text: string): string {
  // Half of a surrogate pair has no UTF-8; `encodeURIComponent` would throw.
  return encodeURIComponent(Buffer.from(text).toString()).replace(/%3A|[!'()*]/g, (found) =>
    found === '%3A' ? ':' : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
