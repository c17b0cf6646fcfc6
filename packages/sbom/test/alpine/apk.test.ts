import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { apk } from '../../src/cataloguers/alpine/apk.ts';
import { catalogue, foundFile } from '../support/files.ts';
import { describeTables } from '../support/truth-tables.ts';

const DB = 'lib/apk/db/installed';
const os = {
  id: 'wolfi',
  idLike: [],
  versionId: '20230201',
  buildId: undefined,
  name: undefined,
  prettyName: undefined,
  codename: undefined,
  cpe: undefined,
  homeUrl: undefined,
};

it('has all that its record says', () => {
  const { packages, reports } = catalogue(
    apk,
    {
      [DB]: 'C:Q1zwvKMnYs1b6ZdPTBJ0Z7D5P3jyA=\nP:libcrypto3\nV:3.3.2-r0\nA:aarch64\nS:1\nI:2\nT:crypto\nU:https://openssl.org\nL:Apache-2.0\no:openssl\nm:J Doe <j@alpinelinux.org>\nt:1\nc:65502ca9379dd29d1ac4b0bf0dcf03a3dd1b324a\nF:\nR:top\nF:usr\nF:usr/lib\nM:0:0:1777\nR:libcrypto.so.3\na:0:0:755\nZ:Q1SLkS9hBidUbPwwrw+XR0Whv3ww8=\n',
    },
    { os },
  );
  expect(reports).toEqual([]);
  expect(packages).toMatchObject([
    {
      type: 'apk',
      namespace: 'wolfi',
      name: 'libcrypto3',
      version: '3.3.2-r0',
      qualifiers: { arch: 'aarch64', distro: 'wolfi-20230201', upstream: 'openssl' },
      source: { name: 'openssl', version: '3.3.2-r0' },
      supplier: { name: 'J Doe', email: 'j@alpinelinux.org' },
      homepage: 'https://openssl.org',
      description: 'crypto',
      licences: [{ text: 'Apache-2.0', style: 'alpine' }],
      // By base64 -d | xxd -p.
      hashes: [{ algorithm: 'SHA-1', hex: 'cf0bca32762cd5be9974f4c127467b0f93f78f20' }],
      properties: { 'apk.commit': '65502ca9379dd29d1ac4b0bf0dcf03a3dd1b324a' },
      isDirect: undefined,
    },
  ]);
  expect(packages[0]?.owned?.size).toBe(2);
  expect(['top', 'usr/lib/libcrypto.so.3'].every((path) => packages[0]?.owned?.has(path))).toBe(true);
});

it('finds dependencies by name, shared object, command and file; world says what was asked for', () => {
  const { packages } = catalogue(apk, {
    [DB]: [
      'P:a\nV:1\nD:b>=1 so:libc.so.1 cmd:x~2 /bin/sh !z gone\n',
      'P:b\nV:1\nD:so:libc.so.1\n',
      'P:libc\nV:1\np:so:libc.so.1=1.2\n',
      'P:sh\nV:1\np:/bin/sh cmd:x=2\nD:sh\n',
      'P:.deps\nV:20240101.000000\nT:virtual meta package\nD:b\n',
    ].join('\n'),
    'etc/apk/world': '.deps=20240101.000000\na@edge\n!z\n',
  });
  expect(
    packages.map(({ name, dependsOn, completeness, isDirect }) => [name, dependsOn, completeness, isDirect]),
  ).toEqual([
    ['a', ['b=1', 'libc=1', 'sh=1'], 'incomplete', true],
    ['b', ['libc=1'], 'complete', false],
    ['libc', [], 'complete', false],
    ['sh', [], 'complete', false],
    ['.deps', ['b=1'], 'complete', true],
  ]);
  expect(packages.at(-1)?.properties).toEqual({ 'apk.virtual': 'true' });
});

it.each([
  { name: 'merged usr', path: 'usr/lib/apk/db/installed', owned: 'bin/a' },
  { name: 'another root', path: 'srv/x/lib/apk/db/installed', owned: 'srv/x/bin/a' },
])('reads the database of $name', ({ path, owned }) => {
  const { packages } = catalogue(apk, { [path]: 'P:a\r\nV:1\r\nF:bin\r\nR:a\r\n\r\n' });
  expect(packages).toMatchObject([{ name: 'a', version: '1', namespace: 'alpine', occurrences: [{ path }] }]);
  expect(packages[0]?.owned?.has(owned)).toBe(true);
});

it('lists a package of two databases once', () => {
  const { packages } = catalogue(apk, { [DB]: 'P:a\nV:1\n', [`usr/${DB}`]: 'P:a\nV:1\n\nP:b\nV:1\n' });
  expect(packages.map(({ name, occurrences }) => [name, occurrences.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});

it('reports records without name or version', () => {
  const { packages, reports } = catalogue(apk, { [DB]: 'P:a\n\nV:1\n\nP:b\nV:1\n\n\n\n' });
  expect(packages.map(({ name }) => name)).toEqual(['b']);
  expect(reports).toEqual([`${DB}: 2 of its records have no name or no version.`]);
});

it('says which layer brought a package', () => {
  const read = (text: string) => {
    const facts = apk.read(foundFile(DB, text), () => undefined);
    if (facts === undefined) throw new Error('no facts');
    return facts;
  };
  const packages = apk.assemble(
    [
      {
        path: DB,
        layer: 'sha256:2',
        facts: read('P:a\nV:1\n\nP:b\nV:2\n'),
        earlier: [{ layer: 'sha256:1', facts: read('P:a\nV:1\n\nP:b\nV:1\n') }],
      },
    ],
    { origin: 'image', os, architecture: undefined, resolve: (path) => path, report: () => undefined },
  );
  expect(packages.map(({ occurrences }) => occurrences[0]?.layer)).toEqual(['sha256:1', 'sha256:2']);
});

it('never throws', () => {
  const line = fc.oneof(
    fc.constantFrom('P:a', 'V:1', '', 'F:', 'R:x', 'D:a !b', 'p:a=1', 'C:Q1', 'x'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      expect(() =>
        catalogue(apk, { [DB]: lines.join('\n'), 'etc/apk/world': lines.join(' ') }),
      ).not.toThrow();
    }),
  );
});

describeTables('databases of apk', (truth) => {
  const rows = truth.rows('expected/apk.tsv');
  const files = [...new Set(rows.map((row) => row['file'] ?? ''))];

  it('are all tried', () => {
    expect(files.length).toBe(9);
    expect(rows).toHaveLength(53);
  });

  it.each(files)('%s lists what it should', (file) => {
    const { packages } = catalogue(apk, { [DB]: truth.text(file) });
    expect(
      packages.map(({ name, version, qualifiers, source, licences }) => ({
        P: name,
        V: version,
        A: qualifiers?.['arch'] ?? '',
        o: source?.name,
        L: licences?.[0]?.text ?? '',
      })),
    ).toEqual(
      rows
        .filter((row) => row['file'] === file)
        .map((row) => ({ P: row['P'], V: row['V'], A: row['A'], o: row['o'] || row['P'], L: row['L'] })),
    );
  });

  it('know every dependency of Alpine’s base', () => {
    const { packages } = catalogue(apk, { [DB]: truth.text('apk/scalibr/installed') });
    expect(
      packages.filter(({ completeness }) => completeness !== 'complete').map(({ name }) => name),
    ).toEqual([]);
    const base = packages.find(({ name }) => name === 'alpine-baselayout');
    expect(base?.dependsOn).toEqual(['alpine-baselayout-data=3.4.3-r1', 'busybox-binsh=1.36.0-r9']);
    expect(base?.owned?.has('etc/crontabs/root')).toBe(true);
  });
});

describe('hashes', () => {
  it.each([
    ['Q1zwvKMnYs1b6ZdPTBJ0Z7D5P3jyA=', 'SHA-1'],
    [`Q2${Buffer.alloc(32, 7).toString('base64')}`, 'SHA-256'],
    ['Q1AAAA', undefined],
    ['nothing', undefined],
  ])('%s is %s', (checksum, algorithm) => {
    const { packages } = catalogue(apk, { [DB]: `P:a\nV:1\nC:${checksum}\n` });
    expect(packages[0]?.hashes?.[0]?.algorithm).toBe(algorithm);
  });
});
