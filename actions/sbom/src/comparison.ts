import { open } from 'node:fs/promises';
import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { type Connections, formatReference } from '@artifact-lifecycle/registry';
import {
  diffInventories,
  type ListedPackage,
  MAX_DOCUMENT_BYTES,
  parseDocument,
} from '@artifact-lifecycle/sbom';
import type { Comparison, Description } from './description.ts';
import { everythingIn } from './outputs.ts';
import { type ReadingContext, type ResolvedImage, readImage, resolveImage } from './reading.ts';
import type { SbomRequest } from './request.ts';

/** The other side of a comparison, of which it is known that it is there. */
export type Before = { readonly name: string } & (
  | { readonly kind: 'document'; readonly packages: readonly ListedPackage[] }
  | { readonly kind: 'image'; readonly image: ResolvedImage }
);

/**
 * Reads the document to compare with, or resolves the image.
 *
 * @throws SuiteError `NOT_FOUND`, `LIMIT_EXCEEDED`, `CONTENT_INVALID` for a file that is no document
 */
export async function openComparison(
  comparison: SbomRequest['comparison'],
  connections: Connections,
  context: ReadingContext,
): Promise<Before | undefined> {
  switch (comparison?.kind) {
    case undefined:
      return undefined;
    case 'document': {
      const { path, name } = comparison;
      return { kind: 'document', name, packages: parse(await readDocument(path, name), name) };
    }
    case 'image': {
      const image = await resolveImage(comparison.reference, connections, context);
      return { kind: 'image', name: formatReference(comparison.reference), image };
    }
  }
}

/** Compares what was found with the document, or with what is in the other image. */
export async function compareWith(
  before: Before,
  platforms: SbomRequest['platforms'],
  { inventories }: Description,
  context: ReadingContext,
): Promise<Comparison> {
  const old =
    before.kind === 'document'
      ? before.packages
      : everythingIn((await readImage(before.image, platforms, context)).map(({ inventory }) => inventory));
  return { before: before.name, diff: diffInventories(old, everythingIn(inventories)) };
}

async function readDocument(path: string, name: string): Promise<Uint8Array> {
  const file = await open(path).catch((cause: unknown) => {
    throw new SuiteError('NOT_FOUND', `The document ${name} cannot be read.`, { cause });
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) {
      throw new SuiteError('INPUT_INVALID', `"diff-with" names ${name}, which is a directory.`, {
        remedy: 'Name a CycloneDX or SPDX file, or an image; a layout as oci:DIR.',
      });
    }
    if (stats.size > MAX_DOCUMENT_BYTES) {
      throw new SuiteError(
        'LIMIT_EXCEEDED',
        `The document ${name} has ${stats.size} bytes; the limit is ${MAX_DOCUMENT_BYTES}.`,
      );
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** What is wrong with a document is said with its name: there is an image in the same sentence otherwise. */
function parse(bytes: Uint8Array, name: string): readonly ListedPackage[] {
  try {
    return parseDocument(bytes).packages;
  } catch (error) {
    if (!isSuiteError(error, 'CONTENT_INVALID')) throw error;
    throw new SuiteError('CONTENT_INVALID', `${name} cannot be compared with. ${error.message}`, {
      remedy: 'Name a CycloneDX or SPDX document in JSON, or an image.',
      cause: error,
    });
  }
}
