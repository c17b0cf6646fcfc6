import { SuiteError } from '@artifact-lifecycle/core';
import type { JsonObject } from '../json.ts';

/** Fields of packages that say one thing, by their names in tag-value and in JSON (SPDX 2.3, chapter 7). */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['SPDXID', 'SPDXID'],
  ['PackageVersion', 'versionInfo'],
  ['PackageSupplier', 'supplier'],
  ['PackageDownloadLocation', 'downloadLocation'],
  ['PackageLicenseConcluded', 'licenseConcluded'],
  ['PackageLicenseDeclared', 'licenseDeclared'],
]);

/**
 * Reads SPDX 2 in tag-value as the object that JSON would be, as far as packages and relationships go.
 *
 * @throws SuiteError `CONTENT_INVALID` where it is no such document
 */
export function parseTagValue(text: string): JsonObject {
  const creators: string[] = [];
  const packages: Record<string, unknown>[] = [];
  const relationships: JsonObject[] = [];
  let current: Record<string, unknown> | undefined;
  let isInText = false;
  let isDocument = false;
  for (const line of text.split('\n')) {
    if (isInText || line.startsWith('#')) {
      isInText = isInText && !line.includes('</text>');
      continue;
    }
    const colon = line.indexOf(':');
    const [tag, value] = [line.slice(0, Math.max(colon, 0)).trim(), line.slice(colon + 1).trim()];
    isInText = value.includes('<text>') && !value.includes('</text>');
    if (tag === 'SPDXVersion') isDocument = value.startsWith('SPDX-2');
    else if (tag === 'Creator') creators.push(value);
    else if (tag === 'PackageName') {
      current = { name: value, externalRefs: [], checksums: [] };
      packages.push(current);
    } else if (tag === 'FileName' || tag === 'SnippetSPDXID') current = undefined;
    else if (tag === 'Relationship') relationships.push(...asRelationship(value));
    else if (current !== undefined) addField(current, tag, value);
  }
  if (!isDocument) throw new SuiteError('CONTENT_INVALID', 'It is no SPDX 2 document.');
  return { creationInfo: { creators }, packages, relationships };
}

function asRelationship(value: string): readonly JsonObject[] {
  const [spdxElementId, relationshipType, relatedSpdxElement] = value.split(/\s+/);
  return relatedSpdxElement === undefined ? [] : [{ spdxElementId, relationshipType, relatedSpdxElement }];
}

function addField(current: Record<string, unknown>, tag: string, value: string): void {
  const name = FIELDS.get(tag);
  if (name !== undefined) {
    current[name] ??= value;
    return;
  }
  if (tag === 'ExternalRef') {
    const [, referenceType, referenceLocator] = value.split(/\s+/);
    if (Array.isArray(current['externalRefs']))
      current['externalRefs'].push({ referenceType, referenceLocator });
  }
  if (tag === 'PackageChecksum') {
    const [algorithm, checksumValue] = value.split(/:\s*/);
    if (Array.isArray(current['checksums'])) current['checksums'].push({ algorithm, checksumValue });
  }
}
