import { describe, expect, it } from '@jest/globals';
import { FileMatcher, unite } from '../../src/reading/file-matcher.ts';
import { textCataloguer } from './image-builder.ts';

const matcher = new FileMatcher([
  textCataloguer('names', { names: ['package.json'] }),
  textCataloguer('extensions', { extensions: ['.jar', '.deps.json', '-lock.json'] }),
  textCataloguer('suffixes', { suffixes: ['lib/dpkg/status', 'dpkg/status'] }),
  textCataloguer('folders', { folders: ['lib/dpkg/status.d', 'sbom'] }),
  textCataloguer('executables', { executables: true }),
  textCataloguer('picky', { extensions: ['.json'], accepts: (path) => !path.startsWith('tmp/') }),
]);

describe('FileMatcher', () => {
  it.each([
    { path: 'package.json', wants: [0, 5] },
    { path: 'a/b/package.json', wants: [0, 5] },
    { path: 'tmp/package.json', wants: [0] },
    { path: 'a/Package.json', wants: [5] },
    { path: 'a/package.json.bak', wants: [] },
    { path: 'a/App.JAR', wants: [1] },
    { path: 'a/.jar', wants: [1] },
    { path: 'a.jar/x', wants: [] },
    { path: 'app.deps.json', wants: [1, 5] },
    { path: 'my.app.deps.json', wants: [1, 5] },
    { path: 'package-lock.json', wants: [1, 5] },
    { path: 'var/lib/dpkg/status', wants: [2] },
    { path: 'lib/dpkg/status', wants: [2] },
    { path: 'dpkg/status', wants: [2] },
    { path: 'mydpkg/status', wants: [] },
    { path: 'status', wants: [] },
    { path: 'var/lib/dpkg/status.d/base', wants: [3] },
    { path: 'lib/dpkg/status.d/base', wants: [3] },
    { path: 'mylib/dpkg/status.d/base', wants: [] },
    { path: 'lib/dpkg/status.d/x/base', wants: [] },
    { path: 'sbom/x', wants: [3] },
    { path: 'a/sbom/x', wants: [3] },
    { path: 'sbom', wants: [] },
    { path: 'usr/bin/node', wants: [] },
  ])('finds who wants $path', ({ path, wants }) => {
    expect(matcher.match(path)).toEqual(wants);
  });

  it('knows who wants executables', () => {
    expect(matcher.executables).toEqual([4]);
    expect(unite([0, 5], matcher.executables)).toEqual([0, 4, 5]);
  });
});
