import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import { CATALOGUERS } from '../cataloguers/cataloguers.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { takeInventory } from '../inventory/take-inventory.ts';
import { scanDirectory } from '../reading/scan-directory.ts';

/**
 * Lists what is inside a directory, or what one file is. Lock files count beside what is installed.
 *
 * @param path as it was typed; the inventory is named by its last part.
 * @throws SuiteError `NOT_FOUND` where there is nothing
 */
export async function describeDirectory(
  path: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Inventory> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new SuiteError('NOT_FOUND', `There is nothing to describe at ${path}.`, {
      remedy: 'Check the input "path", and that an earlier step has put something there.',
      cause,
    });
  });
  const scan = await scanDirectory(path, CATALOGUERS, { signal });
  return takeInventory({
    subject: {
      kind: found.isDirectory() ? 'directory' : 'file',
      name: basename(resolve(path)),
      version: undefined,
    },
    scan,
    cataloguers: CATALOGUERS,
  });
}
