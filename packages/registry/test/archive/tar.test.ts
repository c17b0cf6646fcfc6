import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SuiteError } from '@artifact-lifecycle/core';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type ByteReader, FileReader, StreamReader } from '../../src/archive/byte-reader.ts';
import { DEFAULT_TAR_LIMITS, readTar, type TarLimits } from '../../src/archive/tar.ts';
import { checksummed, paxEntry, tarHeader, writeTar } from './tar-writer.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tar-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(reader: ByteReader, limits?: TarLimits) {
  const entries: {
    name: string;
    type: string;
    text: string;
    linkName: string;
    size: number;
    mtime: number;
  }[] = [];
  for await (const entry of readTar(reader, 'tar', limits)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry.content()) chunks.push(Buffer.from(chunk));
    const { name, type, linkName, size, mtime } = entry;
    entries.push({ name, type, linkName, size, mtime, text: Buffer.concat(chunks).toString() });
  }
  return entries;
}

const read = (bytes: Uint8Array, piece = 1000, limits?: TarLimits) =>
  readAll(new StreamReader(pieces(bytes, piece)), limits);
const long = `${'directory/'.repeat(30)}file`;

describe('readTar reads', () => {
  it.each([
    {
      name: 'a file',
      entries: [{ name: 'a', content: 'hello' }],
      expected: [{ name: 'a', type: 'file', text: 'hello' }],
    },
    {
      name: 'a file of exactly a block',
      entries: [
        { name: 'a', content: 'x'.repeat(512) },
        { name: 'b', content: 'y' },
      ],
      expected: [
        { name: 'a', size: 512 },
        { name: 'b', text: 'y' },
      ],
    },
    {
      name: 'an empty file',
      entries: [{ name: 'a' }, { name: 'b', content: 'y' }],
      expected: [
        { name: 'a', text: '' },
        { name: 'b', text: 'y' },
      ],
    },
    {
      name: 'a directory, also in the form before ustar',
      entries: [
        { name: 'd/', flag: '5' },
        { name: 'e/', flag: '\0', posix: false },
      ],
      expected: [{ type: 'directory' }, { type: 'directory' }],
    },
    {
      name: 'links',
      entries: [
        { name: 's', flag: '2', linkName: '../t' },
        { name: 'h', flag: '1', linkName: 's' },
      ],
      expected: [
        { type: 'symlink', linkName: '../t' },
        { type: 'hardlink', linkName: 's' },
      ],
    },
    {
      name: 'a hard link that states the size of its file',
      entries: [
        { name: 'h', flag: '1', linkName: 's', size: 99 },
        { name: 'b', content: 'y' },
      ],
      expected: [{ size: 0 }, { name: 'b', text: 'y' }],
    },
    {
      name: 'devices and pipes',
      entries: [
        { name: 'c', flag: '3' },
        { name: 'b', flag: '4' },
        { name: 'p', flag: '6' },
      ],
      expected: [{ type: 'device' }, { type: 'device' }, { type: 'pipe' }],
    },
    {
      name: 'GNU long names',
      entries: [
        { name: '././@LongLink', flag: 'L', content: `${long}\0` },
        { name: 'short', content: 'x' },
        { name: 'next' },
      ],
      expected: [{ name: long, text: 'x' }, { name: 'next' }],
    },
    {
      name: 'GNU long links',
      entries: [
        { name: '././@LongLink', flag: 'K', content: `${long}\0` },
        { name: 's', flag: '2', linkName: 'short' },
      ],
      expected: [{ name: 's', linkName: long }],
    },
    {
      name: 'pax names and links',
      entries: [paxEntry({ path: `${long}ü`, linkpath: 'ö' }), { name: 's', flag: '2' }, { name: 'next' }],
      expected: [
        { name: `${long}ü`, linkName: 'ö' },
        { name: 'next', linkName: '' },
      ],
    },
    {
      name: 'pax sizes and times',
      entries: [
        paxEntry({ size: '5', mtime: '12.75' }),
        { name: 'a', content: 'hello', size: 0 },
        { name: 'b' },
      ],
      expected: [{ text: 'hello', mtime: 12 }, { name: 'b' }],
    },
    {
      name: 'pax records for all',
      entries: [
        paxEntry({ mtime: '7' }, 'g'),
        { name: 'a' },
        paxEntry({ mtime: '8' }),
        { name: 'b' },
        { name: 'c' },
      ],
      expected: [{ mtime: 7 }, { mtime: 8 }, { mtime: 7 }],
    },
    {
      name: 'sizes in binary',
      entries: [{ name: 'a', content: 'hello', size: `\x80${'\0'.repeat(10)}\x05` }],
      expected: [{ text: 'hello' }],
    },
    {
      name: 'names as they are, even if they climb',
      entries: [{ name: '../../etc/passwd' }, { name: '/abs' }],
      expected: [{ name: '../../etc/passwd' }, { name: '/abs' }],
    },
    {
      name: 'sparse files as such, and what follows them',
      entries: [
        paxEntry({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'real' }),
        { name: 'x', content: '1\n0\n' },
        { name: 'b', content: 'y' },
      ],
      expected: [
        { name: 'real', type: 'sparse' },
        { name: 'b', text: 'y' },
      ],
    },
    { name: 'nothing at all', entries: [], expected: [] },
  ])('$name', async ({ entries, expected }) => {
    const bytes = writeTar(entries);
    for (const piece of [1, 511, 512, 100_000]) {
      const found = await read(bytes, piece);
      expect(found).toHaveLength(expected.length);
      expect(found).toMatchObject(expected);
    }
  });

  it('old GNU sparse headers that go on in further blocks', async () => {
    const header = tarHeader({ name: 's', flag: 'S', content: 'data' });
    header[482] = 1;
    const more = Buffer.alloc(1024);
    more[504] = 1;
    const content = Buffer.alloc(512);
    const tar = Buffer.concat([checksummed(header), more, content, writeTar([{ name: 'b', content: 'y' }])]);
    expect(await read(tar)).toMatchObject([
      { name: 's', type: 'sparse' },
      { name: 'b', text: 'y' },
    ]);
  });

  it('no more than it is asked for', async () => {
    const tar = writeTar([
      { name: 'a', content: 'x'.repeat(5000) },
      { name: 'b', content: 'wanted' },
      { name: 'c' },
    ]);
    for (const piece of [7, 4096]) {
      const reader = new StreamReader(pieces(tar, piece));
      const names: string[] = [];
      for await (const entry of readTar(reader, 'tar')) {
        names.push(entry.name);
        if (entry.name !== 'b') continue;
        for await (const chunk of entry.content()) {
          expect(chunk.length).toBeLessThanOrEqual(6);
          break;
        }
      }
      expect(names).toEqual(['a', 'b', 'c']);
    }
  });

  it('the end mark as the end, and an archive without one to its end', async () => {
    const tar = writeTar([{ name: 'a' }]);
    expect(await read(Buffer.concat([tar, Buffer.from('anything')]))).toHaveLength(1);
    expect(await read(tar.subarray(0, 512))).toHaveLength(1);
  });

  it('the same from a file, with the offsets of the contents', async () => {
    const path = join(directory, 'a.tar');
    const tar = writeTar([
      { name: 'a', content: 'hello' },
      { name: 'b', content: 'y'.repeat(200_000) },
      { name: 'c', content: 'end' },
    ]);
    await writeFile(path, tar);
    const file = await open(path);
    try {
      const entries = await readAll(new FileReader(file, tar.length));
      expect(entries.map(({ text }) => text.length)).toEqual([5, 200_000, 3]);
      const offsets: number[] = [];
      for await (const { offset } of readTar(new FileReader(file, tar.length), 'tar')) offsets.push(offset);
      expect(offsets.map((at) => tar.toString('latin1', at, at + 3))).toEqual(['hel', 'yyy', 'end']);
    } finally {
      await file.close();
    }
  });
});

describe('readTar refuses', () => {
  const good = writeTar([{ name: 'a', content: 'x'.repeat(700) }]);
  const limits = { maxEntries: 2, maxHeaderBytes: 100 };
  const broken = Buffer.from(good);
  broken.write('b', 0);
  it.each([
    { name: 'a wrong checksum', bytes: broken, code: 'CONTENT_INVALID', text: 'checksum' },
    { name: 'text', bytes: Buffer.alloc(1024, 'hello '), code: 'CONTENT_INVALID', text: 'octal' },
    {
      name: 'a header that is cut off',
      bytes: good.subarray(0, 100),
      code: 'CONTENT_INVALID',
      text: 'cut off',
    },
    {
      name: 'content that is cut off',
      bytes: good.subarray(0, 1000),
      code: 'CONTENT_INVALID',
      text: 'cut off',
    },
    {
      name: 'padding that is cut off',
      bytes: good.subarray(0, 512 + 701),
      code: 'CONTENT_INVALID',
      text: 'cut off',
    },
    {
      name: 'a negative size',
      bytes: writeTar([{ name: 'a', size: '\xff'.repeat(12) }]),
      code: 'CONTENT_INVALID',
      text: 'size',
    },
    {
      name: 'a size no number can hold',
      bytes: writeTar([{ name: 'a', size: `\x80\x7f${'\xff'.repeat(10)}` }]),
      code: 'CONTENT_INVALID',
      text: 'size',
    },
    {
      name: 'a size in words',
      bytes: writeTar([{ name: 'a', size: 'seven' }]),
      code: 'CONTENT_INVALID',
      text: 'octal',
    },
    {
      name: 'a pax size in words',
      bytes: writeTar([paxEntry({ size: '1e3' }), { name: 'a' }]),
      code: 'CONTENT_INVALID',
      text: 'size',
    },
    {
      name: 'pax records without a length',
      bytes: writeTar([{ name: 'x', flag: 'x', content: 'path=a\n' }]),
      code: 'CONTENT_INVALID',
      text: 'pax',
    },
    {
      name: 'pax records longer than they are',
      bytes: writeTar([{ name: 'x', flag: 'x', content: '99 path=a\n' }]),
      code: 'CONTENT_INVALID',
      text: 'pax',
    },
    {
      name: 'pax records without a value',
      bytes: writeTar([{ name: 'x', flag: 'x', content: '7 path\n' }]),
      code: 'CONTENT_INVALID',
      text: 'pax',
    },
    {
      name: 'a long name over the limit',
      bytes: writeTar([{ name: 'x', flag: 'L', content: 'x'.repeat(101) }, { name: 'a' }]),
      code: 'LIMIT_EXCEEDED',
      text: 'header',
    },
    {
      name: 'a long name said to have gigabytes',
      bytes: writeTar([{ name: 'x', flag: 'L', size: 2 ** 32 }]),
      code: 'LIMIT_EXCEEDED',
      text: 'header',
    },
    {
      name: 'entries over the limit',
      bytes: writeTar([{ name: 'a' }, { name: 'b' }, { name: 'c' }]),
      code: 'LIMIT_EXCEEDED',
      text: 'entries',
    },
    {
      name: 'headers without end',
      bytes: writeTar(Array.from({ length: 50 }, () => paxEntry({ a: 'b' }))),
      code: 'LIMIT_EXCEEDED',
      text: 'headers',
    },
  ])('$name', async ({ bytes, code, text }) => {
    await expect(read(bytes, 1000, limits)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
  });

  it('any change to an archive with an error of its own, or reads it', async () => {
    const tar = writeTar([
      paxEntry({ path: 'long' }),
      { name: 'a', content: 'hello' },
      { name: 'b', flag: '5' },
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(tar.length - 1), fc.nat(255)), { maxLength: 5 }),
        fc.nat(tar.length),
        fc.boolean(),
        async (changes, end, sum) => {
          const changed = Buffer.from(tar);
          for (const [at, value] of changes) changed[at] = value;
          if (sum)
            for (let at = 0; at + 512 <= changed.length; at += 512)
              checksummed(changed.subarray(at, at + 512));
          await read(changed.subarray(0, end), 300, DEFAULT_TAR_LIMITS).catch((error: unknown) => {
            expect(error).toBeInstanceOf(SuiteError);
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});

const run = promisify(execFile);
const hasTar = await run('tar', ['--version']).then(
  ({ stdout }) => stdout.includes('GNU'),
  () => false,
);

(hasTar ? describe : describe.skip)('readTar reads what GNU tar writes', () => {
  it.each(['v7', 'ustar', 'gnu', 'posix'])('in its format %s', async (format) => {
    const from = join(directory, 'from');
    const deep = format === 'v7' ? 'deep' : 'deep/'.repeat(20);
    await mkdir(join(from, deep), { recursive: true });
    const name = format === 'gnu' || format === 'posix' ? `${deep}/${'n'.repeat(120)}` : `${deep}/name`;
    await writeFile(join(from, name), 'content');
    await symlink('name', join(from, 'link'));
    const path = join(directory, 'a.tar');
    await run('tar', ['--create', `--format=${format}`, '--file', path, '--directory', from, '.']);
    const entries = await read(await readFile(path));
    const { mtimeMs } = await stat(join(from, name));
    expect(entries).toContainEqual(
      expect.objectContaining({
        name: `./${name.replaceAll('//', '/')}`,
        type: 'file',
        text: 'content',
        mtime: Math.floor(mtimeMs / 1000),
      }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ name: './link', type: 'symlink', linkName: 'name' }),
    );
    expect(entries).toContainEqual(expect.objectContaining({ name: './', type: 'directory' }));
  });
});
