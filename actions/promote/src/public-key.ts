import { resolve } from 'node:path';
import { readBoundedFile } from '@artifact-lifecycle/core';
import type { Desk } from './desk.ts';

/** A public key is some hundred bytes. */
const MAX_KEY_BYTES = 64 * 1024;

/**
 * Reads the file of a public key that the policy names, from the workspace.
 *
 * @param of what names it: `"records"`
 * @throws SuiteError `NOT_FOUND`, `LIMIT_EXCEEDED`
 */
export async function readPublicKey(
  path: string,
  of: string,
  { context }: Pick<Desk, 'context'>,
): Promise<string> {
  const what = `The public key ${JSON.stringify(path)} of ${of}`;
  return String(await readBoundedFile(resolve(context.workspace, path), MAX_KEY_BYTES, what));
}
