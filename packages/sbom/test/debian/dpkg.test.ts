import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { dpkg } from '../../src/cataloguers/debian/dpkg.ts';
import { opkg } from '../../src/cataloguers/debian/opkg.ts';
import type { OsRelease } from '../../src/inventory/os-release.ts';
import { catalogue, foundFile } from '../support/files.ts';

const DEBIAN: OsRelease = {
  id: 'debian',
  idLike: [],
  versionId: '12',
  buildId: undefined,
  name: 'Debian GNU/Linux',
  prettyName: undefined,
  codename: 'bookworm',
  cpe: undefined,
  homeUrl: undefined,
};

/** A status file of packages, each a list of fields after its name. */
const status = (packages: Readonly<Record<string, string>>) =>
  Object.entries(packages)
    .map(([name, fields]) => `Package: ${name}\nStatus: install ok installed\n${fields}\n`)
    .join('\n');

const one = (files: Record<string, string | Buffer>, scene = {}) => {
  const { packages } = catalogue(dpkg, files, scene);
  expect(packages).toHaveLength(1);
  return packages[0];
};

const A = 'Package: a\nStatus: install ok installed\nVersion: 1:2-3+b1\nArchitecture: amd64\n';

describe('a package', () => {
  it('has all that its stanza says', () => {
    const found = one(
      {
        'var/lib/dpkg/status':
          `${A}Source: src-a (1:2-3)\nMaintainer: Jane <jane@debian.org>\nHomepage: https://a.example\n` +
          'Description: does a\n in many\n .\n lines\nConffiles:\n /etc/a 123\n',
      },
      { os: DEBIAN },
    );
    expect(found).toMatchObject({
      type: 'deb',
      namespace: 'debian',
      name: 'a',
      version: '1:2-3+b1',
      qualifiers: { arch: 'amd64', distro: 'debian-12', upstream: 'src-a@1:2-3' },
      source: { name: 'src-a', version: '1:2-3' },
      supplier: { name: 'Jane', email: 'jane@debian.org' },
      homepage: 'https://a.example',
      description: 'does a',
      completeness: 'complete',
      isThirdParty: false,
      occurrences: [{ path: 'var/lib/dpkg/status' }],
    });
  });

  it.each([
    { name: 'half-configured', state: 'install ok half-configured', listed: true, marked: true },
    { name: 'waiting for triggers', state: 'install ok triggers-awaited', listed: true, marked: true },
    { name: 'held', state: 'hold ok installed', listed: true, marked: true },
    { name: 'unpacked', state: 'install ok unpacked', listed: false, reported: true },
    { name: 'half-installed', state: 'install reinstreq half-installed', listed: false, reported: true },
    { name: 'removed', state: 'deinstall ok config-files', listed: false },
    { name: 'never there', state: 'unknown ok not-installed', listed: false },
    { name: 'of no state', state: 'x', listed: false },
  ])('that is $name is listed: $listed', ({ state, listed, marked, reported }) => {
    const { packages, reports } = catalogue(dpkg, {
      'var/lib/dpkg/status': `Package: a\nVersion: 1\nStatus: ${state}\n`,
    });
    expect(packages).toHaveLength(listed ? 1 : 0);
    expect(packages[0]?.properties).toEqual(marked ? { 'deb.status': state } : undefined);
    expect(reports).toHaveLength(reported ? 1 : 0);
  });

  it.each([
    { name: 'no Source', field: '', upstream: undefined, source: { name: 'a', version: '1' } },
    { name: 'a Source', field: 'Source: b\n', upstream: 'b', source: { name: 'b', version: '1' } },
    {
      name: 'a Source of another version',
      field: 'Source: b (2)\n',
      upstream: 'b@2',
      source: { name: 'b', version: '2' },
    },
    { name: 'an empty Source', field: 'Source:\n', upstream: undefined, source: { name: 'a', version: '1' } },
  ])('with $name', ({ field, upstream, source }) => {
    const found = one({ 'var/lib/dpkg/status': status({ a: `Version: 1\n${field}` }) });
    expect(found?.source).toEqual(source);
    expect(found?.qualifiers?.['upstream']).toBe(upstream);
  });

  it('that is broken is reported, and the rest is there', () => {
    const { packages, reports } = catalogue(dpkg, {
      'var/lib/dpkg/status': `Status: install ok installed\nVersion: 1\n\nPackage: b\nStatus: install ok installed\n\n${A}`,
      'var/lib/dpkg/status.d/x': 'garbage',
    });
    expect(packages.map(({ name }) => name)).toEqual(['a']);
    expect(reports).toEqual([
      'var/lib/dpkg/status.d/x: Nothing in it is a package.',
      'var/lib/dpkg/status: A package in it has no name.',
      'var/lib/dpkg/status: Package b in it has no version.',
    ]);
  });
});

describe('what a package owns', () => {
  it.each([
    { name: 'its list', file: 'a.list', text: '/.\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/a b\n' },
    {
      name: 'its architecture’s list',
      file: 'a:amd64.list',
      text: '/.\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/a b\n',
    },
    {
      name: 'its digests',
      file: 'a.md5sums',
      text: `${'0'.repeat(32)}  usr/bin/a\n${'0'.repeat(32)}  usr/bin/a b\n`,
    },
    { name: 'its configuration', file: 'a.conffiles', text: '/usr/bin/a\nremove-on-upgrade /usr/bin/a b\n' },
  ])('is in $name', ({ file, text }) => {
    const found = one({ 'var/lib/dpkg/status': A, [`var/lib/dpkg/info/${file}`]: text });
    expect(
      ['usr/bin/a', 'usr/bin/a b', 'usr/bin', 'usr/bin/b'].map((path) => found?.owned?.has(path)),
    ).toEqual([true, true, false, false]);
  });

  it('lies in the root file system of its database', () => {
    const found = one({
      'srv/root/var/lib/dpkg/status': A,
      'srv/root/var/lib/dpkg/info/a.list': '/usr/bin/a\n',
      'var/lib/dpkg/info/a.list': '/usr/bin/other\n',
    });
    expect(found?.owned?.has('srv/root/usr/bin/a')).toBe(true);
    expect(found?.owned?.size).toBe(1);
  });
});

it('reads a copyright through the link of its folder', () => {
  const found = one(
    {
      'var/lib/dpkg/status': A,
      'usr/share/doc/b/copyright':
        'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Expat\n',
    },
    { resolve: (path: string) => path.replace('doc/a/', 'doc/b/') },
  );
  expect(found?.licences).toEqual([{ text: 'Expat', style: 'debian' }]);
});

describe('dependencies', () => {
  const edges = (packages: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      catalogue(dpkg, { 'var/lib/dpkg/status': status(packages) }).packages.map(
        ({ name, dependsOn, completeness }) => [
          name,
          [dependsOn?.map((key) => key.replace(/=.*/, '')).join(' '), completeness],
        ],
      ),
    );

  it('follow names, alternatives, qualifiers and virtual packages', () => {
    const version = 'Version: 1\nArchitecture: amd64\n';
    expect(
      edges({
        a: `${version}Depends: b (>= 1), nothing | c:any, mail\nPre-Depends: d [amd64]\n`,
        b: `${version}Depends: a\n`,
        c: `${version}Depends: nothing\n`,
        d: `${version}Provides: mail (= 3), e\nDepends: e\n`,
      }),
    ).toEqual({
      a: ['b:amd64 c:amd64 d:amd64', 'complete'],
      b: ['a:amd64', 'complete'],
      c: ['', 'incomplete'],
      d: ['', 'complete'],
    });
  });

  it('stay in their architecture', () => {
    const { packages } = catalogue(dpkg, {
      'var/lib/dpkg/status':
        'Package: c\nVersion: 1\nStatus: install ok installed\nArchitecture: i386\n\n' +
        status({
          c: 'Version: 1\nArchitecture: amd64\n',
          x: 'Version: 1\nArchitecture: amd64\nDepends: c\n',
        }),
    });
    expect(packages.find(({ name }) => name === 'x')?.dependsOn).toEqual(['c:amd64=1']);
  });
});

it('lists a package of several databases once', () => {
  const wall = [
    '{"jsonwall":"1.0","schema":"1.0","count":4}',
    '{"kind":"content","slice":"a_bins","path":"/usr/bin/a"}',
    '{"kind":"content","slice":"cut_bins","path":"/usr/bin/cut"}',
    `{"kind":"package","name":"a","version":"1:2-3+b1","sha256":"${'ab'.repeat(32)}","arch":"amd64"}`,
    `{"kind":"package","name":"cut","version":"1","sha256":"${'cd'.repeat(32)}","arch":"amd64"}`,
  ].join('\n');
  const { packages, reports } = catalogue(dpkg, {
    'var/lib/dpkg/status': A,
    'usr/lib/dpkg/status': A,
    'var/lib/dpkg/status.d/a': A.replace(/Status.*\n/, ''),
    'var/lib/chisel/manifest.wall': zstdCompressSync(Buffer.from(wall)),
  });
  expect(reports).toEqual([]);
  expect(packages.map(({ name, occurrences }) => [name, occurrences.map(({ path }) => path)])).toEqual([
    [
      'a',
      [
        'usr/lib/dpkg/status',
        'var/lib/dpkg/status',
        'var/lib/dpkg/status.d/a',
        'var/lib/chisel/manifest.wall',
      ],
    ],
    ['cut', ['var/lib/chisel/manifest.wall']],
  ]);
  expect(packages[1]?.owned?.has('usr/bin/cut')).toBe(true);
  expect(packages[1]?.hashes).toEqual([{ algorithm: 'SHA-256', hex: 'cd'.repeat(32) }]);
});

it('says which layer brought a package', () => {
  const read = (text: string) => {
    const facts = dpkg.read(foundFile('var/lib/dpkg/status', text), () => undefined);
    if (facts === undefined) throw new Error('no facts');
    return facts;
  };
  const packages = dpkg.assemble(
    [
      {
        path: 'var/lib/dpkg/status',
        layer: 'sha256:3',
        facts: read(status({ a: 'Version: 2', b: 'Version: 1', c: 'Version: 1' })),
        earlier: [
          { layer: 'sha256:1', facts: read(status({ a: 'Version: 1', b: 'Version: 1' })) },
          { layer: 'sha256:2', facts: read(status({ a: 'Version: 2', b: 'Version: 1' })) },
        ],
      },
    ],
    {
      origin: 'image',
      os: undefined,
      architecture: undefined,
      resolve: (path) => path,
      report: () => undefined,
    },
  );
  expect(packages.map(({ name, occurrences }) => [name, occurrences[0]?.layer])).toEqual([
    ['a', 'sha256:2'],
    ['b', 'sha256:1'],
    ['c', 'sha256:3'],
  ]);
});

it('knows what was asked for by apt’s book', () => {
  const { packages } = catalogue(dpkg, {
    'var/lib/dpkg/status': status({
      curl: 'Version: 1\nPriority: optional',
      libcurl4: 'Version: 1\nPriority: optional',
      base: 'Version: 1\nPriority: required',
    }),
    'var/lib/apt/extended_states': 'Package: libcurl4\nArchitecture: amd64\nAuto-Installed: 1\n',
  });
  expect(packages.map(({ name, isDirect }) => [name, isDirect])).toEqual([
    ['curl', true],
    ['libcurl4', false],
    ['base', false],
  ]);
});

describe('hostile databases', () => {
  it('never throw', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'Package: a',
        'Version: 1',
        'Status: install ok installed',
        '',
        ' x',
        'Depends: a|b, |,',
        ':',
        'Provides:,',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(line),
        fc.constantFrom('status', 'status.d/x', 'info/a.list', 'available'),
        (lines, name) => {
          const text = lines.join('\n');
          expect(() => catalogue(dpkg, { [`var/lib/dpkg/${name}`]: text })).not.toThrow();
          expect(() =>
            catalogue(opkg, { 'usr/lib/opkg/status': text, 'usr/lib/opkg/info/a.control': text }),
          ).not.toThrow();
        },
      ),
    );
  });

  it('take time in proportion to their size', () => {
    const started = performance.now();
    const many = Array.from(
      { length: 20_000 },
      (_, at) => `Package: p${at}\nVersion: 1\nStatus: install ok installed\nProvides: v\nDepends: v\n`,
    );
    const { packages } = catalogue(dpkg, { 'var/lib/dpkg/status': many.join('\n') });
    expect(packages).toHaveLength(20_000);
    expect(packages.every(({ dependsOn }) => (dependsOn?.length ?? 0) <= 64)).toBe(true);
    catalogue(dpkg, { 'var/lib/dpkg/status': 'x'.repeat(5_000_000) + '\n'.repeat(1_000_000) });
    // Quadratic time would be minutes.
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('do not compress more into a manifest than there is room for', () => {
    expect(() =>
      dpkg.read(
        foundFile('var/lib/chisel/manifest.wall', zstdCompressSync(Buffer.alloc(80_000_000))),
        () => undefined,
      ),
    ).toThrow(/larger|too large|Cannot create a Buffer/i);
  });
});

describe('opkg', () => {
  it('reads its database with control files and lists', () => {
    const { packages } = catalogue(opkg, {
      'usr/lib/opkg/status':
        'Package: a\nVersion: 1\nDepends: b\nStatus: install user installed\nArchitecture: x86_64\nAuto-Installed: yes\n\n' +
        'Package: b\nVersion: 2\nStatus: install ok installed\nAuto-Installed: yes\n',
      'usr/lib/opkg/info/a.control':
        'Package: a\nVersion: 1\nLicense: MIT\nCPE-ID: cpe:/a:acme:a\nMaintainer: J <j@x.org>\n',
      'usr/lib/opkg/info/c.control': 'Package: c\nVersion: 1\n',
      'usr/lib/opkg/info/a.list': '/bin/a\n',
    });
    expect(packages).toMatchObject([
      {
        type: 'opkg',
        name: 'a',
        isDirect: true,
        dependsOn: ['b:=2'],
        licences: [{ text: 'MIT' }],
        cpes: ['cpe:2.3:a:acme:a:*:*:*:*:*:*:*:*'],
        supplier: { email: 'j@x.org' },
      },
      { type: 'opkg', name: 'b', isDirect: false },
    ]);
    expect(packages[0]?.owned?.has('bin/a')).toBe(true);
  });

  it('reads control files where there is no database', () => {
    const { packages } = catalogue(opkg, { 'var/lib/opkg/info/c.control': 'Package: c\nVersion: 1\n' });
    expect(packages.map(({ name }) => name)).toEqual(['c']);
  });
});
