import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';

/**
 * A `describe` over a file of truth data, which is not kept in the repository: it is looked for where
 * `ARTIFACT_LIFECYCLE_DATA` says. Without it the suite is skipped, and its title says so.
 */
export function describeWithTruth(title: string, file: string, body: (truth: string) => void): void {
  const directory = process.env['ARTIFACT_LIFECYCLE_DATA'] ?? '';
  const path = join(directory, file);
  if (directory !== '' && existsSync(path)) {
    describe(title, () => body(readFileSync(path, 'utf8')));
    return;
  }
  if (directory !== '' && process.env['CI'] === 'true') throw new Error(`${title}: ${file} not found`);
  describe.skip(`${title} (skipped: ARTIFACT_LIFECYCLE_DATA holds no ${file})`, () => {
    it('needs its truth data', () => undefined);
  });
}
