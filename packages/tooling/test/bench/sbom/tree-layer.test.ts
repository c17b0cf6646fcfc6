import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runChecked } from '../../../src/bench/process.ts';
import {
  compareTrees,
  packTree,
  readTree,
  type TarFormat,
  type TreeChange,
} from '../../../src/bench/sbom/tree-layer.ts';
import { openWorkplace, type Workplace } from '../../../src/bench/workplace.ts';

// Inodes, and GNU tar: the bench makes its images on Linux.
const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describeOnLinux('the layer that a change of a tree becomes', () => {
  let workplace: Workplace;
  let root: string;
  beforeEach(async () => {
    workplace = await openWorkplace('tree');
    root = await workplace.place('root');
  });
  afterEach(() => workplace.close());

  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const remove = (path: string): void => rmSync(join(root, path), { recursive: true });
  const change = (act: () => void): TreeChange => {
    const before = readTree(root);
    act();
    return compareTrees(before, readTree(root));
  };

  it('is everything, parents first, where nothing was', () => {
    write('etc/os-release', 'ID=debian\n');
    expect(compareTrees(new Map(), readTree(root))).toEqual({
      changed: ['etc', 'etc/os-release'],
      whiteouts: [],
    });
  });

  it('has what was written and what was changed, and not what stayed', () => {
    write('a/one', '1');
    write('a/two', '2');
    const changed = change(() => {
      write('a/two', 'two');
      write('a/three', '3');
    });
    expect(changed).toEqual({ changed: ['a/three', 'a/two'], whiteouts: [] });
  });

  it('has one whiteout for a file, and one for a folder with all in it', () => {
    write('a/one', '1');
    write('a/two', '2');
    write('b/deep/three', '3');
    const changed = change(() => {
      remove('a/one');
      remove('b');
    });
    expect(changed).toEqual({ changed: [], whiteouts: ['.wh.b', 'a/.wh.one'] });
  });

  it('hides all that lay in a folder another was put in the place of', () => {
    write('app/old/one', '1');
    const before = readTree(root);
    // Made by hand: a file system may give the new folder the inode of the old one.
    const after = new Map(before);
    const folder = after.get('app');
    if (folder === undefined) throw new Error('no app');
    after.set('app', { ...folder, inode: folder.inode + 1n, mark: `${folder.mark} new` });
    after.delete('app/old');
    after.delete('app/old/one');
    expect(compareTrees(before, after)).toEqual({ changed: ['app'], whiteouts: ['app/.wh..wh..opq'] });
  });

  it.each<TarFormat>(['gnu', 'pax'])('is packed by GNU tar in its %s format', async (format) => {
    const long = `a/${'long-name-'.repeat(15)}`;
    write(long, 'text');
    const file = join(await workplace.place('packed'), 'layer.tar');
    await packTree(root, { changed: ['a', long], whiteouts: ['b/.wh.gone'] }, file, format);
    expect((await runChecked('tar', ['--list', '--file', file])).split('\n')).toEqual([
      'a/',
      long,
      'b/.wh.gone',
    ]);
  });
});
