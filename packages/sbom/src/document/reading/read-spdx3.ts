import { asText, isJsonObject, type JsonObject, listField, textField } from '../../cataloguers/json.ts';
import { parseOccurrences } from '../occurrence-text.ts';
import { dependentsIn } from './dependents.ts';
import { type ListedPackage, listPackage, type ReadDocument } from './listed-package.ts';
import { isOfDevelopment, longText, readBuiltFrom } from './read-evidence.ts';

/** Reads SPDX 3.0 in JSON-LD, as its schema compacts it: `software_Package` and the licences related to them. */
export function readSpdx3(document: JsonObject): ReadDocument {
  const elements = listField(document, '@graph').filter(isJsonObject);
  const expressions = new Map<string, string>();
  const roots = new Set<string>();
  const development = new Set<string>();
  for (const element of elements) {
    const id = idOf(element);
    const expression = textField(element, 'simplelicensing_licenseExpression');
    if (id !== undefined && expression !== undefined) expressions.set(id, expression);
    const subject = textField(element, 'subject');
    if (typeOf(element) === 'Annotation' && subject !== undefined) {
      if (isOfDevelopment(longText(element, 'statement'))) development.add(subject);
    }
    if (typeOf(element) === 'software_Sbom')
      for (const root of links(element, 'rootElement')) roots.add(root);
  }
  const licences = new Map<string, string>();
  for (const wanted of ['hasConcludedLicense', 'hasDeclaredLicense']) {
    for (const element of elements) {
      const from = textField(element, 'from');
      if (textField(element, 'relationshipType') !== wanted || from === undefined) continue;
      const said = links(element, 'to').flatMap((to) => expressions.get(to) ?? []);
      if (said.length > 0) licences.set(from, said.map((text) => `(${text})`).join(' AND '));
    }
  }
  const packages: ListedPackage[] = [];
  const byId = new Map<string, ListedPackage>();
  let subject: ListedPackage | undefined;
  for (const element of elements) {
    if (typeOf(element) !== 'software_Package') continue;
    const id = idOf(element) ?? '';
    const listed = readPackage(element, licences.get(id), development.has(id));
    if (listed === undefined) continue;
    if (roots.size === 1 && roots.has(id)) subject = listed;
    else {
      packages.push(listed);
      byId.set(id, listed);
    }
  }
  const dependents = dependentsIn({ listed: byId, subjects: roots, edges: readDependencies(elements) });
  return { title: `SPDX ${versionOf(elements)}`, subject, packages, dependents };
}

/** SPDX 3.0.1, Core, RelationshipType `dependsOn`. */
function readDependencies(elements: readonly JsonObject[]): readonly (readonly [from: string, to: string])[] {
  return elements.flatMap((element) => {
    const from = textField(element, 'from');
    if (from === undefined || textField(element, 'relationshipType') !== 'dependsOn') return [];
    return links(element, 'to').map((to) => [from, to] as const);
  });
}

function readPackage(
  element: JsonObject,
  licence: string | undefined,
  isDevelopment: boolean,
): ListedPackage | undefined {
  const identifiers = listField(element, 'externalIdentifier').filter(isJsonObject);
  const ofType = (type: string): readonly string[] =>
    identifiers
      .filter((one) => textField(one, 'externalIdentifierType') === type)
      .flatMap((one) => textField(one, 'identifier') ?? []);
  const purpose = textField(element, 'software_primaryPurpose');
  return listPackage({
    purl: textField(element, 'software_packageUrl') ?? ofType('packageUrl')[0] ?? ofType('purl')[0],
    name: textField(element, 'name'),
    version: textField(element, 'software_packageVersion'),
    kind: purpose === 'operatingSystem' ? 'operating-system' : purpose,
    licences: licence === undefined ? [] : [{ text: licence }],
    cpes: ofType('cpe23'),
    occurrences: parseOccurrences(longText(element, 'software_sourceInfo')),
    isDevelopment,
    source: readBuiltFrom(textField(element, 'software_sourceInfo')),
  });
}

function typeOf(element: JsonObject): string | undefined {
  return textField(element, 'type') ?? textField(element, '@type');
}

function idOf(element: JsonObject): string | undefined {
  return textField(element, 'spdxId') ?? textField(element, '@id');
}

/** A link of JSON-LD: one name or a list of them. */
function links(element: JsonObject, key: string): readonly string[] {
  const one = textField(element, key);
  return one === undefined ? listField(element, key).flatMap((link) => asText(link) ?? []) : [one];
}

function versionOf(elements: readonly JsonObject[]): string {
  const info = elements.find((element) => typeOf(element) === 'CreationInfo');
  return (info === undefined ? undefined : textField(info, 'specVersion')) ?? '3.0';
}
