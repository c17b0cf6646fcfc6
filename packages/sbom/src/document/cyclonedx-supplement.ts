import type { JSON as CycloneDxJson } from '@cyclonedx/cyclonedx-library/Serialize';
import type { Inventory } from '../inventory/inventory.ts';
import type { Package, Party } from '../inventory/package.ts';
import type { DescribedPackage } from './component.ts';
import type { Graph } from './graph.ts';
import type { Root } from './root.ts';
import { uuidOf } from './unique.ts';

type NormalisedBom = CycloneDxJson.Types.Normalized.Bom;
type NormalisedComponent = CycloneDxJson.Types.Normalized.Component;

export interface Supplement {
  readonly inventory: Inventory;
  readonly root: Root;
  readonly packages: readonly DescribedPackage[];
  readonly graph: Graph;
  readonly author: Party | undefined;
  readonly version: '1.6' | '1.7';
}

/**
 * Adds to the library's normalised document what its model lacks: evidence of identity and occurrences, creators,
 * compositions, the concluded expression of 1.7, and the serial number, which is derived from all the rest.
 */
export function supplement(
  bom: NormalisedBom,
  { inventory, root, packages, graph, author, version }: Supplement,
): string {
  const { metadata, components = [], ...head } = bom;
  const byId = new Map(packages.map((described) => [described.one.id, described]));
  const rest = {
    version: 1,
    metadata: {
      ...metadata,
      ...(author === undefined ? {} : { manufacturer: writeEntity(author) }),
      component: {
        ...metadata?.component,
        ...creator(root.supplier),
        ...properties(metadata?.component, fileProperties(root)),
      },
    },
    components: components.map((component) => {
      const described = byId.get(component['bom-ref'] ?? '');
      return described === undefined ? component : addEvidence(component, described, version);
    }),
    dependencies: bom.dependencies,
    compositions: compose(
      inventory,
      root,
      packages.map(({ one }) => one),
      graph,
    ),
  };
  const { $schema, bomFormat, specVersion } = head;
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify([specVersion, rest]))}`;
  return `${JSON.stringify({ $schema, bomFormat, specVersion, serialNumber, ...rest }, undefined, 2)}\n`;
}

function addEvidence(
  component: NormalisedComponent,
  { one, facts }: DescribedPackage,
  version: '1.6' | '1.7',
): object {
  const technique = one.foundBy.some((name) => /binar|executable|auditable/.test(name))
    ? 'binary-analysis'
    : 'manifest-analysis';
  const methods = one.foundBy.map((value) => ({ technique, confidence: 1, value }));
  const identity =
    one.purl === undefined || methods.length === 0
      ? []
      : [{ field: 'purl', confidence: 1, concludedValue: one.purl, methods }];
  const occurrences = one.occurrences.map(({ path, layer }) =>
    layer === undefined ? { location: path } : { location: path, additionalContext: `layer ${layer}` },
  );
  const { licenses } = component;
  const isExpression = licenses?.some((licence) => 'expression' in licence) === true;
  const concluded =
    version === '1.7' && isExpression && facts.concludedLicence !== undefined
      ? [{ expression: facts.concludedLicence, acknowledgement: 'concluded' }]
      : [];
  const file = facts.file === undefined ? [] : describeFile(facts.file.name, facts.file.isArchive);
  return {
    ...component,
    ...creator(facts.creator),
    ...(facts.authors.length === 0
      ? {}
      : { authors: facts.authors.map(({ name, email }) => ({ name, email })) }),
    ...(licenses === undefined ? {} : { licenses: [...licenses, ...concluded] }),
    ...properties(component, file),
    evidence: {
      ...(identity.length === 0 ? {} : { identity }),
      ...(occurrences.length === 0 ? {} : { occurrences }),
    },
  };
}

/** `manufacturer` is who made it: an address is what BSI asks for (TR-03183-2 v2.1, 5.2.2). */
function creator(party: Party | undefined): { readonly manufacturer?: object } {
  return party === undefined ? {} : { manufacturer: writeEntity(party) };
}

function writeEntity({ name, email, url }: Party): object {
  return {
    name,
    url: url === undefined ? undefined : [url],
    contact: email === undefined ? undefined : [{ name, email }],
  };
}

function properties(
  component: NormalisedComponent | undefined,
  more: readonly { readonly name: string; readonly value: string }[],
): { readonly properties?: object } {
  return more.length === 0 ? {} : { properties: [...(component?.properties ?? []), ...more] };
}

/** BSI's own taxonomy of properties, for components that are files (TR-03183-2 v2.1, 8.2, table 9). */
function describeFile(
  name: string,
  isArchive: boolean,
): readonly { readonly name: string; readonly value: string }[] {
  return [
    { name: 'bsi:component:filename', value: name },
    { name: 'bsi:component:executable', value: 'executable' },
    { name: 'bsi:component:archive', value: isArchive ? 'archive' : 'no archive' },
    { name: 'bsi:component:structured', value: isArchive ? 'structured' : 'unstructured' },
  ];
}

function fileProperties(root: Root): readonly { readonly name: string; readonly value: string }[] {
  return root.kind === 'container'
    ? describeFile(root.name.split('/').at(-1) ?? root.name, true).slice(1)
    : [];
}

/**
 * Says how far everything is known. Of the root: complete where nothing is known to be missing, incomplete where
 * something could not be read. Of each package: what its cataloguer could know of its dependencies.
 */
function compose(
  inventory: Inventory,
  root: Root,
  packages: readonly Package[],
  graph: Graph,
): readonly object[] {
  const whole = inventory.unknowns.length === 0 ? 'complete' : 'incomplete';
  const parts = (['complete', 'incomplete', 'unknown'] as const).flatMap((aggregate) => {
    const dependencies = packages
      .filter(({ id, completeness }) => completeness === aggregate && graph.has(id))
      .map(({ id }) => id);
    return dependencies.length === 0 ? [] : [{ aggregate, dependencies }];
  });
  return [{ aggregate: whole, assemblies: [root.ref], dependencies: [root.ref] }, ...parts];
}
