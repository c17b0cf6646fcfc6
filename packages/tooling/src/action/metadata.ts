import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** One input as `action.yml` and `action-types.yml` tell of it. */
export interface InputMetadata {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly default: string | undefined;
  readonly isBoolean: boolean;
}

/** What can be known of an action without running it. */
export interface ActionMetadata {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly InputMetadata[];
  /** The bundle that runs. */
  readonly main: string;
}

interface ActionFile {
  readonly description?: string;
  readonly inputs?: Readonly<Record<string, { description?: string; required?: boolean; default?: unknown }>>;
  readonly runs: { readonly main: string };
}

interface TypesFile {
  readonly inputs?: Readonly<Record<string, { readonly type?: string }>>;
}

/** The actions of the repository, by name. */
export function listActions(root: string): readonly string[] {
  return readdirSync(join(root, 'actions'))
    .filter((name) => existsSync(join(root, 'actions', name, 'action.yml')))
    .sort();
}

/** Reads what an action takes, from its `action.yml` as GitHub would, and which inputs are booleans. */
export function readMetadata(root: string, name: string): ActionMetadata {
  const folder = join(root, 'actions', name);
  const action: ActionFile = parse(readFileSync(join(folder, 'action.yml'), 'utf8'));
  const types: TypesFile = parse(readFileSync(join(folder, 'action-types.yml'), 'utf8'));
  const inputs = Object.entries(action.inputs ?? {}).map(
    ([input, { description = '', required = false, ...rest }]) => ({
      name: input,
      description,
      required,
      default: rest.default === undefined ? undefined : String(rest.default),
      isBoolean: types.inputs?.[input]?.type === 'boolean',
    }),
  );
  return { name, description: action.description ?? '', inputs, main: join(folder, action.runs.main) };
}
