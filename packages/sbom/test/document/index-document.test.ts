import { createHash } from 'node:crypto';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { describe, expect, it } from '@jest/globals';
import { DOCUMENT_FORMATS, type DocumentFormat } from '../../src/document/format.ts';
import { writeIndexDocument } from '../../src/document/index-document.ts';
import { parseDocument } from '../../src/document/reading/parse-document.ts';
import { writeDocument } from '../../src/document/write-document.ts';
import { sampleInventory } from '../support/inventories.ts';

const CONTEXT = { toolVersion: '1.2.3', created: undefined, now: new Date(0) };
const SUBJECT = {
  name: 'ghcr.io/acme/app',
  version: '1.2.3',
  tag: '1.2.3',
  digest: `sha256:${'e'.repeat(64)}`,
  labels: { 'org.opencontainers.image.vendor': 'Acme' },
  created: '2026-01-02T03:04:05Z',
};
const ARM = `sha256:${'1'.repeat(64)}`;
const AMD = `sha256:${'2'.repeat(64)}`;

function write(format: DocumentFormat): { document: Uint8Array; index: Uint8Array } {
  const document = writeDocument(sampleInventory(), format, CONTEXT);
  const platforms = [
    { digest: ARM, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, document },
    {
      digest: AMD,
      platform: { os: 'linux', architecture: 'amd64' },
      document: writeDocument({ ...sampleInventory(), unknowns: [] }, format, CONTEXT),
    },
  ];
  return { document, index: writeIndexDocument(SUBJECT, platforms, format, CONTEXT) };
}

const hash = (bytes: Uint8Array, algorithm: string): string =>
  createHash(algorithm).update(bytes).digest('hex');
const json = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());

describe('writeIndexDocument', () => {
  it.each(DOCUMENT_FORMATS)('lists each platform by its digest, as %s', (format) => {
    const { index } = write(format);
    const { subject, packages } = parseDocument(index);
    expect(subject?.purl).toBe(
      `pkg:oci/app@sha256:${'e'.repeat(64)}?repository_url=ghcr.io%2Facme%2Fapp&tag=1.2.3`,
    );
    expect(packages.map(({ purl }) => purl)).toEqual([
      `pkg:oci/app@${ARM}?arch=arm64&repository_url=ghcr.io%2Facme%2Fapp`,
      `pkg:oci/app@${AMD}?arch=amd64&repository_url=ghcr.io%2Facme%2Fapp`,
    ]);
    expect(Buffer.from(write(format).index).equals(index)).toBe(true);
  });

  it.each([
    { format: 'cyclonedx-json', version: Version.v1dot6 },
    { format: 'cyclonedx-json@1.7', version: Version.v1dot7 },
  ] as const)(
    'links to the documents of the platforms by BOM-Link, as $format',
    async ({ format, version }) => {
      const { document, index } = write(format);
      expect(await new JsonStrictValidator(version).validate(Buffer.from(index).toString())).toBeNull();
      const { serialNumber } = json(document) as { serialNumber: string };
      expect(json(index)).toMatchObject({
        components: [
          {
            type: 'container',
            hashes: [{ alg: 'SHA-256', content: '1'.repeat(64) }],
            externalReferences: [
              {
                type: 'bom',
                url: `${serialNumber.replace('urn:uuid:', 'urn:cdx:')}/1`,
                hashes: [{ alg: 'SHA-256', content: hash(document, 'sha256') }],
              },
            ],
          },
          { type: 'container' },
        ],
        compositions: [{ aggregate: 'complete' }, { aggregate: 'incomplete' }],
      });
    },
  );

  it('links to them as external documents in SPDX 2.3', () => {
    const { document, index } = write('spdx-json');
    const { documentNamespace } = json(document) as { documentNamespace: string };
    const written = json(index) as {
      externalDocumentRefs: { externalDocumentId: string }[];
      relationships: { relationshipType: string; relatedSpdxElement: string }[];
    };
    expect(written.externalDocumentRefs[0]).toMatchObject({
      spdxDocument: documentNamespace,
      checksum: { algorithm: 'SHA1', checksumValue: hash(document, 'sha1') },
    });
    expect(
      written.relationships.filter(({ relationshipType }) => relationshipType === 'DESCRIBED_BY'),
    ).toEqual(
      written.externalDocumentRefs.map(({ externalDocumentId }) =>
        expect.objectContaining({ relatedSpdxElement: `${externalDocumentId}:SPDXRef-DOCUMENT` }),
      ),
    );
  });

  it('imports them in SPDX 3.0', () => {
    const { document, index } = write('spdx-json@3.0');
    type Graph = { '@graph': { type: string; spdxId: string; [key: string]: unknown }[] };
    const find = (bytes: Uint8Array) =>
      (json(bytes) as Graph)['@graph'].find(({ type }) => type === 'SpdxDocument');
    expect(find(index)).toMatchObject({
      import: [
        {
          type: 'ExternalMap',
          externalSpdxId: find(document)?.spdxId,
          verifiedUsing: [{ algorithm: 'sha256', hashValue: hash(document, 'sha256') }],
        },
        { type: 'ExternalMap' },
      ],
    });
  });
});
