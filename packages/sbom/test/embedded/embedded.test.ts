import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apkDocuments } from '../../src/cataloguers/embedded/apk-documents.ts';
import { bitnami } from '../../src/cataloguers/embedded/bitnami.ts';
import { dockerHardened } from '../../src/cataloguers/embedded/docker-hardened.ts';
import { wheelDocuments } from '../../src/cataloguers/embedded/wheel-documents.ts';
import type { FoundPackage } from '../../src/inventory/package.ts';
import { formatPurl } from '../../src/purl/purl.ts';
import { catalogue, wants } from '../support/files.ts';
import { describeTruth, readTree } from '../support/truth.ts';

const REDIS = 'opt/bitnami/redis/.spdx-redis.spdx';

function purls(packages: readonly FoundPackage[]): readonly (string | undefined)[] {
  return packages.map((found) => formatPurl(found));
}

/** `from → to` by names, as this document's ids say. */
function edges(packages: readonly FoundPackage[]): readonly string[] {
  const names = new Map(packages.map(({ key, name }) => [key, name]));
  return packages.flatMap(({ name, dependsOn = [] }) =>
    dependsOn.flatMap((key) => (names.has(key) ? [`${name} → ${names.get(key)}`] : [])),
  );
}

function element(id: string, purl: string | undefined, more: Readonly<Record<string, unknown>> = {}): object {
  const externalRefs = purl === undefined ? [] : [{ referenceType: 'purl', referenceLocator: purl }];
  return { SPDXID: id, name: id, externalRefs, ...more };
}

function spdx(packages: readonly object[], relationships: readonly (readonly string[])[] = []): string {
  return JSON.stringify({
    spdxVersion: 'SPDX-2.3',
    creationInfo: { creators: ['Tool: x', 'Organization: Acme (sbom@acme.example)'] },
    packages,
    relationships: relationships.map(([spdxElementId, relationshipType, relatedSpdxElement]) => ({
      ...{ spdxElementId, relationshipType, relatedSpdxElement },
    })),
  });
}

describe('bitnami', () => {
  it.each([
    { path: REDIS, is: true },
    { path: 'opt/bitnami/common/.spdx-gosu.spdx', is: true },
    { path: 'opt/bitnami/.bitnami_components.json', is: true },
    { path: 'opt/bitnami/redis/readme.spdx', is: false },
    { path: 'opt/other/.spdx-redis.spdx', is: false },
  ])('wants $path: $is', ({ path, is }) => {
    expect(wants(bitnami.selects, path)).toBe(is);
  });

  it('reads edges through what is no package, in both directions they are written in', () => {
    const packages = [
      element('a', 'pkg:bitnami/a@1?arch=amd64', { licenseDeclared: 'NONE', licenseConcluded: 'MIT' }),
      element('app', undefined),
      element('b', 'pkg:golang/x.y/b@v1'),
      element('c', 'pkg:npm/%40s/c@2', { downloadLocation: 'NOASSERTION' }),
    ];
    const found = catalogue(bitnami, {
      [REDIS]: spdx(packages, [
        ['SPDXRef-DOCUMENT', 'DESCRIBES', 'a'],
        ['a', 'CONTAINS', 'app'],
        ['app', 'CONTAINS', 'b'],
        ['c', 'DEPENDENCY_OF', 'b'],
        ['b', 'DEPENDS_ON', 'b'],
        ['a', 'VARIANT_OF', 'c'],
      ]),
    }).packages;
    expect(purls(found)).toEqual(['pkg:bitnami/a@1?arch=amd64', 'pkg:golang/x.y/b@v1', 'pkg:npm/%40s/c@2']);
    expect(edges(found)).toEqual(['a → b', 'b → c']);
    expect(found[0]).toMatchObject({
      kind: 'application',
      isDirect: true,
      licences: [{ text: 'MIT', style: 'spdx' }],
      supplier: { name: 'Acme', email: 'sbom@acme.example' },
    });
    expect(found[2]).toMatchObject({ kind: 'library', isDirect: false });
    expect(found[2]?.downloadUrl).toBeUndefined();
  });

  it.each([
    { name: 'a distribution knows better', purl: 'pkg:deb/debian/a@1' },
    { name: 'has no version', purl: 'pkg:golang/x.y/z' },
    { name: 'no cataloguer knows the type of', purl: 'pkg:docker/a@1' },
    { name: 'is no purl', purl: 'a@1' },
  ])('passes over what $name', ({ purl }) => {
    expect(catalogue(bitnami, { [REDIS]: spdx([element('a', purl)]) })).toEqual({
      packages: [],
      reports: [],
    });
  });

  it('reads any relationships in bounded time', () => {
    const ids = Array.from({ length: 3000 }, (_, at) => `e${at}`);
    const listed = ids.map((id, at) => element(id, at % 2 === 0 ? `pkg:npm/${id}@1` : undefined));
    const chain = ids.flatMap((id, at) => [
      [id, 'CONTAINS', `e${at + 1}`],
      [id, 'CONTAINS', `e${(at * 7) % 3000}`],
    ]);
    expect(catalogue(bitnami, { [REDIS]: spdx(listed, chain) }).packages).toHaveLength(1500);
  });

  it('reads any text as packages or as unknown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), (text) => {
        const { packages, reports } = catalogue(bitnami, { [REDIS]: text });
        expect([packages.length, reports.length <= 1]).toEqual([0, true]);
      }),
    );
  });
});

describe('Docker Hardened Images', () => {
  it('lists what was compiled for the image', () => {
    const purl = 'pkg:dhi/python@3.13.1?os_name=debian&os_version=13&platform=linux%2Famd64';
    const content = spdx([
      element('p', purl),
      element('d', 'pkg:deb/debian/a@1'),
      element('i', 'pkg:docker/dhi/python@3'),
    ]);
    const { packages } = catalogue(dockerHardened, { 'opt/docker/sbom/python/.spdx.python.json': content });
    expect(purls(packages)).toEqual([
      'pkg:dhi/python@3.13.1?os_name=debian&os_version=13&platform=linux%2Famd64',
    ]);
    expect(catalogue(dockerHardened, { 'opt/docker/x.json': content }).packages).toEqual([]);
  });
});

describe('documents of apk packages', () => {
  const files = {
    'var/lib/db/sbom/bash-5.2-r1.spdx.json': spdx([
      element('bash', 'pkg:apk/wolfi/bash@5.2-r1?arch=x86_64', { licenseDeclared: 'GPL-3.0-or-later' }),
      element('src', 'pkg:github/bminor/bash@abc'),
    ]),
    'var/lib/db/sbom/gone-1-r0.spdx.json': spdx([element('gone', 'pkg:apk/wolfi/gone@1-r0?arch=x86_64')]),
  };
  const os = {
    ...{ id: 'wolfi', idLike: [], versionId: '20230201', buildId: undefined, name: undefined },
    ...{ prettyName: undefined, codename: undefined, cpe: undefined, homeUrl: undefined },
  };

  it('count only where the database has no such package', () => {
    const database = { 'lib/apk/db/installed': 'C:Q1abc\nP:bash\nV:5.2-r1\n\n' };
    expect(purls(catalogue(apkDocuments, { ...files, ...database }, { os }).packages)).toEqual([
      'pkg:apk/wolfi/gone@1-r0?arch=x86_64&distro=wolfi-20230201',
    ]);
    expect(purls(catalogue(apkDocuments, files).packages)).toEqual([
      'pkg:apk/wolfi/bash@5.2-r1?arch=x86_64',
      'pkg:apk/wolfi/gone@1-r0?arch=x86_64',
    ]);
  });
});

describe('documents in wheels', () => {
  const path = 'site-packages/numpy-2.dist-info/sboms/auditwheel.cdx.json';
  const bom = (components: readonly object[]): string =>
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.4',
      metadata: { component: { name: 'numpy', version: '2', purl: 'pkg:pypi/numpy@2' } },
      components,
    });

  it('say what libraries a wheel brings', () => {
    const content = bom([
      { type: 'library', name: 'libffi', version: '3.1', purl: 'pkg:rpm/almalinux/libffi@3.1?arch=x86_64' },
      { type: 'library', name: 'serde', version: '1.0', purl: 'pkg:cargo/serde@1.0' },
      { type: 'library', name: 'nameless', version: '1.0' },
    ]);
    expect(purls(catalogue(wheelDocuments, { [path]: content }).packages)).toEqual([
      'pkg:cargo/serde@1.0',
      'pkg:rpm/almalinux/libffi@3.1?arch=x86_64',
    ]);
    expect(wants(wheelDocuments.selects, 'site-packages/numpy/sboms/x.json')).toBe(false);
  });

  it('are unknown where they are none', () => {
    expect(catalogue(wheelDocuments, { [path]: '{}' }).reports).toEqual([
      `${path}: The document is neither CycloneDX nor SPDX 2 or 3 in JSON.`,
    ]);
  });
});

describeTruth('truth: Bitnami', 'bitnami', (directory) => {
  const at = (folder: string): ReturnType<typeof catalogue> =>
    catalogue(bitnami, readTree(join(directory, 'syft', folder)));

  it("reads PostgreSQL's document", () => {
    const { packages, reports } = at('json');
    expect(reports).toEqual([]);
    const of = (name: string, version: string): string =>
      `pkg:bitnami/${name}@${version}?arch=arm64&distro=debian-12`;
    expect(purls(packages)).toEqual([
      ...[of('postgresql', '17.2.0-8'), of('geos', '3.13.0'), of('proj', '6.3.2'), of('gdal', '3.10.1')],
      ...[of('json-c', '0.16.20220414'), of('orafce', '4.14.1'), of('pljava', '1.6.8')],
      ...['pljava', 'pljava-api', 'pljava-examples'].map((name) => `pkg:maven/org.postgresql/${name}@1.6.8`),
      ...[of('unixodbc', '2.3.12'), of('psqlodbc', '16.0.0'), of('protobuf', '3.21.12')],
      ...[of('protobuf-c', '1.5.1'), of('postgis', '3.4.4'), of('pgaudit', '17.0.0')],
      ...[of('pgbackrest', '2.54.2'), of('wal2json', '2.6.0'), of('nss_wrapper', '1.1.16')],
    ]);
    expect(edges(packages)).toHaveLength(18);
    expect(edges(packages)).toContain('pljava → pljava-api');
    expect(packages.filter(({ isDirect }) => isDirect).map(({ name }) => name)).toEqual(['postgresql']);
    expect(packages[0]).toMatchObject({
      licences: [{ text: 'PostgreSQL' }],
      downloadUrl: 'https://ftp.postgresql.org/pub/source/v17.2/postgresql-17.2.tar.gz',
      supplier: { name: 'Broadcom Inc. and/or its subsidiaries.' },
      cpes: ['cpe:2.3:*:postgresql:postgresql:17.2.0:*:*:*:*:*:*:*'],
    });
  });

  it('reads what Go modules are in a component', () => {
    expect(edges(at('mix').packages)).toEqual([]);
    expect(purls(at('mix').packages)).toEqual([
      'pkg:bitnami/render-template@1.0.7-4?arch=arm64&distro=debian-12',
      'pkg:golang/github.com/aymerick/raymond@v2.0.2%2Bincompatible',
      'pkg:golang/github.com/jessevdk/go-flags@v1.6.1',
      'pkg:golang/github.com/mmikulicic/multierror@v0.0.0-20170428094957-c1ad6b5ecd26',
      'pkg:golang/golang.org/x/sys@v0.21.0',
      'pkg:golang/stdlib@1.22.7',
    ]);
  });

  it.each([
    ['no-rel', ['pkg:bitnami/redis@7.4.0-0?arch=arm64&distro=debian-12']],
    ['tag-value', ['pkg:bitnami/redis@7.4.1-0?arch=arm64&distro=debian-12']],
    ['components-json-postgresql', ['pkg:bitnami/postgresql@11.22.0-4?arch=amd64&distro=debian-11']],
    [
      'components-json-mongodb',
      [
        'gosu@1.14.0-1',
        'mongodb@4.4.11-2',
        'render-template@1.0.1-5',
        'wait-for-port@1.0.1-5',
        'yq@4.16.2-2',
      ].map((name) => `pkg:bitnami/${name}?arch=amd64&distro=debian-10`),
    ],
  ])('reads %s', (folder, is) => {
    const { packages, reports } = at(folder);
    expect(reports).toEqual([]);
    expect(purls(packages)).toEqual(is);
    expect(packages[0]?.isDirect).toBe(true);
  });

  it('lists the invalid document as unknown', () => {
    expect(at('invalid')).toEqual({ packages: [], reports: [`${REDIS}: It is not JSON.`] });
  });

  it.each([
    ['elasticsearch.spdx.json', 5],
    ['postgresql.spdx.json', 4],
    ['ca-certificates.spdx.json', 0],
  ])("reads Trivy's %s: %d packages", (name, count) => {
    const content = readFileSync(join(directory, 'trivy', name));
    expect(catalogue(bitnami, { [REDIS]: content }).packages).toHaveLength(count);
  });
});
