import { relative, sep } from 'node:path';
import { findFiles, readBoundedFile } from '@artifact-lifecycle/core';
import { MAX_VEX_BYTES, readVexDocument } from './read-vex.ts';
import type { VexDocument } from './statement.ts';

/** A VEX document of the workspace. */
export interface VexFile extends VexDocument {
  /** From the workspace, with slashes. */
  readonly name: string;
}

/**
 * Reads the VEX documents that globs name; one that matches nothing is an error, since what was meant to excuse does not.
 *
 * @param what begins the sentence that says what is wrong: `Input "vex"`.
 * @throws SuiteError `NOT_FOUND`, `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export async function readVexFiles(
  patterns: readonly string[],
  workspace: string,
  what: string,
): Promise<readonly VexFile[]> {
  const documents: VexFile[] = [];
  if (patterns.length === 0) return documents;
  for (const path of await findFiles(patterns, workspace, what)) {
    const name = relative(workspace, path).split(sep).join('/') || path;
    const bytes = await readBoundedFile(path, MAX_VEX_BYTES, `The VEX document ${JSON.stringify(name)}`);
    documents.push({ name, ...readVexDocument(bytes, name) });
  }
  return documents;
}
