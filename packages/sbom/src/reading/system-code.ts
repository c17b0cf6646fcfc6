import { isNativeError } from 'node:util/types';

/** What the operating system calls an error, `EACCES` for one; its name where it has no code. */
export function systemCodeOf(error: unknown): string {
  if (!isNativeError(error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
