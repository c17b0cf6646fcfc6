import type { DeclaredLicence, FoundPackage, Hash, PackageType, Party } from '../../inventory/package.ts';
import { parsePurl } from '../../purl/parse-purl.ts';
import type { PurlParts } from '../../purl/purl.ts';
import { parseHash } from '../hash.ts';
import {
  asText,
  isJsonObject,
  type JsonObject,
  listField,
  objectField,
  parseJsonObject,
  textField,
} from '../json.ts';
import { publicUrl } from '../public-url.ts';
import { stated as statedOf } from '../stated.ts';
import { parseTagValue } from './spdx-tag-value.ts';

/** A package of an embedded document, which has a purl: what has none is a file, or the document itself. */
export interface EmbeddedPackage {
  readonly id: string;
  readonly type: PackageType;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath: string | undefined;
  readonly licences: readonly DeclaredLicence[];
  readonly hashes: readonly Hash[];
  readonly downloadUrl: string | undefined;
  readonly cpes: readonly string[];
  readonly supplier: Party | undefined;
  /** Ids of packages in the document, through what has no purl. */
  readonly dependsOn: readonly string[];
  /** Whether the document is about it. */
  readonly isDescribed: boolean;
}

/** More packages than any embedded document has; Bitnami's largest have some thousand. */
const MAX_PACKAGES = 50_000;

/** Steps through relationships of one document, whatever they look like. */
const MAX_STEPS = 500_000;

/** Types the inventory knows; others have no meaning for it. */
const TYPES: ReadonlySet<string> = new Set<PackageType>([
  ...(['bitnami', 'cargo', 'composer', 'conda', 'dhi', 'gem', 'generic', 'github', 'golang'] as const),
  ...(['apk', 'deb', 'rpm', 'maven', 'npm', 'nuget', 'pypi'] as const),
]);

/**
 * Reads an SPDX 2 document, JSON or tag-value, whatever its name says.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function readSpdx(text: string): readonly EmbeddedPackage[] {
  const document = text.trimStart().startsWith('{') ? parseJsonObject(text) : parseTagValue(text);
  const creator = listField(objectField(document, 'creationInfo'), 'creators')
    .map((each) => asText(each) ?? '')
    .find((each) => each.startsWith('Organization:'));
  const edges = readEdges(document);
  const described = new Set(listField(document, 'documentDescribes').map(String));
  for (const id of edges.get('SPDXRef-DOCUMENT') ?? []) described.add(id);
  const entries = listField(document, 'packages').slice(0, MAX_PACKAGES).filter(isJsonObject);
  const purls = new Map(entries.flatMap((entry) => readIdentity(entry)));
  const walk = { edges, purls, steps: 0 };
  return entries.flatMap((entry): readonly EmbeddedPackage[] => {
    const id = textField(entry, 'SPDXID') ?? '';
    const purl = purls.get(id);
    if (purl === undefined || !isKnownType(purl.type)) return [];
    return [
      {
        id,
        type: purl.type,
        namespace: purl.namespace,
        name: purl.name,
        version: purl.version ?? textField(entry, 'versionInfo'),
        qualifiers: statedOf(purl.qualifiers ?? {}),
        subpath: purl.subpath,
        licences: readLicences(entry),
        hashes: readChecksums(entry),
        downloadUrl: publicUrl(stated(entry, 'downloadLocation')),
        cpes: locators(entry, 'cpe23Type'),
        supplier: asParty(stated(entry, 'supplier') ?? (described.has(id) ? creator : undefined)),
        dependsOn: reach(id, walk),
        isDescribed: described.has(id),
      },
    ];
  });
}

/** A package as its document has it, found where the document lies. */
export function describeEmbedded(
  found: EmbeddedPackage,
  path: string,
  layer: string | undefined,
): FoundPackage {
  const { id, isDescribed, dependsOn, ...facts } = found;
  return {
    ...facts,
    key: `${path}#${id}`,
    dependsOn: dependsOn.map((each) => `${path}#${each}`),
    isDirect: isDescribed,
    occurrences: [{ path, layer }],
  };
}

/** Whether the inventory knows a purl's type. */
export function isKnownType(type: string): type is PackageType {
  return TYPES.has(type);
}

function readIdentity(entry: JsonObject): readonly (readonly [string, PurlParts])[] {
  const [id, purl] = [textField(entry, 'SPDXID'), locators(entry, 'purl')[0]];
  if (id === undefined || purl === undefined) return [];
  try {
    return [[id, parsePurl(purl)]];
  } catch {
    // What is no purl names no package; the others of the document are still there.
    return [];
  }
}

function locators(entry: JsonObject, type: string): readonly string[] {
  return listField(entry, 'externalRefs')
    .filter(isJsonObject)
    .filter((reference) => textField(reference, 'referenceType') === type)
    .flatMap((reference) => textField(reference, 'referenceLocator') ?? []);
}

function stated(entry: JsonObject, name: string): string | undefined {
  const value = textField(entry, name);
  return value === 'NONE' || value === 'NOASSERTION' ? undefined : value;
}

function readLicences(entry: JsonObject): readonly DeclaredLicence[] {
  const text = stated(entry, 'licenseDeclared') ?? stated(entry, 'licenseConcluded');
  return text === undefined ? [] : [{ text, style: 'spdx' }];
}

function readChecksums(entry: JsonObject): readonly Hash[] {
  return listField(entry, 'checksums')
    .filter(isJsonObject)
    .flatMap((each) => {
      const algorithm = textField(each, 'algorithm')?.toLowerCase() ?? '';
      return parseHash(`${algorithm}:${textField(each, 'checksumValue') ?? ''}`) ?? [];
    });
}

/** `Organization: VMware, Inc. (mail@example.com)`. */
function asParty(text: string | undefined): Party | undefined {
  const name = text?.replace(/^(?:Organization|Person):/, '').trim();
  if (name === undefined || name === '' || name === text?.trim()) return undefined;
  const [, before = name, email] = /^([^(]*)\(([^()]*@[^()]*)\)$/.exec(name) ?? [];
  return email === undefined ? { name } : { name: before.trim(), email };
}

/** What each element contains or depends on, in either direction it is written. */
function readEdges(document: JsonObject): ReadonlyMap<string, readonly string[]> {
  const edges = new Map<string, string[]>();
  for (const each of listField(document, 'relationships')) {
    if (!isJsonObject(each)) continue;
    const type = textField(each, 'relationshipType') ?? '';
    const ends = [textField(each, 'spdxElementId'), textField(each, 'relatedSpdxElement')];
    if (type === 'CONTAINED_BY' || type === 'DEPENDENCY_OF') ends.reverse();
    else if (!['CONTAINS', 'DEPENDS_ON', 'DESCRIBES'].includes(type)) continue;
    const [from, to] = ends;
    if (from === undefined || to === undefined) continue;
    const targets = edges.get(from);
    if (targets === undefined) edges.set(from, [to]);
    else targets.push(to);
  }
  return edges;
}

interface Walk {
  readonly edges: ReadonlyMap<string, readonly string[]>;
  readonly purls: ReadonlyMap<string, PurlParts>;
  steps: number;
}

/** The packages an element leads to; what has no purl (an application, a layer) is passed through. */
function reach(id: string, walk: Walk): readonly string[] {
  const found = new Set<string>();
  const seen = new Set([id]);
  const waiting = [...(walk.edges.get(id) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next) || ++walk.steps > MAX_STEPS) continue;
    seen.add(next);
    if (walk.purls.has(next)) found.add(next);
    else waiting.push(...(walk.edges.get(next) ?? []));
  }
  return [...found].sort();
}
