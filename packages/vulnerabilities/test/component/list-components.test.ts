import { DOCUMENT_FORMATS, type Package, parseDocument, writeDocument } from '@artifact-lifecycle/sbom';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inventories, makePackage, sampleInventory } from '../../../sbom/test/support/inventories.ts';
import {
  type ComponentList,
  componentsOfDocument,
  componentsOfInventory,
  componentsOfPurls,
} from '../../src/index.ts';

const CONTEXT = { toolVersion: '1.2.3', created: undefined, now: new Date(0) };
const LAYER = `sha256:${'a'.repeat(64)}`;

/** Something of each ecosystem that matching knows, found by our cataloguers as they write it. */
const PACKAGES: readonly Package[] = [
  makePackage('generic', 'debian', { version: '12', kind: 'operating-system' }),
  makePackage('generic', 'etc-passwd', { kind: 'file', version: undefined }),
  makePackage('deb', 'libc6', {
    namespace: 'debian',
    version: '2.36-9+deb12u9',
    qualifiers: { arch: 'arm64', distro: 'debian-12', upstream: 'glibc' },
  }),
  makePackage('deb', 'libattr1', {
    namespace: 'debian',
    version: '1:2.5.1-4+b1',
    qualifiers: { arch: 'amd64', distro: 'debian-12', upstream: 'attr@1:2.5.1-4' },
  }),
  makePackage('apk', 'libcrypto3', {
    namespace: 'alpine',
    version: '3.3.2-r0',
    qualifiers: { arch: 'x86_64', distro: 'alpine-3.20.3', upstream: 'openssl' },
  }),
  makePackage('rpm', 'openssl-libs', {
    namespace: 'redhat',
    version: '3.0.7-27.el9',
    qualifiers: { arch: 'x86_64', distro: 'rhel-9.4', epoch: '1', upstream: 'openssl-3.0.7-27.el9.src.rpm' },
  }),
  makePackage('npm', 'core', { namespace: '@babel', scope: 'development' }),
  makePackage('golang', 'text', { namespace: 'golang.org/x', version: 'v0.3.7' }),
  makePackage('golang', 'stdlib', { version: '1.22.1' }),
  makePackage('maven', 'log4j-core', {
    namespace: 'org.apache.logging.log4j',
    version: '2.14.1',
    occurrences: [
      { path: 'app.jar!BOOT-INF/lib/log4j-core-2.14.1.jar', layer: LAYER },
      { path: 'opt/a, b/log4j.jar', layer: LAYER },
    ],
  }),
  makePackage('pypi', 'jinja2', { version: undefined }),
  makePackage('deb', 'kali-thing', { namespace: 'kali', qualifiers: { distro: 'kali-2026.1' } }),
  makePackage('deb', 'homeless', { namespace: 'debian' }),
];

const listed = ({ components }: ComponentList): readonly unknown[] =>
  components.map(({ purl, source, version }) => ({ purl, source, version }));

describe('components of an inventory', () => {
  const inventory = { ...sampleInventory(), packages: [...PACKAGES].sort((a, b) => (a.id < b.id ? -1 : 1)) };
  const list = componentsOfInventory(inventory);

  it('says what matching asks of a package, by its purl', () => {
    expect(listed(list)).toEqual([
      {
        purl: 'pkg:apk/alpine/libcrypto3@3.3.2-r0?arch=x86_64&distro=alpine-3.20.3&upstream=openssl',
        source: { name: 'openssl', version: undefined },
        version: '3.3.2-r0',
      },
      {
        purl: 'pkg:deb/debian/libattr1@1:2.5.1-4%2Bb1?arch=amd64&distro=debian-12&upstream=attr%401:2.5.1-4',
        source: { name: 'attr', version: '1:2.5.1-4' },
        version: '1:2.5.1-4+b1',
      },
      {
        purl: 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u9?arch=arm64&distro=debian-12&upstream=glibc',
        source: { name: 'glibc', version: undefined },
        version: '2.36-9+deb12u9',
      },
      { purl: 'pkg:golang/golang.org/x/text@v0.3.7', source: undefined, version: 'v0.3.7' },
      { purl: 'pkg:golang/stdlib@1.22.1', source: undefined, version: '1.22.1' },
      {
        purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
        source: undefined,
        version: '2.14.1',
      },
      { purl: 'pkg:npm/%40babel/core@1.0', source: undefined, version: '1.0' },
      {
        purl: 'pkg:rpm/redhat/openssl-libs@3.0.7-27.el9?arch=x86_64&distro=rhel-9.4&epoch=1&upstream=openssl-3.0.7-27.el9.src.rpm',
        source: { name: 'openssl', version: '3.0.7-27.el9' },
        version: '1:3.0.7-27.el9',
      },
    ]);
    expect(list.components.filter(({ isDevelopment }) => isDevelopment).map(({ name }) => name)).toEqual([
      'core',
    ]);
    expect(list.components.find(({ name }) => name === 'log4j-core')?.locations).toEqual([
      { path: 'app.jar!BOOT-INF/lib/log4j-core-2.14.1.jar', layer: LAYER },
      { path: 'opt/a, b/log4j.jar', layer: LAYER },
    ]);
  });

  it('says of everything else why it is not matched, and what of that is no gap', () => {
    expect(list.unmatched.map(({ name, cause }) => [name, cause])).toEqual([
      ['homeless', 'no-release'],
      ['kali-thing', 'no-database'],
      ['debian', 'untracked'],
      ['etc-passwd', 'untracked'],
      ['jinja2', 'no-version'],
    ]);
  });

  it('says that the list of installed packages could not be read, and nothing of other files', () => {
    const unknown = (path: string, by: string) => ({ path, by, reason: 'It is cut off.' });
    const { unmatched } = componentsOfInventory({
      packages: [],
      unknowns: [
        unknown('app/a.jar', 'java-archive'),
        unknown('usr/share/doc/a/copyright', 'dpkg'),
        unknown('lib/apk/db/installed', 'apk'),
        unknown('usr/lib/sysimage/rpm/rpmdb.sqlite', 'rpm'),
        unknown('var/lib/dpkg/status.d/base', 'dpkg'),
      ],
    });
    expect(unmatched.map(({ name, cause }) => [name, cause])).toEqual([
      ['lib/apk/db/installed', 'unread'],
      ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'unread'],
      ['var/lib/dpkg/status.d/base', 'unread'],
    ]);
  });

  it.each([
    { name: 'Arch', purl: 'pkg:alpm/arch/openssl@3.3.0-1?arch=x86_64' },
    { name: 'OpenWrt', purl: 'pkg:opkg/openssl@3.0.13-1' },
    { name: 'Gentoo', purl: 'pkg:ebuild/dev-libs/openssl@3.0.13' },
  ])('of $name has no database of advisories, which is a gap', ({ purl }) => {
    expect(componentsOfPurls([purl]).unmatched).toMatchObject([{ purl, cause: 'no-database' }]);
  });

  it.each(DOCUMENT_FORMATS)('are those of its document: %s', (format) => {
    const document = parseDocument(writeDocument(inventory, format, CONTEXT));
    expect(componentsOfDocument(document)).toEqual(list);
  });

  it.each(DOCUMENT_FORMATS)('are those of its document, whatever is in it: %s', (format) => {
    fc.assert(
      fc.property(inventories, (any) => {
        const { components } = componentsOfDocument(parseDocument(writeDocument(any, format, CONTEXT)));
        expect(listed({ components, unmatched: [] })).toEqual(listed(componentsOfInventory(any)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('components of other documents', () => {
  const parse = (components: readonly object[]): ComponentList =>
    componentsOfDocument(parseDocument(Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', components }))));

  it("takes Trivy's properties for the source package, and its epoch for a part of the version", () => {
    const { components } = parse([
      {
        name: 'libattr1',
        purl: 'pkg:deb/debian/libattr1@2.5.1-4?arch=amd64&distro=debian-12.5&epoch=1',
        properties: [{ name: 'aquasecurity:trivy:SrcName', value: 'attr' }],
      },
    ]);
    expect(components).toMatchObject([{ version: '1:2.5.1-4', source: { name: 'attr' } }]);
  });

  it('takes the version of a component where its purl has none', () => {
    const { components } = parse([{ name: 'a', version: '1.2.3', purl: 'pkg:npm/a' }]);
    expect(components).toMatchObject([{ purl: 'pkg:npm/a@1.2.3', version: '1.2.3' }]);
  });

  it('reports what has no purl, and passes over files and the operating system', () => {
    const { components, unmatched } = parse([
      { type: 'library', name: 'a', version: '1' },
      { type: 'operating-system', name: 'debian', version: '12' },
      { type: 'library', name: 'b', version: '1', purl: 'b@1' },
    ]);
    expect(components).toEqual([]);
    expect(unmatched.map(({ name, purl, cause }) => ({ name, purl, cause }))).toEqual([
      { name: 'a', purl: undefined, cause: 'no-purl' },
      { name: 'b', purl: undefined, cause: 'no-purl' },
      { name: 'debian', purl: undefined, cause: 'untracked' },
    ]);
  });
});

describe('components by purls', () => {
  it('are each there once, sorted', () => {
    const { components } = componentsOfPurls(['pkg:npm/b@1', 'pkg:npm/a@1', 'pkg:NPM/b@1']);
    expect(components.map(({ purl }) => purl)).toEqual(['pkg:npm/a@1', 'pkg:npm/b@1']);
  });

  it.each([
    { type: 'generic', purl: 'pkg:generic/openssl@3.0.1' },
    { type: 'oci', purl: 'pkg:oci/app@sha256%3Aaa' },
    { type: 'conda', purl: 'pkg:conda/numpy@1.0' },
    { type: 'helm', purl: 'pkg:helm/chart@1.0' },
  ])('knows that nobody keeps advisories of $type', ({ purl }) => {
    expect(componentsOfPurls([purl])).toMatchObject({ components: [], unmatched: [{ cause: 'untracked' }] });
  });

  it.each(['amzn', 'fedora', 'ol'])('says that no database is known for %s', (namespace) => {
    expect(componentsOfPurls([`pkg:rpm/${namespace}/bash@5-1?distro=${namespace}-2`])).toMatchObject({
      components: [],
      unmatched: [{ cause: 'no-database', name: 'bash' }],
    });
  });

  it('refuses what is no purl', () => {
    expect(() => componentsOfPurls(['lodash@1'])).toThrow(
      expect.objectContaining({ code: 'CONTENT_INVALID' }),
    );
  });
});
