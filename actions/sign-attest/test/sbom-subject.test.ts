import { describe, expect, it } from '@jest/globals';
import { describedDigest } from '../src/sbom-subject.ts';

const HEX = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const PURL = `pkg:oci/app@sha256%3A${HEX}?arch=amd64`;

describe('what an SBOM describes', () => {
  it.each([
    { name: 'CycloneDX by version', document: { metadata: { component: { version: `sha256:${HEX}` } } } },
    { name: 'CycloneDX by purl', document: { metadata: { component: { purl: PURL } } } },
    {
      name: 'SPDX 2 by documentDescribes',
      document: {
        documentDescribes: ['SPDXRef-image'],
        packages: [
          { SPDXID: 'SPDXRef-lib', versionInfo: `sha256:${OTHER}` },
          { SPDXID: 'SPDXRef-image', externalRefs: [{ referenceLocator: PURL }] },
        ],
      },
    },
    {
      name: 'SPDX 2 by relationship',
      document: {
        relationships: [{ relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-image' }],
        packages: [{ SPDXID: 'SPDXRef-image', versionInfo: `sha256:${HEX}` }],
      },
    },
    {
      name: 'SPDX 3 by the root of the SBOM',
      document: {
        '@graph': [
          { type: 'software_Sbom', rootElement: ['urn:image'] },
          { type: 'software_Package', spdxId: 'urn:lib', software_packageVersion: `sha256:${OTHER}` },
          { type: 'software_Package', spdxId: 'urn:image', software_packageUrl: PURL },
        ],
      },
    },
  ])('is found: $name', ({ document }) => {
    expect(describedDigest(document)).toBe(`sha256:${HEX}`);
  });

  it.each([
    { name: 'an empty document', document: {} },
    { name: 'a digest of a library only', document: { components: [{ version: `sha256:${HEX}` }] } },
    {
      name: 'a shorter digest',
      document: { metadata: { component: { version: `sha256:${HEX.slice(1)}` } } },
    },
    { name: 'members of other types', document: { metadata: [], packages: {}, '@graph': 'x' } },
    {
      name: 'a member that is inherited',
      document: Object.create({ metadata: { component: { purl: PURL } } }),
    },
  ])('is not guessed: $name', ({ document }) => {
    expect(describedDigest(document)).toBeUndefined();
  });
});
