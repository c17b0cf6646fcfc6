import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DocumentContext } from '../../src/document/context.ts';
import { writeDocument } from '../../src/document/write-document.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { inventories, sampleInventory } from '../support/inventories.ts';

const CONTEXT: DocumentContext = {
  toolVersion: '1.2.3',
  created: undefined,
  now: new Date('2030-01-01T00:00:00Z'),
};
const TERMS = 'https://spdx.org/rdf/3.0.1/terms/';

interface Element {
  readonly type: string;
  readonly spdxId?: string;
  readonly creationInfo?: string;
  readonly [key: string]: unknown;
}

function write(inventory: Inventory, context = CONTEXT): { text: string; elements: readonly Element[] } {
  const text = Buffer.from(writeDocument(inventory, 'spdx-json@3.0', context)).toString();
  const document = JSON.parse(text) as { readonly '@context': string; readonly '@graph': readonly Element[] };
  expect(document['@context']).toBe('https://spdx.org/rdf/3.0.1/spdx-context.jsonld');
  return { text, elements: document['@graph'] };
}

const LINKS = [
  'from',
  'to',
  'element',
  'rootElement',
  'subject',
  'suppliedBy',
  'originatedBy',
  'dataLicense',
  'createdBy',
  'createdUsing',
];

/** Every link leads to an element or an individual of SPDX, every package is contained, ids are unique. */
function judge(elements: readonly Element[]): void {
  const ids = elements.flatMap(({ spdxId }) => spdxId ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBe(elements.length - 1);
  const known = new Set(ids);
  for (const element of elements) {
    if (element.type !== 'CreationInfo') expect(element.creationInfo).toBe('_:creationinfo');
    for (const link of LINKS) {
      for (const target of [element[link] ?? []].flat()) {
        expect(typeof target).toBe('string');
        if (!known.has(String(target))) expect(String(target).startsWith(TERMS)).toBe(true);
      }
    }
    for (const list of Object.values(element))
      if (Array.isArray(list)) expect(list.length).toBeGreaterThan(0);
  }
  const [sbom] = elements.filter(({ type }) => type === 'software_Sbom');
  const [rootId] = [sbom?.['rootElement'] ?? []].flat();
  const contained = elements
    .filter((one) => one['relationshipType'] === 'contains' && one['from'] === rootId)
    .flatMap((one) => one['to'] as string[]);
  const packages = elements.filter(({ type }) => type === 'software_Package').map(({ spdxId }) => spdxId);
  expect([...contained, rootId].sort()).toEqual([...packages].sort());
  for (const id of packages) {
    const types = elements.filter((one) => one['from'] === id).map((one) => one['relationshipType']);
    expect(types).toEqual(expect.arrayContaining(['dependsOn', 'hasDeclaredLicense', 'hasConcludedLicense']));
  }
}

describe('SPDX 3.0', () => {
  it('is connected and deterministic, whatever the inventory', () => {
    fc.assert(
      fc.property(inventories, (inventory) => {
        const { text, elements } = write(inventory);
        judge(elements);
        expect(write(inventory).text).toBe(text);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('says what is known of an image, and what is not', () => {
    const { elements } = write(sampleInventory(), {
      ...CONTEXT,
      author: { name: 'Acme CI', email: 'ci@acme.example' },
    });
    judge(elements);
    const find = (type: string, name: string): Element | undefined =>
      elements.find((one) => one.type === type && one['name'] === name);
    expect(elements[0]).toMatchObject({
      type: 'CreationInfo',
      specVersion: '3.0.1',
      created: '2026-01-02T03:04:05Z',
    });
    expect(find('Organization', 'Acme CI')).toMatchObject({
      externalIdentifier: [{ externalIdentifierType: 'email', identifier: 'ci@acme.example' }],
    });
    expect(find('SpdxDocument', 'ghcr.io/acme/app')).toMatchObject({
      profileConformance: ['core', 'software', 'simpleLicensing'],
    });
    expect(find('software_Sbom', 'ghcr.io/acme/app')).toMatchObject({ software_sbomType: ['analyzed'] });
    const babel = find('software_Package', '@babel/core');
    expect(babel).toMatchObject({
      software_packageVersion: '1.0',
      software_packageUrl: 'pkg:npm/%40babel/core@1.0',
      verifiedUsing: [{ type: 'Hash', algorithm: 'sha512', hashValue: 'c'.repeat(128) }],
    });
    const relation = (from: Element | undefined, type: string): Element | undefined =>
      elements.find((one) => one['from'] === from?.spdxId && one['relationshipType'] === type);
    expect(relation(babel, 'dependsOn')).toMatchObject({
      to: [`${TERMS}Core/NoneElement`],
      completeness: 'complete',
    });
    const demo = find('software_Package', 'org.acme:demo');
    expect(demo).not.toHaveProperty('suppliedBy');
    expect(elements.find((one) => one['subject'] === demo?.spdxId)).toMatchObject({
      statement: expect.stringContaining('artifact-lifecycle:unknown=supplier'),
    });
    expect(relation(demo, 'dependsOn')).toMatchObject({
      to: [`${TERMS}Core/NoAssertionElement`],
      completeness: 'noAssertion',
    });
    expect(relation(demo, 'hasConcludedLicense')).toMatchObject({
      to: [`${TERMS}ExpandedLicensing/NoAssertionLicense`],
      completeness: 'noAssertion',
    });
    expect(find('software_File', 'demo-1.0.jar')).toMatchObject({
      software_additionalPurpose: ['executable', 'archive', 'container'],
    });
    expect(
      elements.find((one) => one['simplelicensing_licenseExpression'] === 'LicenseRef-Acme-EULA'),
    ).toMatchObject({
      simplelicensing_customIdToUri: [{ type: 'DictionaryEntry', key: 'LicenseRef-Acme-EULA' }],
    });
    const root = find('software_Package', 'ghcr.io/acme/app');
    expect(relation(root, 'contains')).toMatchObject({ completeness: 'incomplete' });
    expect(elements.some((one) => String(one['statement']).startsWith('unknown: opt/broken.jar'))).toBe(true);
  });
});
