import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileCommand } from '../../src/start/file-command.ts';

describe('reads what a step wrote for the runner', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'file-command-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const read = async (text: string): Promise<Readonly<Record<string, string>>> => {
    const file = join(directory, 'command');
    await writeFile(file, text);
    return Object.fromEntries(await readFileCommand(file));
  };

  it.each([
    ['nothing', '', {}],
    ['a value on a line', 'digest=sha256:abc\n', { digest: 'sha256:abc' }],
    ['an equals sign in a value', 'query=a=b\n', { query: 'a=b' }],
    ['a value that looks like a heredoc', 'text=a<<b\n', { text: 'a<<b' }],
    ['an empty value', 'tags=\n', { tags: '' }],
    ['lines between delimiters', 'tags<<END\n1.0.0\n\nlatest\nEND\n', { tags: '1.0.0\n\nlatest' }],
    ['no lines between delimiters', 'tags<<END\nEND\n', { tags: '' }],
    ['a line in a value that looks like an entry', 'text<<END\na=b\nEND\nc=d\n', { text: 'a=b', c: 'd' }],
    ['line ends of Windows', 'tags<<END\r\n1.0.0\r\nEND\r\na=b\r\n', { tags: '1.0.0', a: 'b' }],
    ['the last of two values', 'a=1\na=2\n', { a: '2' }],
  ])('%s', async (_name, text, entries) => {
    expect(await read(text)).toEqual(entries);
  });

  it.each([
    ['a line that is no entry', 'digest\n'],
    ['a delimiter that never comes again', 'tags<<END\n1.0.0\n'],
    ['an empty delimiter', 'tags<<\n\n'],
    ['an entry without a name', '<<END\nEND\n'],
  ])('refuses %s, as the runner does', async (_name, text) => {
    await expect(read(text)).rejects.toThrow(/line 1/);
  });
});
