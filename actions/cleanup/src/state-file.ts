import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';

/** Plans and audit files of a hundred thousand images have some 50 MB. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads what an earlier run has written; `undefined` where none has.
 *
 * @throws SuiteError `LIMIT_EXCEEDED`
 */
export async function readStateFile(path: string): Promise<Buffer | undefined> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) {
      throw new SuiteError('LIMIT_EXCEEDED', `${path} has ${size} bytes; the limit is ${MAX_BYTES}.`);
    }
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function writeStateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
