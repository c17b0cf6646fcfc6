import { lstatSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runChecked } from '../process.ts';

/** What a file system's tree was at one time, by path from its root. */
export type TreeState = ReadonlyMap<string, EntryState>;

interface EntryState {
  readonly kind: 'directory' | 'other';
  /** Changes when the content, the mode or the owner does, or another file is put in its place. */
  readonly mark: string;
  readonly inode: bigint;
}

/** What one step did to a tree, as a layer says it (image-spec, layer.md, "Representing Changes"). */
export interface TreeChange {
  /** Paths to pack, sorted: parents before children. */
  readonly changed: readonly string[];
  /** Paths of whiteouts, and of opaque whiteouts for directories that were put in the place of others. */
  readonly whiteouts: readonly string[];
}

/** Looks at every entry of a tree; what lies in other file systems' places (`proc`, `dev`, `sys`) is no part of it. */
export function readTree(root: string): TreeState {
  const entries = new Map<string, EntryState>();
  const visit = (directory: string): void => {
    for (const name of readdirSync(join(root, directory))) {
      const path = directory === '' ? name : `${directory}/${name}`;
      const status = lstatSync(join(root, path), { bigint: true });
      const isDirectory = status.isDirectory();
      const time = isDirectory ? '' : `${status.mtimeNs} ${status.ctimeNs} ${status.size}`;
      entries.set(path, {
        kind: isDirectory ? 'directory' : 'other',
        mark: `${status.mode} ${status.uid} ${status.gid} ${status.ino} ${time}`,
        inode: status.ino,
      });
      if (isDirectory && !FOREIGN.has(path)) visit(path);
    }
  };
  visit('');
  return entries;
}

const FOREIGN: ReadonlySet<string> = new Set(['proc', 'dev', 'sys', 'run']);

/** Compares a tree with what it was. */
export function compareTrees(before: TreeState, after: TreeState): TreeChange {
  const changed = [...after].filter(([path, { mark }]) => before.get(path)?.mark !== mark);
  const whiteouts: string[] = [];
  const hidden = (path: string): boolean => {
    const parent = dirname(path);
    if (parent === '.') return false;
    const [was, is] = [before.get(parent), after.get(parent)];
    // Gone with its parent, or hidden by the opaque whiteout of the directory that took its place.
    return is === undefined || is.kind !== 'directory' || was?.inode !== is.inode || hidden(parent);
  };
  for (const [path, was] of before) {
    const is = after.get(path);
    if (is === undefined && !hidden(path))
      whiteouts.push(join(dirname(path), `.wh.${path.split('/').pop()}`));
    const isReplaced = was.kind === 'directory' && is?.kind === 'directory' && was.inode !== is.inode;
    if (isReplaced && !hidden(path)) whiteouts.push(join(path, '.wh..wh..opq'));
  }
  return { changed: changed.map(([path]) => path).sort(), whiteouts: whiteouts.sort() };
}

/** How GNU tar writes what ustar has no room for: each layer's builder has its own habit. */
export type TarFormat = 'gnu' | 'pax';

/** Packs a change into a tar file with GNU tar. */
export async function packTree(
  root: string,
  { changed, whiteouts }: TreeChange,
  file: string,
  format: TarFormat,
): Promise<void> {
  const place = await mkdtemp(`${file}-`);
  try {
    const tar = async (action: string, directory: string, paths: readonly string[]): Promise<void> => {
      const list = join(place, 'paths');
      await writeFile(list, paths.map((path) => `${path}\0`).join(''));
      const how = [action, `--format=${format}`, '--numeric-owner', '--no-recursion'];
      const what = ['--directory', directory, '--null', '--verbatim-files-from', '--files-from', list];
      await runChecked('tar', [...how, '--file', file, ...what], { timeout: PACK_TIMEOUT });
    };
    await tar('--create', root, changed);
    const marks = join(place, 'whiteouts');
    for (const path of whiteouts) {
      await mkdir(dirname(join(marks, path)), { recursive: true });
      await writeFile(join(marks, path), '');
    }
    if (whiteouts.length > 0) await tar('--append', marks, whiteouts);
  } finally {
    await rm(place, { recursive: true });
  }
}

const PACK_TIMEOUT = 10 * 60_000;
