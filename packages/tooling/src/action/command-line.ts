import { nearest } from '@artifact-lifecycle/core/action';
import type { ActionMetadata, InputMetadata } from './metadata.ts';

/** What was typed behind the action's name. */
export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly inputs: ReadonlyMap<string, string> }
  | { readonly kind: 'wrong'; readonly message: string };

const BOOLEAN = /^(?:true|false)$/i;

/**
 * Reads `--input value` and `--input=value`. A flag of a boolean input needs no value, `--no-…` turns it off, and
 * a flag that is given several times makes a list.
 */
export function readCommandLine(args: readonly string[], action: ActionMetadata): CommandLine {
  const inputs = new Map<string, string>();
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--help' || argument === '-h') return { kind: 'help' };
    if (!argument.startsWith('--')) {
      return { kind: 'wrong', message: `"${argument}" belongs to no flag. Write --input ${argument}.` };
    }
    const equals = argument.indexOf('=');
    const name = argument.slice(2, equals === -1 ? undefined : equals);
    const given = equals === -1 ? undefined : argument.slice(equals + 1);
    const negated = findNegated(name, action);
    const input = negated ?? action.inputs.find((one) => one.name === name);
    if (input === undefined) return { kind: 'wrong', message: unknownFlag(name, action) };
    const value = negated === undefined ? (given ?? takeValue(input, rest)) : 'false';
    if (value === undefined) return { kind: 'wrong', message: `--${name} needs a value.` };
    const before = inputs.get(input.name);
    inputs.set(input.name, before === undefined || input.isBoolean ? value : `${before}\n${value}`);
  }
  return { kind: 'run', inputs };
}

/** The inputs as the runner hands them over: what was given, else the default; an expression comes from `env`. */
export function completeInputs(
  given: ReadonlyMap<string, string>,
  action: ActionMetadata,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const entries = action.inputs.flatMap(({ name, default: literal }) => {
    const value = given.get(name) ?? (literal?.includes('${{') ? evaluate(literal, env) : literal);
    return value === undefined ? [] : [[`INPUT_${name.toUpperCase()}`, value] as const];
  });
  return Object.fromEntries(entries);
}

function evaluate(expression: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  return /^\$\{\{\s*github\.token\s*\}\}$/.test(expression) ? env['GITHUB_TOKEN'] : undefined;
}

function findNegated(name: string, { inputs }: ActionMetadata): InputMetadata | undefined {
  return inputs.find((one) => one.isBoolean && name === `no-${one.name}`);
}

function takeValue(input: InputMetadata, rest: string[]): string | undefined {
  const [next] = rest;
  if (input.isBoolean) return next !== undefined && BOOLEAN.test(next) ? rest.shift() : 'true';
  // Another flag is no value; one that starts with two hyphens is written behind an equals sign.
  return next === undefined || next.startsWith('--') ? undefined : rest.shift();
}

function unknownFlag(name: string, { inputs }: ActionMetadata): string {
  const names = inputs.map((one) => one.name);
  const meant = nearest(name, names) ?? nearest(name.replaceAll('_', '-'), names);
  return meant === undefined
    ? `--${name} is no input. --help lists all of them.`
    : `--${name} is no input. Did you mean --${meant}?`;
}
