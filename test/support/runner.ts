import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import {
  type RunningStep,
  runStep,
  type Step,
  type StepResult,
  startStep,
} from '../../packages/tooling/src/start/runner.ts';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The actions that have a bundle. */
export type ActionName = 'cleanup' | 'promote' | 'sbom' | 'sign-attest' | 'tag' | 'verify';

/** A step that uses an action: what a workflow writes, and where the job runs. */
export type ActionStep = Omit<Step, 'main'>;

interface Metadata {
  readonly inputs?: Readonly<Record<string, { readonly default?: string | boolean | number }>>;
}

/** What an action says of itself; read by the runner's rules, not by the suite's own. */
function readMetadata(name: ActionName): Metadata {
  return parse(readFileSync(join(ROOT, 'actions', name, 'action.yml'), 'utf8'));
}

/** What the runner sets for inputs the workflow leaves out: action.yml's defaults; expressions are empty here. */
function defaultInputs(name: ActionName): Record<string, string> {
  return Object.fromEntries(
    Object.entries(readMetadata(name).inputs ?? {}).map(([input, { default: value }]) => {
      const text = value === undefined ? '' : String(value);
      return [input, text.includes('${{') ? '' : text];
    }),
  );
}

function asStep(name: ActionName, step: ActionStep): Step {
  return {
    ...step,
    main: join(ROOT, 'dist', name, 'index.js'),
    inputs: { ...defaultInputs(name), ...step.inputs },
  };
}

/** Starts an action's bundle as the runner does; it can be killed while it runs. */
export function startAction(name: ActionName, step: ActionStep): Promise<RunningStep> {
  return startStep(asStep(name, step));
}

/** Runs an action's bundle as the runner does, to its end. */
export function runAction(name: ActionName, step: ActionStep): Promise<StepResult> {
  return runStep(asStep(name, step));
}
