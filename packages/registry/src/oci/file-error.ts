import { isNativeError } from 'node:util/types';
import { SuiteError } from '@artifact-lifecycle/core';

/**
 * Runs work on files, and tells in the suite's words what the operating system refused.
 *
 * @param place what is worked on, for the error: `oci:images`.
 * @throws SuiteError `FORBIDDEN`, or `UNREACHABLE` for a disk that is full or broken
 */
export async function onFiles<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SuiteError) throw error;
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    const forbidden = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
    throw new SuiteError(forbidden ? 'FORBIDDEN' : 'UNREACHABLE', `${place} cannot be used: ${code}.`, {
      remedy: forbidden
        ? 'Give the user of this process the right to read it, and to write it where it is the destination.'
        : 'Check the disk it lies on.',
      cause: error,
    });
  }
}

/** The operating system's code of an error, such as `ENOENT`. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!isNativeError(error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
