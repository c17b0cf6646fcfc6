import { gzipSync } from 'node:zlib';
import { digestOf } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import { scanImage } from '../../src/reading/scan-image.ts';
import { buildImage, factsOf, plainLayer, scanEntries, textCataloguer, texts } from './image-builder.ts';
import { buildTar, type Entry, file, hardLink, opaque, pax, symlink } from './tar-builder.ts';

const good = file('good.txt', '1');
const there = { 'good.txt': '1' };
const zeros = Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0]);

describe('hostile layers', () => {
  it.each([
    {
      name: 'a name upwards',
      entries: [file('../evil.txt'), file('a/../../b.txt')],
      paths: ['../evil.txt', 'a/../../b.txt'],
    },
    { name: 'a hard link upwards', entries: [hardLink('a.txt', '../etc/passwd')], paths: ['a.txt'] },
    {
      name: 'a pax path with a zero byte',
      entries: [pax([['path', 'a\0b.txt']]), file('x')],
      paths: ['a b.txt'],
    },
    {
      name: 'a path that is too long',
      entries: [pax([['path', `${'d/'.repeat(2500)}a.txt`]]), file('x')],
      paths: [expect.stringMatching(/^(d\/)+…$/)],
    },
    {
      name: 'a whiteout of nothing',
      entries: [file('d/.wh.', ''), file('d/.wh...', '')],
      paths: ['d/.wh.', 'd/.wh...'],
    },
  ])('are passed over where they have $name', async ({ entries, paths }) => {
    const scan = await scanEntries([[...entries, good]]);
    expect(factsOf(scan)).toEqual(there);
    expect(scan.unknowns.map(({ path, by }) => [path, by])).toEqual(paths.map((path) => [path, 'reading']));
  });

  it.each([
    {
      name: 'hard links in a circle',
      entries: [hardLink('a.txt', 'b'), hardLink('b', 'c'), hardLink('c', 'b')],
    },
    {
      name: 'a long chain of hard links',
      entries: [
        file('f9'),
        ...[8, 7, 6, 5, 4, 3, 2, 1].map((n) => hardLink(`f${n}`, `f${n + 1}`)),
        hardLink('a.txt', 'f1'),
      ],
    },
    { name: 'a hard link to nothing', entries: [hardLink('a.txt', 'none')] },
  ])('end with $name', async ({ entries }) => {
    const scan = await scanEntries([[...entries, good]]);
    expect(factsOf(scan)).toEqual(there);
    expect(scan.unknowns).toEqual([
      {
        path: 'a.txt',
        layer: scan.layers[0]?.digest,
        by: 'texts',
        reason: expect.stringMatching(/^It is a hard link to /),
      },
    ]);
  });

  it('take a hard link to itself for nothing', async () => {
    const scan = await scanEntries([[hardLink('a.txt', './a.txt'), good]]);
    expect([factsOf(scan), scan.unknowns]).toEqual([there, []]);
  });

  it('claim a file of 2 GB that is not read', async () => {
    const claims = { ...file('package.json', 'x'), size: zeros };
    const image = buildImage([plainLayer(buildTar([good, claims]))]);
    // What it claims is not there: the layer is cut off, and no memory was taken for it.
    await expect(
      scanImage(image, [texts, textCataloguer('npm', { names: ['package.json'] })]),
    ).rejects.toMatchObject({
      code: 'CONTENT_INVALID',
    });
  });

  it('have a file that is too large listed as unknown, and the rest complete', async () => {
    const scan = await scanEntries([[file('a.txt', Buffer.alloc(2_000_000)), good]]);
    expect(factsOf(scan)).toEqual(there);
    expect(scan.unknowns).toEqual([
      {
        path: 'a.txt',
        layer: scan.layers[0]?.digest,
        by: 'texts',
        reason: 'It has 2000000 bytes; at most 1048576 are read.',
      },
    ]);
  });

  it('have a sparse file that claims an exabyte listed as unknown', async () => {
    const scan = await scanEntries([
      [
        pax([
          ['GNU.sparse.size', '1000000000000000'],
          ['GNU.sparse.map', '0,1'],
        ]),
        file('a.txt', 'x'),
        good,
      ],
    ]);
    expect(factsOf(scan)).toEqual(there);
    expect(scan.unknowns).toHaveLength(1);
  });

  it.each([
    { name: 'a pax header of 2 MB', entries: [pax([['comment', 'x'.repeat(2_000_000)]]), good] },
    { name: 'headers without an entry', entries: Array.from({ length: 20 }, () => pax([['path', 'x']])) },
    {
      name: 'global records without end',
      entries: Array.from({ length: 1100 }, (_, n) => pax([[`k${n}`, 'x']], 'g')),
    },
    {
      name: 'a sparse file of too many pieces',
      entries: [
        pax([
          ['GNU.sparse.size', '9'],
          ['GNU.sparse.map', '0,1,'.repeat(200_000)],
        ]),
        file('a.txt', 'x'),
      ],
    },
  ])('are refused with $name', async ({ entries }) => {
    await expect(scanEntries([entries])).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('pass over much in one line', async () => {
    const entries = Array.from({ length: 1500 }, (_, n) => file(`../${n}`, ''));
    const scan = await scanEntries([[...entries, good]]);
    expect(scan.unknowns).toHaveLength(1001);
    expect(scan.unknowns[0]?.reason).toBe('500 more entries were passed over.');
  });

  it('cannot make a cataloguer lose the rest', async () => {
    const throwing = textCataloguer(
      'throwing',
      { extensions: ['.txt'] },
      {
        read: (found, report) => {
          if (found.path === 'good.txt') return found.text();
          if (found.path === 'b.txt') report('first\nsecond\u0007\u2028third');
          throw new Error(`no\r\n${'x'.repeat(1000)}`);
        },
      },
    );
    const scan = await scanEntries([[file('a.txt'), file('b.txt'), good]], [throwing, texts]);
    expect(factsOf(scan, 'throwing')).toEqual(there);
    expect(Object.keys(factsOf(scan))).toEqual(['a.txt', 'b.txt', 'good.txt']);
    expect(scan.unknowns.map(({ path, reason }) => [path, reason.length > 310, reason.slice(0, 40)])).toEqual(
      [
        ['a.txt', false, expect.stringMatching(/^It could not be read: no x+$/)],
        ['b.txt', false, expect.stringMatching(/^It could not be read: no x+$/)],
        ['b.txt', false, 'first second third'],
      ],
    );
  });

  it('report no more than a hundred times a file', async () => {
    const chatty = textCataloguer(
      'chatty',
      { extensions: ['.txt'] },
      {
        read: (_, report) => {
          for (let n = 0; n < 1000; n++) report(`${n}`);
          return undefined;
        },
      },
    );
    expect((await scanEntries([[good]], [chatty])).unknowns).toHaveLength(100);
  });

  it('list only what is unknown of files that are there in the end', async () => {
    const broken = textCataloguer(
      'broken',
      { extensions: ['.txt'] },
      {
        read: (found) => {
          if (found.text() === 'bad') throw new Error('bad');
          return found.text();
        },
      },
    );
    const scan = await scanEntries(
      [
        [file('a.txt', 'bad'), file('b.txt', 'good')],
        [file('a.txt', 'good'), file('b.txt', 'bad')],
      ],
      [broken],
    );
    expect(factsOf(scan, 'broken')).toEqual({ 'a.txt': 'good' });
    expect(scan.unknowns.map(({ path }) => path)).toEqual(['b.txt']);
  });

  it('write through many links in bounded time', async () => {
    const links = Array.from({ length: 2000 }, (_, n) => symlink(`l${n}`, 'd'));
    const through = Array.from({ length: 2000 }, (_, n): Entry => file(`l${n}/${n}.bin`, ''));
    const scan = await scanEntries([[...links, file('d/a.txt', '1')], through, [opaque('x'), good]]);
    expect(factsOf(scan)).toEqual({ 'd/a.txt': '1', ...there });
  });

  it('are deep trees that are walked nevertheless', async () => {
    const deep = `${'d/'.repeat(2000)}a.txt`;
    const scan = await scanEntries([[pax([['path', deep]]), file('x', '1')], [good]]);
    expect(factsOf(scan)[deep] === '1').toBe(true);
  });

  it('unpack a thousandfold without taking memory', async () => {
    const tar = Buffer.concat([buildTar([good]), Buffer.alloc(50_000_000)]);
    const image = buildImage([{ bytes: gzipSync(tar), diffId: digestOf(tar) }]);
    const scan = await scanImage(image, [texts]);
    expect(scan.layers[0]).toMatchObject({ uncompressedSize: tar.length, files: 1 });
  });
});
