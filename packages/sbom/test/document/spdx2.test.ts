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

interface Document {
  readonly documentNamespace: string;
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly licenseDeclared: string;
    readonly [key: string]: unknown;
  }[];
  readonly hasExtractedLicensingInfos?: readonly {
    readonly licenseId: string;
    readonly extractedText: string;
  }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: string;
    readonly relatedSpdxElement: string;
  }[];
  readonly [key: string]: unknown;
}

function write(inventory: Inventory, context = CONTEXT): { text: string; document: Document } {
  const text = Buffer.from(writeDocument(inventory, 'spdx-json', context)).toString();
  return { text, document: JSON.parse(text) as Document };
}

/** Rules of SPDX 2.3 that a schema does not hold: references lead somewhere, and everything is reached. */
function judge({ packages, relationships, hasExtractedLicensingInfos = [] }: Document): void {
  const ids = packages.map(({ SPDXID }) => SPDXID);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
  const known = new Set([...ids, 'SPDXRef-DOCUMENT', 'NONE', 'NOASSERTION']);
  const reached = new Set(['SPDXRef-DOCUMENT']);
  for (const { spdxElementId, relationshipType, relatedSpdxElement } of relationships) {
    expect(known.has(spdxElementId)).toBe(true);
    expect(known.has(relatedSpdxElement)).toBe(true);
    if (relationshipType !== 'DEPENDS_ON') reached.add(relatedSpdxElement);
  }
  for (const id of ids) expect(reached.has(id)).toBe(true);
  const named = new Set(hasExtractedLicensingInfos.map(({ licenseId }) => licenseId));
  expect(named.size).toBe(hasExtractedLicensingInfos.length);
  for (const { licenseDeclared } of packages) {
    for (const ref of licenseDeclared.match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? [])
      expect(named.has(ref)).toBe(true);
  }
}

describe('SPDX 2.3', () => {
  it('is connected and deterministic, whatever the inventory', () => {
    fc.assert(
      fc.property(inventories, (inventory) => {
        const { text, document } = write(inventory);
        judge(document);
        expect(write(inventory).text).toBe(text);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('says what is known of an image, and what is not', () => {
    const { document } = write(sampleInventory(), {
      ...CONTEXT,
      author: { name: 'Acme (CI)', email: 'ci@acme.example' },
    });
    judge(document);
    expect(document).toMatchObject({
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      name: 'ghcr.io/acme/app',
      documentNamespace: expect.stringMatching(/^https:\/\/spdx\.org\/spdxdocs\/[A-Za-z0-9.-]+$/),
      creationInfo: {
        created: '2026-01-02T03:04:05Z',
        creators: ['Organization: Acme CI (ci@acme.example)', 'Tool: artifact-lifecycle-sbom-1.2.3'],
      },
      annotations: [{ comment: expect.stringContaining('unknown: opt/broken.jar') }],
      hasExtractedLicensingInfos: [
        { licenseId: 'LicenseRef-Acme-EULA', extractedText: 'Acme EULA', name: 'Acme EULA' },
      ],
    });
    const byName = new Map(document.packages.map((one) => [one['name'], one]));
    expect(byName.get('@babel/core')).toMatchObject({
      supplier: 'Organization: Babel Team',
      downloadLocation: 'https://registry.npmjs.org/@babel/core/-/core-1.0.tgz',
      checksums: [{ algorithm: 'SHA512', checksumValue: 'c'.repeat(128) }],
      licenseConcluded: 'MIT',
      externalRefs: [{ referenceType: 'purl', referenceLocator: 'pkg:npm/%40babel/core@1.0' }],
    });
    expect(byName.get('org.acme:demo')).toMatchObject({
      supplier: 'NOASSERTION',
      licenseConcluded: 'NOASSERTION',
      licenseDeclared: 'LicenseRef-Acme-EULA',
      externalRefs: [
        { referenceCategory: 'SECURITY', referenceType: 'cpe23Type' },
        { referenceCategory: 'SECURITY', referenceType: 'cpe23Type' },
        { referenceCategory: 'PACKAGE-MANAGER' },
      ],
    });
    const relations = document.relationships.map(({ spdxElementId, relationshipType, relatedSpdxElement }) =>
      [spdxElementId, relationshipType, relatedSpdxElement]
        .map((one) => one.replace(/^SPDXRef-Package-pkg-(\w+-\w+).*$/, '$1'))
        .join(' '),
    );
    expect(relations).toEqual(
      expect.arrayContaining([
        'SPDXRef-DOCUMENT DESCRIBES oci-app',
        'oci-app CONTAINS npm-40babel',
        'deb-debian DEPENDS_ON deb-debian',
        'npm-40babel DEPENDS_ON NONE',
        'maven-org DEPENDS_ON NOASSERTION',
      ]),
    );
  });

  it('has a namespace of its content', () => {
    const [one, same] = [write(sampleInventory()), write(sampleInventory(), { ...CONTEXT, now: new Date() })];
    expect(same.text).toBe(one.text);
    const other = write({ ...sampleInventory(), unknowns: [] });
    expect(other.document.documentNamespace).not.toBe(one.document.documentNamespace);
  });
});
