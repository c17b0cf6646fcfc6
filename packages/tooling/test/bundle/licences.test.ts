import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findMissingExternals, readBundledModules } from '../../src/bundle/bundled-modules.ts';
import { findDifferences } from '../../src/bundle/compare.ts';
import { findLicences, listedPackages, renderLicences } from '../../src/bundle/licences.ts';

function write(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'licences-test-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe('licences', () => {
  const root = write({
    'b/package.json': '{"name":"b","version":"1.0.0","license":"(MIT OR GPL-3.0-only)"}',
    'b/LICENSE.md': 'b terms',
    'b/NOTICE': 'b notice',
    'b/license.js': 'no terms',
    'b/dist/esm/package.json': '{"type":"module"}',
    'b/dist/esm/index.js': '',
    'a/package.json': '{"name":"@s/a","version":"2.0.0","license":"ISC"}',
    'a/COPYING': 'a terms\n\n',
    'a/index.js': '',
    'a/node_modules/b/package.json': '{"name":"b","version":"0.9.0","license":"Apache-2.0"}',
    'a/node_modules/b/LICENCE': 'old b terms',
    'a/node_modules/b/index.js': '',
    'own/package.json': '{"name":"@artifact-lifecycle/core","version":"0.0.0","license":"Apache-2.0"}',
    'own/index.js': '',
  });
  const files = ['b/dist/esm/index.js', 'a/node_modules/b/index.js', 'own/index.js', 'a/index.js'].map(
    (path) => join(root, path),
  );

  it('are those of the packages that the files belong to, each version once, without our own', () => {
    expect(findLicences([...files, join(root, 'a/COPYING')])).toEqual([
      { name: '@s/a', version: '2.0.0', licence: 'ISC', texts: ['a terms'] },
      { name: 'b', version: '0.9.0', licence: 'Apache-2.0', texts: ['old b terms'] },
      {
        name: 'b',
        version: '1.0.0',
        licence: '(MIT OR GPL-3.0-only)',
        texts: ['b terms', 'b notice'],
      },
    ]);
  });

  it('are the same bytes whatever the order of the files, and can be listed again', () => {
    const text = renderLicences(findLicences(files));
    expect(renderLicences(findLicences([...files].reverse()))).toBe(text);
    expect(listedPackages(text)).toEqual(['@s/a@2.0.0', 'b@0.9.0', 'b@1.0.0']);
  });

  it('get the text that is the same for everybody where a package ships none', () => {
    const bare = write({
      'z/package.json': '{"name":"z","version":"1.0.0","license":"Apache-2.0"}',
      'z/index.js': '',
    });
    const files = [join(bare, 'z/index.js')];
    expect(() => findLicences(files)).toThrow('z@1.0.0 ships no licence text.');
    const [found] = findLicences(files, new Map([['Apache-2.0', 'the terms']]));
    expect(found?.texts).toEqual(['the terms']);
  });

  it('are refused together where several are unknown', () => {
    const bad = write({
      'x/package.json': '{"name":"x","version":"1.0.0"}',
      'x/index.js': '',
      'y/package.json': '{"name":"y","version":"1.0.0","license":"MIT AND Beer"}',
      'y/index.js': '',
    });
    expect(() => findLicences([join(bad, 'x/index.js'), join(bad, 'y/index.js')])).toThrow(
      /x@1\.0\.0 has the licence "".*\ny@1\.0\.0 has the licence "MIT AND Beer"/,
    );
  });
});

describe('the modules of a bundle', () => {
  const stats = JSON.stringify({
    modules: [
      {
        name: './a.js + 1 modules',
        nameForCondition: '/r/a.js',
        modules: [
          { name: './b.js', nameForCondition: '/r/b.js' },
          { name: './a.js', nameForCondition: '/r/a.js' },
        ],
      },
      { name: 'external "node:fs"', nameForCondition: null },
      { name: 'external "fs/promises"' },
      { name: 'external "left"' },
      { name: '../ncc/@@notfound.js?right', nameForCondition: '/ncc/@@notfound.js' },
      { name: 'webpack/runtime/define' },
    ],
  });

  it('are read with those joined into others', () => {
    expect(readBundledModules(stats)).toEqual({
      files: ['/r/a.js', '/r/b.js'],
      externals: ['fs/promises', 'left', 'node:fs', 'right'],
    });
  });

  it('may stay outside only where Node has them', () => {
    expect(findMissingExternals(readBundledModules(stats))).toEqual(['left', 'right']);
  });
});

describe('findDifferences', () => {
  it('names what is missing, added or changed by a byte', () => {
    const one = write({ 'a/same': 'x', 'a/changed': 'x', 'a/missing': 'x' });
    const other = write({ 'a/same': 'x', 'a/changed': 'y', 'b/added': '' });
    expect(findDifferences(one, other)).toEqual(['a/changed', 'a/missing', 'b/added']);
    expect(findDifferences(one, one)).toEqual([]);
    expect(findDifferences(join(one, 'none'), other)).toHaveLength(3);
  });
});
