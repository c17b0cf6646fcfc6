import type { Inventory } from '../inventory/inventory.ts';
import type { DocumentContext } from './context.ts';
import { writeCycloneDx } from './cyclonedx.ts';
import type { DocumentFormat } from './format.ts';
import { writeSpdx2 } from './spdx2.ts';
import { writeSpdx3 } from './spdx3.ts';

const WRITERS: Readonly<Record<DocumentFormat, (inventory: Inventory, context: DocumentContext) => string>> =
  {
    'cyclonedx-json': (inventory, context) => writeCycloneDx(inventory, context, '1.6'),
    'cyclonedx-json@1.7': (inventory, context) => writeCycloneDx(inventory, context, '1.7'),
    'spdx-json': writeSpdx2,
    'spdx-json@3.0': writeSpdx3,
  };

/** Writes an inventory as a document in UTF-8: the same inventory and context are the same bytes. */
export function writeDocument(
  inventory: Inventory,
  format: DocumentFormat,
  context: DocumentContext,
): Uint8Array {
  return Buffer.from(WRITERS[format](inventory, context));
}
