import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { scanDirectory } from '../../src/reading/scan-directory.ts';
import { factsOf, textCataloguer, texts } from './image-builder.ts';

const locks = textCataloguer('locks', { names: ['app.lock'] });
const executables = textCataloguer(
  'executables',
  { executables: true },
  { read: (file) => `${file.bytes.length}` },
);
const isPosix = process.platform !== 'win32';

let outside = '';
let root = '';
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'scan-'));
  root = join(outside, 'root');
  mkdirSync(root);
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

function put(path: string, content: string | Uint8Array = `content of ${path}`): void {
  const at = join(root, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, content);
}

describe('scanDirectory', () => {
  it('reads wanted files, sorted by path', async () => {
    for (const path of ['b/c.txt', 'b.txt', 'a/x.txt', 'a/y.bin', 'B.TXT', 'deep/er/and/deeper/z.txt'])
      put(path);
    const scan = await scanDirectory(root, [texts, locks]);
    expect(scan.evidence.get('texts')?.map(({ path }) => path)).toEqual([
      'B.TXT',
      'a/x.txt',
      'b.txt',
      'b/c.txt',
      'deep/er/and/deeper/z.txt',
    ]);
    expect(scan.evidence.get('texts')?.[1]).toEqual({
      path: 'a/x.txt',
      layer: undefined,
      facts: 'content of a/x.txt',
      earlier: [],
    });
    expect(scan.evidence.get('locks')).toEqual([]);
    expect([scan.layers, scan.unknowns]).toEqual([[], []]);
  });

  it('reads a single file as a tree of its own', async () => {
    put('sub/a.txt', '1');
    const scan = await scanDirectory(join(root, 'sub/a.txt'), [texts]);
    expect(factsOf(scan)).toEqual({ 'a.txt': '1' });
  });

  it('takes nothing of .git', async () => {
    put('.git/a.txt');
    put('sub/.git/b.txt');
    put('.github/c.txt', '3');
    expect(factsOf(await scanDirectory(root, [texts]))).toEqual({ '.github/c.txt': '3' });
  });

  it('tells executables by their first bytes', async () => {
    put('bin/app', Buffer.from('\x7fELF and more', 'latin1'));
    put('bin/script', '#!/bin/sh');
    put('bin/tiny', '\x7f');
    put('bin/empty', '');
    expect(factsOf(await scanDirectory(root, [executables]), 'executables')).toEqual({ 'bin/app': '13' });
  });

  it('lists a file that is too large as unknown, and gives it to those with other limits', async () => {
    put('a.txt', 'x'.repeat(100));
    const small = textCataloguer('small', { extensions: ['.txt'], maxBytes: 99 });
    const scan = await scanDirectory(root, [small, texts]);
    expect(Object.keys(factsOf(scan))).toEqual(['a.txt']);
    expect(factsOf(scan, 'small')).toEqual({});
    expect(scan.unknowns).toEqual([
      { path: 'a.txt', by: 'small', reason: 'It has 100 bytes; at most 99 are read.' },
    ]);
  });

  it('reads files that are larger than its buffers', async () => {
    const content = 'abcdefg'.repeat(1_000_000);
    put('large.txt', content);
    let bytes = 0;
    const large = textCataloguer('texts', { extensions: ['.txt'], maxBytes: 10_000_000 });
    const scan = await scanDirectory(root, [large], {
      onBytes: (count) => {
        bytes += count;
      },
    });
    expect(factsOf(scan)['large.txt'] === content).toBe(true);
    expect(bytes).toBe(7_000_000);
  });

  it('is an error for a path that is not there', async () => {
    await expect(scanDirectory(join(root, 'none'), [texts])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stops where it is cancelled', async () => {
    put('a.txt');
    const signal = AbortSignal.abort();
    await expect(scanDirectory(root, [texts], { signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  (isPosix ? describe : describe.skip)('with links and special files', () => {
    it('follows no link to a directory, and none that leads out', async () => {
      put('a/x.txt', '1');
      symlinkSync('a', join(root, 'again'));
      symlinkSync('.', join(root, 'a/loop'));
      symlinkSync(outside, join(root, 'out'));
      writeFileSync(join(outside, 'secret.txt'), 'secret');
      symlinkSync('../secret.txt', join(root, 'b.txt'));
      symlinkSync('c.txt', join(root, 'c.txt'));
      symlinkSync('nowhere', join(root, 'd.txt'));
      const scan = await scanDirectory(root, [texts]);
      expect(factsOf(scan)).toEqual({ 'a/x.txt': '1' });
      expect(scan.unknowns).toEqual([
        { path: 'b.txt', by: 'reading', reason: 'It is a symbolic link that leads out of the directory.' },
      ]);
    });

    it('reads a file that is wanted by the name of its link only', async () => {
      put('deps/base', '1');
      put('deps/real.txt', '2');
      symlinkSync('deps/base', join(root, 'a.txt'));
      symlinkSync('deps/real.txt', join(root, 'b.txt'));
      symlinkSync(join(root, 'deps/base'), join(root, 'app.lock'));
      const scan = await scanDirectory(root, [texts, locks]);
      expect(factsOf(scan)).toEqual({ 'a.txt': '1', 'deps/real.txt': '2' });
      expect(factsOf(scan, 'locks')).toEqual({ 'app.lock': '1' });
    });

    it('resolves links that stay inside', async () => {
      put('real/x.txt');
      symlinkSync('real', join(root, 'link'));
      symlinkSync(join(root, 'link'), join(root, 'absolute'));
      symlinkSync('..', join(root, 'up'));
      const scan = await scanDirectory(root, [texts]);
      expect(
        ['link/x.txt', 'absolute/x.txt', 'up/x.txt', 'real/x.txt'].map((path) => scan.resolve(path)),
      ).toEqual(['real/x.txt', 'real/x.txt', 'up/x.txt', 'real/x.txt']);
    });

    it('passes over sockets', async () => {
      const path = join(root, 's.txt');
      const server = await new Promise<Server>((resolve) => {
        const listening = createServer().listen(path, () => resolve(listening));
      });
      const scan = await scanDirectory(root, [texts, executables]);
      server.close();
      expect([factsOf(scan), scan.unknowns]).toEqual([{}, []]);
    });

    (process.getuid?.() === 0 ? it.skip : it)('lists what it may not read', async () => {
      put('closed/a.txt');
      put('b.txt');
      chmodSync(join(root, 'closed'), 0);
      chmodSync(join(root, 'b.txt'), 0);
      const scan = await scanDirectory(root, [texts]);
      chmodSync(join(root, 'closed'), 0o700);
      expect(scan.unknowns).toEqual([
        { path: 'b.txt', by: 'reading', reason: 'It cannot be read: EACCES.' },
        { path: 'closed', by: 'reading', reason: 'It cannot be listed: EACCES.' },
      ]);
    });
  });
});
