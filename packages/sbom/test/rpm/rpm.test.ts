import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { TAG } from '../../src/cataloguers/rpm/header.ts';
import { rpm } from '../../src/cataloguers/rpm/rpm.ts';
import { readHeaders } from '../../src/cataloguers/rpm/rpm-package.ts';
import type { OsRelease } from '../../src/inventory/os-release.ts';
import { catalogue, foundFile } from '../support/files.ts';
import { berkeleyDb, header, ndb, packageHeader, type TestPackage } from './databases.ts';

const os = (id: string): OsRelease => ({
  id,
  idLike: [],
  versionId: '9.4',
  buildId: undefined,
  name: undefined,
  prettyName: undefined,
  codename: undefined,
  cpe: undefined,
  homeUrl: undefined,
});

const DB = 'usr/lib/sysimage/rpm/Packages.db';
const of = (...packages: readonly TestPackage[]) => ndb(packages.map(packageHeader));
const namesOf = (files: Record<string, string | Buffer>) =>
  catalogue(rpm, files).packages.map(({ name, version }) => `${name} ${version}`);

it('has all that its header says', () => {
  const { packages, reports } = catalogue(
    rpm,
    {
      [DB]: of({
        name: 'a',
        version: '2',
        epoch: 1,
        arch: 'x86_64',
        vendor: 'Acme <https://acme.example>',
        files: ['/usr/bin/a', '/a'],
      }),
    },
    { os: os('rhel') },
  );
  expect(reports).toEqual([]);
  expect(packages).toMatchObject([
    {
      type: 'rpm',
      namespace: 'redhat',
      name: 'a',
      version: '2-r',
      qualifiers: { arch: 'x86_64', distro: 'rhel-9.4', epoch: '1', upstream: 'a-2-r.src.rpm' },
      source: { name: 'a', version: '2-r' },
      supplier: { name: 'Acme', url: 'https://acme.example' },
      hashes: [{ algorithm: 'MD5', hex: '07'.repeat(16) }],
      completeness: 'complete',
      isThirdParty: false,
    },
  ]);
  expect(['usr/bin/a', 'a', 'usr/bin'].map((path) => packages[0]?.owned?.has(path))).toEqual([
    true,
    true,
    false,
  ]);
});

it.each([
  ['rhel', 'redhat'],
  ['fedora', 'fedora'],
  ['opensuse-leap', 'opensuse'],
  ['sles', 'suse'],
  ['sle-micro', 'suse'],
  ['azurelinux', 'azurelinux'],
])('on %s has the namespace %s', (id, namespace) => {
  expect(catalogue(rpm, { [DB]: of({ name: 'a' }) }, { os: os(id) }).packages[0]?.namespace).toBe(namespace);
});

it.each([
  ['Microsoft Corporation', 'rhel', true],
  ['Microsoft Corporation', 'azurelinux', false],
  ['Red Hat, Inc.', 'rhel', false],
  ['Docker', 'centos', true],
])('of %s on %s is a third party’s: %s', (vendor, id, expected) => {
  expect(catalogue(rpm, { [DB]: of({ name: 'a', vendor }) }, { os: os(id) }).packages[0]?.isThirdParty).toBe(
    expected,
  );
});

it('finds dependencies by name, capability, file and condition', () => {
  const { packages } = catalogue(rpm, {
    [DB]: of(
      { name: 'a', requires: ['b', 'lib.so.1(V_1)(64bit)', '/usr/bin/d', 'rpmlib(x)', 'a'] },
      {
        name: 'b',
        requires: ['(c >= 1 if nothing)', '((d or nothing) and (gone if d))', '(gone if nothing)'],
      },
      { name: 'c', provides: ['c', 'lib.so.1(V_1)(64bit)'] },
      { name: 'd', files: ['/usr/bin/d'], requires: ['gone'] },
      { name: 'e', requires: ['(lib.so.1(V_1)(64bit) with b)'] },
    ),
  });
  const short = (keys: readonly string[] | undefined) => keys?.map((key) => key[0]).join('');
  expect(packages.map(({ name, dependsOn, completeness }) => [name, short(dependsOn), completeness])).toEqual(
    [
      ['a', 'bcd', 'complete'],
      ['b', 'cd', 'complete'],
      ['c', '', 'complete'],
      ['d', '', 'incomplete'],
      ['e', 'bc', 'complete'],
    ],
  );
});

it.each([
  { name: 'ndb', file: 'Packages.db', bytes: of({ name: 'a' }, { name: 'b', filling: 9000 }) },
  {
    name: 'Berkeley DB',
    file: 'Packages',
    bytes: berkeleyDb([packageHeader({ name: 'a' }), packageHeader({ name: 'b', filling: 9000 })]),
  },
  {
    name: 'Berkeley DB of a big-endian machine',
    file: 'Packages',
    bytes: berkeleyDb([packageHeader({ name: 'a' }), packageHeader({ name: 'b', filling: 9000 })], 'BE'),
  },
])('reads $name', ({ file, bytes }) => {
  const { packages, reports } = catalogue(rpm, { [`var/lib/rpm/${file}`]: bytes });
  expect(reports).toEqual([]);
  expect(packages.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(packages[1]?.description).toBe('s'.repeat(9000));
});

it('skips keys of gpg', () => {
  expect(namesOf({ [DB]: of({ name: 'gpg-pubkey' }, { name: 'a' }) })).toEqual(['a 1-r']);
});

describe('several databases', () => {
  const bdb = berkeleyDb([packageHeader({ name: 'old' })]);
  it.each([
    {
      name: 'the newest format counts',
      files: { 'var/lib/rpm/Packages': bdb, 'var/lib/rpm/Packages.db': of({ name: 'new' }) },
      found: ['new 1-r'],
    },
    {
      name: 'an empty one does not',
      files: { 'var/lib/rpm/Packages': bdb, 'var/lib/rpm/Packages.db': of() },
      found: ['old 1-r'],
    },
    {
      name: 'the same twice is once',
      files: { 'var/lib/rpm/Packages.db': of({ name: 'a' }), [DB]: of({ name: 'a' }, { name: 'b' }) },
      found: ['a 1-r', 'b 1-r'],
    },
    {
      name: 'one in another root is another',
      files: { [DB]: of({ name: 'a' }), [`srv/${DB}`]: of({ name: 'a' }) },
      found: ['a 1-r', 'a 1-r'],
    },
  ])('$name', ({ files, found }) => {
    expect(namesOf(files as Record<string, Buffer>)).toEqual(found);
  });
});

it('reads the manifest of distroless images', () => {
  const { packages, reports } = catalogue(
    rpm,
    {
      'var/lib/rpmmanifest/container-manifest-2':
        'bash\t5.1.8-1.cm2\t1\t2\tMicrosoft Corporation\t(none)\t1\tx86_64\t0\tbash-5.1.8-1.cm2.src.rpm\n' +
        'tzdata\t2024a-1.cm2\t1\t2\tMicrosoft Corporation\t1\t1\tnoarch\t1\ttzdata-2024a-1.cm2.src.rpm\n' +
        'gpg-pubkey\t3135ce90-5e6fda74\t1\t2\t(none)\t(none)\t0\t(none)\t0\t(none)\nbroken\tline\n',
    },
    { os: os('mariner') },
  );
  expect(reports).toEqual(['var/lib/rpmmanifest/container-manifest-2: 1 of its lines name no package.']);
  expect(packages).toMatchObject([
    {
      name: 'bash',
      version: '5.1.8-1.cm2',
      qualifiers: { arch: 'x86_64', distro: 'mariner-9.4', upstream: 'bash-5.1.8-1.cm2.src.rpm' },
      completeness: 'unknown',
    },
    { name: 'tzdata', version: '2024a-1.cm2', qualifiers: { epoch: '1' } },
  ]);
  expect(packages[0]?.qualifiers).not.toHaveProperty('epoch');
});

it('says which layer brought a package', () => {
  const read = (...packages: readonly TestPackage[]) => {
    const facts = rpm.read(foundFile(DB, of(...packages)), () => undefined);
    if (facts === undefined) throw new Error('no facts');
    return facts;
  };
  const packages = rpm.assemble(
    [
      {
        path: DB,
        layer: 'sha256:2',
        facts: read({ name: 'a' }, { name: 'b', version: '2' }),
        earlier: [{ layer: 'sha256:1', facts: read({ name: 'a' }, { name: 'b' }) }],
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
  expect(packages.map(({ occurrences }) => occurrences[0]?.layer)).toEqual(['sha256:1', 'sha256:2']);
});

describe('what is broken', () => {
  it.each([
    {
      name: 'no database',
      bytes: Buffer.from('x'.repeat(600)),
      report: 'It is no rpm database of a known format.',
    },
    {
      name: 'a header that is cut',
      bytes: ndb([packageHeader({ name: 'a' }).subarray(0, 40), packageHeader({ name: 'b' })]),
      report: '1 of its records could not be read.',
    },
    {
      name: 'a header without a name',
      bytes: ndb([header(new Map([[1001, '1']])), packageHeader({ name: 'b' })]),
      report: '1 of its records could not be read.',
    },
  ])('$name is reported', ({ bytes, report }) => {
    const { packages, reports } = catalogue(rpm, { [DB]: bytes });
    expect(reports).toEqual([`${DB}: ${report}`]);
    expect(packages.every(({ name }) => name === 'b')).toBe(true);
  });

  it('a chain that runs in a circle ends', () => {
    const bytes = berkeleyDb([packageHeader({ name: 'a', filling: 5000 }), packageHeader({ name: 'b' })]);
    // The first overflow page names itself as the next.
    bytes.writeUInt32LE(2, 2 * 512 + 16);
    const { packages, reports } = catalogue(rpm, { 'var/lib/rpm/Packages': bytes });
    expect(packages.map(({ name }) => name)).toEqual(['b']);
    expect(reports).toEqual(['var/lib/rpm/Packages: 1 of its records could not be read.']);
  });

  const intact = [
    ['Packages.db', of({ name: 'a', files: ['/x/y'] }, { name: 'b', filling: 3000 })],
    [
      'Packages',
      berkeleyDb([
        packageHeader({ name: 'a', files: ['/x/y'] }),
        packageHeader({ name: 'b', filling: 3000 }),
      ]),
    ],
  ] as const;
  it.each(intact)('any change of %s is borne', (file, bytes) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }),
        fc.nat(bytes.length),
        (changes, length) => {
          const changed = Buffer.from(bytes);
          for (const [at, value] of changes) changed[at] = value;
          expect(() => catalogue(rpm, { [`var/lib/rpm/${file}`]: changed })).not.toThrow();
          expect(() =>
            catalogue(rpm, { [`var/lib/rpm/${file}`]: changed.subarray(0, length) }),
          ).not.toThrow();
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a header that counts more than it has is read in no time', () => {
    const blob = header(
      new Map<number, string | string[]>([
        [1000, 'a'],
        [1001, '1'],
        [1049, Array.from({ length: 50 }, () => 'x')],
      ]),
    );
    // The count of the third entry.
    blob.writeUInt32BE(0xffffffff, 8 + 2 * 16 + 12);
    const started = performance.now();
    expect(namesOf({ [DB]: ndb([blob]) })).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('long folders with many files are cut short', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => at);
    const blob = header(
      new Map<number, string | readonly string[] | readonly number[]>([
        [TAG.name, 'a'],
        [TAG.version, '1'],
        [TAG.baseNames, many.map(String)],
        [TAG.dirNames, [`/${'d'.repeat(1000)}/`]],
        [TAG.dirIndexes, many.map(() => 0)],
      ]),
    );
    const { packages, isCut } = readHeaders([blob], '', 1_000_000);
    expect(isCut).toBe(true);
    expect(packages[0]?.owned?.size).toBeLessThan(1000);
    expect(readHeaders([blob], '').isCut).toBe(false);
  });
});
