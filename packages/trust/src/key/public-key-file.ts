import { resolve } from 'node:path';
import { readBoundedFile } from '@artifact-lifecycle/core';

/** A public key is some hundred bytes. */
const MAX_KEY_BYTES = 64 * 1024;

/**
 * Reads the file of a public key in PEM.
 *
 * @param of what names it: `"records"`
 * @throws SuiteError `NOT_FOUND`, `LIMIT_EXCEEDED`
 */
export async function readPublicKeyFile(path: string, of: string, workspace: string): Promise<string> {
  const what = `The public key ${JSON.stringify(path)} of ${of}`;
  const missing = 'Check its path, which starts at the workspace.';
  return String(await readBoundedFile(resolve(workspace, path), MAX_KEY_BYTES, what, { missing }));
}
