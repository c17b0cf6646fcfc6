import { asText, isJsonObject, type JsonObject, listField, textField } from '../../cataloguers/json.ts';
import { parseOccurrences } from '../occurrence-text.ts';
import { dependentsIn } from './dependents.ts';
import { type ListedPackage, listPackage, type ReadDocument } from './listed-package.ts';
import { isOfDevelopment, longText, readBuiltFrom } from './read-evidence.ts';

/** Reads SPDX 2.2 and 2.3 JSON: packages without the one the document describes; files are passed over. */
export function readSpdx2(document: JsonObject): ReadDocument {
  const described = describedIds(document);
  const packages: ListedPackage[] = [];
  const byId = new Map<string, ListedPackage>();
  let subject: ListedPackage | undefined;
  for (const one of listField(document, 'packages').filter(isJsonObject)) {
    const listed = readPackage(one);
    if (listed === undefined) continue;
    // A document of one package that describes nothing else is of that package, and lists it.
    const id = textField(one, 'SPDXID') ?? '';
    if (described.size === 1 && described.has(id)) subject = listed;
    else {
      packages.push(listed);
      byId.set(id, listed);
    }
  }
  const version = textField(document, 'spdxVersion')?.replace('SPDX-', '') ?? '(without version)';
  const dependents = dependentsIn({ listed: byId, subjects: described, edges: readDependencies(document) });
  return { title: `SPDX ${version}`, subject, packages, dependents };
}

function describedIds(document: JsonObject): ReadonlySet<string> {
  const ids = new Set(listField(document, 'documentDescribes').flatMap((id) => asText(id) ?? []));
  for (const relationship of listField(document, 'relationships').filter(isJsonObject)) {
    const [from, to] = [
      textField(relationship, 'spdxElementId'),
      textField(relationship, 'relatedSpdxElement'),
    ];
    const type = textField(relationship, 'relationshipType');
    if (type === 'DESCRIBES' && from === 'SPDXRef-DOCUMENT' && to !== undefined) ids.add(to);
    if (type === 'DESCRIBED_BY' && to === 'SPDXRef-DOCUMENT' && from !== undefined) ids.add(from);
  }
  return ids;
}

/** SPDX 2.3, 11.1: `DEPENDS_ON`, and the other way round `DEPENDENCY_OF`, `RUNTIME_DEPENDENCY_OF` and the like. */
function readDependencies(document: JsonObject): readonly (readonly [from: string, to: string])[] {
  return listField(document, 'relationships')
    .filter(isJsonObject)
    .flatMap((relationship) => {
      const from = textField(relationship, 'spdxElementId');
      const to = textField(relationship, 'relatedSpdxElement');
      const type = textField(relationship, 'relationshipType') ?? '';
      if (from === undefined || to === undefined) return [];
      if (type === 'DEPENDS_ON') return [[from, to] as const];
      return type.endsWith('DEPENDENCY_OF') ? [[to, from] as const] : [];
    });
}

function readPackage(one: JsonObject): ListedPackage | undefined {
  const references = listField(one, 'externalRefs').filter(isJsonObject);
  const locators = (type: RegExp): readonly string[] =>
    references
      .filter((reference) => type.test(textField(reference, 'referenceType') ?? ''))
      .flatMap((reference) => textField(reference, 'referenceLocator') ?? []);
  const licences = [textField(one, 'licenseDeclared'), textField(one, 'licenseConcluded')];
  const licence = licences.find((text) => text !== undefined && text !== 'NOASSERTION' && text !== 'NONE');
  return listPackage({
    purl: locators(/(?:^|\/)purl$/)[0],
    name: textField(one, 'name'),
    version: textField(one, 'versionInfo'),
    kind: textField(one, 'primaryPackagePurpose')?.toLowerCase().replace('_', '-'),
    licences: licence === undefined ? [] : [{ text: licence }],
    cpes: locators(/cpe23Type$/),
    occurrences: parseOccurrences(longText(one, 'sourceInfo')),
    isDevelopment: listField(one, 'annotations')
      .filter(isJsonObject)
      .some((annotation) => isOfDevelopment(textField(annotation, 'comment'))),
    source: readBuiltFrom(textField(one, 'sourceInfo')),
  });
}
