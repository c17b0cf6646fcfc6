import { type Dirent, lstatSync, readdirSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '@artifact-lifecycle/core';
import { comparePaths, joinPath } from './entry-path.ts';
import type { FileMatcher } from './file-matcher.ts';
import type { LayerTree, TreeAllowance } from './layer-tree.ts';
import { MAX_DIRECTORY_DEPTH } from './limits.ts';
import { systemCodeOf } from './system-code.ts';
import type { TreeFile } from './tree-file.ts';

/** What a walk through a directory meets. */
export interface TreeVisitor {
  file(file: TreeFile): void;
  /** Something that is there and is not looked at. */
  passOver(path: string, reason: string): void;
}

/** What a walk needs. */
export interface WalkTools {
  readonly matcher: FileMatcher;
  readonly allowance: TreeAllowance;
  /** Where symbolic links are noted that stay inside. */
  readonly tree: LayerTree;
  readonly signal: AbortSignal | undefined;
}

/** What git keeps is no part of what is described: objects, and hooks that are samples. */
const SKIPPED = new Set(['.git']);

/** The walk is synchronous; so often it lets others have their turn, and hears whether it is cancelled. */
const TURN_MS = 50;

/**
 * Walks through a directory in the order of its names. Links to directories are not followed: what they lead to is
 * inside, and met there, or outside, and not part of it. Sockets, pipes and devices are passed over.
 *
 * @param root its real path
 * @throws SuiteError `LIMIT_EXCEEDED`, `CANCELLED`
 */
export async function walkDirectory(root: string, visitor: TreeVisitor, tools: WalkTools): Promise<void> {
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  let turnEnds = Date.now() + TURN_MS;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, depth } = next;
    const directories: string[] = [];
    for (const entry of listDirectory(root, path, visitor)) {
      if (Date.now() >= turnEnds) {
        await setImmediate();
        turnEnds = Date.now() + TURN_MS;
      }
      throwIfCancelled(tools.signal);
      tools.allowance.takeEntry();
      const inside = joinPath(path, entry.name);
      const kind = kindOf(root, inside, entry, visitor);
      if (kind?.isFile() === true) {
        visitor.file({ location: join(root, inside), path: inside, wants: tools.matcher.match(inside) });
      } else if (kind?.isSymbolicLink() === true) {
        visitLink(root, inside, visitor, tools);
      } else if (kind?.isDirectory() === true && !SKIPPED.has(entry.name)) {
        if (depth < MAX_DIRECTORY_DEPTH) directories.push(inside);
        else visitor.passOver(inside, `It lies more than ${MAX_DIRECTORY_DEPTH} directories deep.`);
      }
    }
    for (const inside of directories.reverse()) waiting.push({ path: inside, depth: depth + 1 });
  }
}

function listDirectory(root: string, path: string, visitor: TreeVisitor): readonly Dirent[] {
  try {
    const entries = readdirSync(join(root, path), { withFileTypes: true });
    return entries.sort((one, other) => comparePaths(one.name, other.name));
  } catch (error) {
    visitor.passOver(path, `It cannot be listed: ${systemCodeOf(error)}.`);
    return [];
  }
}

/** Some file systems do not say in a directory what its entries are. */
function kindOf(root: string, path: string, entry: Dirent, visitor: TreeVisitor): Dirent | Stats | undefined {
  const isKnown = entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
  const isSpecial = entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice();
  if (isKnown || isSpecial) return entry;
  try {
    return lstatSync(join(root, path));
  } catch (error) {
    visitor.passOver(path, `It cannot be read: ${systemCodeOf(error)}.`);
    return undefined;
  }
}

/**
 * Notes a link, and reads a file that is wanted by the name of the link only: `requirements.txt -> deps/base.lock`.
 */
function visitLink(root: string, path: string, visitor: TreeVisitor, { matcher, tree }: WalkTools): void {
  const location = join(root, path);
  try {
    const target = readlinkSync(location);
    const written = isAbsolute(target)
      ? insideOf(root, target)
      : insideOf(root, join(location, '..', target));
    if (written !== undefined) tree.addSymlink(path, `/${written}`);
    const wants = matcher.match(path);
    if (wants.length === 0) return;
    const real = realpathSync(location);
    const inside = insideOf(root, real);
    if (inside === undefined) {
      visitor.passOver(path, 'It is a symbolic link that leads out of the directory.');
      return;
    }
    const segments = inside.split('/');
    if (segments.some((segment) => SKIPPED.has(segment))) return;
    const there = matcher.match(inside);
    const own = wants.filter((by) => !there.includes(by));
    if (own.length > 0 && lstatSync(real).isFile()) visitor.file({ location: real, path, wants: own });
  } catch (error) {
    const code = systemCodeOf(error);
    // A link that leads nowhere, or in a circle, names no file.
    if (code !== 'ENOENT' && code !== 'ELOOP') visitor.passOver(path, `It cannot be read: ${code}.`);
  }
}

/** The path of a location inside a directory; `undefined` where it is outside. */
function insideOf(root: string, location: string): string | undefined {
  const path = relative(root, location);
  if (path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) return undefined;
  return path.replaceAll(sep, '/');
}
