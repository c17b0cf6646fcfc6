import { describe, expect, it } from '@jest/globals';
import { factsOf, scanEntries, textCataloguer, texts } from './image-builder.ts';
import { directory, type Entry, file, hardLink, opaque, symlink, whiteout } from './tar-builder.ts';

/** Layers, and what is there in the end: path and content. */
interface Row {
  readonly name: string;
  readonly layers: readonly (readonly Entry[])[];
  readonly there: Readonly<Record<string, string>>;
}

const a1 = file('d/a.txt', '1');

const rows: readonly Row[] = [
  { name: 'one file', layers: [[a1]], there: { 'd/a.txt': '1' } },
  {
    name: 'an upper file in place of a lower',
    layers: [[a1], [file('d/a.txt', '2')]],
    there: { 'd/a.txt': '2' },
  },
  {
    name: 'names that mean the same',
    layers: [[file('./d/a.txt', '1')], [file('/d//a.txt', '2')]],
    there: { 'd/a.txt': '2' },
  },
  {
    name: 'a whiteout of a file',
    layers: [[a1, file('b.txt')], [whiteout('d/a.txt')]],
    there: { 'b.txt': 'content of b.txt' },
  },
  { name: 'a whiteout of a directory', layers: [[file('d/e/a.txt')], [whiteout('d')]], there: {} },
  {
    name: 'a whiteout that hides nothing of its own layer',
    layers: [[a1], [file('d/a.txt', '2'), whiteout('d/a.txt')]],
    there: { 'd/a.txt': '2' },
  },
  {
    name: 'a whiteout before what its own layer has there',
    layers: [[file('d/b.txt', '1')], [whiteout('d'), a1]],
    there: { 'd/a.txt': '1' },
  },
  {
    name: 'a whiteout that hides nothing above',
    layers: [[], [whiteout('d/a.txt')], [a1]],
    there: { 'd/a.txt': '1' },
  },
  {
    name: 'an opaque directory',
    layers: [
      [a1, file('d/e/b.txt')],
      [file('d/c.txt', '3'), opaque('d')],
    ],
    there: { 'd/c.txt': '3' },
  },
  {
    name: 'an opaque root',
    layers: [
      [a1, file('b.txt')],
      [opaque(''), file('c.txt', '3')],
    ],
    there: { 'c.txt': '3' },
  },
  { name: 'a file in place of a directory', layers: [[file('d/e/a.txt')], [file('d', 'x')]], there: {} },
  {
    name: 'a symbolic link in place of a directory',
    layers: [[file('d/e/a.txt')], [symlink('d', 'f')]],
    there: {},
  },
  { name: 'a directory over a directory', layers: [[a1], [directory('d')]], there: { 'd/a.txt': '1' } },
  {
    name: 'a directory in place of a file',
    layers: [[file('d.txt')], [directory('d.txt'), file('d.txt/a.txt', '1')]],
    there: { 'd.txt/a.txt': '1' },
  },
  { name: 'a device in place of a file', layers: [[a1], [{ name: 'd/a.txt', flag: '3' }]], there: {} },
  {
    name: 'the last of two entries of one path',
    layers: [[a1, file('./d/a.txt', '2')]],
    there: { 'd/a.txt': '2' },
  },
  { name: 'a directory as the last entry of a path', layers: [[a1, directory('d/a.txt')]], there: {} },
  {
    name: 'nothing of aufs',
    layers: [[file('.wh..wh.plnk/1.txt'), file('.wh..wh.aufs', ''), file('.wh..wh.orph/x.txt'), a1]],
    there: { 'd/a.txt': '1' },
  },
  {
    name: 'a file that comes, goes and comes',
    layers: [[a1], [whiteout('d/a.txt')], [file('d/a.txt', '3')]],
    there: { 'd/a.txt': '3' },
  },
  {
    name: 'a directory removed and made anew',
    layers: [[a1, file('d/b.txt')], [whiteout('d')], [file('d/b.txt', '3')]],
    there: { 'd/b.txt': '3' },
  },
  { name: 'an empty layer', layers: [[a1], []], there: { 'd/a.txt': '1' } },
  {
    name: 'a file written through a link of a lower layer',
    layers: [[symlink('lib', 'usr/lib'), file('usr/lib/a.txt', '1')], [file('lib/a.txt', '2')]],
    there: { 'usr/lib/a.txt': '2' },
  },
  {
    name: 'a file written through a link of its own layer',
    layers: [[symlink('lib', '/usr/lib'), file('lib/a.txt', '1')]],
    there: { 'usr/lib/a.txt': '1' },
  },
  {
    name: 'a whiteout through a link',
    layers: [[symlink('lib', 'usr/lib'), file('usr/lib/a.txt', '1')], [whiteout('lib/a.txt')]],
    there: {},
  },
  {
    name: 'an opaque directory through a link',
    layers: [
      [symlink('lib', 'usr/lib'), file('usr/lib/a.txt', '1')],
      [opaque('lib'), file('lib/b.txt', '2')],
    ],
    there: { 'usr/lib/b.txt': '2' },
  },
  {
    name: 'a directory in place of the link',
    layers: [
      [symlink('lib', 'usr/lib'), file('usr/lib/a.txt', '1')],
      [directory('lib'), file('lib/a.txt', '2')],
    ],
    there: { 'lib/a.txt': '2', 'usr/lib/a.txt': '1' },
  },
  {
    name: 'links in links',
    layers: [[symlink('a', 'b'), symlink('b', 'c/d')], [file('a/x.txt', '1')], [file('c/d/x.txt', '2')]],
    there: { 'c/d/x.txt': '2' },
  },
  {
    name: 'a link that is removed before',
    layers: [
      [symlink('lib', 'usr/lib'), file('usr/lib/a.txt', '1')],
      [whiteout('lib')],
      [file('lib/a.txt', '2')],
    ],
    there: { 'lib/a.txt': '2', 'usr/lib/a.txt': '1' },
  },
  {
    name: 'links in a circle',
    layers: [[symlink('a', 'b'), symlink('b', 'a')], [file('a/x.txt', '1')]],
    there: { 'a/x.txt': '1' },
  },
  {
    name: 'a link out of the root',
    layers: [[symlink('a', '../../../b')], [file('a/x.txt', '1')]],
    there: { 'b/x.txt': '1' },
  },
  {
    name: 'a hard link to a file that was read',
    layers: [[a1, hardLink('e/a.txt', 'd/a.txt')]],
    there: { 'd/a.txt': '1', 'e/a.txt': '1' },
  },
  {
    name: 'a hard link with another name',
    layers: [[a1, hardLink('e/b.txt', './d/a.txt')]],
    there: { 'd/a.txt': '1', 'e/b.txt': '1' },
  },
  {
    name: 'a hard link to a file nobody wants',
    layers: [[file('store/abc', '1'), hardLink('a.txt', 'store/abc')]],
    there: { 'a.txt': '1' },
  },
  {
    name: 'a hard link before its target',
    layers: [[hardLink('a.txt', 'store/abc'), file('store/abc', '1')]],
    there: { 'a.txt': '1' },
  },
  {
    name: 'a hard link into a lower layer',
    layers: [[file('store/abc', '1')], [hardLink('a.txt', 'store/abc')]],
    there: { 'a.txt': '1' },
  },
  {
    name: 'a hard link to what a lower layer had read',
    layers: [[a1], [hardLink('e/a.txt', 'd/a.txt')]],
    there: { 'd/a.txt': '1', 'e/a.txt': '1' },
  },
  {
    name: 'a hard link of a hard link',
    layers: [[file('x', '1'), hardLink('y', 'x'), hardLink('a.txt', 'y')]],
    there: { 'a.txt': '1' },
  },
  {
    name: 'a hard link through a symbolic link',
    layers: [[symlink('s', 'store'), file('store/abc', '1')], [hardLink('a.txt', 's/abc')]],
    there: { 'a.txt': '1' },
  },
  {
    name: 'a hard link that is replaced above',
    layers: [[file('x', '1'), hardLink('a.txt', 'x')], [file('a.txt', '2')]],
    there: { 'a.txt': '2' },
  },
  {
    name: 'a hard link to a symbolic link',
    layers: [[symlink('x', 'y'), hardLink('a.txt', 'x')]],
    there: {},
  },
];

describe('scanImage', () => {
  it.each(rows)('sees $name', async ({ layers, there }) => {
    const scan = await scanEntries(layers);
    expect(factsOf(scan)).toEqual(there);
    expect(scan.unknowns).toEqual([]);
  });

  it('says which layer a file lies in', async () => {
    const scan = await scanEntries([[a1], [file('b.txt')], [file('d/a.txt', '2')]]);
    const digests = scan.layers.map(({ digest }) => digest);
    expect(scan.evidence.get('texts')).toEqual([
      { path: 'b.txt', layer: digests[1], facts: 'content of b.txt', earlier: [] },
      { path: 'd/a.txt', layer: digests[2], facts: '2', earlier: [] },
    ]);
  });

  it('gives what lower layers had to those who ask for it', async () => {
    const history = textCataloguer('history', { names: ['status'] }, { keepsEarlier: true });
    const scan = await scanEntries(
      [[file('status', '1')], [file('x')], [file('status', '2')], [file('./status', '3')]],
      [history],
    );
    const digests = scan.layers.map(({ digest }) => digest);
    expect(scan.evidence.get('history')).toEqual([
      {
        path: 'status',
        layer: digests[3],
        facts: '3',
        earlier: [
          { layer: digests[0], facts: '1' },
          { layer: digests[2], facts: '2' },
        ],
      },
    ]);
  });

  it.each([
    { name: 'nothing where there is no link', path: 'usr/x', resolved: 'usr/x' },
    { name: 'a directory that is a link', path: 'lib/x', resolved: 'usr/lib/x' },
    { name: 'a link at the end', path: 'usr/lib/libz.so', resolved: 'usr/lib/libz.so.1' },
    { name: 'an absolute link', path: 'doc/y', resolved: 'usr/share/doc/y' },
    { name: 'a link upwards', path: 'usr/share/up', resolved: 'usr/lib' },
    { name: 'a leading slash', path: '/lib/x', resolved: 'usr/lib/x' },
    { name: 'links in a circle', path: 'circle/x', resolved: 'circle/x' },
    { name: 'a link that an upper layer replaced', path: 'gone/x', resolved: 'gone/x' },
  ])('resolves $name', async ({ path, resolved }) => {
    const scan = await scanEntries([
      [
        symlink('lib', 'usr/lib'),
        symlink('usr/lib/libz.so', 'libz.so.1'),
        symlink('doc', '/usr/share/doc'),
        symlink('usr/share/up', '../lib'),
        symlink('circle', 'circle'),
        symlink('gone', 'usr'),
      ],
      [directory('gone')],
    ]);
    expect(scan.resolve(path)).toBe(resolved);
  });

  it('asks only cataloguers for images', async () => {
    const other = textCataloguer('lock', { extensions: ['.txt'] }, { origins: ['directory'] });
    const scan = await scanEntries([[a1]], [texts, other]);
    expect([...scan.evidence.keys()]).toEqual(['texts']);
  });
});
