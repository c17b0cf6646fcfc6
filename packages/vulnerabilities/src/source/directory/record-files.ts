import type { Dirent } from 'node:fs';
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';

/** All of OSV has some 700,000 records (November 2026). */
const MAX_FILES = 2_000_000;

/** GitHub's own repository of advisories has 6 levels; who needs more than 32 builds a trap. */
const MAX_DEPTH = 32;

/** Entries of a directory that are read at once: its names come in few calls, and never all together. */
const DIRECTORY_BUFFER = 1024;

/** What is read of a directory of advisories: paths from its root with slashes, sorted. */
export interface RecordFiles {
  readonly records: readonly string[];
  /** `all.zip`, as OSV publishes an ecosystem. */
  readonly archives: readonly string[];
}

/**
 * Finds the files with records in a directory, however deep. Symbolic links to what is in it are passed over, because it
 * is found by itself; one that leads out is an error, because what it means would be missing.
 *
 * @param isOther files at the top that are something else: scores of EPSS, the catalogue of CISA.
 * @throws SuiteError `NOT_FOUND` where there is no such directory, `CONTENT_INVALID` for a link out, `LIMIT_EXCEEDED`
 */
export async function findRecordFiles(
  directory: string,
  isOther: (name: string) => boolean,
  signal: AbortSignal,
): Promise<RecordFiles> {
  const root = await openRoot(directory);
  const records: string[] = [];
  const archives: string[] = [];
  const waiting = [{ path: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    throwIfCancelled(signal);
    const { path, depth } = next;
    if (depth > MAX_DEPTH) throw tooMuch(directory, `nests deeper than ${MAX_DEPTH} levels`);
    for await (const entry of await opendir(path, { bufferSize: DIRECTORY_BUFFER })) {
      const full = join(path, entry.name);
      if (entry.isSymbolicLink()) await refuseLinkOut(directory, root, full);
      else if (entry.isDirectory()) {
        if (entry.name !== '.git') waiting.push({ path: full, depth: depth + 1 });
      } else if (entry.isFile() && !(depth === 0 && isOther(entry.name))) {
        listOf(entry, records, archives)?.push(relative(root, full).replaceAll(sep, '/'));
      }
      if (records.length + archives.length > MAX_FILES) {
        throw tooMuch(directory, `has more than ${MAX_FILES} files`);
      }
    }
  }
  return { records: records.sort(), archives: archives.sort() };
}

async function openRoot(directory: string): Promise<string> {
  const stats = await stat(directory).catch((cause: unknown) => cause);
  if (stats instanceof Error || !isDirectory(stats)) {
    throw new SuiteError('NOT_FOUND', `There is no directory of advisories at ${directory}.`, {
      remedy: 'Check the path, and that the step that fills it has run before; or write osv or github.',
      cause: stats,
    });
  }
  return realpath(directory);
}

function isDirectory(stats: unknown): boolean {
  return (
    typeof stats === 'object' &&
    stats !== null &&
    'isDirectory' in stats &&
    typeof stats.isDirectory === 'function' &&
    stats.isDirectory() === true
  );
}

function listOf({ name }: Dirent, records: string[], archives: string[]): string[] | undefined {
  if (name.endsWith('.json')) return records;
  return name.endsWith('.zip') ? archives : undefined;
}

async function refuseLinkOut(directory: string, root: string, link: string): Promise<void> {
  const target = await realpath(link).catch(() => undefined);
  const isInside = target !== undefined && (target === root || target.startsWith(`${root}${sep}`));
  if (isInside) return;
  const stats = target === undefined ? undefined : await lstat(target);
  // A link to a file of another kind has nothing that would be missing.
  if (stats?.isFile() === true && !/\.(?:json|zip)$/.test(link)) return;
  const name = relative(root, link).replaceAll(sep, '/');
  throw new SuiteError(
    'CONTENT_INVALID',
    `${JSON.stringify(name)} in the directory of advisories ${directory} is a symbolic link that leads out of it, or nowhere.`,
    { remedy: 'Put the files themselves there.' },
  );
}

function tooMuch(directory: string, fact: string): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `The directory of advisories ${directory} ${fact}.`, {
    remedy: 'Name the directory that holds the advisories, not one above it.',
  });
}
