import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findFiles } from '../src/file-search.ts';

const FILES = [
  'a.txt',
  'b.md',
  'dist/app.tar.gz',
  'dist/deep/lib.tar.gz',
  'dist/x y.txt',
  '.git/a.txt',
  'src/a.txt',
];

describe('finding files', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'search-'));
    for (const file of FILES) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), file);
    }
    await symlink(root, join(root, 'loop'));
  });
  afterAll(() => rm(root, { recursive: true }));

  it.each([
    { name: 'one file by its path', patterns: ['a.txt'], expected: ['a.txt'] },
    { name: 'the files of one directory', patterns: ['*.txt'], expected: ['a.txt'] },
    {
      name: 'files at any depth, without .git',
      patterns: ['**/*.txt'],
      expected: ['a.txt', 'dist/x y.txt', 'src/a.txt'],
    },
    {
      name: 'files below a directory',
      patterns: ['dist/**/*.tar.gz'],
      expected: ['dist/app.tar.gz', 'dist/deep/lib.tar.gz'],
    },
    {
      name: 'all files of a directory by its name',
      patterns: ['dist'],
      expected: ['dist/app.tar.gz', 'dist/deep/lib.tar.gz', 'dist/x y.txt'],
    },
    { name: 'alternatives', patterns: ['{a.txt,b.md}'], expected: ['a.txt', 'b.md'] },
    { name: 'each once', patterns: ['a.txt', '*.txt', './a.txt'], expected: ['a.txt'] },
  ])('finds $name', async ({ patterns, expected }) => {
    const found = await findFiles(patterns, root, 'test');
    expect(found.map((path) => relative(root, path).replaceAll('\\', '/'))).toEqual(expected);
  });

  it('takes a pattern from the root of the file system', async () => {
    expect(await findFiles([`${root}/*.md`], '/', 'test')).toEqual([join(root, 'b.md')]);
  });

  it('says which pattern matches nothing', async () => {
    await expect(findFiles(['a.txt', '*.jar'], root, 'input "x"')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'input "x": no file matches "*.jar".',
    });
  });

  it('refuses a glob that is none', async () => {
    await expect(findFiles(['{a'], root, 'input "x"')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
