import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pythonInstalled } from '../../src/cataloguers/python/installed.ts';
import type { FoundPackage } from '../../src/inventory/package.ts';
import { catalogue, wants } from '../support/files.ts';
import { describeTruth, readTree } from '../support/truth.ts';
import { makeZip } from '../support/zip.ts';

const SITE = 'usr/lib/python3.12/site-packages';

function metadata(name: string, version: string, ...lines: readonly string[]): string {
  return ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, ...lines, '', 'Name: readme'].join(
    '\n',
  );
}

function only(files: Readonly<Record<string, string | Buffer>>): FoundPackage {
  const { packages } = catalogue(pythonInstalled, files);
  expect(packages).toHaveLength(1);
  const [found] = packages;
  if (found === undefined) throw new Error('no package');
  return found;
}

/** `name → names it depends on`. */
function edges(
  files: Readonly<Record<string, string | Buffer>>,
): Readonly<Record<string, readonly string[]>> {
  const { packages } = catalogue(pythonInstalled, files);
  const names = new Map(packages.map(({ key, name }) => [key, name]));
  return Object.fromEntries(
    packages.map(({ key, dependsOn }) => [key, (dependsOn ?? []).map((each) => names.get(each) ?? each)]),
  );
}

describe('selection', () => {
  it.each([
    { path: 'site-packages/six-1.16.0.dist-info/METADATA', is: true },
    { path: 'site-packages/v.DIST-INFO/METADATA', is: true },
    { path: 'site-packages/dist-info/METADATA', is: true },
    { path: 'site-packages/w.EGG-INFO/PKG-INFO', is: true },
    { path: 'site-packages/a-1-py3.8.egg/EGG-INFO/PKG-INFO', is: true },
    { path: 'dist-packages/pycups-2.0.1.egg-info', is: true },
    { path: 'site-packages/six-1.9.0-py3.8.egg', is: true },
    { path: 'opt/venv/pyvenv.cfg', is: true },
    { path: 'site-packages/six-1.16.0.dist-info/REQUESTED', is: true },
    { path: 'site-packages/six-1.16.0.dist-info/RECORD', is: false },
    { path: 'src/PKG-INFO', is: false },
    { path: 'docs/METADATA', is: false },
    { path: 'app/requires.txt', is: false },
  ])('$path: $is', ({ path, is }) => {
    expect(wants(pythonInstalled.selects, path)).toBe(is);
  });
});

describe('metadata', () => {
  const licence = (...lines: readonly string[]): FoundPackage['licences'] =>
    only({ [`${SITE}/a-1.dist-info/METADATA`]: metadata('a', '1', ...lines) }).licences;

  it.each([
    {
      name: 'the expression before the name before classifiers',
      lines: ['License: MIT License', 'License-Expression: MIT OR Apache-2.0', 'Classifier: License :: X'],
      is: [{ text: 'MIT OR Apache-2.0', style: 'spdx' }],
    },
    {
      name: 'the name before classifiers',
      lines: ['Classifier: License :: OSI Approved :: BSD License', 'License: BSD-3-Clause'],
      is: [{ text: 'BSD-3-Clause', style: 'pypi' }],
    },
    {
      name: 'each classifier once, and none that says approved only',
      lines: [
        'License: UNKNOWN',
        'Classifier: License :: OSI Approved',
        'Classifier: License :: OSI Approved :: MIT License',
        'Classifier: License :: OSI Approved :: MIT License',
        'Classifier: License :: Public Domain',
        'Classifier: Topic :: License',
      ],
      is: [
        { text: 'MIT License', style: 'pypi' },
        { text: 'Public Domain', style: 'pypi' },
      ],
    },
    {
      name: 'of a whole text its title, where no classifier says more',
      lines: ['License: ', '        The Zope License', '        ', '        Permission is granted'],
      is: [{ text: 'The Zope License', style: 'free' }],
    },
    { name: 'none', lines: [], is: [] },
  ])('reads licences: $name', ({ lines, is }) => {
    expect(licence(...lines)).toEqual(is);
  });

  it.each([
    {
      name: 'two fields',
      lines: ['Author: Ann', 'Author-email: ann@example.com'],
      is: [{ name: 'Ann', email: 'ann@example.com' }],
    },
    {
      name: 'names in the second',
      lines: ['Author-email: Ann <ann@example.com>, "B, C" <b@example.com>'],
      is: [
        { name: 'Ann', email: 'ann@example.com' },
        { name: 'B, C', email: 'b@example.com' },
      ],
    },
    {
      name: 'an address in the first',
      lines: ['Author: A B <a@b.c>'],
      is: [{ name: 'A B', email: 'a@b.c' }],
    },
    { name: 'an address only', lines: ['Author-email: a@b.c'], is: [{ name: 'a@b.c', email: 'a@b.c' }] },
    {
      name: 'maintainers where there is no author',
      lines: ['Author: UNKNOWN', 'Maintainer: Max'],
      is: [{ name: 'Max' }],
    },
  ])('reads authors: $name', ({ lines, is }) => {
    expect(only({ 'a-1.dist-info/METADATA': metadata('a', '1', ...lines) }).authors).toEqual(is);
  });

  it('reads addresses of project and source', () => {
    const lines = [
      'Project-URL: Source Code, https://github.com/a/a',
      'Project-URL: Homepage, https://a.example',
      'Project-URL: Bad, javascript:alert(1)',
    ];
    expect(only({ 'a-1.dist-info/METADATA': metadata('a', '1', ...lines) })).toMatchObject({
      homepage: 'https://a.example',
      sourceUrl: 'https://github.com/a/a',
    });
  });

  it('takes the version of the folder where the file has none', () => {
    expect(only({ 'x/six-1.16.0-py3.8.egg-info/PKG-INFO': 'Name: six\n' }).version).toBe('1.16.0');
  });

  it.each([
    { name: 'Python itself', content: metadata('Python', '2.7.18') },
    { name: 'a file without a name', content: 'Version: 1\n' },
    { name: 'a name that is none', content: metadata('../../etc', '1') },
    { name: 'nothing', content: '' },
  ])('lists no package for $name', ({ content }) => {
    expect(catalogue(pythonInstalled, { 'x/y-1.egg-info': content }).packages).toEqual([]);
  });
});

describe('what lies beside', () => {
  const installed = (files: Readonly<Record<string, string>>): FoundPackage =>
    only({
      [`${SITE}/a-1.dist-info/METADATA`]: metadata('a', '1'),
      ...Object.fromEntries(
        Object.entries(files).map(([name, content]) => [`${SITE}/a-1.dist-info/${name}`, content]),
      ),
    });

  it('knows what somebody asked for, and who installed it', () => {
    expect(installed({ REQUESTED: '', INSTALLER: 'pip\n' })).toMatchObject({
      isDirect: true,
      properties: { 'python.installer': 'pip' },
    });
    expect(installed({}).isDirect).toBe(false);
  });

  it('names the commit a distribution was built from, without secrets', () => {
    const direct = {
      url: 'https://user:secret@github.com/a/a.git',
      vcs_info: { vcs: 'git', commit_id: 'abc123' },
    };
    expect(installed({ 'direct_url.json': JSON.stringify(direct) })).toMatchObject({
      qualifiers: { vcs_url: 'git+https://github.com/a/a.git@abc123' },
      sourceUrl: 'https://github.com/a/a.git',
    });
  });

  it('has the hash of an archive that was installed by its address', () => {
    const hex = 'ab'.repeat(32);
    const direct = { url: 'https://a.example/a-1.whl', archive_info: { hash: `sha256=${hex}` } };
    expect(installed({ 'direct_url.json': JSON.stringify(direct) })).toMatchObject({
      downloadUrl: 'https://a.example/a-1.whl',
      hashes: [{ algorithm: 'SHA-256', hex }],
    });
  });

  it('marks an editable install, and tells no path of the machine', () => {
    const direct = { url: 'file:///home/ann/a', dir_info: { editable: true } };
    const found = installed({ 'direct_url.json': JSON.stringify(direct) });
    expect(found).toMatchObject({ properties: { 'python.editable': 'true' } });
    expect(JSON.stringify(found)).not.toContain('home/ann');
  });
});

describe('edges', () => {
  it('finds what is installed under any spelling, with extras and markers, and nothing else', () => {
    const files = {
      [`${SITE}/a-1.dist-info/METADATA`]: metadata(
        'a',
        '1',
        'Requires-Dist: B_b.c (>=1.0)',
        'Requires-Dist: d[x]>=2; extra == "all"',
        'Requires-Dist: a[x]; extra == "all"',
        'Requires-Dist: absent ; python_version < "3"',
      ),
      [`${SITE}/b-2.dist-info/METADATA`]: metadata('b-B-c', '2', 'Requires-Dist: missing'),
      [`${SITE}/d-1.egg-info/PKG-INFO`]: metadata('d', '1'),
      [`${SITE}/d-1.egg-info/requires.txt`]: 'a\n\n[tests:python_version>"3"]\nb.b.c\nabsent\n',
    };
    expect(edges(files)).toEqual({
      [`${SITE}/a-1.dist-info/METADATA`]: ['b-B-c', 'd'],
      [`${SITE}/b-2.dist-info/METADATA`]: [],
      [`${SITE}/d-1.egg-info/PKG-INFO`]: ['a', 'b-B-c'],
    });
    expect(catalogue(pythonInstalled, files).packages.map(({ completeness }) => completeness)).toEqual([
      'complete',
      'incomplete',
      'complete',
    ]);
  });

  const needing = metadata('a', '1', 'Requires-Dist: b');
  it.each([
    { name: 'its own site first', a: SITE, b: SITE, other: `usr/lib64/python3.12/site-packages`, is: SITE },
    { name: 'lib64 beside lib', a: SITE, b: 'usr/lib64/python3.12/site-packages' },
    {
      name: "Debian's python3",
      a: 'usr/local/lib/python3.11/dist-packages',
      b: 'usr/lib/python3/dist-packages',
    },
    { name: 'another Python', a: SITE, b: 'usr/lib/python3.9/site-packages', is: null },
    { name: 'the Python of /usr/local', a: 'usr/local/lib/python3.12/site-packages', b: SITE, is: null },
    { name: 'a closed environment', a: 'v/lib/python3.12/site-packages', b: SITE, venv: 'false', is: null },
    { name: 'an open environment', a: 'v/lib/python3.12/site-packages', b: SITE, venv: 'true' },
    { name: 'a folder of its own', a: 'app/vendor', b: SITE, is: null },
  ])('looks for it: $name', ({ a, b, other, venv, is }) => {
    const files = {
      [`${a}/a-1.dist-info/METADATA`]: needing,
      [`${b}/b-1.dist-info/METADATA`]: metadata('b', '1'),
      ...(other === undefined ? {} : { [`${other}/b-1.dist-info/METADATA`]: metadata('b', '1') }),
      ...(venv === undefined
        ? {}
        : { 'v/pyvenv.cfg': `home = /usr/bin\nInclude-System-Site-Packages = ${venv}\n` }),
    };
    const found = catalogue(pythonInstalled, files).packages.find(({ name }) => name === 'a');
    expect(found?.dependsOn).toEqual(is === null ? [] : [`${is ?? b}/b-1.dist-info/METADATA`]);
  });

  it('leads from a distribution to what it vendors', () => {
    const files = {
      [`${SITE}/setuptools-75.dist-info/METADATA`]: metadata('setuptools', '75'),
      [`${SITE}/setuptools/_vendor/wheel-0.43.0.dist-info/METADATA`]: metadata('wheel', '0.43.0'),
    };
    expect(edges(files)[`${SITE}/setuptools-75.dist-info/METADATA`]).toEqual(['wheel']);
  });
});

describe('zipped eggs', () => {
  const egg = makeZip({
    'EGG-INFO/PKG-INFO': metadata('zipped', '1.0'),
    'EGG-INFO/requires.txt': 'b\n',
    'zipped/PKG-INFO': metadata('other', '1.0'),
  });

  it('are read inside, and know what lies beside them', () => {
    const files = {
      [`${SITE}/zipped-1.0-py3.8.egg`]: egg,
      [`${SITE}/b-1.dist-info/METADATA`]: metadata('b', '1'),
    };
    const found = catalogue(pythonInstalled, files).packages.find(({ name }) => name === 'zipped');
    expect(found).toMatchObject({
      version: '1.0',
      dependsOn: [`${SITE}/b-1.dist-info/METADATA`],
      occurrences: [{ path: `${SITE}/zipped-1.0-py3.8.egg!EGG-INFO/PKG-INFO` }],
    });
  });

  it.each([
    { name: 'no archive', content: Buffer.from('not a zip') },
    { name: 'half an archive', content: egg.subarray(40) },
  ])('are unknown where they are $name', ({ content }) => {
    const { packages, reports } = catalogue(pythonInstalled, { 'x/a-1-py3.8.egg': content });
    expect([packages.length, reports.length]).toEqual([0, 1]);
  });
});

describe('hostile input', () => {
  it('reads any bytes without an error, and none changes later', () => {
    const paths = ['a.dist-info/METADATA', 'a.egg-info/requires.txt', 'v/pyvenv.cfg', 'a.egg-info'];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.uint8Array({ maxLength: 300 }), (path, bytes) => {
        const { packages } = catalogue(pythonInstalled, { [path]: Buffer.from(bytes) });
        expect(packages.length).toBeLessThan(2);
      }),
    );
  });

  it('takes no longer than its size for a file without an end', () => {
    const content = `Name: a\nVersion: 1\nAuthor-email: ${'"'.repeat(200_000)}\nLicense: ${' '.repeat(200_000)}x\n`;
    const many = `Requires-Dist: ${'a'.repeat(5)}\n`.repeat(50_000);
    const { packages } = catalogue(pythonInstalled, { 'a.egg-info/PKG-INFO': content + many });
    expect(packages).toHaveLength(1);
  });
});

describeTruth('truth: installed distributions', 'python', (directory) => {
  const facts = ({ name, version, licences = [] }: FoundPackage): readonly (string | undefined)[] => [
    name,
    version,
    licences.map(({ text }) => text).join(' | '),
  ];

  it("reads Syft's site-packages", () => {
    const { packages, reports } = catalogue(pythonInstalled, readTree(join(directory, 'syft/site-packages')));
    expect(reports).toEqual([]);
    expect(packages.map((found) => [found.key, ...facts(found)])).toEqual([
      ['license/with-license-file-declared.dist-info/METADATA', 'Pygments', '2.6.1', 'BSD License'],
      ['license/without-license-file-declared.dist-info/METADATA', 'Pygments', '2.6.1', 'BSD License'],
      ['malformed-record/dist-info/METADATA', 'Pygments', '2.6.1', 'BSD License'],
      ['nested/dist-name/dist-info/METADATA', 'Pygments', '2.6.1', 'BSD License'],
      ['nested/egg-name/egg-info/PKG-INFO', 'requests', '2.22.0', 'Apache 2.0'],
      ['partial.dist-info/METADATA', 'Pygments', '2.6.1', 'BSD License'],
      ['uppercase/dist-name/DIST-INFO/METADATA', 'Pygments', '2.6.1', 'BSD License'],
      ['uppercase/egg-name/EGG-INFO/PKG-INFO', 'requests', '2.22.0', 'Apache 2.0'],
    ]);
    const commit = 'a'.repeat(40);
    expect(packages[0]?.qualifiers).toEqual({
      vcs_url: `git+https://github.com/python-test/test.git@${commit}`,
    });
  });

  it.each([
    ['distinfo_meta', 'pip', '22.2.2', 'MIT'],
    ['egginfo', 'pycups', '2.0.1', 'GPLv2+'],
    ['egginfo_pkginfo', 'setuptools', '57.4.0', 'MIT License'],
    ['malformed_pkginfo', 'passlib', '1.7.4', 'BSD'],
    ['mixed_case', 'httplib2', '1.0', ''],
    ['pkginfo', 'httplib2', '0.20.4', 'MIT'],
    ['pyopenssl-26.0.0.dist-info', 'pyOpenSSL', '26.0.0', 'Apache License, Version 2.0'],
    ['repeated_pkginfo', 'root', '1.0.0', ''],
    ['special_chars', 'backports.ssl_match_hostname', '3.5.0.1', ''],
  ])("reads scalibr's %s", (file, ...expected) => {
    const content = readFileSync(join(directory, 'scalibr/wheelegg', file));
    expect(facts(only({ 'x.egg-info/PKG-INFO': content }))).toEqual(expected);
  });

  it("reads Trivy's distributions", () => {
    const { packages } = catalogue(pythonInstalled, readTree(join(directory, 'trivy/packaging')));
    expect(packages.map(facts)).toEqual([
      ['setuptools', '51.3.3', 'MIT License'],
      ['distlib', '0.3.1', 'Python license'],
      ['typing_extensions', '4.4.0', ''],
    ]);
    expect(packages[2]?.authors).toEqual([
      {
        name: 'Guido van Rossum, Jukka Lehtosalo, Łukasz Langa, Michael Lee',
        email: 'levkivskyi@gmail.com',
      },
    ]);
  });
});
