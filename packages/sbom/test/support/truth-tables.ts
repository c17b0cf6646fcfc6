import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';

/** The folder `sbom` of the truth data, which is not kept in the repository. */
export interface Truth {
  bytes(path: string): Buffer;
  text(path: string): string;
  /** Rows of a table of expected values: fields by the names in its first line, or by `columns`. */
  rows(path: string, columns?: readonly string[]): readonly Readonly<Record<string, string>>[];
  /** The files in an archive of text (txtar), by path. */
  archive(path: string): Readonly<Record<string, string>>;
}

/** A `describe` over truth data, looked for where `ARTIFACT_LIFECYCLE_DATA` says; without it skipped, and said so. */
export function describeTables(title: string, body: (truth: Truth) => void): void {
  const folder = join(process.env['ARTIFACT_LIFECYCLE_DATA'] ?? '', 'sbom');
  if (process.env['ARTIFACT_LIFECYCLE_DATA'] === undefined || !existsSync(folder)) {
    describe.skip(`${title} (skipped: ARTIFACT_LIFECYCLE_DATA holds no sbom)`, () => {
      it('needs its truth data', () => undefined);
    });
    return;
  }
  const bytes = (path: string) => readFileSync(join(folder, path));
  const text = (path: string) => bytes(path).toString('utf8');
  describe(title, () =>
    body({
      bytes,
      text,
      rows: (path, columns) => {
        const [first = '', ...others] = text(path).replace(/\n$/, '').split('\n');
        const names = columns ?? first.split('\t');
        return (columns === undefined ? others : [first, ...others]).map((line) => {
          const fields = line.split('\t');
          return Object.fromEntries(names.map((name, at) => [name, fields[at] ?? '']));
        });
      },
      archive: (path) => {
        const [, ...parts] = text(path).split(/^-- (.+) --\n/m);
        return Object.fromEntries(
          parts.flatMap((name, at) => (at % 2 === 0 ? [[name, parts[at + 1] ?? '']] : [])),
        );
      },
    }),
  );
}
