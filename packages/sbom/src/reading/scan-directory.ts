import { realpathSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import type { Cataloguer, Evidence } from '../cataloguers/cataloguer.ts';
import type { Unknown } from '../inventory/unknown.ts';
import { walkDirectory } from './directory-walk.ts';
import { comparePaths } from './entry-path.ts';
import { FileMatcher } from './file-matcher.ts';
import { type Finding, oneLine } from './finding.ts';
import { LayerStack } from './layer-stack.ts';
import { LayerTree, TreeAllowance } from './layer-tree.ts';
import { MAX_UNKNOWNS } from './limits.ts';
import { compareUnknowns } from './merge.ts';
import type { Scan, ScanOptions } from './scan.ts';
import { systemCodeOf } from './system-code.ts';
import { type TreeFile, TreeFileReader } from './tree-file.ts';

/**
 * Reads a directory, or a single file as a tree of its own. What cannot be read is listed as unknown.
 *
 * @throws SuiteError `NOT_FOUND`, `FORBIDDEN` or `INPUT_INVALID` for the path itself, `LIMIT_EXCEEDED`, `CANCELLED`
 */
export async function scanDirectory(
  path: string,
  cataloguers: readonly Cataloguer<unknown>[],
  options: ScanOptions = {},
): Promise<Scan> {
  throwIfCancelled(options.signal);
  const asked = cataloguers.filter(({ origins }) => origins.includes('directory'));
  const matcher = new FileMatcher(asked);
  const reader = new TreeFileReader({ cataloguers: asked, matcher }, options.onBytes);
  const allowance = new TreeAllowance();
  const tree = new LayerTree(true, allowance);
  const found = new Findings(asked);
  const file = (one: TreeFile): void => {
    let findings: readonly Finding[];
    try {
      findings = reader.read(one);
    } catch (error) {
      found.passOver(one.path, `It cannot be read: ${systemCodeOf(error)}.`);
      return;
    }
    allowance.takeFindings(findings.length);
    found.add(findings);
  };
  const { root, isFile } = openRoot(path);
  if (isFile) {
    const name = basename(path);
    file({ location: root, path: name, wants: matcher.match(name) });
  } else {
    const passOver = (at: string, reason: string): void => found.passOver(at, reason);
    await walkDirectory(root, { file, passOver }, { matcher, allowance, tree, signal: options.signal });
  }
  if (allowance.hasTooManySymlinks) tree.forgetSymlinks();
  const stack = new LayerStack([tree]);
  return { ...found.sorted(), layers: [], resolve: (at) => stack.resolve(at) };
}

/** What was read so far. */
class Findings {
  readonly #cataloguers: readonly Cataloguer<unknown>[];
  readonly #evidence: readonly Evidence<unknown>[][];
  readonly #unknowns: Unknown[] = [];
  #passedOver = 0;

  constructor(cataloguers: readonly Cataloguer<unknown>[]) {
    this.#cataloguers = cataloguers;
    this.#evidence = cataloguers.map(() => []);
  }

  add(findings: readonly Finding[]): void {
    for (const { path, by, facts, reasons } of findings) {
      const name = this.#cataloguers[by]?.name ?? '';
      for (const reason of reasons) this.#unknowns.push({ path, by: name, reason });
      if (facts !== undefined) this.#evidence[by]?.push({ path, layer: undefined, facts, earlier: [] });
    }
  }

  passOver(path: string, reason: string): void {
    this.#passedOver++;
    if (this.#passedOver <= MAX_UNKNOWNS) this.#unknowns.push({ path: oneLine(path), by: 'reading', reason });
  }

  sorted(): Pick<Scan, 'evidence' | 'unknowns'> {
    const more = this.#passedOver - MAX_UNKNOWNS;
    if (more > 0) this.#unknowns.push({ path: '', by: 'reading', reason: `${more} more were passed over.` });
    const evidence = this.#cataloguers.map(({ name }, by) => {
      const list = this.#evidence[by] ?? [];
      return [name, list.sort((one, other) => comparePaths(one.path, other.path))] as const;
    });
    return { evidence: new Map(evidence), unknowns: this.#unknowns.sort(compareUnknowns) };
  }
}

function openRoot(path: string): { readonly root: string; readonly isFile: boolean } {
  try {
    const root = realpathSync(resolve(path));
    const stats = statSync(root);
    if (stats.isFile() || stats.isDirectory()) return { root, isFile: stats.isFile() };
  } catch (cause) {
    const code = systemCodeOf(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new SuiteError('NOT_FOUND', `There is no file or directory ${path}.`, {
        remedy: 'Check the path; it is relative to the workspace.',
        cause,
      });
    }
    throw new SuiteError('FORBIDDEN', `${path} cannot be read: ${code}.`, {
      remedy: 'Give the user of this process the right to read it.',
      cause,
    });
  }
  throw new SuiteError('INPUT_INVALID', `${path} is neither a file nor a directory.`);
}
