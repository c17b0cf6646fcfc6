import { describe, expect, it } from '@jest/globals';
import { scanImage } from '../../src/reading/scan-image.ts';
import { buildImage, factsOf, plainLayer, texts } from './image-builder.ts';
import { buildTar, type Entry, entryBytes, file, gnuLong, pax } from './tar-builder.ts';

const long = `${'directory/'.repeat(30)}a.txt`;

/** A number as GNU tar writes it when it is too large for octal digits. */
function base256(value: bigint): Buffer {
  const field = Buffer.alloc(12);
  field.writeBigUInt64BE(value, 4);
  field[0] = 0x80;
  return field;
}

/** Pieces of GNU's old sparse format, as they stand in a header. */
const gnuPieces = (
  pieces: readonly (readonly [number, number])[],
  at: number,
): readonly (readonly [number, string])[] =>
  pieces.flatMap(([offset, length], index) => [
    [at + index * 24, `${offset.toString(8).padStart(11, '0')}\0`],
    [at + index * 24 + 12, `${length.toString(8).padStart(11, '0')}\0`],
  ]);
const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;

/** A block of further pieces. */
function piecesBlock(pieces: readonly (readonly [number, number])[], goesOn: boolean): Buffer {
  const block = Buffer.alloc(512);
  for (const [at, text] of gnuPieces(pieces, 0)) block.write(text, at, 'latin1');
  if (goesOn) block[504] = 1;
  return block;
}

const many = Array.from({ length: 30 }, (_, index) => [index * 10, 1] as const);
const manyContent = many.map((_, index) => String.fromCharCode(97 + (index % 26))).join('');
const manyWhole = Array.from({ length: 300 }, (_, at) => (at % 10 === 0 ? manyContent[at / 10] : '\0')).join(
  '',
);

const rows: readonly {
  readonly name: string;
  readonly entries: readonly (Entry | Buffer)[];
  readonly there: Readonly<Record<string, string>>;
}[] = [
  { name: 'v7', entries: [{ ...file('a.txt', '1'), format: 'v7' }], there: { 'a.txt': '1' } },
  {
    name: 'v7 with a zero byte for its type',
    entries: [{ ...file('a.txt', '1'), format: 'v7', flag: '\0' }],
    there: { 'a.txt': '1' },
  },
  { name: 'a v7 directory', entries: [{ ...file('a.txt/', ''), format: 'v7' }], there: {} },
  {
    name: 'a ustar prefix',
    entries: [{ ...file('a.txt', '1'), patch: [[345, 'usr/lib']] }],
    there: { 'usr/lib/a.txt': '1' },
  },
  { name: 'a contiguous file', entries: [{ ...file('a.txt', '1'), flag: '7' }], there: { 'a.txt': '1' } },
  { name: 'a GNU long name', entries: [gnuLong('L', long), file('cut', '1')], there: { [long]: '1' } },
  {
    name: 'a GNU long link',
    entries: [
      file(`${'d/'.repeat(60)}x`.slice(0, 99), '1'),
      gnuLong('K', `${'d/'.repeat(60)}x`.slice(0, 99)),
      { name: 'a.txt', flag: '1', linkName: 'cut' },
    ],
    there: { 'a.txt': '1' },
  },
  { name: 'a pax path', entries: [pax([['path', long]]), file('cut', '1')], there: { [long]: '1' } },
  {
    name: 'a pax linkpath',
    entries: [file('x', '1'), pax([['linkpath', 'x']]), { name: 'a.txt', flag: '1', linkName: 'cut' }],
    there: { 'a.txt': '1' },
  },
  {
    name: 'a pax size',
    entries: [pax([['size', '3']]), { ...file('a.txt', 'abc'), size: 0 }, file('b.txt', '2')],
    there: { 'a.txt': 'abc', 'b.txt': '2' },
  },
  {
    name: 'global pax records',
    entries: [pax([['comment', 'x']], 'g'), file('a.txt', '1'), file('b.txt', '2')],
    there: { 'a.txt': '1', 'b.txt': '2' },
  },
  {
    name: 'a base-256 size',
    entries: [{ ...file('a.txt', 'abc'), size: base256(3n) }, file('b.txt', '2')],
    there: { 'a.txt': 'abc', 'b.txt': '2' },
  },
  {
    name: 'an unknown type, with its content',
    entries: [{ ...file('x.txt', 'y'.repeat(700)), flag: 'V' }, file('a.txt', '1')],
    there: { 'a.txt': '1' },
  },
  {
    name: 'no size of links',
    entries: [{ name: 'l', flag: '2', linkName: 'x', size: 5000 }, file('a.txt', '1')],
    there: { 'a.txt': '1' },
  },
  { name: 'an empty file', entries: [file('a.txt', '')], there: { 'a.txt': '' } },
  {
    name: 'GNU.sparse 0.0',
    entries: [
      pax([
        ['GNU.sparse.size', '8'],
        ['GNU.sparse.numblocks', '2'],
        ['GNU.sparse.offset', '1'],
        ['GNU.sparse.numbytes', '2'],
        ['GNU.sparse.offset', '5'],
        ['GNU.sparse.numbytes', '1'],
      ]),
      file('a.txt', 'abc'),
      file('b.txt', '2'),
    ],
    there: { 'a.txt': '\0ab\0\0c\0\0', 'b.txt': '2' },
  },
  {
    name: 'GNU.sparse 0.1',
    entries: [
      pax([
        ['GNU.sparse.size', '8'],
        ['GNU.sparse.numblocks', '2'],
        ['GNU.sparse.map', '0,2,5,1'],
        ['GNU.sparse.name', 'a.txt'],
      ]),
      file('GNUSparseFile.1/a', 'abc'),
      file('b.txt', '2'),
    ],
    there: { 'a.txt': 'ab\0\0\0c\0\0', 'b.txt': '2' },
  },
  {
    name: 'GNU.sparse 1.0',
    entries: [
      pax([
        ['GNU.sparse.major', '1'],
        ['GNU.sparse.minor', '0'],
        ['GNU.sparse.name', 'a.txt'],
        ['GNU.sparse.realsize', '8'],
      ]),
      file(
        'GNUSparseFile.1/a',
        Buffer.concat([Buffer.from('3\n0\n2\n5\n1\n8\n0\n'.padEnd(512, '\0')), Buffer.from('abc')]),
      ),
      file('b.txt', '2'),
    ],
    there: { 'a.txt': 'ab\0\0\0c\0\0', 'b.txt': '2' },
  },
  {
    name: 'GNU old sparse',
    entries: [
      {
        ...file('a.txt', 'abc'),
        flag: 'S',
        format: 'gnu',
        patch: [
          ...gnuPieces(
            [
              [1, 2],
              [5, 1],
              [8, 0],
            ],
            386,
          ),
          [483, octal(8)],
        ],
      },
      file('b.txt', '2'),
    ],
    there: { 'a.txt': '\0ab\0\0c\0\0', 'b.txt': '2' },
  },
  {
    name: 'GNU old sparse with further blocks',
    entries: [
      Buffer.concat([
        entryBytes({
          name: 'a.txt',
          flag: 'S',
          format: 'gnu',
          size: 30,
          patch: [...gnuPieces(many.slice(0, 4), 386), [482, '\x01'], [483, octal(300)]],
        }),
        piecesBlock(many.slice(4, 25), true),
        piecesBlock(many.slice(25), false),
        Buffer.from(manyContent.padEnd(512, '\0')),
      ]),
      file('b.txt', '2'),
    ],
    there: { 'a.txt': manyWhole, 'b.txt': '2' },
  },
  {
    name: 'a sparse file that is all hole',
    entries: [
      pax([
        ['GNU.sparse.size', '3'],
        ['GNU.sparse.map', ''],
      ]),
      file('a.txt', ''),
    ],
    there: { 'a.txt': '\0\0\0' },
  },
];

const tarOf = (entries: readonly (Entry | Buffer)[]): Buffer =>
  Buffer.concat([
    ...entries.map((one) => (Buffer.isBuffer(one) ? one : entryBytes(one))),
    Buffer.alloc(1024),
  ]);

describe('TarWalker', () => {
  describe.each(rows)('reads $name', ({ entries, there }) => {
    it.each([1, 7, 512, 65_536])('in chunks of %d bytes', async (chunkBytes) => {
      const image = buildImage([plainLayer(tarOf(entries))], { chunkBytes });
      const scan = await scanImage(image, [texts]);
      expect(factsOf(scan)).toEqual(there);
    });
  });

  it.each([
    {
      name: 'holes that overlap',
      records: [
        ['GNU.sparse.size', '8'],
        ['GNU.sparse.map', '0,2,1,1'],
      ],
    },
    {
      name: 'pieces behind the end',
      records: [
        ['GNU.sparse.size', '2'],
        ['GNU.sparse.map', '0,3'],
      ],
    },
    {
      name: 'pieces that are not all there',
      records: [
        ['GNU.sparse.size', '8'],
        ['GNU.sparse.map', '0,2'],
      ],
    },
    {
      name: 'an odd map',
      records: [
        ['GNU.sparse.size', '8'],
        ['GNU.sparse.map', '0,2,3'],
      ],
    },
    {
      name: 'a map of words',
      records: [
        ['GNU.sparse.size', '8'],
        ['GNU.sparse.map', 'a,b'],
      ],
    },
    { name: 'a size that is no number', records: [['size', '-1']] },
    {
      name: 'a map that has no end',
      records: [
        ['GNU.sparse.major', '1'],
        ['GNU.sparse.minor', '0'],
      ],
    },
  ] as const)('refuses $name', async ({ records }) => {
    const image = buildImage([plainLayer(buildTar([pax(records), file('a.txt', 'abc')]))]);
    await expect(scanImage(image, [texts])).rejects.toMatchObject({ code: 'CONTENT_INVALID' });
  });

  it('takes a last file that does not fill its block', async () => {
    const tar = entryBytes(file('a.txt', '1')).subarray(0, 513);
    expect(factsOf(await scanImage(buildImage([plainLayer(tar)]), [texts]))).toEqual({ 'a.txt': '1' });
  });
});
