import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { parseBoundedJson } from '@artifact-lifecycle/registry';

/** What a hundred thousand images need, Amazon ECR's limit for a repository, and some more. */
const MAX_BYTES = 128 * 1024 * 1024;
const MAX_VALUES = 10_000_000;

/**
 * Reads a file of many images as JSON: an inventory, a plan, a cache of digests.
 *
 * @param what names it: `plan retention-plan.json`.
 * @throws SuiteError `INPUT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseLargeJson(bytes: Uint8Array, what: string): unknown {
  if (bytes.length > MAX_BYTES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The ${what} has ${bytes.length} bytes; the limit is ${MAX_BYTES}.`,
    );
  }
  try {
    return parseBoundedJson(bytes, what, MAX_VALUES);
  } catch (error) {
    if (!isSuiteError(error, 'CONTENT_INVALID')) throw error;
    throw new SuiteError('INPUT_INVALID', error.message, { cause: error });
  }
}
