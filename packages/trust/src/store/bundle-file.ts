import { open } from 'node:fs/promises';
import { SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import type { RequestOptions } from '@artifact-lifecycle/registry';
import { MAX_BUNDLE_BYTES, MAX_BUNDLES_BYTES } from './bundle-limits.ts';
import { type JsonDocument, splitDocuments } from './split-documents.ts';
import type { BrokenEntry, StoredBundle } from './stored-entry.ts';

/** As many as are verified at a time; a release of a thousand artifacts has its own file for each. */
export const MAX_FILE_BUNDLES = 10_000;

/**
 * Reads a file of bundles: one as JSON, or several one after the other, a line for each or over several lines (`gh
 * attestation download` writes lines, cosign a document; a newline at the end is nobody's fault, cli/cli#9521).
 *
 * @throws SuiteError `NOT_FOUND`, `INPUT_INVALID` where it cannot be read, `LIMIT_EXCEEDED`, and `CONTENT_INVALID`
 *   where it holds nothing: who names a file means what is in it
 */
export async function readBundleFile(
  path: string,
  { signal }: RequestOptions = {},
): Promise<readonly (StoredBundle | BrokenEntry)[]> {
  throwIfCancelled(signal);
  const documents = splitDocuments(await readFileBounded(path), MAX_FILE_BUNDLES);
  if (documents.length === 0) {
    throw new SuiteError(
      'CONTENT_INVALID',
      `The file ${JSON.stringify(path)} holds no bundle: it is empty.`,
      {
        remedy: 'Check the step that writes it.',
      },
    );
  }
  if (documents.length > MAX_FILE_BUNDLES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The file ${JSON.stringify(path)} holds more bundles than can be read; the limit is ${MAX_FILE_BUNDLES}.`,
      { remedy: 'Keep the bundles of each artifact in a file of their own.' },
    );
  }
  const isAlone = documents.length === 1;
  return documents.map((document) => toEntry(path, document, isAlone ? undefined : document.line));
}

/** All bytes of a file that may be anything. */
export async function readFileBounded(path: string): Promise<Buffer> {
  const name = JSON.stringify(path);
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > MAX_BUNDLES_BYTES) throw tooLarge(name, size);
      // What grows meanwhile, or says no size (a pipe), is read no further than this, either.
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of file.createReadStream({ autoClose: false, end: MAX_BUNDLES_BYTES })) {
        const bytes = Buffer.from(chunk);
        length += bytes.length;
        if (length > MAX_BUNDLES_BYTES) throw tooLarge(name, length);
        chunks.push(bytes);
      }
      return Buffer.concat(chunks);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SuiteError) throw error;
    const code = errorCode(error);
    throw new SuiteError(
      code === 'ENOENT' ? 'NOT_FOUND' : 'INPUT_INVALID',
      `The file ${name} cannot be read (${code}).`,
      { remedy: 'Check the path, which is relative to the workspace.', cause: error },
    );
  }
}

/** `ENOENT` and its kind. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}

function toEntry(
  path: string,
  { bytes, isWhole }: JsonDocument,
  line: number | undefined,
): StoredBundle | BrokenEntry {
  const origin = { kind: 'file', path, line } as const;
  const place = line === undefined ? JSON.stringify(path) : `${JSON.stringify(path)}, line ${line},`;
  if (!isWhole) {
    const problem = `The content of ${place} is no JSON object; bundles stand one after the other, and not in a list.`;
    return { kind: 'broken', origin, code: 'CONTENT_INVALID', problem };
  }
  if (bytes.length > MAX_BUNDLE_BYTES) {
    const problem = `The bundle in ${place} has ${bytes.length} bytes; the limit is ${MAX_BUNDLE_BYTES}.`;
    return { kind: 'broken', origin, code: 'LIMIT_EXCEEDED', problem };
  }
  return { kind: 'bundle', origin, bytes };
}

function tooLarge(name: string, size: number): SuiteError {
  return new SuiteError(
    'LIMIT_EXCEEDED',
    `The file ${name} has ${size} bytes or more; the limit for bundles is ${MAX_BUNDLES_BYTES}.`,
    { remedy: 'Check that it is a file of bundles; keep those of each artifact in a file of their own.' },
  );
}
