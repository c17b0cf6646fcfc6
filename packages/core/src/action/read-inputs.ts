import { isSuiteError, SuiteError } from '../errors.ts';
import type { Environment } from './context.ts';
import { parseInputValue, splitEntries } from './input-value.ts';
import type { Log } from './log.ts';
import { type ActionSpec, type InputSpec, type Inputs, literalDefault, propertyName } from './spec.ts';
import { findUnknownInputs, inputVariable } from './unknown-inputs.ts';

interface Problem {
  readonly message: string;
  readonly remedy: string | undefined;
}

/** YAML of people is shallow; deeper nesting is not searched for secrets but refused by what reads it. */
const MAX_SECRET_DEPTH = 32;

/**
 * Reads an action's inputs from its environment, and masks the secrets among them before anything else.
 *
 * An empty input is unset, and takes the default of the spec, so that the action also works where no runner
 * has filled the defaults in; so does a list of nothing but comments. An unknown input is an error where it may
 * have been meant for a known one that is not set: `dry_run: true` must never lead to a real write. Other unknown
 * inputs are warned about.
 *
 * @throws SuiteError `INPUT_INVALID`, with all that is wrong at once.
 */
export function readInputs<A extends ActionSpec>(
  spec: A,
  env: Environment,
  log: Pick<Log, 'mask' | 'warning'>,
): Inputs<A> {
  const given = givenInputs(env);
  const names = Object.keys(spec.inputs);
  maskSecrets(spec, given, log);
  const problems: Problem[] = [];
  const values: [string, unknown][] = [];
  for (const name of names) {
    const input = spec.inputs[name];
    if (input === undefined) continue;
    try {
      const value = readInput(name, input, given);
      if (input.kind === 'yaml') maskKeys(value, new Set(input.secretKeys), log);
      values.push([propertyName(name), value]);
    } catch (error) {
      if (!isSuiteError(error)) throw error;
      problems.push({ message: error.message, remedy: error.remedy });
    }
  }
  problems.push(...judgeUnknown(spec, given, log));
  if (problems.length > 0) throw reportProblems(problems);
  // The entries were read one by one from the spec whose type this is.
  return Object.fromEntries(values) as Inputs<A>;
}

function givenInputs(env: Environment): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith('INPUT_') && value !== undefined ? [[name, value] as const] : [],
    ),
  );
}

function readInput(name: string, input: InputSpec, given: ReadonlyMap<string, string>): unknown {
  const written = givenText(name, given);
  const text = written === undefined || isBlank(input, written) ? literalDefault(input) : written;
  if (text !== undefined) return parseInputValue(name, input, text);
  if (input.required !== true) return undefined;
  throw new SuiteError('INPUT_INVALID', `Input "${name}" is missing.`, {
    remedy: `Give "${name}" under "with:". ${input.description}`,
  });
}

/** Whether a list has no entry but comments: then nobody has said anything, least of all "none of them". */
function isBlank({ kind, ...input }: InputSpec, text: string): boolean {
  if (kind !== 'list' && kind !== 'enum-or-list') return false;
  return splitEntries(text, 'commas' in input && input.commas === true).length === 0;
}

/** What a workflow wrote, or `undefined` where that is nothing. */
function givenText(name: string, given: ReadonlyMap<string, string>): string | undefined {
  // Only lines without text are dropped at the start: the indentation of a first line of YAML has a meaning.
  const text = given
    .get(inputVariable(name))
    ?.replace(/^(?:[ \t]*\r?\n)+/, '')
    .trimEnd();
  if (text === undefined || text === '') return undefined;
  return text.includes('\n') ? text : text.trim();
}

function maskSecrets(spec: ActionSpec, given: ReadonlyMap<string, string>, log: Pick<Log, 'mask'>): void {
  for (const [name, input] of Object.entries(spec.inputs)) {
    const text = givenText(name, given);
    if (input.kind === 'secret' && text !== undefined) log.mask(text);
  }
}

function maskKeys(value: unknown, keys: ReadonlySet<string>, log: Pick<Log, 'mask'>): void {
  // Aliases make one node reachable on many ways.
  const seen = new Set<object>();
  const visit = (node: unknown, depth: number): void => {
    if (typeof node !== 'object' || node === null || depth > MAX_SECRET_DEPTH || seen.has(node)) return;
    seen.add(node);
    for (const [key, child] of Object.entries(node)) {
      if (keys.has(key) && (typeof child === 'string' || typeof child === 'number')) log.mask(String(child));
      else visit(child, depth + 1);
    }
  };
  if (keys.size > 0) visit(value, 0);
}

function judgeUnknown(
  spec: ActionSpec,
  given: ReadonlyMap<string, string>,
  log: Pick<Log, 'warning'>,
): readonly Problem[] {
  const names = Object.keys(spec.inputs);
  const problems = findPlanned(spec, given);
  const strange: string[] = [];
  const planned = spec.planned ?? [];
  for (const { name, meant } of findUnknownInputs(given, [...names, ...planned])) {
    if (meant === undefined) strange.push(`"${name}"`);
    else if (planned.includes(meant) || mayBeAtDefault(meant, spec, given)) {
      problems.push({
        message: `Input "${name}" is unknown.`,
        remedy: `Did you mean "${meant}"? Write "${meant}", or remove "${name}".`,
      });
    } else log.warning(`Input "${name}" is unknown and ignored; "${meant}" is known and set.`);
  }
  if (strange.length > 0) {
    log.warning(
      `Unknown inputs are ignored: ${strange.join(', ')}. Known are: ${[...names].sort().join(', ')}.`,
    );
  }
  return problems;
}

/** Names of the contract that this version cannot serve yet. */
function findPlanned({ title, planned = [] }: ActionSpec, given: ReadonlyMap<string, string>): Problem[] {
  return planned
    .filter((name) => givenText(name, given) !== undefined)
    .map((name) => ({
      message: `Input "${name}" is not available in this version of "${title}".`,
      remedy: `Remove "${name}", or use a version that has it: ignoring it would do less than the workflow asks.`,
    }));
}

/** The runner fills defaults in, so that a default given by the workflow cannot be told from one that is not. */
function mayBeAtDefault(name: string, spec: ActionSpec, given: ReadonlyMap<string, string>): boolean {
  const text = givenText(name, given);
  const input = spec.inputs[name];
  if (text === undefined || input === undefined) return true;
  if (typeof input.default === 'object' && 'expression' in input.default) return true;
  return text.toLowerCase() === literalDefault(input)?.toLowerCase();
}

function reportProblems(problems: readonly Problem[]): SuiteError {
  const messages = problems.map(({ message }) => message);
  const remedies = problems.flatMap(({ remedy }) => remedy ?? []);
  const message =
    messages.length === 1 ? messages.join('') : `${messages.length} inputs are wrong. ${messages.join(' ')}`;
  return new SuiteError('INPUT_INVALID', message, { remedy: remedies.join('\n') });
}
