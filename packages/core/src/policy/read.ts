import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SuiteError } from '../errors.ts';
import type { Policy } from './schema.ts';
import { MAX_POLICY_BYTES } from './size.ts';

/** Where the policy file is, and who says so. */
export interface PolicyLocation {
  /** As it is written in the workflow; relative to the workspace. */
  readonly path: string;
  /** Whether the workflow names it: then it must be there. */
  readonly explicit: boolean;
  /** The directory of the repository, `GITHUB_WORKSPACE`. */
  readonly workspace: string;
}

/**
 * Reads the policy file of a repository; `undefined` where none is named and none is at the default path.
 *
 * What parses it is loaded only when there is a file: most steps run without one, and start faster so.
 *
 * @throws SuiteError `POLICY_INVALID` where a named file is missing, it cannot be read, or is no policy.
 */
export async function readPolicy({ path, explicit, workspace }: PolicyLocation): Promise<Policy | undefined> {
  const bytes = await readBytes(path, resolve(workspace, path));
  if (bytes === undefined) {
    if (!explicit) return undefined;
    throw new SuiteError('POLICY_INVALID', `The policy file ${JSON.stringify(path)} does not exist.`, {
      remedy: 'Check out the repository before this step, or correct the path in the input policy.',
    });
  }
  // Eager: in the bundle's one file, but not run before this line.
  const { loadPolicy } = await import(/* webpackMode: "eager" */ './load.ts');
  return loadPolicy(decode(bytes, path), path);
}

async function readBytes(path: string, absolute: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(absolute);
    try {
      return await readAtMost(file, path);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SuiteError) throw error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(path, code === 'EISDIR' ? 'is a directory' : `cannot be read (${String(code)})`, error);
  }
}

/** Reads one byte more than is allowed at most, whatever the file's size is said to be (pipes, /proc). */
async function readAtMost(file: FileHandle, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_POLICY_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
  throw unreadable(path, `is larger than ${MAX_POLICY_BYTES} bytes`);
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, 'is not UTF-8 text', error);
  }
}

function unreadable(path: string, problem: string, cause?: unknown): SuiteError {
  return new SuiteError('POLICY_INVALID', `The policy file ${JSON.stringify(path)} ${problem}.`, {
    remedy: 'Let the input policy name a YAML file of the repository.',
    cause,
  });
}
