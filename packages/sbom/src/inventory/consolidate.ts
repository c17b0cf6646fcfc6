import { licenceExpression } from '../licence/expression.ts';
import { identify } from './identity.ts';
import { ownershipIn } from './ownership.ts';
import type { FoundPackage, Occurrence, Package, PackageScope } from './package.ts';

/** What one cataloguer found. */
export interface Finding {
  readonly cataloguer: string;
  readonly found: FoundPackage;
}

/** Findings that are one package, in their order. */
interface Group {
  readonly id: string;
  readonly purl: string | undefined;
  readonly findings: Finding[];
  readonly occurrences: Occurrence[];
  readonly contains: Set<string>;
}

/** The strongest need decides: what one needs to run is required, whoever else needs it for tests only. */
const SCOPES: readonly PackageScope[] = ['required', 'optional', 'development'];

/**
 * Makes one package of all findings of it, however often and by whomever it was found, and hides what lies in files
 * of the distribution's packages in those. Dependencies lead to the packages that came out.
 *
 * @param layers digests of the image's layers, from the base up; none outside of images.
 */
export function consolidate(
  findings: readonly Finding[],
  layers: readonly string[] = [],
): readonly Package[] {
  const ownership = ownershipIn(
    findings.map(({ found }) => found),
    layers,
  );
  const groups = new Map<string, Group>();
  const groupOf = new Map<FoundPackage, Group>();
  const hidden: { readonly finding: Finding; readonly owners: readonly FoundPackage[] }[] = [];
  for (const finding of findings) {
    const { free, owners } = ownership(finding.found);
    if (owners.length > 0) hidden.push({ finding, owners });
    if (free.length === 0 && owners.length > 0) continue;
    const { id, purl } = identify(finding.found);
    const group = groups.get(id) ?? { id, purl, findings: [], occurrences: [], contains: new Set() };
    groups.set(id, group);
    group.findings.push(finding);
    group.occurrences.push(...free);
    groupOf.set(finding.found, group);
  }
  for (const { finding, owners } of hidden) {
    const { id } = identify(finding.found);
    for (const owner of owners) {
      const group = groupOf.get(owner);
      group?.contains.add(id);
      // Who depends on what is hidden depends on the package that brings it.
      if (group !== undefined && !groupOf.has(finding.found)) groupOf.set(finding.found, group);
    }
  }
  const neighbours = indexNeighbours(findings);
  return [...groups.values()]
    .map((group) =>
      finish(group, (finding, key) => idOf(neighbours.get(finding.cataloguer)?.get(key), groupOf)),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Of each cataloguer its packages by key; the first of a key counts. */
function indexNeighbours(
  findings: readonly Finding[],
): ReadonlyMap<string, ReadonlyMap<string, FoundPackage>> {
  const byCataloguer = new Map<string, Map<string, FoundPackage>>();
  for (const { cataloguer, found } of findings) {
    const byKey = byCataloguer.get(cataloguer) ?? new Map<string, FoundPackage>();
    byCataloguer.set(cataloguer, byKey);
    if (!byKey.has(found.key)) byKey.set(found.key, found);
  }
  return byCataloguer;
}

function idOf(
  found: FoundPackage | undefined,
  groupOf: ReadonlyMap<FoundPackage, Group>,
): string | undefined {
  return found === undefined ? undefined : groupOf.get(found)?.id;
}

function finish(
  { id, purl, findings, occurrences, contains }: Group,
  follow: (finding: Finding, key: string) => string | undefined,
): Package {
  const all = findings.map(({ found }) => found);
  const first = <Value>(value: (found: FoundPackage) => Value | undefined): Value | undefined => {
    for (const found of all) {
      const one = value(found);
      if (one !== undefined && !(Array.isArray(one) && one.length === 0)) return one;
    }
    return undefined;
  };
  const declared = first(({ licences }) => licences) ?? [];
  const dependsOn = findings.flatMap((finding) =>
    (finding.found.dependsOn ?? []).flatMap((key) => follow(finding, key) ?? []),
  );
  const [sample] = all;
  if (sample === undefined) throw new TypeError(`The package ${id} has no finding.`);
  return {
    id,
    purl,
    type: sample.type,
    namespace: sample.namespace,
    name: sample.name,
    version: sample.version,
    qualifiers: sample.qualifiers,
    subpath: sample.subpath,
    kind: first(({ kind }) => kind) ?? 'library',
    scope: SCOPES.find((scope) => all.some((found) => (found.scope ?? 'required') === scope)) ?? 'required',
    supplier: first(({ supplier }) => supplier),
    authors: first(({ authors }) => authors),
    description: first(({ description }) => description),
    homepage: first(({ homepage }) => homepage),
    downloadUrl: first(({ downloadUrl }) => downloadUrl),
    sourceUrl: first(({ sourceUrl }) => sourceUrl),
    hashes: first(({ hashes }) => hashes),
    source: first(({ source }) => source),
    cpes: first(({ cpes }) => cpes),
    properties: mergeProperties(all),
    licence: licenceExpression(declared),
    declaredLicences: declared.map(({ text }) => text),
    foundBy: sortUnique(findings.map(({ cataloguer }) => cataloguer)),
    occurrences: sortOccurrences(occurrences),
    dependsOn: sortUnique(dependsOn).filter((other) => other !== id),
    isDirect: all.some(({ isDirect }) => isDirect === true),
    completeness: worst(all),
    contains: sortUnique([...contains]),
  };
}

function mergeProperties(all: readonly FoundPackage[]): Readonly<Record<string, string>> | undefined {
  const merged = new Map<string, string>();
  for (const { properties = {} } of all) {
    for (const [name, value] of Object.entries(properties)) if (!merged.has(name)) merged.set(name, value);
  }
  if (merged.size === 0) return undefined;
  return Object.fromEntries([...merged].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Complete is only what every finding says so of. */
function worst(all: readonly FoundPackage[]): Package['completeness'] {
  const said = new Set(all.map(({ completeness = 'unknown' }) => completeness));
  if (said.has('incomplete')) return 'incomplete';
  return said.has('unknown') ? 'unknown' : 'complete';
}

function sortUnique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

/** By path; one entry for a path and layer. */
function sortOccurrences(occurrences: readonly Occurrence[]): readonly Occurrence[] {
  const unique = new Map(occurrences.map((one) => [`${one.path}\0${one.layer ?? ''}`, one]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
