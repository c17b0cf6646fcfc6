import {
  ComponentScope,
  ComponentType,
  LicenseAcknowledgement,
  LifecyclePhase,
} from '@cyclonedx/cyclonedx-library/Enums';
import {
  Bom,
  Component,
  LicenseRepository,
  LifecycleRepository,
  Metadata,
  SpdxLicense,
  Tools,
} from '@cyclonedx/cyclonedx-library/Models';
import { JSON as CycloneDxJson } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6, Spec1dot7 } from '@cyclonedx/cyclonedx-library/Spec';
import { isCPE } from '@cyclonedx/cyclonedx-library/Types';
import type { Inventory } from '../inventory/inventory.ts';
import type { Package, PackageKind } from '../inventory/package.ts';
import { cleanParty } from './addresses.ts';
import { type ComponentFacts, describeComponent } from './component.ts';
import { type DocumentContext, documentDate, lifecyclePhase, TOOL_NAME } from './context.ts';
import {
  makeContacts,
  makeEntity,
  makeHashes,
  makeLicences,
  makeProperties,
  makeReferences,
} from './cyclonedx-parts.ts';
import { supplement } from './cyclonedx-supplement.ts';
import { type Graph, hangBelow } from './graph.ts';
import type { DocumentLink, DocumentLinks } from './links.ts';
import { describeRoot, type Root } from './root.ts';
import { formatUnknown } from './unknowns.ts';

const SPECS = { '1.6': Spec1dot6, '1.7': Spec1dot7 } as const;

/** Longer is not a CPE name but an attack on the expression that reads it. */
const MAX_CPE_CHARS = 512;

const TYPES: Readonly<Record<PackageKind | Root['kind'], ComponentType>> = {
  application: ComponentType.Application,
  container: ComponentType.Container,
  file: ComponentType.File,
  framework: ComponentType.Framework,
  library: ComponentType.Library,
  'operating-system': ComponentType.OperatingSystem,
};

/**
 * Writes an inventory as CycloneDX JSON: the library's model and normaliser, and beside it what they do not know
 * (`cyclonedx-supplement.ts`).
 */
export function writeCycloneDx(
  inventory: Inventory,
  context: DocumentContext,
  version: '1.6' | '1.7',
  links: DocumentLinks = new Map(),
): string {
  const root = describeRoot(inventory, context);
  const packages = inventory.packages.map((one) => ({ one, facts: describeComponent(one, inventory) }));
  const graph = hangBelow(root.ref, inventory.packages);
  const components = new Map(
    packages.map(({ one, facts }) => [one.id, makeComponent(one, facts, links.get(one.id))]),
  );
  const primary = makePrimary(root);
  join(graph, new Map([...components, [root.ref, primary]]));

  const bom = new Bom({ metadata: makeMetadata(inventory, context, primary) });
  for (const component of components.values()) bom.components.add(component);
  // Sorted before, and by code units: the library would sort as the machine's language does.
  const normalised = new CycloneDxJson.Normalize.Factory(SPECS[version])
    .makeForBom()
    .normalize(bom, { sortLists: false });
  return supplement(normalised, {
    inventory,
    root,
    packages,
    graph,
    author: cleanParty(context.author),
    version,
  });
}

function makeMetadata(inventory: Inventory, context: DocumentContext, primary: Component): Metadata {
  const author = cleanParty(context.author);
  const metadata = new Metadata({
    timestamp: documentDate(inventory, context),
    lifecycles: new LifecycleRepository([
      lifecyclePhase(inventory.subject) === 'pre-build' ? LifecyclePhase.PreBuild : LifecyclePhase.PostBuild,
    ]),
    tools: new Tools(),
    component: primary,
    // The licence of the document, not of what it describes.
    licenses: new LicenseRepository([
      new SpdxLicense('CC0-1.0', { acknowledgement: LicenseAcknowledgement.Declared }),
    ]),
    properties: makeProperties(inventory.unknowns.map((unknown) => ['unknown', formatUnknown(unknown)])),
    ...(author === undefined ? {} : { authors: makeContacts([author]) }),
  });
  metadata.tools.components.add(
    new Component(ComponentType.Application, TOOL_NAME, { version: context.toolVersion }),
  );
  const supplier = primary.supplier ?? makeEntity(author);
  if (supplier !== undefined) metadata.supplier = supplier;
  return metadata;
}

function makePrimary(root: Root): Component {
  const component = new Component(TYPES[root.kind], root.name, {
    bomRef: root.ref,
    hashes: makeHashes(root.hashes),
    licenses: makeLicences(root.licence, root.declaredLicences),
    externalReferences: makeReferences(root, []),
    properties: makeProperties(root.properties),
  });
  if (root.version !== undefined) component.version = root.version;
  if (root.purl !== undefined) component.purl = root.purl;
  if (root.description !== undefined) component.description = root.description;
  const supplier = makeEntity(root.supplier);
  if (supplier !== undefined) component.supplier = supplier;
  return component;
}

function makeComponent(one: Package, facts: ComponentFacts, link: DocumentLink | undefined): Component {
  const component = new Component(TYPES[one.kind], facts.name, {
    bomRef: one.id,
    hashes: makeHashes(facts.hashes),
    licenses: makeLicences(one.licence, one.declaredLicences),
    externalReferences: makeReferences(facts, facts.hashes, link),
    properties: makeProperties(facts.properties),
    scope: {
      required: ComponentScope.Required,
      optional: ComponentScope.Optional,
      development: ComponentScope.Excluded,
    }[one.scope],
  });
  if (facts.group !== undefined) component.group = facts.group;
  if (one.version !== undefined) component.version = one.version;
  if (one.purl !== undefined) component.purl = one.purl;
  if (one.description !== undefined) component.description = one.description;
  const [cpe] = one.cpes ?? [];
  if (cpe !== undefined && cpe.length <= MAX_CPE_CHARS && isCPE(cpe)) component.cpe = cpe;
  const supplier = makeEntity(facts.supplier);
  if (supplier !== undefined) component.supplier = supplier;
  return component;
}

function join(graph: Graph, components: ReadonlyMap<string, Component>): void {
  for (const [ref, others] of graph) {
    for (const other of others) {
      const [from, to] = [components.get(ref), components.get(other)];
      if (from !== undefined && to !== undefined) from.dependencies.add(to.bomRef);
    }
  }
}
