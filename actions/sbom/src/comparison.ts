import { open } from 'node:fs/promises';
import { SuiteError } from '@artifact-lifecycle/core';
import { diffInventories, type Inventory, MAX_DOCUMENT_BYTES, parseDocument } from '@artifact-lifecycle/sbom';
import type { Comparison, Description } from './description.ts';
import { everythingIn } from './outputs.ts';

/**
 * Compares what was found with another image's inventories, or with the document in a file.
 *
 * @param name what is shown of the other side.
 * @throws SuiteError `NOT_FOUND`, `LIMIT_EXCEEDED`, `CONTENT_INVALID` for a file that is no document
 */
export async function compareWith(
  before: string | readonly Inventory[],
  name: string,
  description: Description,
): Promise<Comparison> {
  const old =
    typeof before === 'string' ? parseDocument(await readDocument(before)).packages : everythingIn(before);
  return { before: name, diff: diffInventories(old, everythingIn(description.inventories)) };
}

async function readDocument(path: string): Promise<Uint8Array> {
  const file = await open(path).catch((cause: unknown) => {
    throw new SuiteError('NOT_FOUND', `The document ${path} cannot be read.`, { cause });
  });
  try {
    const { size } = await file.stat();
    if (size > MAX_DOCUMENT_BYTES) {
      throw new SuiteError(
        'LIMIT_EXCEEDED',
        `The document ${path} has ${size} bytes; the limit is ${MAX_DOCUMENT_BYTES}.`,
      );
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}
