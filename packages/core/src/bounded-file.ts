import { open } from 'node:fs/promises';
import { SuiteError } from './errors.ts';

/** What to say of a file that is not read. */
export interface FileRemedies {
  /** Where it cannot be read. */
  readonly missing?: string | undefined;
  /** Where it is too large. */
  readonly large?: string | undefined;
}

/**
 * Reads a file that somebody named, and none that is larger than any good one.
 *
 * @param limit bytes.
 * @param what begins the sentence that says what is wrong: `The trusted root "root.json"`.
 * @throws SuiteError `NOT_FOUND` where it cannot be read, `LIMIT_EXCEEDED`
 */
export async function readBoundedFile(
  path: string,
  limit: number,
  what: string,
  remedies: FileRemedies = {},
): Promise<Buffer> {
  const file = await open(path).catch((cause: unknown) => {
    throw new SuiteError('NOT_FOUND', `${what} cannot be read.`, { remedy: remedies.missing, cause });
  });
  try {
    const { size } = await file.stat();
    if (size > limit) {
      throw new SuiteError('LIMIT_EXCEEDED', `${what} has ${size} bytes; the limit is ${limit}.`, {
        remedy: remedies.large,
      });
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}
