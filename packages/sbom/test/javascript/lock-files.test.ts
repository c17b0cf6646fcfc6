import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Cataloguer } from '../../src/cataloguers/cataloguer.ts';
import { bunLock } from '../../src/cataloguers/javascript/bun-lock.ts';
import { denoLock } from '../../src/cataloguers/javascript/deno-lock.ts';
import type { LockFacts } from '../../src/cataloguers/javascript/locked-packages.ts';
import { npmLock } from '../../src/cataloguers/javascript/npm-lock.ts';
import { parsePnpmKey } from '../../src/cataloguers/javascript/pnpm-key.ts';
import { pnpmLock } from '../../src/cataloguers/javascript/pnpm-lock.ts';
import { yarnLock } from '../../src/cataloguers/javascript/yarn-lock.ts';
import { type Catalogued, catalogue } from '../support/files.ts';
import { edgesOf, nameOf, namesOf, packageOf } from '../support/packages.ts';

/** SHA-512 of nothing. */
const INTEGRITY =
  'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==';
const HEX =
  'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e';

const inDirectory = (
  cataloguer: Cataloguer<LockFacts>,
  files: Readonly<Record<string, string>>,
): Catalogued => catalogue(cataloguer, files, { origin: 'directory' });

describe('npm-lock', () => {
  it('reads aliases, git, tarballs and bundles of version 3', () => {
    const { packages, reports } = inDirectory(npmLock, {
      'package-lock.json': JSON.stringify({
        lockfileVersion: 3,
        packages: {
          '': {
            name: 'app',
            dependencies: { alias: 'npm:real@1', g: 'github:a/g' },
            devDependencies: { t: '*' },
          },
          'node_modules/alias': {
            name: 'real',
            version: '1.0.0',
            resolved: 'https://npm.example/real-1.0.0.tgz',
            integrity: INTEGRITY,
          },
          'node_modules/g': {
            version: '2.0.0',
            resolved: 'git+ssh://git@github.com/a/g.git#0123abc',
            license: 'MIT',
          },
          'node_modules/t': {
            version: '3.0.0',
            resolved: 'file:t.tgz',
            dev: true,
            dependencies: { in: '*', out: '*' },
          },
          'node_modules/t/node_modules/in': { version: '4.0.0', inBundle: true, dev: true },
          'node_modules/in': { version: '5.0.0', optional: true },
          'node_modules/nothing': {},
        },
      }),
    });
    expect(reports).toEqual([]);
    expect(namesOf(packages)).toEqual(['g@2.0.0', 'in@4.0.0', 'in@5.0.0', 'real@1.0.0', 't@3.0.0']);
    expect(edgesOf(packages)).toEqual(['t@3.0.0 → in@4.0.0']);
    expect(packages.filter((one) => one.isDirect).map(nameOf)).toEqual(['real@1.0.0', 'g@2.0.0', 't@3.0.0']);
    expect(packageOf(packages, 'real@1.0.0')).toMatchObject({
      downloadUrl: 'https://npm.example/real-1.0.0.tgz',
      hashes: [{ algorithm: 'SHA-512', hex: HEX }],
      completeness: 'complete',
    });
    expect(packageOf(packages, 'g@2.0.0')).toMatchObject({
      sourceUrl: 'https://github.com/a/g.git',
      properties: { 'npm.commit': '0123abc' },
      licences: [{ text: 'MIT' }],
    });
    expect(packageOf(packages, 't@3.0.0')).toMatchObject({
      scope: 'development',
      completeness: 'incomplete',
    });
    expect(packageOf(packages, 'in@5.0.0').scope).toBe('optional');
  });

  it('asks package.json what is direct where version 1 does not say', () => {
    const { packages } = inDirectory(npmLock, {
      'app/package.json': '{"dependencies": {"a": "^1"}, "devDependencies": {"alias": "*"}}',
      'app/package-lock.json': JSON.stringify({
        lockfileVersion: 1,
        dependencies: {
          a: {
            version: '1.0.0',
            requires: { b: '2' },
            dependencies: { b: { version: '2.0.0', integrity: INTEGRITY } },
          },
          b: { version: '1.0.0', dev: true },
          alias: { version: 'npm:@s/real@3.0.0', dev: true },
          git: { version: 'git+https://github.com/a/git.git#abc', from: 'git' },
        },
      }),
    });
    expect(namesOf(packages)).toEqual(['@s/real@3.0.0', 'a@1.0.0', 'b@1.0.0', 'b@2.0.0', 'git']);
    expect(edgesOf(packages)).toEqual(['a@1.0.0 → b@2.0.0']);
    expect(packages.filter((one) => one.isDirect).map(nameOf)).toEqual(['a@1.0.0', '@s/real@3.0.0']);
  });

  it('passes over lock files that packages were developed with', () => {
    const { packages } = inDirectory(npmLock, {
      'node_modules/a/package-lock.json':
        '{"lockfileVersion": 3, "packages": {"node_modules/b": {"version": "1.0.0"}}}',
    });
    expect(packages).toEqual([]);
  });

  it('walks 5000 packages that nest 20 deep in good time', () => {
    const packages: Record<string, object> = {};
    for (let index = 0; index < 5000; index++) {
      packages[`${'node_modules/x/'.repeat(index % 20)}node_modules/a${index}`] = {
        version: '1.0.0',
        dependencies: { gone: '1', a0: '1', a1: '1' },
      };
    }
    const { packages: found } = inDirectory(npmLock, { 'package-lock.json': JSON.stringify({ packages }) });
    expect(found).toHaveLength(5000);
  });

  it('walks no tree that was made to be walked for ever', () => {
    const dependencies = Object.fromEntries(Array.from({ length: 9000 }, (_, index) => [`d${index}`, '1']));
    const packages = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `${'node_modules/x/'.repeat(400)}node_modules/a${index}`,
        { version: '1.0.0', dependencies },
      ]),
    );
    const { packages: found, reports } = inDirectory(npmLock, {
      'package-lock.json': JSON.stringify({ packages }),
    });
    expect(found).toHaveLength(30);
    expect(reports).toEqual([
      'package-lock.json: Its tree takes too long to walk: dependencies are missing.',
    ]);
  });
});

describe('yarn-lock', () => {
  const classic = `# yarn lockfile v1


a@^1.0.0, "a@>= 1.0.0 < 2":
  version "1.2.0"
  resolved "https://registry.yarnpkg.com/a/-/a-1.2.0.tgz#0123456789012345678901234567890123456789"
  dependencies:
    b "^2.0.0"
    missing "*"
  optionalDependencies:
    "@s/c" "~3.0.0"

"@s/c@~3.0.0":
  version "3.0.1"

"alias@npm:real@^1":
  version "1.0.0"
  integrity ${INTEGRITY}

b@^2.0.0:
  version "2.0.0"

t@*:
  version "5.0.0"
  dependencies:
    b "^2.0.0"
    u "1"

u@1:
  version "1.0.0"
`;

  it('reads Yarn 1, and asks package.json of the project and its workspaces', () => {
    const { packages, reports } = inDirectory(yarnLock, {
      'yarn.lock': classic,
      'package.json': '{"dependencies": {"a": "^1.0.0"}, "workspaces": ["packages/*"]}',
      'packages/one/package.json':
        '{"dependencies": {"alias": "npm:real@^1"}, "devDependencies": {"t": "*"}}',
      'node_modules/x/package.json': '{"dependencies": {"u": "1"}}',
    });
    expect(reports).toEqual([]);
    expect(namesOf(packages)).toEqual([
      '@s/c@3.0.1',
      'a@1.2.0',
      'b@2.0.0',
      'real@1.0.0',
      't@5.0.0',
      'u@1.0.0',
    ]);
    expect(edgesOf(packages)).toEqual([
      'a@1.2.0 → @s/c@3.0.1',
      'a@1.2.0 → b@2.0.0',
      't@5.0.0 → b@2.0.0',
      't@5.0.0 → u@1.0.0',
    ]);
    expect(packages.map((one) => [nameOf(one), one.scope, one.isDirect, one.completeness])).toEqual([
      ['a@1.2.0', undefined, true, 'incomplete'],
      ['@s/c@3.0.1', 'optional', false, 'complete'],
      ['real@1.0.0', undefined, true, 'complete'],
      ['b@2.0.0', undefined, false, 'complete'],
      ['t@5.0.0', 'development', true, 'complete'],
      ['u@1.0.0', 'development', false, 'complete'],
    ]);
    expect(packageOf(packages, 'a@1.2.0').hashes).toEqual([
      { algorithm: 'SHA-1', hex: '0123456789012345678901234567890123456789' },
    ]);
    expect(packageOf(packages, 'real@1.0.0').hashes).toEqual([{ algorithm: 'SHA-512', hex: HEX }]);
  });

  it('reads Yarn since version 2: workspaces, patches, aliases, optional ones', () => {
    const { packages, reports } = inDirectory(yarnLock, {
      'package.json':
        '{"name": "app", "devDependencies": {"t": "^1.0.0"}, "dependencies": {"alias": "npm:real@^1.10"}}',
      'yarn.lock': `__metadata:
  version: 8

"alias@npm:real@^1.10":
  version: 1.10
  resolution: "real@npm:1.10"
  dependencies:
    f: "npm:^2.0.0"
    lib: "workspace:^"
  dependenciesMeta:
    f:
      optional: true
  checksum: 10c0/abc

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    alias: "npm:real@^1.10"
    t: "npm:^1.0.0"
  languageName: unknown
  linkType: soft

"f@npm:^2.0.0":
  version: 2.0.0
  resolution: "f@npm:2.0.0"

"f@patch:f@npm%3A^2.0.0#optional!builtin<compat/f>":
  version: 2.0.0
  resolution: "f@patch:f@npm%3A2.0.0#optional!builtin<compat/f>::version=2.0.0&hash=1"
  dependencies:
    g: "npm:latest"

"g@npm:latest":
  version: 9.0.0
  resolution: "g@https://github.com/x/g.git#commit=0123abc"

"lib@workspace:^, lib@workspace:lib":
  version: 0.0.0-use.local
  resolution: "lib@workspace:lib"

"t@npm:^1.0.0":
  version: 1.0.0
  resolution: "t@npm:1.0.0"
`,
    });
    expect(reports).toEqual([]);
    expect(edgesOf(packages)).toEqual([
      'app → real@1.10',
      'app → t@1.0.0',
      'f@2.0.0 → g@9.0.0',
      'real@1.10 → f@2.0.0',
      'real@1.10 → lib',
    ]);
    expect(packages.map((one) => [nameOf(one), one.scope, one.isDirect, one.kind])).toEqual([
      ['real@1.10', undefined, true, undefined],
      ['app', undefined, true, 'application'],
      ['f@2.0.0', undefined, false, undefined],
      ['f@2.0.0', 'optional', false, undefined],
      ['g@9.0.0', 'optional', false, undefined],
      ['lib', undefined, true, 'application'],
      ['t@1.0.0', 'development', true, undefined],
    ]);
    expect(packageOf(packages, 'g@9.0.0')).toMatchObject({
      sourceUrl: 'https://github.com/x/g.git',
      properties: { 'npm.commit': '0123abc' },
    });
    // Yarn's checksum is of a zip file that it made itself.
    expect(packages.flatMap(({ hashes = [] }) => hashes)).toEqual([]);
  });
});

describe('pnpm-lock', () => {
  it.each([
    { key: '/foo/1.0.0', expected: { name: 'foo', version: '1.0.0' } },
    { key: '/@s/foo/1.0.0', expected: { name: '@s/foo', version: '1.0.0' } },
    { key: '/foo/1.0.0_react@17.0.0', expected: { name: 'foo', version: '1.0.0' } },
    {
      key: '/@s/foo/1.0.0-rc.1_@babel+core@7.0.0+x@1.0.0',
      expected: { name: '@s/foo', version: '1.0.0-rc.1' },
    },
    { key: 'registry.example/@s/foo/1.0.0', expected: { name: '@s/foo', version: '1.0.0' } },
    { key: '/foo@1.0.0', expected: { name: 'foo', version: '1.0.0' } },
    { key: '/@s/foo@1.0.0(@babel/core@7.0.0)(x@1.0.0)', expected: { name: '@s/foo', version: '1.0.0' } },
    { key: '@s/foo@1.0.0(react@18.0.0)', expected: { name: '@s/foo', version: '1.0.0' } },
    {
      key: 'foo@https://codeload.github.com/a/foo/tar.gz/abc',
      expected: { name: 'foo', version: undefined },
    },
    { key: 'foo@file:foo', expected: { name: 'foo', version: undefined } },
    { key: 'file:foo/bar.tgz', expected: undefined },
    { key: '', expected: undefined },
  ])('reads the key "$key"', ({ key, expected }) => {
    expect(parsePnpmKey(key)).toEqual(expected);
  });

  it('reads aliases, git and several projects of version 9', () => {
    const { packages, reports } = inDirectory(pnpmLock, {
      'pnpm-lock.yaml': `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      alias: {specifier: npm:real@1, version: real@1.10.0}
      lib: {specifier: workspace:*, version: link:packages/lib}
  packages/lib:
    optionalDependencies:
      g: {specifier: github:a/g, version: git+https://git@github.com:a/g.git#0123abc}
packages:
  real@1.10.0:
    resolution: {integrity: ${INTEGRITY}}
  g@git+https://git@github.com:a/g.git#0123abc:
    resolution: {commit: 0123abc, repo: https://github.com/a/g.git, type: git}
    version: 1.20
  p@1.0.0:
    resolution: {tarball: https://npm.example/p.tgz, integrity: ${INTEGRITY}}
snapshots:
  real@1.10.0:
    dependencies: {p: 1.0.0(real@1.10.0)}
  p@1.0.0(real@1.10.0):
    dependencies: {real: 1.10.0, gone: 1.0.0}
  g@git+https://git@github.com:a/g.git#0123abc: {}
`,
    });
    expect(reports).toEqual([]);
    expect(packages.map((one) => [nameOf(one), one.scope, one.isDirect, one.completeness])).toEqual([
      ['real@1.10.0', undefined, true, 'complete'],
      ['p@1.0.0', undefined, false, 'incomplete'],
      ['g@1.20', 'optional', true, 'complete'],
    ]);
    expect(edgesOf(packages)).toEqual(['p@1.0.0 → real@1.10.0', 'real@1.10.0 → p@1.0.0']);
    expect(packageOf(packages, 'p@1.0.0')).toMatchObject({
      downloadUrl: 'https://npm.example/p.tgz',
      hashes: [{ hex: HEX }],
    });
    expect(packageOf(packages, 'g@1.20')).toMatchObject({
      sourceUrl: 'https://github.com/a/g.git',
      properties: { 'npm.commit': '0123abc' },
    });
  });

  it('knows in version 5 that a reference may be a whole path', () => {
    const { packages } = inDirectory(pnpmLock, {
      'pnpm-lock.yaml': `lockfileVersion: 5.4
dependencies:
  alias: /real/1.0.0
devDependencies:
  '@s/d': 2.0.0_real@1.0.0
packages:
  /real/1.0.0:
    resolution: {integrity: ${INTEGRITY}}
    dev: false
  /@s/d/2.0.0_real@1.0.0:
    resolution: {integrity: ${INTEGRITY}}
    dev: true
    dependencies:
      real: 1.0.0
`,
    });
    expect(packages.map((one) => [nameOf(one), one.scope, one.isDirect])).toEqual([
      ['real@1.0.0', undefined, true],
      ['@s/d@2.0.0', 'development', true],
    ]);
    expect(edgesOf(packages)).toEqual(['@s/d@2.0.0 → real@1.0.0']);
  });

  it('reads two megabytes in a few seconds', () => {
    const count = 7800;
    const entries = Array.from({ length: count }, (_, index) => index);
    const text = `lockfileVersion: '9.0'
packages:
${entries.map((index) => `  a${index}@1.0.${index}:\n    resolution: {integrity: ${INTEGRITY}}\n    engines: {node: '>=6.9.0'}\n`).join('\n')}
snapshots:
${entries.map((index) => `  a${index}@1.0.${index}:\n    dependencies:\n      a${(index + 1) % count}: 1.0.${(index + 1) % count}\n      a${(index + 7) % count}: 1.0.${(index + 7) % count}\n`).join('\n')}`;
    const { packages } = inDirectory(pnpmLock, { 'pnpm-lock.yaml': text });
    expect(packages).toHaveLength(count);
    expect(packages.every(({ dependsOn }) => dependsOn?.length === 2)).toBe(true);
  });
});

describe('bun-lock', () => {
  it('reads nested places, workspaces, git and optional peers', () => {
    const { packages, reports } = inDirectory(bunLock, {
      'bun.lock': `{
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "app", "dependencies": { "a": "^1", "@s/g": "github:x/g", }, },
    "packages/lib": { "name": "@s/lib", "version": "0.1.0", "devDependencies": { "b": "2", }, },
  },
  "packages": {
    "a": ["a@1.0.0", "", { "dependencies": { "b": "1" }, "peerDependencies": { "p": "*", "q": "*" }, "optionalPeers": ["q"] }, "${INTEGRITY}"],
    "a/b": ["b@1.0.0", "https://npm.example/b-1.0.0.tgz", {}, "${INTEGRITY}"],
    "b": ["b@3.0.0", "", {}, ""],
    "@s/lib": ["@s/lib@workspace:packages/lib"],
    "@s/lib/b": ["b@2.0.0", "", {}, "${INTEGRITY}"],
    "@s/g": ["@s/g@git+ssh://git@github.com/x/g.git#0123abc", { "dependencies": { "b": "*" } }, "0123abc"],
  },
}`,
    });
    expect(reports).toEqual([]);
    expect(packages.map((one) => [nameOf(one), one.scope, one.isDirect, one.completeness])).toEqual([
      ['a@1.0.0', undefined, true, 'incomplete'],
      ['b@1.0.0', undefined, false, 'complete'],
      ['b@3.0.0', undefined, false, 'complete'],
      ['@s/lib@0.1.0', undefined, true, 'complete'],
      ['b@2.0.0', 'development', true, 'complete'],
      ['@s/g', undefined, true, 'complete'],
    ]);
    expect(edgesOf(packages)).toEqual(['@s/g → b@3.0.0', 'a@1.0.0 → b@1.0.0']);
    expect(packageOf(packages, 'b@1.0.0')).toMatchObject({
      downloadUrl: 'https://npm.example/b-1.0.0.tgz',
      hashes: [{ hex: HEX }],
    });
    expect(packageOf(packages, '@s/g')).toMatchObject({ sourceUrl: 'https://github.com/x/g.git' });
  });
});

describe('deno-lock', () => {
  const b = { integrity: INTEGRITY };
  it.each([
    {
      name: '2',
      lock: {
        version: '2',
        npm: {
          specifiers: { 'a@1': 'a@1.0.0' },
          packages: {
            'a@1.0.0': { ...b, dependencies: { b: '@s/b@2.0.0_a@1.0.0' } },
            '@s/b@2.0.0_a@1.0.0': b,
          },
        },
      },
    },
    {
      name: '3',
      lock: {
        version: '3',
        packages: {
          specifiers: { 'npm:a@1': 'npm:a@1.0.0' },
          npm: { 'a@1.0.0': { ...b, dependencies: { b: '@s/b@2.0.0_a@1.0.0' } }, '@s/b@2.0.0_a@1.0.0': b },
        },
      },
    },
    {
      name: '5',
      lock: {
        version: '5',
        specifiers: { 'npm:a@1': '1.0.0' },
        npm: { 'a@1.0.0': { ...b, dependencies: ['@s/b'] }, '@s/b@2.0.0_a@1.0.0': b },
      },
    },
  ])('reads version $name', ({ lock }) => {
    const { packages, reports } = inDirectory(denoLock, { 'deno.lock': JSON.stringify(lock) });
    expect(reports).toEqual([]);
    expect(edgesOf(packages)).toEqual(['a@1.0.0 → @s/b@2.0.0']);
    expect(packages.map((one) => [nameOf(one), one.isDirect, one.hashes?.[0]?.hex])).toEqual([
      ['a@1.0.0', true, HEX],
      ['@s/b@2.0.0', false, HEX],
    ]);
  });

  it('says what it cannot name', () => {
    const { reports } = inDirectory(denoLock, {
      'deno.lock': '{"version": "5", "jsr": {"@std/assert@1.0.0": {}}}',
    });
    expect(reports).toEqual(['deno.lock: It has 1 packages of JSR, for which purl has no type.']);
  });
});

describe('every lock file', () => {
  const formats = [
    { name: 'package-lock.json', cataloguer: npmLock },
    { name: 'yarn.lock', cataloguer: yarnLock },
    { name: 'pnpm-lock.yaml', cataloguer: pnpmLock },
    { name: 'bun.lock', cataloguer: bunLock },
    { name: 'deno.lock', cataloguer: denoLock },
  ];

  it.each(formats)('$name: one that is broken is listed, and the other is read', ({ name, cataloguer }) => {
    for (const content of ['<html>', '{"a": [', '[]', '\0\0\0\0', '['.repeat(100_000)]) {
      const { packages, reports } = inDirectory(cataloguer, { [`one/${name}`]: content });
      expect(packages).toEqual([]);
      expect(reports).toHaveLength(1);
    }
  });

  it.each(formats)('$name: nothing in it makes the packages unsound', ({ name, cataloguer }) => {
    const keys = [
      'packages',
      'dependencies',
      'specifiers',
      'npm',
      'snapshots',
      'importers',
      'workspaces',
      '',
      '.',
      'a',
      'a@1.0.0',
      '/a@1',
      '@s/b',
      'node_modules/a',
      'version',
      'name',
      'resolution',
      'integrity',
      'lockfileVersion',
      '__metadata',
      '__proto__',
      'constructor',
      'link',
      'resolved',
      'requires',
      'dev',
    ];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        fc.constantFrom('a', 'a@1.0.0', '1.0.0', 'npm:a@1', INTEGRITY, 'true', '', null, true, 3),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 6, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), tree, { noNullPrototype: true }), (value) => {
        const { packages } = inDirectory(cataloguer, { [name]: JSON.stringify(value) });
        expect(new Set(packages.map(({ key }) => key)).size).toBe(packages.length);
        for (const found of packages) expect(found.name).not.toBe('');
      }),
    );
  });
});
