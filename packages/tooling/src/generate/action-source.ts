import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ActionSpec } from '@artifact-lifecycle/core/action';

/**
 * Finds the specs of all actions: what `actions/<name>/src/inputs.ts` exports under a name equal to the
 * folder's. There is no list, so that a new action needs only its folder.
 *
 * @throws Error where a folder's spec is missing or names another action.
 */
export async function findActions(root: string): Promise<readonly ActionSpec[]> {
  const folders = readdirSync(join(root, 'actions'), { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && existsSync(join(root, 'actions', entry.name, 'src', 'inputs.ts')),
    )
    .map(({ name }) => name)
    .sort();
  return Promise.all(folders.map((name) => loadAction(root, name)));
}

async function loadAction(root: string, name: string): Promise<ActionSpec> {
  const path = join(root, 'actions', name, 'src', 'inputs.ts');
  const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
  const specs = Object.values(exported).filter(isActionSpec);
  const [spec] = specs;
  if (spec === undefined || specs.length > 1) throw new Error(`${path} must export exactly one action.`);
  if (spec.name !== name)
    throw new Error(`${path} declares the action "${spec.name}" in the folder "${name}".`);
  return spec;
}

function isActionSpec(value: unknown): value is ActionSpec {
  return (
    typeof value === 'object' &&
    value !== null &&
    'inputs' in value &&
    'outputs' in value &&
    'branding' in value
  );
}
