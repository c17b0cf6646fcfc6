import { nearest } from '../nearest.ts';

/** An input that the action does not know, and the known one that may have been meant. */
export interface UnknownInput {
  readonly name: string;
  readonly meant: string | undefined;
}

/** A step has a handful of inputs; an environment with more unknown ones is reported only so far. */
const MAX_UNKNOWN_INPUTS = 50;

/** Finds inputs that are given (not empty) and not known, sorted. Known names are as in the spec, `dry-run`. */
export function findUnknownInputs(
  given: ReadonlyMap<string, string>,
  known: readonly string[],
): readonly UnknownInput[] {
  const variables = new Set(known.map(inputVariable));
  return [...given]
    .filter(([variable, value]) => !variables.has(variable) && value.trim() !== '')
    .map(([variable]) => variable.slice('INPUT_'.length).toLowerCase())
    .sort()
    .slice(0, MAX_UNKNOWN_INPUTS)
    .map((name) => ({ name, meant: findMeant(name, known) }));
}

/** The variable in which the runner hands an input over (actions/runner, Handler.cs: AddInputsToEnvironment). */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/** Separators are what people confuse first, and the distance of words alone would not see `dryrun` always. */
function findMeant(name: string, known: readonly string[]): string | undefined {
  const bare = withoutSeparators(name);
  return known.find((candidate) => withoutSeparators(candidate) === bare) ?? nearest(name, known);
}

function withoutSeparators(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
