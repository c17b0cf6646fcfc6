import { isNativeError } from 'node:util/types';
import { SuiteError } from '@artifact-lifecycle/core';
import type { Inventory } from '../inventory/inventory.ts';
import type { DocumentContext } from './context.ts';
import { writeCycloneDx } from './cyclonedx.ts';
import type { DocumentFormat } from './format.ts';
import type { DocumentLinks } from './links.ts';
import { writeSpdx2 } from './spdx2.ts';
import { writeSpdx3 } from './spdx3.ts';

type Writer = (inventory: Inventory, context: DocumentContext, links: DocumentLinks) => string;

const WRITERS: Readonly<Record<DocumentFormat, Writer>> = {
  'cyclonedx-json': (inventory, context, links) => writeCycloneDx(inventory, context, '1.6', links),
  'cyclonedx-json@1.7': (inventory, context, links) => writeCycloneDx(inventory, context, '1.7', links),
  'spdx-json': writeSpdx2,
  'spdx-json@3.0': writeSpdx3,
};

/**
 * Writes an inventory as a document in UTF-8: the same inventory and context are the same bytes.
 *
 * @throws SuiteError `LIMIT_EXCEEDED` where it would be longer than a text can be
 */
export function writeDocument(
  inventory: Inventory,
  format: DocumentFormat,
  context: DocumentContext,
): Uint8Array {
  return writeLinkedDocument(inventory, format, context, new Map());
}

/** Writes a document some of whose components are described by others. */
export function writeLinkedDocument(
  inventory: Inventory,
  format: DocumentFormat,
  context: DocumentContext,
  links: DocumentLinks,
): Uint8Array {
  try {
    return Buffer.from(WRITERS[format](inventory, context, links));
  } catch (cause) {
    // V8's texts have at most half a billion characters: that is some hundred thousand packages.
    if (!isTooLong(cause)) throw cause;
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `A document of ${inventory.packages.length} packages is longer than a text can be.`,
      { remedy: 'Describe parts of it, each by its own "path".', cause },
    );
  }
}

function isTooLong(error: unknown): boolean {
  return isNativeError(error) && error.name === 'RangeError' && /string length/i.test(error.message);
}
