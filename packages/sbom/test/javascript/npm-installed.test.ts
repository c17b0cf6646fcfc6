import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { npmInstalled } from '../../src/cataloguers/javascript/npm-installed.ts';
import { catalogue } from '../support/files.ts';
import { edgesOf, nameOf, namesOf, packageOf } from '../support/packages.ts';

const manifest = (name: string, version: string, rest: object = {}): string =>
  JSON.stringify({ name, version, ...rest });

/** SHA-512 of nothing. */
const INTEGRITY =
  'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==';
const HEX =
  'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e';

describe('npm-installed', () => {
  it.each([
    { name: 'a package', path: 'app/node_modules/a/package.json', counts: true },
    { name: 'a scoped package', path: 'app/node_modules/@s/a/package.json', counts: true },
    { name: 'a nested package', path: 'node_modules/a/node_modules/b/package.json', counts: true },
    { name: 'pnpm’s store', path: 'node_modules/.pnpm/a@1.0.0/node_modules/a/package.json', counts: true },
    { name: 'outside of node_modules', path: 'opt/yarn-v1.22.22/package.json', counts: true },
    { name: 'a folder in a package', path: 'node_modules/a/test/package.json', counts: false },
    { name: 'a folder in a scoped package', path: 'node_modules/@s/a/esm/package.json', counts: false },
    { name: 'a scope', path: 'node_modules/@s/package.json', counts: false },
    { name: 'a hidden folder', path: 'node_modules/.cache/package.json', counts: false },
    { name: 'node_modules itself', path: 'node_modules/package.json', counts: false },
  ])('counts $name: $counts', ({ path, counts }) => {
    const { packages } = catalogue(npmInstalled, { [path]: manifest('a', '1.0.0') });
    expect(namesOf(packages)).toEqual(counts ? ['a@1.0.0'] : []);
  });

  it('counts no package.json without name or version', () => {
    const { packages, reports } = catalogue(npmInstalled, {
      'node_modules/a/package.json': '{"name": "a"}',
      'node_modules/b/package.json': '{"version": "1.0.0", "type": "module"}',
      'node_modules/c/package.json': '{"name": ["c"], "version": 1}',
    });
    expect(packages).toEqual([]);
    expect(reports).toEqual([]);
  });

  it.each([
    { name: 'text', fields: { license: 'MIT' }, expected: ['MIT'] },
    { name: 'an expression', fields: { license: '(MIT OR Apache-2.0)' }, expected: ['(MIT OR Apache-2.0)'] },
    { name: 'an object', fields: { license: { type: 'ISC', url: 'https://x.example' } }, expected: ['ISC'] },
    {
      name: 'a list of objects',
      fields: { licenses: [{ type: 'MIT' }, { type: 'BSD' }] },
      expected: ['MIT', 'BSD'],
    },
    {
      name: 'a list in the wrong field',
      fields: { license: ['MIT', 'Apache2'] },
      expected: ['MIT', 'Apache2'],
    },
    { name: 'text in the other field', fields: { licenses: 'MIT' }, expected: ['MIT'] },
    {
      name: 'a file',
      fields: { license: 'SEE LICENSE IN LICENSE.md' },
      expected: ['SEE LICENSE IN LICENSE.md'],
    },
    {
      name: 'only a URL',
      fields: { license: { url: 'https://x.example/l' } },
      expected: ['https://x.example/l'],
    },
    { name: 'nonsense', fields: { license: 7, licenses: [null, {}] }, expected: [] },
  ])('reads a licence that is $name', ({ fields, expected }) => {
    const { packages } = catalogue(npmInstalled, {
      'node_modules/a/package.json': manifest('a', '1.0.0', fields),
    });
    expect(packages[0]?.licences?.map(({ text }) => text)).toEqual(expected);
  });

  it.each([
    {
      name: 'text',
      fields: { author: 'Ann Ash <ann@x.example> (https://ann.example)' },
      expected: [{ name: 'Ann Ash', email: 'ann@x.example', url: 'https://ann.example' }],
    },
    {
      name: 'only an address',
      fields: { author: '<ann@x.example>' },
      expected: [{ name: 'ann@x.example', email: 'ann@x.example', url: undefined }],
    },
    {
      name: 'an object',
      fields: { author: { name: 'Ann' } },
      expected: [{ name: 'Ann', email: undefined, url: undefined }],
    },
    {
      name: 'a list of both',
      fields: { authors: ['Ann', { name: 'Bob', email: 'bob@x.example' }, 3] },
      expected: [
        { name: 'Ann', email: undefined, url: undefined },
        { name: 'Bob', email: 'bob@x.example', url: undefined },
      ],
    },
    { name: 'nobody', fields: { author: '' }, expected: [] },
  ])('reads an author that is $name', ({ fields, expected }) => {
    const { packages } = catalogue(npmInstalled, {
      'node_modules/a/package.json': manifest('a', '1.0.0', fields),
    });
    expect(packages[0]?.authors).toEqual(expected);
  });

  it.each([
    { name: 'owner/repo', repository: 'acme/a', expected: 'https://github.com/acme/a' },
    { name: 'gitlab:', repository: 'gitlab:acme/a', expected: 'https://gitlab.com/acme/a' },
    { name: 'gist:', repository: 'gist:11081aaa', expected: 'https://gist.github.com/11081aaa' },
    {
      name: 'git+https',
      repository: { type: 'git', url: 'git+https://github.com/acme/a.git' },
      expected: 'https://github.com/acme/a.git',
    },
    {
      name: 'git://',
      repository: { url: 'git://github.com/acme/a.git' },
      expected: 'https://github.com/acme/a.git',
    },
    {
      name: 'git+ssh',
      repository: { url: 'git+ssh://git@github.com/acme/a.git' },
      expected: 'https://github.com/acme/a.git',
    },
    { name: 'scp', repository: 'git@github.com:acme/a.git', expected: 'https://github.com/acme/a.git' },
    { name: 'no scheme', repository: 'github.com/acme/a', expected: 'https://github.com/acme/a' },
    { name: 'a token', repository: 'https://user:token@git.example/a', expected: 'https://git.example/a' },
    { name: 'a script', repository: 'javascript:alert(1)', expected: undefined },
  ])('reads a repository with $name', ({ repository, expected }) => {
    const { packages } = catalogue(npmInstalled, {
      'node_modules/a/package.json': manifest('a', '1.0.0', { repository }),
    });
    expect(packages[0]?.sourceUrl).toBe(expected);
  });

  it('finds dependencies as Node does: nearest first, then upward', () => {
    const { packages } = catalogue(npmInstalled, {
      'app/package.json': manifest('app', '0.1.0', {
        dependencies: { a: '^1' },
        devDependencies: { c: '*' },
      }),
      'app/node_modules/a/package.json': manifest('a', '1.0.0', {
        dependencies: { b: '^2', gone: '1' },
        peerDependencies: { c: '*', d: '*' },
        peerDependenciesMeta: { d: { optional: true } },
      }),
      'app/node_modules/a/node_modules/b/package.json': manifest('b', '2.0.0', { dependencies: { b: '^1' } }),
      'app/node_modules/b/package.json': manifest('b', '1.0.0', { optionalDependencies: { c: '1' } }),
      'app/node_modules/c/package.json': manifest('c', '1.0.0'),
    });
    expect(edgesOf(packages)).toEqual([
      'a@1.0.0 → b@2.0.0',
      'a@1.0.0 → c@1.0.0',
      'app@0.1.0 → a@1.0.0',
      'b@1.0.0 → c@1.0.0',
    ]);
    expect(packages.filter((one) => one.isDirect).map(nameOf)).toEqual(['a@1.0.0', 'c@1.0.0']);
    expect(packageOf(packages, 'a@1.0.0').completeness).toBe('incomplete');
    expect(packageOf(packages, 'b@1.0.0').completeness).toBe('complete');
    expect(packageOf(packages, 'app@0.1.0').kind).toBe('application');
  });

  it('follows the links of pnpm, and names each package once', () => {
    const store = 'app/node_modules/.pnpm';
    const links = new Map([
      ['app/node_modules/a', `${store}/a@1.0.0/node_modules/a`],
      [`${store}/a@1.0.0/node_modules/b`, `${store}/b@2.0.0/node_modules/b`],
    ]);
    const { packages } = catalogue(
      npmInstalled,
      {
        'app/package.json': manifest('app', '0.1.0', { dependencies: { a: '^1' } }),
        [`${store}/a@1.0.0/node_modules/a/package.json`]: manifest('a', '1.0.0', {
          dependencies: { b: '2' },
        }),
        [`${store}/b@2.0.0/node_modules/b/package.json`]: manifest('b', '2.0.0'),
      },
      { resolve: (path) => links.get(path) ?? path },
    );
    expect(edgesOf(packages)).toEqual(['a@1.0.0 → b@2.0.0', 'app@0.1.0 → a@1.0.0']);
    expect(packageOf(packages, 'a@1.0.0').isDirect).toBe(true);
  });

  it('takes hashes, origins and scopes from the hidden lock file', () => {
    const { packages } = catalogue(npmInstalled, {
      'app/node_modules/.package-lock.json': JSON.stringify({
        lockfileVersion: 3,
        packages: {
          'node_modules/a': {
            version: '1.0.0',
            resolved: 'https://user:secret@npm.example/a/-/a-1.0.0.tgz?token=x#y',
            integrity: INTEGRITY,
            dev: true,
            dependencies: { c: '*' },
          },
          'node_modules/b': { version: '9.9.9', integrity: INTEGRITY, optional: true },
          'node_modules/gone': { version: '1.0.0', integrity: INTEGRITY },
        },
      }),
      'app/node_modules/a/package.json': manifest('a', '1.0.0', { dependencies: { b: '*' } }),
      'app/node_modules/b/package.json': manifest('b', '1.0.0'),
    });
    expect(namesOf(packages)).toEqual(['a@1.0.0', 'b@1.0.0']);
    expect(packageOf(packages, 'a@1.0.0')).toMatchObject({
      downloadUrl: 'https://npm.example/a/-/a-1.0.0.tgz',
      hashes: [{ algorithm: 'SHA-512', hex: HEX }],
      scope: 'development',
      dependsOn: ['app/node_modules/b'],
    });
    // The lock file speaks of another version.
    expect(packageOf(packages, 'b@1.0.0')).toMatchObject({ hashes: [], scope: undefined });
  });

  it('loses only the file that is broken, and knows it by the lock file where it can', () => {
    const { packages, reports } = catalogue(npmInstalled, {
      'node_modules/.package-lock.json': JSON.stringify({
        packages: { 'node_modules/bad': { version: '3.0.0' } },
      }),
      'node_modules/bad/package.json': '{"name": "bad", ',
      'node_modules/deep/package.json': `{"name": "deep", "version": "1.0.0", "x": ${'['.repeat(100_000)}`,
      'node_modules/good/package.json': '\uFEFF{"name": "good", "version": "1.0.0"}',
      'node_modules/latin/package.json': Buffer.from(
        '{"name":"latin","version":"1.0.0","author":"Jos\xe9"}',
        'latin1',
      ),
    });
    expect(namesOf(packages)).toEqual(['bad@3.0.0', 'good@1.0.0', 'latin@1.0.0']);
    expect(reports).toEqual([
      'node_modules/bad/package.json: It is not JSON.',
      'node_modules/deep/package.json: It nests deeper than 256 levels.',
    ]);
  });

  it('knows packages that were installed for all users as asked for', () => {
    const { packages } = catalogue(npmInstalled, {
      'usr/local/lib/node_modules/npm/package.json': manifest('npm', '10.8.2'),
      'usr/local/lib/node_modules/npm/node_modules/abbrev/package.json': manifest('abbrev', '2.0.0'),
    });
    expect(packages.filter((one) => one.isDirect).map(nameOf)).toEqual(['npm@10.8.2']);
  });

  it('passes over fixtures and templates of a directory with sources', () => {
    const { packages } = catalogue(
      npmInstalled,
      {
        'package.json': manifest('root', '1.0.0'),
        'packages/used/package.json': manifest('used', '1.0.0', { dependencies: { a: '1' } }),
        'templates/app/package.json': manifest('template', '1.0.0', { dependencies: { missing: '1' } }),
        'node_modules/a/package.json': manifest('a', '1.0.0'),
      },
      { origin: 'directory' },
    );
    expect(namesOf(packages)).toEqual(['a@1.0.0', 'root@1.0.0', 'used@1.0.0']);
  });

  it('is not led astray by names that are properties of every object', () => {
    const { packages } = catalogue(npmInstalled, {
      'node_modules/a/package.json':
        '{"name":"a","version":"1.0.0","__proto__":{"license":"MIT"},"dependencies":{"__proto__":"1","constructor":"1"}}',
      'node_modules/constructor/package.json': manifest('constructor', '1.0.0'),
    });
    expect(edgesOf(packages)).toEqual(['a@1.0.0 → constructor@1.0.0']);
    expect(packageOf(packages, 'a@1.0.0').licences).toEqual([]);
  });

  it('throws at nothing that is in a package.json or a hidden lock file', () => {
    const value = fc.letrec((tie) => ({
      tree: fc.oneof(
        fc.constantFrom('a', '@s/b', '1.0.0', '', 'MIT', null, true, 7, INTEGRITY),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            'name',
            'version',
            'license',
            'author',
            'type',
            'url',
            'packages',
            'dependencies',
            'a',
            '@s/b',
            'node_modules/a',
          ),
          tie('tree'),
          { maxKeys: 6 },
        ),
      ),
    })).tree;
    fc.assert(
      fc.property(value, value, (one, other) => {
        expect(() =>
          catalogue(npmInstalled, {
            'node_modules/a/package.json': JSON.stringify(one),
            'node_modules/.package-lock.json': JSON.stringify(other),
          }),
        ).not.toThrow();
      }),
    );
  });
});

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];
const describeWithData = DATA === undefined ? describe.skip : describe;

describeWithData('npm-installed, on Trivy’s fixtures (skipped without ARTIFACT_LIFECYCLE_DATA)', () => {
  it.each([
    { folder: 'package-default-license-file', name: 'package-d@0.0.1', licences: [] },
    {
      folder: 'package-license-as-is',
      name: 'package-e@0.0.1',
      licences: ['(GPL-3.0 OR LGPL-3.0 OR MPL-1.1 OR SEE LICENSE IN LICENSE)'],
    },
    { folder: 'package-license-name', name: 'package-a@0.0.1', licences: ['CC-BY-SA-4.0'] },
    { folder: 'package-license-ref', name: 'package-b@0.0.1', licences: ['LicenseRef-LICENSE.txt'] },
    { folder: 'package-no-licenses', name: 'package-f@0.0.1', licences: [] },
    { folder: 'package-see-license', name: 'package-c@0.0.1', licences: ['SEE LICENSE IN LICENSE.md'] },
  ])('$folder', ({ folder, name, licences }) => {
    const path = `node_modules/${folder}/package.json`;
    const { packages } = catalogue(npmInstalled, {
      [path]: readFileSync(`${DATA}/sbom/npm/trivy/license/happy/${path}`),
    });
    expect(packageOf(packages, name).licences?.map(({ text }) => text)).toEqual(licences);
  });
});
