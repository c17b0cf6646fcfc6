import { describe, expect, it } from '@jest/globals';
import { comparePackages } from '../../../src/bench/sbom/comparison.ts';
import { DIFFERENCES } from '../../../src/bench/sbom/differences.ts';
import { type ListedPackage, listPackages } from '../../../src/bench/sbom/listed-package.ts';

const listed = (type: string, name: string, version: string, ...locations: string[]): ListedPackage => ({
  type,
  name,
  version,
  locations,
});

describe('the packages of a CycloneDX document', () => {
  it.each([
    ['a scope', 'pkg:npm/%40babel/core@7.26.0', 'npm', '@babel/core', '7.26.0'],
    [
      'an epoch and qualifiers',
      'pkg:deb/debian/git@1%3A2.39.5-0?arch=amd64',
      'deb',
      'debian/git',
      '1:2.39.5-0',
    ],
    ['a subpath', 'pkg:golang/github.com/a/b@v1.2.3#c/d', 'golang', 'github.com/a/b', 'v1.2.3'],
    ['a plus as it is, and escaped', 'pkg:deb/debian/x@1+b1%2Bc', 'deb', 'debian/x', '1+b1+c'],
    ['no version', 'pkg:maven/org.acme/shop', 'maven', 'org.acme/shop', ''],
  ])('read %s', (_, purl, type, name, version) => {
    expect(listPackages(JSON.stringify({ components: [{ purl }] }))).toEqual([listed(type, name, version)]);
  });

  it('are found in components of components; files are none', () => {
    const document = {
      components: [
        { type: 'file', name: '/etc/passwd' },
        { purl: 'pkg:maven/a/b@1', components: [{ purl: 'pkg:maven/c/d@2' }] },
      ],
    };
    expect(listPackages(JSON.stringify(document)).map(({ name }) => name)).toEqual(['a/b', 'c/d']);
  });

  it('say where they are, in the words of both', () => {
    const document = {
      components: [
        {
          purl: 'pkg:npm/a@1',
          properties: [
            { name: 'syft:location:0:path', value: '/app/a/package.json' },
            { name: 'syft:location:0:layerID', value: 'sha256:0' },
          ],
        },
        { purl: 'pkg:npm/b@1', evidence: { occurrences: [{ location: 'app/b/package.json' }] } },
      ],
    };
    expect(listPackages(JSON.stringify(document)).map(({ locations }) => locations)).toEqual([
      ['app/a/package.json'],
      ['app/b/package.json'],
    ]);
  });
});

describe('comparing two lists of packages', () => {
  it('counts a package once, however often it was found, and names what is missing with its places', () => {
    const theirs = [listed('npm', 'a', '1', 'x'), listed('npm', 'a', '1', 'y'), listed('npm', 'b', '1', 'z')];
    const comparison = comparePackages(theirs, [listed('npm', 'b', '1'), listed('npm', 'c', '1')], []);
    expect(comparison).toEqual({
      types: [{ type: 'npm', theirs: 2, ours: 2, both: 1 }],
      missing: [listed('npm', 'a', '1', 'x', 'y')],
      explained: [],
      onlyOurs: [listed('npm', 'c', '1')],
    });
  });

  it.each([
    ['PyPI names by PEP 503', listed('pypi', 'Jinja2_x.Y', '1'), listed('pypi', 'jinja2-x-y', '1'), true],
    [
      'Go modules in any case',
      listed('golang', 'github.com/Azure/a', 'v1'),
      listed('golang', 'github.com/azure/a', 'v1'),
      true,
    ],
    ['npm names as they are', listed('npm', 'JSONStream', '1'), listed('npm', 'jsonstream', '1'), false],
    ['another version', listed('npm', 'a', '1'), listed('npm', 'a', '2'), false],
    ['another type', listed('npm', 'a', '1'), listed('pypi', 'a', '1'), false],
  ])('takes %s', (_, theirs, ours, same) => {
    expect(comparePackages([theirs], [ours], []).missing).toHaveLength(same ? 0 : 1);
  });

  it('puts what has a reason aside, by type, name, version and place', () => {
    const theirs = [listed('maven', 'a', '1', 'opt/a.jar'), listed('maven', 'a', '2', 'opt/b.jar')];
    const reason = 'It is not one.';
    const difference = { type: 'maven', name: /^a$/, version: /^1$/, location: /^opt\//, reason };
    expect(comparePackages(theirs, [], [difference])).toMatchObject({
      missing: [{ version: '2' }],
      explained: [{ reason, packages: [{ version: '1' }] }],
    });
    expect(comparePackages(theirs, [], [{ ...difference, location: /^srv\// }]).missing).toHaveLength(2);
  });

  it.each([
    ['a root of its own', 'app/node_modules/a/package.json', false],
    ['a root in another', 'app/node_modules/a/node_modules/b/package.json', false],
    ['a root with a scope', 'app/node_modules/@a/b/package.json', false],
    ['a folder of a package', 'app/node_modules/a/test/b/package.json', true],
    ['a folder of one with a scope', 'app/node_modules/@a/b/dist/package.json', true],
  ])('excuses a package.json that is %s: %s', (_, location, isExcused) => {
    const { missing } = comparePackages([listed('npm', 'a', '1', location)], [], DIFFERENCES);
    expect(missing).toHaveLength(isExcused ? 0 : 1);
    const elsewhere = listed('npm', 'a', '1', location, 'app/node_modules/a/package.json');
    expect(comparePackages([elsewhere], [], DIFFERENCES).missing).toHaveLength(1);
  });
});
