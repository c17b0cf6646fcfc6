import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readBoundedFile } from '../src/bounded-file.ts';

describe('readBoundedFile', () => {
  let path: string;
  beforeAll(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'bounded-')), 'four');
    await writeFile(path, 'four');
  });

  it('reads a file up to its limit', async () => {
    expect(String(await readBoundedFile(path, 4, 'The file'))).toBe('four');
  });

  it('refuses a larger one with both figures', async () => {
    await expect(readBoundedFile(path, 3, 'The file', { large: 'Cut it.' })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: 'The file has 4 bytes; the limit is 3.',
      remedy: 'Cut it.',
    });
  });

  it('says what cannot be read', async () => {
    await expect(readBoundedFile(`${path}x`, 3, 'The file', { missing: 'Name it.' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'The file cannot be read.',
      remedy: 'Name it.',
    });
  });
});
