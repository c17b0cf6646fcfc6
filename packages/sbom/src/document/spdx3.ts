import type { Inventory } from '../inventory/inventory.ts';
import type { Package, PackageKind } from '../inventory/package.ts';
import { concludedLicence } from '../licence/licence-ref.ts';
import { cleanParty } from './addresses.ts';
import { type ComponentFacts, describeComponent } from './component.ts';
import { type DocumentContext, documentDate, formatDate, lifecyclePhase, TOOL_NAME } from './context.ts';
import { hangBelow } from './graph.ts';
import type { DocumentLink, DocumentLinks } from './links.ts';
import { formatOccurrences } from './occurrence-text.ts';
import { describeRoot, type Root } from './root.ts';
import { fullName, listOf, validCpes } from './spdx-words.ts';
import {
  type Completeness,
  CREATION_INFO,
  hashed,
  identifier,
  NO_ASSERTION,
  NONE,
  reference,
  Spdx3Graph,
} from './spdx3-graph.ts';
import { slugOf, uuidOf } from './unique.ts';
import { formatUnknown } from './unknowns.ts';

const CONTEXT_URL = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';
const PROFILES = ['core', 'software', 'simpleLicensing'];

const PURPOSES: Readonly<Record<PackageKind | Root['kind'], string>> = {
  application: 'application',
  container: 'container',
  file: 'file',
  framework: 'framework',
  library: 'library',
  'operating-system': 'operatingSystem',
};

/** Writes an inventory as SPDX 3.0.1 in JSON-LD: one graph of elements that refer to each other. */
export function writeSpdx3(
  inventory: Inventory,
  context: DocumentContext,
  links: DocumentLinks = new Map(),
): string {
  const root = describeRoot(inventory, context);
  const created = formatDate(documentDate(inventory, context));
  const author = cleanParty(context.author);
  const uuid = uuidOf(
    JSON.stringify(['spdx-3.0.1', context.toolVersion, author ?? null, root, created, inventory, [...links]]),
  );
  const namespace = `https://spdx.org/spdxdocs/${slugOf(root.name)}-${uuid}`;

  const graph = new Spdx3Graph(namespace);
  const tool = `${TOOL_NAME}-${context.toolVersion}`;
  const toolId = graph.nameOf('Tool', tool);
  const creator =
    author === undefined
      ? graph.add('SoftwareAgent', graph.nameOf('Agent', tool), { name: tool })
      : graph.addParty(author);
  const head = [...graph.elements, { type: 'Tool', spdxId: toolId, creationInfo: CREATION_INFO, name: tool }];

  const content = new Spdx3Graph(namespace);
  const rootId = addRoot(content, root);
  const ids = new Map([
    [root.ref, rootId],
    ...inventory.packages.map((one) => [one.id, content.nameOf('Package', one.id)] as const),
  ]);
  for (const one of inventory.packages) addPackage(content, one, describeComponent(one, inventory));
  relateAll(content, inventory, root, ids);
  for (const [id, { uri }] of links) content.relate(uri, 'describes', [ids.get(id) ?? ''], 'complete');
  for (const unknown of inventory.unknowns) content.annotate(rootId, `unknown: ${formatUnknown(unknown)}`);

  const dataLicense = content.addLicence('CC0-1.0', []);
  const known = new Set(head.map(({ spdxId }) => spdxId));
  const elements = content.elements.filter(({ spdxId }) => !known.has(spdxId));
  const sbomId = content.nameOf('Sbom', root.ref);
  const whole = [
    {
      type: 'CreationInfo',
      '@id': CREATION_INFO,
      specVersion: '3.0.1',
      created,
      createdBy: [creator],
      createdUsing: [toolId],
    },
    ...head,
    {
      type: 'SpdxDocument',
      spdxId: namespace,
      creationInfo: CREATION_INFO,
      name: root.name,
      profileConformance: PROFILES,
      dataLicense,
      ...listOf('import', [...links.values()].map(importOf)),
      rootElement: [sbomId],
    },
    {
      type: 'software_Sbom',
      spdxId: sbomId,
      creationInfo: CREATION_INFO,
      name: root.name,
      profileConformance: PROFILES,
      software_sbomType: [lifecyclePhase(inventory.subject) === 'pre-build' ? 'source' : 'analyzed'],
      rootElement: [rootId],
      element: elements.map(({ spdxId }) => spdxId),
    },
    ...elements,
  ];
  return `${JSON.stringify({ '@context': CONTEXT_URL, '@graph': whole }, undefined, 2)}\n`;
}

/** An element of another document, by its bytes (SPDX 3.0.1, ExternalMap). */
function importOf({ uri, sha256 }: DocumentLink): object {
  return { type: 'ExternalMap', externalSpdxId: uri, ...hashed([{ algorithm: 'SHA-256', hex: sha256 }]) };
}

function addRoot(graph: Spdx3Graph, root: Root): string {
  const id = graph.nameOf('Package', root.ref);
  const supplier = root.supplier === undefined ? undefined : graph.addParty(root.supplier);
  graph.add('software_Package', id, {
    name: root.name,
    software_primaryPurpose: PURPOSES[root.kind],
    software_packageVersion: root.version || undefined,
    software_packageUrl: root.purl,
    software_homePage: root.website,
    description: root.description,
    // Only agents may stand here: who is not known is left out, and an annotation says so.
    suppliedBy: supplier,
    ...listOf('originatedBy', supplier === undefined ? [] : [supplier]),
    ...hashed(root.hashes),
    ...listOf('externalIdentifier', root.purl === undefined ? [] : [identifier('packageUrl', root.purl)]),
    ...listOf('externalRef', [
      ...reference('vcs', root.source),
      ...reference('documentation', root.documentation),
    ]),
  });
  licence(graph, id, root.licence, root.declaredLicences);
  if (root.properties.length > 0) graph.annotate(id, writeProperties(root.properties));
  return id;
}

function addPackage(graph: Spdx3Graph, one: Package, facts: ComponentFacts): void {
  const id = graph.nameOf('Package', one.id);
  const authors =
    facts.authors.length > 0 ? facts.authors : facts.creator === undefined ? [] : [facts.creator];
  graph.add('software_Package', id, {
    name: fullName(one, facts),
    software_primaryPurpose: PURPOSES[one.kind],
    software_packageVersion: one.version || undefined,
    software_packageUrl: one.purl,
    software_homePage: facts.website,
    software_downloadLocation: facts.download,
    software_sourceInfo: formatOccurrences(one),
    description: one.description || undefined,
    suppliedBy: facts.supplier === undefined ? undefined : graph.addParty(facts.supplier),
    ...listOf('originatedBy', [...new Set(authors.map((author) => graph.addParty(author)))]),
    ...hashed(facts.hashes),
    ...listOf('externalIdentifier', [
      ...validCpes(one).map((cpe) => identifier('cpe23', cpe)),
      ...(one.purl === undefined ? [] : [identifier('packageUrl', one.purl)]),
    ]),
    ...listOf('externalRef', [
      ...reference('binaryArtifact', facts.download),
      ...reference('sourceArtifact', facts.source),
      ...reference('vcs', facts.source),
    ]),
  });
  licence(graph, id, one.licence, one.declaredLicences);
  graph.annotate(id, writeProperties(facts.properties));
  if (facts.file !== undefined) addFile(graph, id, facts.file, facts);
}

/** The file a package is, as BSI TR-03183-2 v2.1 wants it (8.2, table 9). */
function addFile(
  graph: Spdx3Graph,
  id: string,
  file: NonNullable<ComponentFacts['file']>,
  facts: ComponentFacts,
): void {
  const fileId = graph.add('software_File', graph.nameOf('File', id), {
    name: file.name,
    software_additionalPurpose: file.isArchive
      ? ['executable', 'archive', 'container']
      : ['executable', 'firmware'],
    comment: 'software_additionalPurpose field is used to indicate the properties of BSI TR-03183-2',
    ...hashed(facts.hashes),
  });
  graph.relate(id, 'hasDistributionArtifact', [fileId], 'complete');
}

function licence(
  graph: Spdx3Graph,
  id: string,
  expression: string | undefined,
  declared: readonly string[],
): void {
  const concluded = concludedLicence(expression);
  for (const [type, text] of [
    ['hasDeclaredLicense', expression],
    ['hasConcludedLicense', concluded],
  ] as const) {
    graph.relate(
      id,
      type,
      [graph.addLicence(text, declared)],
      text === undefined ? 'noAssertion' : 'complete',
    );
  }
}

function relateAll(
  graph: Spdx3Graph,
  { packages, unknowns }: Inventory,
  root: Root,
  ids: ReadonlyMap<string, string>,
): void {
  const whole: Completeness = unknowns.length === 0 ? 'complete' : 'incomplete';
  const completeness = new Map(packages.map((one) => [one.id, one.completeness]));
  const rootId = ids.get(root.ref) ?? '';
  if (packages.length > 0)
    graph.relate(
      rootId,
      'contains',
      packages.map(({ id }) => ids.get(id) ?? ''),
      whole,
    );
  for (const [ref, others] of hangBelow(root.ref, packages)) {
    const said = ref === root.ref ? whole : (completeness.get(ref) ?? 'unknown');
    const known: Completeness = said === 'unknown' ? 'noAssertion' : said;
    const nobody = known === 'complete' ? NONE : NO_ASSERTION;
    graph.relate(
      ids.get(ref) ?? '',
      'dependsOn',
      others.length === 0 ? [nobody] : others.map((other) => ids.get(other) ?? ''),
      known,
    );
  }
}

function writeProperties(properties: readonly (readonly [string, string])[]): string {
  return properties.map(([name, value]) => `artifact-lifecycle:${name}=${value}`).join('\n');
}
