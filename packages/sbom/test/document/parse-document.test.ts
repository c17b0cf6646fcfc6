import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffInventories } from '../../src/diff/diff-inventories.ts';
import { DOCUMENT_FORMATS } from '../../src/document/format.ts';
import { parseDocument } from '../../src/document/reading/parse-document.ts';
import { writeDocument } from '../../src/document/write-document.ts';
import { licenceExpression } from '../../src/licence/expression.ts';
import { inventories, makePackage, sampleInventory } from '../support/inventories.ts';

const CONTEXT = { toolVersion: '1.2.3', created: undefined, now: new Date(0) };
const parse = (document: unknown): ReturnType<typeof parseDocument> =>
  parseDocument(Buffer.from(JSON.stringify(document)));

/** As Syft writes it: files among components, licences without acknowledgement, CPEs as properties. */
const SYFT_CYCLONEDX = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: { component: { type: 'container', name: 'alpine', version: 'sha256:1' } },
  components: [
    {
      'bom-ref': 'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&package-id=0123456789abcdef',
      type: 'library',
      name: 'musl',
      version: '1.2.5-r0',
      licenses: [{ license: { id: 'MIT' } }],
      cpe: 'cpe:2.3:a:musl-libc:musl:1.2.5-r0:*:*:*:*:*:*:*',
      purl: 'pkg:apk/alpine/musl@1.2.5-r0?distro=alpine-3.20.3&arch=x86_64',
      properties: [
        { name: 'syft:cpe23', value: 'cpe:2.3:a:musl:musl:1.2.5-r0:*:*:*:*:*:*:*' },
        { name: 'syft:location:0:layerID', value: 'sha256:1' },
        { name: 'syft:location:0:path', value: '/lib/apk/db/installed' },
      ],
      components: [{ type: 'library', name: 'inner', version: '2', purl: 'pkg:npm/inner@2' }],
    },
    { type: 'operating-system', name: 'alpine', version: '3.20.3' },
    { type: 'file', name: '/etc/passwd' },
  ],
};

/** As Syft writes it: a root that the document describes, files, a licence that is not asserted. */
const SYFT_SPDX = {
  spdxVersion: 'SPDX-2.3',
  packages: [
    {
      SPDXID: 'SPDXRef-Package-npm-core',
      name: '@babel/core',
      versionInfo: '7.0.0',
      licenseConcluded: 'NOASSERTION',
      licenseDeclared: 'MIT',
      externalRefs: [
        {
          referenceCategory: 'SECURITY',
          referenceType: 'cpe23Type',
          referenceLocator: 'cpe:2.3:a:babel:core:7.0.0:*:*:*:*:*:*:*',
        },
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: 'pkg:npm/%40babel/core@7.0.0',
        },
      ],
    },
    {
      SPDXID: 'SPDXRef-DocumentRoot-Image-app',
      name: 'app',
      versionInfo: '1',
      primaryPackagePurpose: 'CONTAINER',
    },
    { SPDXID: 'SPDXRef-Package-x', name: 'x', versionInfo: 'NOASSERTION', licenseDeclared: 'NOASSERTION' },
  ],
  files: [{ SPDXID: 'SPDXRef-File-1', fileName: 'a' }],
  relationships: [
    {
      spdxElementId: 'SPDXRef-DOCUMENT',
      relatedSpdxElement: 'SPDXRef-DocumentRoot-Image-app',
      relationshipType: 'DESCRIBES',
    },
  ],
};

/** Licences that SPDX has no name for, as ecosystems write them. */
const NAMED_LICENCES = [
  { text: 'Public Domain, per Creative Commons CC0', style: 'free' },
  { text: 'BSD', style: 'debian' },
  { text: 'GPL-2+ with Texinfo exception', style: 'debian' },
  { text: 'Permissive/Academic', style: 'free' },
  { text: 'Redistributable, no modification permitted', style: 'rpm' },
  { text: 'SEE LICENSE IN LICENSE.md', style: 'free' },
  { text: 'http://www.eclipse.org/org/documents/edl-v10.php', style: 'free' },
  { text: 'public-domain', style: 'alpine' },
  { text: 'custom:multiple', style: 'alpine' },
  { text: 'MIT AND Foo License', style: 'rpm' },
  { text: 'License :: Freely Distributable', style: 'pypi' },
] as const;

describe('parseDocument', () => {
  it.each(DOCUMENT_FORMATS)(
    'reads back what is written as %s, whatever the inventory',
    (format) => {
      fc.assert(
        fc.property(inventories, (inventory) => {
          const read = parseDocument(writeDocument(inventory, format, CONTEXT));
          const purls = inventory.packages.flatMap(({ purl }) => purl ?? []);
          expect(read.packages.flatMap(({ purl }) => purl ?? [])).toEqual([...new Set(purls)].sort());
        }),
        { numRuns: 60 },
      );
    },
    60_000,
  );

  it.each(DOCUMENT_FORMATS)('finds no difference to what is written as %s', (format) => {
    const inventory = sampleInventory();
    const read = parseDocument(writeDocument(inventory, format, CONTEXT));
    expect(read.subject?.purl).toMatch(/^pkg:oci\/app@sha256:b+\?arch=arm64/);
    expect(diffInventories(inventory.packages, read.packages)).toEqual({
      added: [],
      removed: [],
      changed: [],
      unchanged: inventory.packages.length,
    });
  });

  it.each(DOCUMENT_FORMATS.flatMap((format) => NAMED_LICENCES.map((licence) => ({ format, ...licence }))))(
    'reads the licence $text of $style back from $format',
    ({ format, text, style }) => {
      const declared = [{ text, style }];
      const one = makePackage('generic', 'one', {
        licence: licenceExpression(declared),
        declaredLicences: [text],
      });
      const read = parseDocument(writeDocument({ ...sampleInventory(), packages: [one] }, format, CONTEXT));
      expect(read.packages.map(({ licence }) => licence)).toEqual([one.licence]);
    },
  );

  it('reads CycloneDX of another tool', () => {
    const { title, subject, packages } = parse(SYFT_CYCLONEDX);
    expect(title).toBe('CycloneDX 1.5');
    expect(subject).toMatchObject({ name: 'alpine', kind: 'container' });
    expect(packages).toEqual([
      expect.objectContaining({
        purl: undefined,
        name: 'alpine',
        version: '3.20.3',
        kind: 'operating-system',
      }),
      {
        purl: 'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3',
        type: 'apk',
        namespace: 'alpine',
        name: 'musl',
        version: '1.2.5-r0',
        qualifiers: { arch: 'x86_64', distro: 'alpine-3.20.3' },
        kind: 'library',
        licence: 'MIT',
        cpes: [
          'cpe:2.3:a:musl-libc:musl:1.2.5-r0:*:*:*:*:*:*:*',
          'cpe:2.3:a:musl:musl:1.2.5-r0:*:*:*:*:*:*:*',
        ],
        occurrences: [{ path: 'lib/apk/db/installed', layer: 'sha256:1' }],
        isDevelopment: false,
        source: undefined,
      },
      expect.objectContaining({ purl: 'pkg:npm/inner@2' }),
    ]);
  });

  const A = 'pkg:npm/a@1';
  const B = 'pkg:npm/b@1';
  const spdxPackage = (SPDXID: string, purl?: string): object => ({
    SPDXID,
    name: SPDXID,
    externalRefs: purl === undefined ? [] : [{ referenceType: 'purl', referenceLocator: purl }],
  });
  it.each([
    {
      name: 'CycloneDX, one package by two references',
      document: {
        bomFormat: 'CycloneDX',
        metadata: { component: { type: 'container', name: 'app', 'bom-ref': 'root' } },
        components: [
          { 'bom-ref': 'a', name: 'a', purl: A },
          { 'bom-ref': 'b1', name: 'b', purl: B },
          { 'bom-ref': 'b2', name: 'b', purl: B },
        ],
        dependencies: [
          { ref: 'root', dependsOn: ['a', 'b2', 'gone'] },
          { ref: 'a', dependsOn: ['b1', 'a', 7] },
          { ref: '__proto__', dependsOn: 'a' },
        ],
      },
    },
    {
      name: 'SPDX 2.3, in both directions; what is contained is no dependency',
      document: {
        spdxVersion: 'SPDX-2.3',
        documentDescribes: ['SPDXRef-root'],
        packages: [spdxPackage('SPDXRef-root'), spdxPackage('SPDXRef-a', A), spdxPackage('SPDXRef-b', B)],
        relationships: [
          ['SPDXRef-root', 'DEPENDS_ON', 'SPDXRef-a'],
          ['SPDXRef-root', 'DEPENDS_ON', 'SPDXRef-b'],
          ['SPDXRef-b', 'RUNTIME_DEPENDENCY_OF', 'SPDXRef-a'],
          ['SPDXRef-b', 'CONTAINS', 'SPDXRef-a'],
          ['SPDXRef-a', 'DEPENDS_ON', 'NOASSERTION'],
        ].map(([spdxElementId, relationshipType, relatedSpdxElement]) => ({
          spdxElementId,
          relationshipType,
          relatedSpdxElement,
        })),
      },
    },
    {
      name: 'SPDX 3.0',
      document: {
        '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
        '@graph': [
          { type: 'software_Sbom', rootElement: ['urn:root'] },
          { type: 'software_Package', spdxId: 'urn:root', name: 'app' },
          { type: 'software_Package', spdxId: 'urn:a', name: 'a', software_packageUrl: A },
          { type: 'software_Package', spdxId: 'urn:b', name: 'b', software_packageUrl: B },
          { type: 'Relationship', relationshipType: 'dependsOn', from: 'urn:root', to: ['urn:a', 'urn:b'] },
          { type: 'Relationship', relationshipType: 'dependsOn', from: 'urn:a', to: ['urn:b'] },
          { type: 'Relationship', relationshipType: 'contains', from: 'urn:b', to: ['urn:a'] },
        ],
      },
    },
  ])('reads who depends on whom: $name', ({ document }) => {
    expect([...parse(document).dependents]).toEqual([
      [A, ['']],
      [B, ['', A]],
    ]);
  });

  it('reads where Trivy found a package, and what it was built from', () => {
    const trivy = (name: string, value: string): object => ({ name: `aquasecurity:trivy:${name}`, value });
    const { packages } = parse({
      bomFormat: 'CycloneDX',
      components: [
        {
          type: 'library',
          name: 'libc6',
          purl: 'pkg:deb/debian/libc6@2.36-9?distro=debian-12.5',
          properties: [
            trivy('SrcName', 'glibc'),
            trivy('SrcVersion', '2.36'),
            trivy('SrcRelease', '9'),
            trivy('SrcEpoch', '1'),
            trivy('LayerDigest', 'sha256:1'),
            trivy('FilePath', 'var/lib/dpkg/status'),
          ],
        },
      ],
    });
    expect(packages).toMatchObject([
      {
        source: { name: 'glibc', version: '1:2.36-9' },
        occurrences: [{ path: 'var/lib/dpkg/status', layer: 'sha256:1' }],
      },
    ]);
    const spdx = parse({
      spdxVersion: 'SPDX-2.3',
      packages: [{ name: 'libc6', sourceInfo: 'built package from: glibc 2.36-9' }],
    });
    expect(spdx.packages).toMatchObject([{ source: { name: 'glibc', version: '2.36-9' }, occurrences: [] }]);
  });

  it('keeps all places of what is listed twice, and calls it development where both are', () => {
    const one = (location: string, scope: string): object => ({
      name: 'a',
      purl: 'pkg:npm/a@1',
      scope,
      evidence: { occurrences: [{ location }] },
    });
    const read = (...components: readonly object[]): unknown =>
      parse({ bomFormat: 'CycloneDX', components }).packages;
    expect(read(one('x', 'excluded'), one('y', 'required'))).toMatchObject([
      { occurrences: [{ path: 'x' }, { path: 'y' }], isDevelopment: false },
    ]);
    expect(read(one('x', 'excluded'), one('y', 'excluded'))).toMatchObject([{ isDevelopment: true }]);
  });

  it.each(DOCUMENT_FORMATS)('reads places and scopes of its own documents back: %s', (format) => {
    const layer = `sha256:${'a'.repeat(64)}`;
    const places = [
      { path: 'app/a, b' },
      { path: 'app/"q".jar' },
      { path: '"' },
      { path: ' edge ' },
      { path: 'a (layer x)' },
      { path: 'line\nbreak' },
    ];
    const packages = [
      makePackage('npm', 'a', { scope: 'development', occurrences: places }),
      makePackage('npm', 'b', { occurrences: places.map(({ path }) => ({ path, layer })) }),
      makePackage('npm', 'c', { scope: 'optional', occurrences: [] }),
    ];
    const read = parseDocument(writeDocument({ ...sampleInventory(), packages }, format, CONTEXT));
    expect(read.packages.map(({ occurrences, isDevelopment }) => ({ occurrences, isDevelopment }))).toEqual(
      packages.map(({ occurrences, scope }) => ({ occurrences, isDevelopment: scope === 'development' })),
    );
  });

  it('reads SPDX of another tool, in a statement and an envelope, too', () => {
    const statement = { _type: 'https://in-toto.io/Statement/v1', subject: [], predicate: SYFT_SPDX };
    const payload = Buffer.from(JSON.stringify(statement)).toString('base64');
    for (const document of [SYFT_SPDX, statement, { payloadType: 'application/vnd.in-toto+json', payload }]) {
      const { title, subject, packages } = parse(document);
      expect(title).toBe('SPDX 2.3');
      expect(subject).toMatchObject({ name: 'app' });
      expect(packages).toEqual([
        expect.objectContaining({ name: 'x', version: undefined, licence: undefined }),
        expect.objectContaining({
          namespace: '@babel',
          name: 'core',
          version: '7.0.0',
          licence: 'MIT',
          cpes: ['cpe:2.3:a:babel:core:7.0.0:*:*:*:*:*:*:*'],
        }),
      ]);
    }
  });

  it.each([
    { name: 'no JSON', text: 'spdx', code: 'CONTENT_INVALID' },
    { name: 'another JSON', text: '{"a":1}', code: 'CONTENT_INVALID' },
    { name: 'a list', text: '[]', code: 'CONTENT_INVALID' },
    { name: 'deep JSON', text: `{"a":${'['.repeat(100_000)}`, code: 'LIMIT_EXCEEDED' },
  ])('refuses $name', ({ text, code }) => {
    expect(() => parseDocument(Buffer.from(text))).toThrow(expect.objectContaining({ code }));
  });

  it('survives anything in the place of anything', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const shapes = fc.oneof(
      fc.record({
        bomFormat: fc.constant('CycloneDX'),
        metadata: json,
        components: fc.oneof(
          json,
          fc.array(fc.record({ name: json, purl: json, licenses: json, components: json })),
        ),
      }),
      fc.record({
        spdxVersion: fc.constant('SPDX-2.3'),
        packages: fc.oneof(json, fc.array(fc.record({ name: json, externalRefs: json }))),
        relationships: json,
      }),
      fc.record({
        '@context': fc.constant('https://spdx.org/rdf/3.0.1/spdx-context.jsonld'),
        '@graph': fc.array(
          fc.record({ type: fc.constant('software_Package'), name: json, externalIdentifier: json }),
          { minLength: 1 },
        ),
      }),
    );
    fc.assert(
      fc.property(shapes, (document) => {
        expect(Array.isArray(parse(document).packages)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
