import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Inventory,
  isPackageDatabase,
  type ListedPackage,
  type ReadDocument,
} from '@artifact-lifecycle/sbom';
import { coverageOf } from '../advisory/ecosystem-package.ts';
import type { Component, ComponentList, UnmatchedCause, UnmatchedComponent } from './component.ts';
import { type BesidePurl, readComponent, sortLocations } from './read-component.ts';

/** A package before its purl was looked at, whoever listed it. */
interface Entry extends BesidePurl {
  readonly name: string;
  readonly purl: string | undefined;
  readonly kind: string | undefined;
}

/** Kinds of things that are no packages (CycloneDX, `component.type`). */
const NO_PACKAGES: ReadonlySet<string> = new Set(['file', 'operating-system']);

/** Lists what can be matched of an inventory, and what cannot. */
export function componentsOfInventory({
  packages,
  unknowns,
}: Pick<Inventory, 'packages' | 'unknowns'>): ComponentList {
  const { components, unmatched } = listComponents(
    packages.map(({ name, purl, kind, occurrences, scope }) => ({
      name,
      purl,
      kind,
      locations: occurrences,
      isDevelopment: scope === 'development',
    })),
  );
  const unread = unknowns.filter(isPackageDatabase).map(({ path, reason }) => ({
    name: path,
    purl: undefined,
    cause: 'unread' as const,
    reason: `${REASONS.unread}: ${reason}`,
  }));
  return { components, unmatched: [...unmatched, ...unread] };
}

/** Lists what can be matched of a document, ours or another tool's; its subject is what it is of, and not matched. */
export function componentsOfDocument({ packages }: Pick<ReadDocument, 'packages'>): ComponentList {
  return listComponents(packages.map(entryOf));
}

/**
 * Lists components by their purls alone.
 *
 * @throws SuiteError `CONTENT_INVALID` where one is no purl.
 */
export function componentsOfPurls(purls: readonly string[]): ComponentList {
  return listComponents(
    purls.map((purl) => ({
      name: readComponent(purl).name,
      purl,
      kind: undefined,
      locations: [],
      isDevelopment: false,
    })),
  );
}

function entryOf({ name, purl, version, kind, occurrences, isDevelopment, source }: ListedPackage): Entry {
  return { name, purl, version, kind, locations: occurrences, isDevelopment, source };
}

function listComponents(entries: readonly Entry[]): ComponentList {
  const components = new Map<string, Component>();
  const unmatched = new Map<string, UnmatchedComponent>();
  const refuse = (entry: Entry, purl: string | undefined, cause: UnmatchedCause): void => {
    const reason = `${REASONS[cause]}.`;
    unmatched.set(`${purl ?? entry.name}\0${cause}`, { name: entry.name, purl, cause, reason });
  };
  for (const entry of entries) {
    const isPackage = !NO_PACKAGES.has(entry.kind ?? '');
    const component = entry.purl === undefined ? undefined : tryRead(entry.purl, entry);
    if (component === undefined) {
      refuse(entry, entry.purl, isPackage ? 'no-purl' : 'untracked');
      continue;
    }
    const { kind } = coverageOf(component);
    if (kind !== 'packages') refuse(entry, component.purl, kind);
    else {
      const known = components.get(component.purl);
      components.set(component.purl, known === undefined ? component : merge(known, component));
    }
  }
  return { components: sortByKey(components), unmatched: sortByKey(unmatched) };
}

const REASONS: Readonly<Record<UnmatchedCause, string>> = {
  'no-purl': 'It has no purl, so that nobody knows under which name to look for advisories',
  'no-version': 'It has no version',
  'no-release': 'Its purl does not say of which release of the distribution it is (qualifier "distro")',
  'no-database': 'No database of advisories is known for its distribution',
  unread: 'It lists packages of the distribution, and could not be read to its end',
  undecided: 'Its version cannot be put in order',
  untracked: 'Nobody keeps advisories of things of this kind',
};

function tryRead(purl: string, beside: BesidePurl): Component | undefined {
  try {
    return readComponent(purl, beside);
  } catch (error) {
    if (error instanceof SuiteError) return undefined;
    throw error;
  }
}

/** What one needs to run is no matter of development, whoever else needs it for tests only. */
function merge(a: Component, b: Component): Component {
  return {
    ...a,
    source: a.source ?? b.source,
    locations: sortLocations([...a.locations, ...b.locations]),
    isDevelopment: a.isDevelopment && b.isDevelopment,
  };
}

function sortByKey<Value>(map: ReadonlyMap<string, Value>): readonly Value[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
