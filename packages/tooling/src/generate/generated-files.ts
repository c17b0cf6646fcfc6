import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderPolicySchema } from '@artifact-lifecycle/core/policy';
import { renderCommandSchema, renderRecordSchema } from '@artifact-lifecycle/gates';
import { renderActionMetadata } from './action-metadata.ts';
import { findActions } from './action-source.ts';
import { renderActionTypes } from './action-types.ts';
import { renderErrorCodes } from './error-codes.ts';
import { renderGateTable } from './gate-table.ts';
import { renderReadme, replaceBetween } from './readme-tables.ts';

/** A file whose text follows from something else in the repository. */
export interface GeneratedFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Computes every generated file of the repository; writes nothing. */
export async function generateFiles(root: string): Promise<readonly GeneratedFile[]> {
  const files: GeneratedFile[] = [
    { path: '.github/docs/error-codes.md', text: renderErrorCodes() },
    { path: 'packages/core/schema/artifact-lifecycle.schema.json', text: renderPolicySchema() },
    { path: 'packages/gates/schema/promotion-record.schema.json', text: renderRecordSchema() },
    { path: 'packages/gates/schema/gate-command.schema.json', text: renderCommandSchema() },
  ];
  for (const action of await findActions(root)) {
    const folder = `actions/${action.name}`;
    files.push({ path: `${folder}/action.yml`, text: renderActionMetadata(action) });
    files.push({ path: `${folder}/action-types.yml`, text: renderActionTypes(action) });
    const readme = readFileSync(join(root, folder, 'README.md'), 'utf8');
    const written = renderReadme(action, readme);
    const text = action.name === 'promote' ? replaceBetween(written, 'gates', renderGateTable()) : written;
    files.push({ path: `${folder}/README.md`, text });
  }
  return files;
}

/** Those whose text on disk is another, or none. */
export function findStale(root: string, files: readonly GeneratedFile[]): readonly GeneratedFile[] {
  return files.filter(({ path, text }) => {
    const file = join(root, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
}
