import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SuiteError } from './errors.ts';
import { compileGlob, globProblem } from './glob.ts';

/** A checkout with its dependencies has some 100,000; a search that meets more looks in the wrong place. */
const MAX_ENTRIES = 2_000_000;

/** What makes a text a pattern. */
const MEANINGFUL = /[*?[{]/;

/**
 * Finds files by paths and globs (`*`, `?`, `[…]`, `{a,b}`, `**` over directories), each once, sorted. Symbolic links
 * to directories are not followed.
 *
 * @param root where relative patterns start.
 * @param what names the input, for errors.
 * @throws SuiteError `INPUT_INVALID` for a glob that is none, `NOT_FOUND` for a pattern that nothing matches,
 *   `LIMIT_EXCEEDED`
 */
export async function findFiles(
  patterns: readonly string[],
  root: string,
  what: string,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const matches = await findMatches(pattern.replaceAll('\\', '/'), root, what);
    if (matches.length === 0) {
      throw new SuiteError('NOT_FOUND', `${what}: no file matches ${JSON.stringify(pattern)}.`, {
        remedy: `Check the pattern; it starts at ${root}.`,
      });
    }
    for (const match of matches) found.add(match);
  }
  return [...found].sort();
}

async function findMatches(pattern: string, root: string, what: string): Promise<readonly string[]> {
  if (!MEANINGFUL.test(pattern)) {
    const path = resolve(root, pattern);
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined) return [];
    return stats.isDirectory() ? filesBelow(path, () => true) : [path];
  }
  const problem = globProblem(pattern);
  if (problem !== undefined) {
    throw new SuiteError('INPUT_INVALID', `${what}: the pattern ${JSON.stringify(pattern)} ${problem}.`);
  }
  // What stands before the first pattern is a directory to start in.
  const parts = pattern.split('/');
  const literal = parts.slice(
    0,
    parts.findIndex((part) => MEANINGFUL.test(part)),
  );
  const base = isAbsolute(pattern) ? '/' : root;
  const start = resolve(base, literal.join('/') || '.');
  const matches = compileGlob(parts.slice(literal.length).join('/'));
  return filesBelow(start, (path) => matches(path));
}

/** Files whose path from `start`, with slashes, is wanted. */
async function filesBelow(start: string, isWanted: (path: string) => boolean): Promise<readonly string[]> {
  const found: string[] = [];
  const waiting = [start];
  let entries = 0;
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    const children: readonly Dirent[] = await readdir(directory, { withFileTypes: true }).catch(() => []);
    entries += children.length;
    if (entries > MAX_ENTRIES) {
      throw new SuiteError('LIMIT_EXCEEDED', `There are more than ${MAX_ENTRIES} files below ${start}.`, {
        remedy: 'Begin the pattern with the directory that holds the files.',
      });
    }
    for (const child of children) {
      const path = join(directory, child.name);
      if (child.isDirectory()) {
        if (child.name !== '.git') waiting.push(path);
      } else if (isWanted(relative(start, path).replaceAll(sep, '/'))) found.push(path);
    }
  }
  return found;
}
