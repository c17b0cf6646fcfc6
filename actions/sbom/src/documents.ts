import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import {
  type DocumentContext,
  type DocumentFormat,
  documentDate,
  FORMAT_FACTS,
  type Inventory,
  platformSlug,
  writeDocument,
} from '@artifact-lifecycle/sbom';
import type { Description, SbomDocument } from './description.ts';
import { shownPath } from './shown-path.ts';

/** Writes every inventory in every format, in memory: documents are small beside what they describe. */
export function makeDocuments(
  { inventories }: Description,
  formats: readonly DocumentFormat[],
  context: DocumentContext,
): readonly SbomDocument[] {
  const stems = nameFiles(inventories);
  return inventories.flatMap((inventory, index) => {
    const created = documentDate(inventory, context).toISOString();
    return formats.map((format): SbomDocument => {
      const bytes = writeDocument(inventory, format, context);
      const fileName = `${stems[index]}${FORMAT_FACTS[format].extension}`;
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { inventory, format, bytes, fileName, path: fileName, sha256, created };
    });
  });
}

/**
 * Writes the documents into a directory, and says where they are.
 *
 * @throws SuiteError `INPUT_INVALID` where the directory cannot be written
 */
export async function saveDocuments(
  documents: readonly SbomDocument[],
  directory: string,
  workspace: string,
): Promise<readonly SbomDocument[]> {
  const target = resolve(workspace, directory);
  try {
    await mkdir(target, { recursive: true });
    const saved: SbomDocument[] = [];
    for (const document of documents) {
      const file = join(target, document.fileName);
      await writeFile(file, document.bytes);
      saved.push({ ...document, path: shownPath(file, workspace) });
    }
    return saved;
  } catch (cause) {
    throw new SuiteError('INPUT_INVALID', `The directory ${JSON.stringify(directory)} cannot be written.`, {
      remedy: 'Name a directory in the input "output-dir" that the runner may write.',
      cause,
    });
  }
}

/** `<name>-<platform>` (contract: `output-dir`); two images of one platform are told apart by their digest. */
function nameFiles(inventories: readonly Inventory[]): readonly string[] {
  const stems = inventories.map(({ subject }) => {
    const name = fileStem(subject.name);
    const slug = subject.kind === 'image' ? platformSlug(subject.platform) : undefined;
    return slug === undefined ? name : `${name}-${safeName(slug)}`;
  });
  return stems.map((stem, index) => {
    const subject = inventories[index]?.subject;
    const isTwice = stems.filter((other) => other === stem).length > 1;
    return isTwice && subject?.kind === 'image' ? `${stem}-${subject.digest.slice(7, 19)}` : stem;
  });
}

/** The part of a file's name that names what is described: the last of `ghcr.io/acme/app`. */
export function fileStem(name: string): string {
  return safeName(name.split(/[/\\]/).at(-1) ?? '');
}

/** Names of files hold what every system takes. */
function safeName(text: string): string {
  return text.replace(/[^a-zA-Z0-9._-]/g, '_').replace(/^\.+/, '') || 'sbom';
}
