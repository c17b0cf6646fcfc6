import { isDistributionType } from '../inventory/distribution-types.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Hash, Package, Party } from '../inventory/package.ts';
import { concludedLicence } from '../licence/licence-ref.ts';
import { cleanParty, sourceAddress, webAddress } from './addresses.ts';

/** What all formats say of a package, beyond what stands in the inventory. */
export interface ComponentFacts {
  readonly supplier: Party | undefined;
  /** Who made it, and maintains it. */
  readonly creator: Party | undefined;
  readonly authors: readonly Party[];
  /** Scope that belongs to the name in its ecosystem: of npm, Maven and Composer. */
  readonly group: string | undefined;
  readonly name: string;
  readonly website: string | undefined;
  readonly download: string | undefined;
  readonly source: string | undefined;
  /** Expression of what holds, where all of it is known to SPDX. */
  readonly concludedLicence: string | undefined;
  readonly hashes: readonly Hash[];
  /** Sorted by name, then as they came. */
  readonly properties: readonly (readonly [string, string])[];
  /** The file a package is, for packages that are one (BSI TR-03183-2 v2.1, 5.2.2). */
  readonly file: { readonly name: string; readonly isArchive: boolean } | undefined;
}

/** A package with all that documents say of it. */
export interface DescribedPackage {
  readonly one: Package;
  readonly facts: ComponentFacts;
}

const GROUPED_TYPES: ReadonlySet<string> = new Set(['composer', 'maven', 'npm']);
/** Types whose namespace is a path before the name. */
const PATH_TYPES: ReadonlySet<string> = new Set(['github', 'golang', 'helm']);
const HASH_CHARS = { MD5: 32, 'SHA-1': 40, 'SHA-256': 64, 'SHA-384': 96, 'SHA-512': 128 } as const;

export function describeComponent(one: Package, { os }: Pick<Inventory, 'os'>): ComponentFacts {
  const distribution =
    os !== undefined && (isDistributionType(one.type) || one.kind === 'operating-system')
      ? { name: os.name ?? os.id, url: os.homeUrl }
      : undefined;
  const authors = (one.authors ?? []).flatMap((author) => cleanParty(author) ?? []);
  // NTIA: the entity that "creates, defines, and identifies" a component. Without a vendor that is its author.
  const supplier = cleanParty(one.supplier ?? distribution) ?? authors[0];
  const { namespace } = one;
  return {
    supplier,
    creator: authors[0] ?? supplier,
    authors,
    group: namespace !== undefined && GROUPED_TYPES.has(one.type) ? namespace : undefined,
    name:
      namespace !== undefined && PATH_TYPES.has(one.type) ? `${namespace}/${one.name}` : one.name || one.id,
    website: webAddress(one.homepage),
    download: webAddress(one.downloadUrl),
    source: sourceAddress(one.sourceUrl),
    concludedLicence: concludedLicence(one.licence),
    hashes: (one.hashes ?? []).filter(
      ({ algorithm, hex }) => hex.length === HASH_CHARS[algorithm] && /^[0-9a-f]+$/.test(hex),
    ),
    properties: listProperties(one, supplier),
    file: fileOf(one),
  };
}

function listProperties(one: Package, supplier: Party | undefined): readonly (readonly [string, string])[] {
  const layers = [...new Set(one.occurrences.flatMap(({ layer }) => layer ?? []))];
  const said: [string, string | undefined][] = [
    ['type', one.type],
    ...one.foundBy.map((name): [string, string] => ['foundBy', name]),
    ['direct', one.isDirect ? 'true' : undefined],
    ['scope', one.scope === 'development' ? 'development' : undefined],
    ...layers.map((layer): [string, string] => ['layer', layer]),
    ['source:name', one.source?.name],
    ['source:version', one.source?.version],
    ...(one.cpes ?? []).slice(1).map((cpe): [string, string] => ['cpe', cpe]),
    ...one.declaredLicences
      .filter((text) => text !== one.licence)
      .map((text): [string, string] => ['licence:declared', text]),
    ...one.contains.map((purl): [string, string] => ['contains', purl]),
    ...Object.entries(one.properties ?? {}).map(([name, value]): [string, string] => [
      name.replaceAll('.', ':'),
      value,
    ]),
    // What nobody can know is said, so that nobody takes it for forgotten (CISA 2025, "known unknowns").
    ['unknown', one.version === undefined ? 'version' : undefined],
    ['unknown', supplier === undefined ? 'supplier' : undefined],
    ['unknown', one.licence === undefined && one.kind !== 'container' ? 'licence' : undefined],
    ['unknown', (one.hashes ?? []).length === 0 ? 'hash' : undefined],
  ];
  return said
    .flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A Java archive, or a program that is a file by itself; other packages are many files, or a part of one. */
function fileOf(one: Package): ComponentFacts['file'] {
  const [only] = one.occurrences;
  if (only === undefined || one.occurrences.length > 1) return undefined;
  const name = only.path.split(/[/!]/).at(-1) ?? '';
  const isArchive = /\.(?:jar|war|ear|par|sar|nar|jpi|hpi|kar|lpkg)$/i.test(name);
  if (one.type === 'maven' && isArchive) return { name, isArchive: true };
  return one.type === 'generic' && one.kind === 'application' && !/\.json$/i.test(name)
    ? { name, isArchive: false }
    : undefined;
}
