import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuiteError } from '../errors.ts';
import type { Environment } from './context.ts';
import { countLists, sortKeys } from './json-value.ts';
import type { Runner } from './runner.ts';
import { type ActionSpec, type OutputSpec, propertyName, type TwofoldOutput } from './spec.ts';

/** The output `json` is passed through expressions and environment variables, which end at about this size. */
export const MAX_JSON_OUTPUT_BYTES = 256 * 1024;

/** What an action has found out, by the property names of its outputs. */
export type OutputValues = Readonly<Record<string, unknown>>;

/** How a run ended, for its outputs. */
export interface RunResult {
  readonly values: OutputValues;
  /** Facts that are in `json` alone. */
  readonly facts: OutputValues;
  readonly error: SuiteError | undefined;
}

/**
 * Writes the outputs of a run: each by its kind, `json` with all of them, and `error-code` when it failed.
 * Keys of `json` are the names of the outputs, sorted at every depth, so that the same facts are the same bytes.
 */
export function writeOutputs(spec: ActionSpec, result: RunResult, env: Environment, runner: Runner): void {
  const whole = new Map<string, unknown>();
  for (const [name, output] of Object.entries(spec.outputs)) {
    const value = result.values[propertyName(name)] ?? (result.error && output.onFailure);
    if (value === undefined) continue;
    runner.setOutput(name, formatOutput(output, value));
    whole.set(name, isTwofold(output, value) ? value.json : value);
  }
  for (const [name, value] of Object.entries(result.facts)) {
    if (value !== undefined && !whole.has(name)) whole.set(name, value);
  }
  if (result.error !== undefined) {
    const { code, message, remedy = '' } = result.error;
    runner.setOutput('error-code', code);
    whole.set('error', { code, message, remedy });
  }
  writeJson(spec.name, Object.fromEntries(whole), env, runner);
}

function writeJson(action: string, whole: object, env: Environment, runner: Runner): void {
  const text = JSON.stringify(sortKeys(whole));
  if (Buffer.byteLength(text) <= MAX_JSON_OUTPUT_BYTES) {
    runner.setOutput('json', text);
    return;
  }
  // Its own directory: several steps of a job, and several runs on a machine, write such files.
  const directory = mkdtempSync(join(env['RUNNER_TEMP'] || tmpdir(), `${action}-`));
  const file = join(directory, `${action}.json`);
  writeFileSync(file, `${text}\n`);
  runner.setOutput('json-file', file);
  runner.setOutput('json', summarise({ ...whole, 'json-file': file }));
}

/** Counts in place of lists; where long texts or wide objects still fill it, only short scalars are left. */
function summarise(whole: object): string {
  const counts = sortKeys(countLists(whole, MAX_COUNTED_DEPTH));
  const text = JSON.stringify(counts);
  if (Buffer.byteLength(text) <= MAX_JSON_OUTPUT_BYTES) return text;
  const scalars = Object.entries(counts).filter(
    ([, value]) => JSON.stringify(value).length <= MAX_SCALAR_LENGTH,
  );
  return JSON.stringify(Object.fromEntries(scalars));
}

/** Objects below this depth are replaced by the count of their keys. */
const MAX_COUNTED_DEPTH = 4;

/** A few dozen outputs of this length stay far below the limit. */
const MAX_SCALAR_LENGTH = 2048;

function isTwofold(output: OutputSpec, value: unknown): value is TwofoldOutput {
  return output.kind === 'twofold' && typeof value === 'object' && value !== null && 'json' in value;
}

function formatOutput(output: OutputSpec, value: unknown): string {
  if (isTwofold(output, value)) return value.text;
  if (output.kind === 'lines' && Array.isArray(value)) return value.join('\n');
  if (output.kind === 'json') return JSON.stringify(sortKeys(value));
  return String(value);
}
