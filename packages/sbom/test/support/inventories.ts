import fc from 'fast-check';
import type { Inventory, Subject } from '../../src/inventory/inventory.ts';
import type { Package, PackageType } from '../../src/inventory/package.ts';
import { licenceExpression } from '../../src/licence/expression.ts';
import { formatPurl } from '../../src/purl/purl.ts';

const LAYER = `sha256:${'a'.repeat(64)}`;

export const IMAGE: Subject = {
  kind: 'image',
  name: 'ghcr.io/acme/app',
  version: '1.2.3',
  tag: '1.2.3',
  digest: `sha256:${'b'.repeat(64)}`,
  platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
  labels: {
    'org.opencontainers.image.source': 'https://github.com/acme/app',
    'org.opencontainers.image.url': 'https://acme.example',
    'org.opencontainers.image.vendor': 'Acme',
    'org.opencontainers.image.licenses': 'Apache-2.0',
    'org.opencontainers.image.description': 'Does things',
  },
  created: '2026-01-02T03:04:05.678Z',
};

/** A package with what it does not say filled in. */
export function makePackage(type: PackageType, name: string, more: Partial<Package> = {}): Package {
  const version = 'version' in more ? more.version : '1.0';
  const purl = formatPurl({ type, namespace: more.namespace, name, version, qualifiers: more.qualifiers });
  return {
    id: purl ?? `${type}:${name}`,
    type,
    name,
    version,
    purl,
    kind: 'library',
    scope: 'required',
    licence: undefined,
    declaredLicences: [],
    foundBy: [type],
    occurrences: [{ path: `opt/${name}`, layer: LAYER }],
    dependsOn: [],
    isDirect: false,
    completeness: 'unknown',
    contains: [],
    ...more,
  };
}

/** An image with something of everything, as other tools would meet it. */
export function sampleInventory(): Inventory {
  const packages = [
    makePackage('generic', 'debian', {
      version: '12',
      kind: 'operating-system',
      cpes: ['cpe:2.3:o:debian:debian_linux:12:*:*:*:*:*:*:*'],
      homepage: 'https://www.debian.org/',
    }),
    makePackage('deb', 'libc6', {
      namespace: 'debian',
      version: '2.36-9+deb12u9',
      qualifiers: { arch: 'arm64', distro: 'debian-12', upstream: 'glibc' },
      licence: 'LGPL-2.1-or-later AND GPL-2.0-only',
      declaredLicences: ['LGPL-2.1+', 'GPL-2'],
      supplier: { name: 'GNU Libc Maintainers', email: 'debian-glibc@lists.debian.org' },
      source: { name: 'glibc' },
      completeness: 'complete',
      hashes: [{ algorithm: 'MD5', hex: '0'.repeat(32) }],
      dependsOn: ['pkg:deb/debian/libgcc-s1@12?arch=arm64'],
    }),
    makePackage('deb', 'libgcc-s1', {
      namespace: 'debian',
      version: '12',
      qualifiers: { arch: 'arm64' },
      dependsOn: ['pkg:deb/debian/libc6@2.36-9%2Bdeb12u9?arch=arm64&distro=debian-12&upstream=glibc'],
      contains: ['pkg:generic/inside@1'],
    }),
    makePackage('npm', 'core', {
      namespace: '@babel',
      licence: 'MIT',
      declaredLicences: ['MIT'],
      authors: [{ name: 'Babel Team', url: 'https://babel.dev/team' }],
      homepage: 'https://babel.dev/docs/en/next/babel-core',
      sourceUrl: 'https://github.com/babel/babel.git',
      downloadUrl: 'https://registry.npmjs.org/@babel/core/-/core-1.0.tgz',
      hashes: [{ algorithm: 'SHA-512', hex: 'c'.repeat(128) }],
      completeness: 'complete',
      isDirect: true,
      description: 'Compiler',
    }),
    makePackage('maven', 'demo', {
      namespace: 'org.acme',
      licence: 'LicenseRef-Acme-EULA',
      declaredLicences: ['Acme EULA'],
      occurrences: [{ path: 'app/demo-1.0.jar', layer: LAYER }],
      cpes: ['cpe:2.3:a:acme:demo:1.0:*:*:*:*:*:*:*', 'cpe:2.3:a:acme:demo2:1.0:*:*:*:*:*:*:*'],
      version: undefined,
      scope: 'development',
    }),
  ];
  return {
    subject: IMAGE,
    os: {
      id: 'debian',
      idLike: [],
      versionId: '12',
      buildId: undefined,
      name: 'Debian GNU/Linux',
      prettyName: 'Debian GNU/Linux 12 (bookworm)',
      codename: 'bookworm',
      cpe: undefined,
      homeUrl: 'https://www.debian.org/',
    },
    packages: packages.sort((a, b) => (a.id < b.id ? -1 : 1)),
    layers: [{ digest: LAYER, diffId: LAYER, size: 10, uncompressedSize: 20, files: 3 }],
    unknowns: [
      { path: 'opt/broken.jar', layer: LAYER, by: 'java-archive', reason: 'It ends in the middle.' },
    ],
  };
}

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '__proto__',
    'https://example.org/a b',
    'git@github.com:a/b.git',
    '',
    '\ud800',
    'a@b.example',
    '"<>&',
  ),
);
const option = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
const party = fc.record({ name: text, email: option(text), url: option(text) });
const TYPES: readonly PackageType[] = [
  'apk',
  'cargo',
  'deb',
  'generic',
  'golang',
  'maven',
  'npm',
  'pypi',
  'rpm',
  'github',
];

const drafts = fc.array(
  fc.record({
    type: fc.constantFrom(...TYPES),
    name: text,
    namespace: option(text),
    version: option(text),
    kind: fc.constantFrom('library', 'application', 'framework', 'operating-system', 'file' as const),
    scope: fc.constantFrom('required', 'optional', 'development' as const),
    licences: fc.array(text, { maxLength: 3 }),
    supplier: option(party),
    authors: option(fc.array(party, { maxLength: 2 })),
    description: option(text),
    homepage: option(text),
    downloadUrl: option(text),
    sourceUrl: option(text),
    cpes: option(fc.array(fc.oneof(text, fc.constant('cpe:2.3:a:b:c:1:*:*:*:*:*:*:*')), { maxLength: 2 })),
    hashes: option(
      fc.array(
        fc.record({
          algorithm: fc.constantFrom('SHA-256', 'MD5' as const),
          hex: fc.oneof(text, fc.constant('d'.repeat(64))),
        }),
        { maxLength: 2 },
      ),
    ),
    properties: option(fc.dictionary(text, text, { maxKeys: 2 })),
    paths: fc.array(text, { maxLength: 3 }),
    dependsOn: fc.array(fc.nat({ max: 9 }), { maxLength: 4 }),
    isDirect: fc.boolean(),
    completeness: fc.constantFrom('complete', 'incomplete', 'unknown' as const),
    contains: fc.array(text, { maxLength: 2 }),
  }),
  { maxLength: 8 },
);

const subjects: fc.Arbitrary<Subject> = fc.oneof(
  fc.record({
    kind: fc.constant('image' as const),
    name: text,
    version: option(text),
    tag: option(text),
    digest: fc.constantFrom(`sha256:${'b'.repeat(64)}`, `sha512:${'b'.repeat(128)}`),
    platform: option(fc.constant({ os: 'linux', architecture: 'amd64' })),
    labels: fc.dictionary(
      fc
        .constantFrom('source', 'url', 'vendor', 'licenses', 'title')
        .map((key) => `org.opencontainers.image.${key}`),
      text,
    ),
    created: option(
      fc.constantFrom('2026-01-01T00:00:00Z', '0001-01-01T00:00:00Z', 'never', '1970-01-01T00:00:00Z'),
    ),
  }),
  fc.record({ kind: fc.constantFrom('directory', 'file' as const), name: text, version: option(text) }),
);

/** Inventories that hostile images could lead to: ids are unique and sorted, all else is anything. */
export const inventories: fc.Arbitrary<Inventory> = fc
  .record({
    subject: subjects,
    drafts,
    unknowns: fc.array(fc.record({ path: text, by: text, reason: text }), { maxLength: 2 }),
    hasOs: fc.boolean(),
  })
  .map(({ subject, drafts, unknowns, hasOs }) => {
    const byId = new Map<string, Package>();
    const made = drafts.map(({ licences, paths, dependsOn: _, ...draft }) =>
      makePackage(draft.type, draft.name, {
        ...draft,
        licence: licenceExpression(licences.map((one) => ({ text: one, style: 'free' }))),
        declaredLicences: licences,
        occurrences: paths.map((path) => ({ path })),
      }),
    );
    made.forEach((one, index) => {
      const others = drafts[index]?.dependsOn.flatMap((at) => made[at]?.id ?? []) ?? [];
      byId.set(one.id, { ...one, dependsOn: [...new Set([...others, 'pkg:npm/not-there@1'])].sort() });
    });
    return {
      subject,
      os: hasOs ? sampleInventory().os : undefined,
      packages: [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      layers: [],
      unknowns,
    };
  });
