import type { Inventory } from '../inventory/inventory.ts';
import type { Hash, Package, PackageKind, Party } from '../inventory/package.ts';
import { concludedLicence, extractLicence, findLicenceRefs } from '../licence/licence-ref.ts';
import { cleanParty } from './addresses.ts';
import { type ComponentFacts, describeComponent } from './component.ts';
import { type DocumentContext, documentDate, formatDate, TOOL_NAME } from './context.ts';
import { type Graph, hangBelow } from './graph.ts';
import type { DocumentLink, DocumentLinks } from './links.ts';
import { formatOccurrences } from './occurrence-text.ts';
import { describeRoot, type Root } from './root.ts';
import { fullName, listOf, validCpes } from './spdx-words.ts';
import { slugOf, uuidOf } from './unique.ts';
import { formatUnknown } from './unknowns.ts';

const DOCUMENT_ID = 'SPDXRef-DOCUMENT';
const UNKNOWN = 'NOASSERTION';

const PURPOSES: Readonly<Record<PackageKind | Root['kind'], string>> = {
  application: 'APPLICATION',
  container: 'CONTAINER',
  file: 'FILE',
  framework: 'FRAMEWORK',
  library: 'LIBRARY',
  'operating-system': 'OPERATING_SYSTEM',
};

/** Writes an inventory as SPDX 2.3 JSON. Files are not listed; what is not known is NOASSERTION. */
export function writeSpdx2(
  inventory: Inventory,
  context: DocumentContext,
  links: DocumentLinks = new Map(),
): string {
  const root = describeRoot(inventory, context);
  const created = formatDate(documentDate(inventory, context));
  const author = cleanParty(context.author);
  const tool = `Tool: ${TOOL_NAME}-${context.toolVersion}`;
  const ids = new Map(
    [root.ref, ...inventory.packages.map(({ id }) => id)].map((ref) => [
      ref,
      `SPDXRef-Package-${slugOf(ref)}`,
    ]),
  );
  const annotate = (comment: string): object => ({
    annotationDate: created,
    annotationType: 'OTHER',
    annotator: tool,
    comment,
  });
  const content = {
    name: root.name,
    dataLicense: 'CC0-1.0',
    spdxVersion: 'SPDX-2.3',
    SPDXID: DOCUMENT_ID,
    creationInfo: { created, creators: [...(author === undefined ? [] : [writeParty(author)]), tool] },
    ...listOf('externalDocumentRefs', [...links.values()].map(referTo)),
    ...listOf(
      'annotations',
      inventory.unknowns.map((unknown) => annotate(`unknown: ${formatUnknown(unknown)}`)),
    ),
    packages: [
      writeRoot(root, ids),
      ...inventory.packages.map((one) => {
        const facts = describeComponent(one, inventory);
        const said = facts.properties.map(([name, value]) => annotate(`artifact-lifecycle:${name}=${value}`));
        return { ...writePackage(one, facts, ids), ...listOf('annotations', said) };
      }),
    ],
    ...listOf('hasExtractedLicensingInfos', extractAll(root, inventory.packages)),
    relationships: [
      ...relate(root, inventory.packages, hangBelow(root.ref, inventory.packages), ids),
      ...[...links].map(([id, link]) =>
        relationship(ids.get(id), 'DESCRIBED_BY', `${documentRef(link)}:${DOCUMENT_ID}`),
      ),
    ],
  };
  const uuid = uuidOf(JSON.stringify(content));
  const documentNamespace = `https://spdx.org/spdxdocs/${slugOf(root.name)}-${uuid}`;
  return `${JSON.stringify({ ...content, documentNamespace }, undefined, 2)}\n`;
}

function writeRoot(root: Root, ids: ReadonlyMap<string, string>): object {
  return {
    SPDXID: ids.get(root.ref),
    name: root.name,
    versionInfo: root.version || undefined,
    supplier: root.supplier === undefined ? UNKNOWN : writeParty(root.supplier),
    downloadLocation: UNKNOWN,
    filesAnalyzed: false,
    homepage: root.website,
    ...listOf('checksums', root.hashes.map(writeHash)),
    licenseConcluded: concludedLicence(root.licence) ?? UNKNOWN,
    licenseDeclared: root.licence ?? UNKNOWN,
    copyrightText: UNKNOWN,
    description: root.description,
    comment:
      root.properties.length === 0
        ? undefined
        : root.properties.map(([name, value]) => `${name}=${value}`).join('\n'),
    ...listOf('externalRefs', writeReferences(root.purl, [])),
    primaryPackagePurpose: PURPOSES[root.kind],
  };
}

function writePackage(one: Package, facts: ComponentFacts, ids: ReadonlyMap<string, string>): object {
  return {
    SPDXID: ids.get(one.id),
    name: fullName(one, facts),
    versionInfo: one.version || undefined,
    packageFileName: facts.file?.name,
    supplier: facts.supplier === undefined ? UNKNOWN : writeParty(facts.supplier),
    originator: facts.authors[0] === undefined ? UNKNOWN : writeParty(facts.authors[0]),
    downloadLocation: facts.download ?? UNKNOWN,
    filesAnalyzed: false,
    homepage: facts.website,
    ...listOf('checksums', facts.hashes.map(writeHash)),
    sourceInfo: formatOccurrences(one),
    licenseConcluded: facts.concludedLicence ?? UNKNOWN,
    licenseDeclared: one.licence ?? UNKNOWN,
    copyrightText: UNKNOWN,
    description: one.description || undefined,
    ...listOf('externalRefs', writeReferences(one.purl, validCpes(one))),
    primaryPackagePurpose: PURPOSES[one.kind],
  };
}

/** `Organization: Acme (a@acme.example)`; parentheses of the name would read as an email. */
function writeParty({ name, email, url }: Party): string {
  const plain = name.replace(/[()\s\p{Cc}]+/gu, ' ').trim() || url || email;
  return `Organization: ${plain}${email === undefined ? '' : ` (${email})`}`;
}

function writeHash({ algorithm, hex }: Hash): object {
  return { algorithm: algorithm.replace('-', ''), checksumValue: hex };
}

function writeReferences(purl: string | undefined, cpes: readonly string[]): readonly object[] {
  return [
    ...cpes.map((cpe) => ({
      referenceCategory: 'SECURITY',
      referenceType: 'cpe23Type',
      referenceLocator: cpe,
    })),
    ...(purl === undefined
      ? []
      : [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }]),
  ];
}

/** Each name of one's own once, with what the first package that has it declares. */
function extractAll(root: Root, packages: readonly Package[]): readonly object[] {
  const found = new Map<string, object>();
  for (const { licence, declaredLicences } of [root, ...packages]) {
    for (const ref of findLicenceRefs(licence ?? '')) {
      if (found.has(ref)) continue;
      const { name, text } = extractLicence(ref, declaredLicences);
      found.set(ref, { licenseId: ref, extractedText: text, name });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, info]) => info);
}

/** Depends on nothing is NONE, on who knows what NOASSERTION (SPDX 2.3, 11.1). */
function relate(
  root: Root,
  packages: readonly Package[],
  graph: Graph,
  ids: ReadonlyMap<string, string>,
): readonly object[] {
  const rootId = ids.get(root.ref);
  const related: object[] = [relationship(DOCUMENT_ID, 'DESCRIBES', rootId)];
  for (const { id } of packages) related.push(relationship(rootId, 'CONTAINS', ids.get(id)));
  for (const [ref, others] of graph) {
    for (const other of others) related.push(relationship(ids.get(ref), 'DEPENDS_ON', ids.get(other)));
  }
  for (const { id, completeness } of packages) {
    if (completeness !== 'complete') related.push(relationship(ids.get(id), 'DEPENDS_ON', UNKNOWN));
    else if (graph.get(id)?.length === 0) related.push(relationship(ids.get(id), 'DEPENDS_ON', 'NONE'));
  }
  return related;
}

function relationship(from: string | undefined, type: string, to: string | undefined): object {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

/** Another document, by its namespace and bytes (SPDX 2.3, 6.6). */
function referTo(link: DocumentLink): object {
  return {
    externalDocumentId: documentRef(link),
    spdxDocument: link.uri,
    checksum: { algorithm: 'SHA1', checksumValue: link.sha1 },
  };
}

function documentRef({ uri }: DocumentLink): string {
  return `DocumentRef-${slugOf(uri)}`;
}
