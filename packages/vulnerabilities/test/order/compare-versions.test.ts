import { describe, expect, it } from '@jest/globals';
import { compareVersions, readVersion, VERSION_ORDERS, type VersionOrder } from '../../src/index.ts';

const BEYOND_DOUBLES = '99999999999999999991 99999999999999999992';

// Each line in its order: every pair of it is compared, both ways.
const LINES: readonly { order: VersionOrder; line: string }[] = [
  // apk-tools, test/version.data; what it cannot read comes first.
  { order: 'apk', line: 'x 1_alpha 1_alpha1 1_beta 1_rc1 1.A 1 1-r1 1~ab 1_git2 1_p1 1a 1.09 1.1 1.2 1.10' },
  { order: 'apk', line: BEYOND_DOUBLES },
  { order: 'cran', line: '0.1 0.1-0 0.1.0.0 0.2 0.75 1.0-0' },
  // Debian Policy §5.6.12.
  { order: 'dpkg', line: '1~~ 1~~a 1~ 1 1-1~bpo1 1-1 1-1+b1 1-2 1a 1+ 1.2 1.10 1:0.1 2:0.1~rc1' },
  { order: 'dpkg', line: BEYOND_DOUBLES },
  // Go modules reference, "Pseudo-versions"; the toolchain's names are those of the vulnerability database.
  {
    order: 'go',
    line: 'v0.0.0-20191109021931-daa7c04131f5 v1.2.0-rc.1 v1.2.0 v1.2.1-0.20200101000000-abcdefabcdef v1.2.1 v2.0.0+incompatible',
  },
  { order: 'go', line: '1.21.13 1.22.0-0 go1.22beta1 1.22rc1 1.22.0-rc.2 go1.22.0 1.22.1' },
  { order: 'hackage', line: '0 0.11.3 1 1.0 1.0.0 1.0.1 1.1' },
  // POM reference, "Version Order Specification".
  { order: 'maven', line: '1-alpha-1 1-beta1 1-m3 1-rc 1-snapshot 1 1-sp 1-foo 1-1 1.1 1.10 2' },
  { order: 'maven', line: '2.14.1 2.15.0-rc1 2.15.0 2.15.1 2.17.1' },
  { order: 'nuget', line: '1.0.0-ALPHA 1.0.0-alpha.1 1.0.0-beta.2 1.0.0-beta.11 1.0 1.0.0.1 1.0.1' },
  // PHP manual, version_compare().
  { order: 'packagist', line: '1.0-foo 1.0-dev 1.0a1 1.0-beta1 1.0RC1 1.0 1.0.0 v1.0.1 1.0.1-patch2 1.1' },
  // PEP 440, "Summary of permitted suffixes and relative ordering".
  {
    order: 'pep440',
    line: '2024b-unknown 1.0.dev456 1.0a1 1.0a2.dev456 1.0b2.post345 1.0rc1 1.0 1.0+abc.5 1.0+5 1.0.post456.dev34 1.0.post456 1.0.15 1.1.dev1 1!0.1',
  },
  { order: 'pep440', line: `1.0+${BEYOND_DOUBLES.replace(' ', ' 1.0+')} 1.1 ${BEYOND_DOUBLES}` },
  { order: 'pub', line: '1.0.0-dev 1.0.0-dev+1 1.0.0 1.0.0+1 1.0.0+2 1.0.0+a 1.0.1' },
  // rpm-version(7).
  { order: 'rpm', line: '1.0~rc1 1.0 1.0-1 1.0-1.el9 1.0-1.el9_4 1.0-2 1.0^git1 1.0.a 1.0.1 1:0.1' },
  { order: 'rubygems', line: '1.0.a 1.0.a.9 1.0.b 1.0.rc1 1.0 1.0.1 1.2 1.10' },
  // SemVer 2.0.0, §11.4.
  {
    order: 'semver',
    line: '1.0.0-1 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta.2 1.0.0-beta.11 v1.0.0-rc.1 1.0.0 1.0.0.1 1.1 2.0.0',
  },
];

const SAME: readonly { order: VersionOrder; a: string; b: string }[] = [
  { order: 'apk', a: '1-r1', b: '1-r01' },
  { order: 'cran', a: '0.01-2', b: '0.1.2' },
  { order: 'dpkg', a: '0:1.02-0', b: '1.2' },
  { order: 'go', a: 'v1.2.3', b: '1.2.3+incompatible' },
  { order: 'go', a: 'go1.22rc1', b: '1.22.0-rc.1' },
  { order: 'maven', a: '1.0.Final', b: '1' },
  { order: 'nuget', a: '1.0.0-RC', b: '1.0.0.0-rc+meta' },
  { order: 'packagist', a: 'v1.0-RC1', b: '1.0.rc.1' },
  { order: 'pep440', a: 'v1.0-RC.1', b: '1.0.0rc01' },
  { order: 'rpm', a: '0:1.02_3', b: '1.2.3' },
  { order: 'rubygems', a: '1.0.a2', b: '1.a.2.0' },
  { order: 'rubygems', a: '1-1', b: '1.pre.1' },
  { order: 'semver', a: '=v1.2.3beta+b1', b: '1.2.3-beta' },
];

const NO_VERSIONS: readonly { order: VersionOrder; texts: readonly string[] }[] = [
  { order: 'cran', texts: ['1.a', '.1', '1.', '1..2', 'v1'] },
  { order: 'dpkg', texts: ['1_2', 'a:1', '-1', '1-', '1:', '1-2:3', '1 2', '<end-of-life>'] },
  { order: 'go', texts: ['(devel)', 'main', 'v', 'go', 'go1.22.x'] },
  { order: 'hackage', texts: ['1-2', '1.a', '.1'] },
  { order: 'nuget', texts: ['1.2.3.4.5', 'v1.0', '[1.0,2.0)', '$(Version)'] },
  { order: 'packagist', texts: ['v', '...', '-'] },
  { order: 'pub', texts: ['any', '^1.0.0', '1.0.0-'] },
  { order: 'rubygems', texts: ['a', '1..2', '>= 1', '1.2_3'] },
  {
    order: 'semver',
    texts: ['latest', '1.x', '^1.0.0', '1.0.0-', '1.0.0-a..b', 'https://example.com/a.tgz', '1.0.0 2'],
  },
];

describe('the order of versions', () => {
  it.each(LINES)('of $order is $line', ({ order, line }) => {
    const versions = line.split(' ');
    for (const [i, a] of versions.entries()) {
      for (const [j, b] of versions.entries()) {
        expect([a, b, Math.sign(compareVersions(order, a, b) ?? Number.NaN)]).toEqual([
          a,
          b,
          Math.sign(i - j),
        ]);
      }
    }
  });

  it.each(SAME)('of $order takes $a for $b', ({ order, a, b }) => {
    expect([compareVersions(order, a, b), compareVersions(order, b, a)]).toEqual([0, 0]);
  });

  it.each(NO_VERSIONS)('of $order gives no answer for a text that is no version', ({ order, texts }) => {
    expect(texts.filter((text) => compareVersions(order, text, '1.0') !== undefined)).toEqual([]);
    expect(texts.filter((text) => compareVersions(order, '1.0', text) !== undefined)).toEqual([]);
    expect(compareVersions(order, '1.0', '1.0')).toBe(0);
  });

  it.each(VERSION_ORDERS)(
    'of %s gives no answer for nothing and for what is longer than versions are',
    (order) => {
      expect(readVersion(order, '')).toBeUndefined();
      expect(readVersion(order, '1'.repeat(256))).toBeDefined();
      expect(readVersion(order, '1'.repeat(257))).toBeUndefined();
      expect(compareVersions(order, '1', '1'.repeat(257))).toBeUndefined();
    },
  );

  it('reads a version once to compare it with many', () => {
    const compare = readVersion('dpkg', '1.2-3');
    expect(['1.2-2', '1.2-3', '1.2-4', '1_2'].map((other) => compare?.(other))).toEqual([
      1,
      0,
      -1,
      undefined,
    ]);
  });
});
