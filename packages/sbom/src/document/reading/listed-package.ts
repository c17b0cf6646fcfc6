import type { Occurrence, SourcePackage } from '../../inventory/package.ts';
import { licenceExpression } from '../../licence/expression.ts';
import { canonicalPurl, parsePurl } from '../../purl/parse-purl.ts';

/** A package as a document lists it, ours or another tool's. */
export interface ListedPackage {
  /** Canonical; `undefined` where the document gives none that can be read. */
  readonly purl: string | undefined;
  /** As in the purl; `undefined` without one. */
  readonly type: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
  readonly qualifiers: Readonly<Record<string, string | undefined>>;
  readonly kind: string | undefined;
  /** SPDX expression of what is declared. */
  readonly licence: string | undefined;
  /** CPE 2.3 names, sorted. */
  readonly cpes: readonly string[];
  /** Where it was found, as far as the document says. */
  readonly occurrences: readonly Occurrence[];
  /** Whether it is there for building and testing only. */
  readonly isDevelopment: boolean;
  /** What it was built from, where the document says that beside the purl. */
  readonly source: SourcePackage | undefined;
}

/** A document that was read, whoever wrote it. */
export interface ReadDocument {
  /** For people: `CycloneDX 1.6`. */
  readonly title: string;
  /** What the document is of, where it says. */
  readonly subject: ListedPackage | undefined;
  /** Sorted, each once; without the subject. */
  readonly packages: readonly ListedPackage[];
  /** Who depends on each package, by purl; the empty text is the subject. Of what is not there nobody is known. */
  readonly dependents: ReadonlyMap<string, readonly string[]>;
}

/** What a format says of a package, before its purl was looked at. */
export interface RawPackage {
  readonly purl: string | undefined;
  readonly namespace?: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly kind: string | undefined;
  readonly licences: readonly StatedLicence[];
  readonly cpes: readonly string[];
  readonly occurrences?: readonly Occurrence[];
  readonly isDevelopment?: boolean;
  readonly source?: SourcePackage | undefined;
}

/** What a document says of a licence: an expression or id of SPDX, or a name of somebody's own. */
export interface StatedLicence {
  readonly text: string;
  /** A name is one, whatever stands in it: `Public Domain, per Creative Commons CC0`. */
  readonly isName?: boolean;
}

/** What documents write where they do not know. */
const UNKNOWN: ReadonlySet<string> = new Set(['', 'NOASSERTION', 'NONE']);

/** Brings what a document says into one form; the purl wins over names. `undefined` for what has no name. */
export function listPackage(raw: RawPackage): ListedPackage | undefined {
  const purl = readPurl(raw.purl);
  const parts = purl === undefined ? undefined : parsePurl(purl);
  const name = parts?.name ?? raw.name;
  if (name === undefined || name === '') return undefined;
  const version = parts?.version ?? raw.version;
  return {
    purl,
    type: parts?.type,
    namespace: parts === undefined ? raw.namespace : parts.namespace,
    name,
    version: version === undefined || UNKNOWN.has(version) ? undefined : version,
    qualifiers: { ...parts?.qualifiers },
    kind: raw.kind,
    licence: licenceExpression(
      raw.licences
        .filter(({ text }) => !UNKNOWN.has(text))
        .map(({ text, isName }) => ({ text, style: isName === true ? 'free' : 'spdx' })),
    ),
    cpes: [...new Set(raw.cpes.filter((cpe) => cpe.startsWith('cpe:2.3:')))].sort(),
    occurrences: raw.occurrences ?? [],
    isDevelopment: raw.isDevelopment === true,
    source: raw.source,
  };
}

function readPurl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return canonicalPurl(text);
  } catch {
    // Other tools write purls that are none; the name is still there.
    return undefined;
  }
}

/** Sorted by purl or name and version, each once: with all its places, needed where one of its mentions is. */
export function sortListed(packages: readonly ListedPackage[]): readonly ListedPackage[] {
  const keyOf = ({ purl, namespace = '', name, version = '' }: ListedPackage): string =>
    purl ?? `${namespace}/${name}@${version}`;
  const byKey = new Map<string, ListedPackage[]>();
  for (const one of packages) {
    const same = byKey.get(keyOf(one)) ?? [];
    same.push(one);
    byKey.set(keyOf(one), same);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, same]) => mergeListed(same));
}

function mergeListed(same: readonly ListedPackage[]): readonly ListedPackage[] {
  const [first, ...others] = same;
  if (first === undefined || others.length === 0) return same;
  return [
    {
      ...first,
      occurrences: same.flatMap(({ occurrences }) => occurrences),
      isDevelopment: same.every(({ isDevelopment }) => isDevelopment),
      source: same.find(({ source }) => source !== undefined)?.source,
    },
  ];
}
