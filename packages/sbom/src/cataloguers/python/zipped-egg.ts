import { listZipEntries, readZipEntry } from '../../archive/zip.ts';
import { type Distribution, readDistribution } from './metadata.ts';
import { parseEggRequires } from './requirement.ts';

/** Where an egg has its metadata. */
export const EGG_METADATA = 'EGG-INFO/PKG-INFO';

const EGG_REQUIRES = 'EGG-INFO/requires.txt';

/** Metadata carries the README; the largest known have a megabyte of change log. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;

/**
 * Reads the metadata of an egg that is one zip archive (setuptools, "The Internal Structure of Python Eggs").
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function readZippedEgg(bytes: Buffer, path: string): Distribution | undefined {
  const entries = listZipEntries(bytes, (name) => name === EGG_METADATA || name === EGG_REQUIRES);
  const content = (wanted: string): Buffer | undefined => {
    const entry = entries.find(({ name }) => name === wanted);
    return entry === undefined ? undefined : readZipEntry(bytes, entry, MAX_METADATA_BYTES);
  };
  const metadata = content(EGG_METADATA);
  const distribution = metadata === undefined ? undefined : readDistribution(metadata, path);
  if (distribution === undefined) return undefined;
  const requires = parseEggRequires(content(EGG_REQUIRES)?.toString('utf8') ?? '');
  return { ...distribution, requires: [...distribution.requires, ...requires] };
}
