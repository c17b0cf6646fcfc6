import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];

/** A `describe` over truth data of `sbom/<folder>`; skipped, and saying so, where there is none. */
export function describeTruth(title: string, folder: string, body: (directory: string) => void): void {
  const directory = join(DATA ?? '', 'sbom', folder);
  if (DATA !== undefined && DATA !== '' && existsSync(directory)) describe(title, () => body(directory));
  else describe.skip(`${title} (skipped: ARTIFACT_LIFECYCLE_DATA does not hold it)`, () => body(directory));
}

/** Every file below a directory by its path from there. */
export function readTree(directory: string): Readonly<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(directory.length + 1).replaceAll('\\', '/')] = readFileSync(path);
  }
  return files;
}
