import { open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { isKnownType } from '../cataloguers/embedded/spdx-document.ts';
import type { ListedPackage, ReadDocument } from '../document/reading/listed-package.ts';
import { MAX_DOCUMENT_BYTES, parseDocument } from '../document/reading/parse-document.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Package, PackageKind } from '../inventory/package.ts';

/** A document that was named in place of what it describes. */
export interface DescribedDocument {
  /** As it was read: of any tool. */
  readonly document: ReadDocument;
  /** What it lists, as an inventory of the file: hashes and dependencies stay in the document. */
  readonly inventory: Inventory;
}

/** As much as shows that a file is a JSON object. */
const HEAD_BYTES = 64;

/** How files are called that are to be documents (CycloneDX, "Recognized file patterns"; SPDX 2.3, "Conformance"). */
const DOCUMENT_NAME = /(?:\.cdx\d*|\.spdx\d*|^bom|^sbom|\.bom|\.sbom)\.json$/i;

/**
 * Reads a CycloneDX or SPDX document that is named as what is to be described; `undefined` for directories and for all
 * other files.
 *
 * @param path from the root of the file system.
 * @throws SuiteError `CONTENT_INVALID` for a file that is called as documents are and is none, `LIMIT_EXCEEDED`
 */
export async function describeDocument(path: string): Promise<DescribedDocument | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  const name = basename(resolve(path));
  const bytes = await readObject(path, found.size);
  if (bytes === undefined) return undefined;
  try {
    const document = parseDocument(bytes);
    return { document, inventory: takeInventoryOf(document, name) };
  } catch (error) {
    if (!isSuiteError(error, 'CONTENT_INVALID')) throw error;
    // A lock file is JSON, too, and none of our formats.
    if (!DOCUMENT_NAME.test(name)) return undefined;
    throw new SuiteError('CONTENT_INVALID', `${name} is no document that can be read. ${error.message}`, {
      remedy: 'Give a CycloneDX or SPDX document in JSON, or rename the file if it is none.',
      cause: error,
    });
  }
}

/** The bytes of a file that may be a JSON object, and is no larger than documents are. */
async function readObject(path: string, size: number): Promise<Buffer | undefined> {
  if (size > MAX_DOCUMENT_BYTES) return undefined;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (!/^\ufeff?\s*\{/.test(buffer.toString('utf8', 0, bytesRead))) return undefined;
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function takeInventoryOf({ packages }: ReadDocument, name: string): Inventory {
  const byId = new Map<string, Package>();
  for (const listed of packages) {
    let id = listed.purl ?? [listed.namespace, listed.name, listed.version].filter(Boolean).join('/');
    while (byId.has(id)) id += '~';
    byId.set(id, makePackage(listed, id));
  }
  return {
    subject: { kind: 'file', name, version: undefined },
    os: undefined,
    packages: [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
    layers: [],
    unknowns: [],
  };
}

const KINDS: ReadonlyMap<string, PackageKind> = new Map(
  (['library', 'application', 'framework', 'operating-system', 'file', 'container'] as const).map((kind) => [
    kind,
    kind,
  ]),
);

function makePackage(listed: ListedPackage, id: string): Package {
  const { purl, type, namespace, name, version, qualifiers, licence, cpes, occurrences, isDevelopment } =
    listed;
  const stated = Object.entries(qualifiers).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return {
    id,
    // What the inventory has no word for is listed by its purl all the same.
    type: type !== undefined && isKnownType(type) ? type : 'generic',
    namespace,
    name,
    version,
    qualifiers: Object.fromEntries(stated),
    purl,
    kind: KINDS.get(listed.kind ?? '') ?? 'library',
    scope: isDevelopment ? 'development' : 'required',
    licence,
    declaredLicences: licence === undefined ? [] : [licence],
    cpes,
    foundBy: ['document'],
    occurrences,
    dependsOn: [],
    isDirect: false,
    completeness: 'unknown',
    contains: [],
  };
}
