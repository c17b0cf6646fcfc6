import { LineCounter, parseDocument } from 'yaml';
import { isSuiteError, SuiteError } from '../errors.ts';
import { DURATION_FORM, parseDuration } from '../policy/duration.ts';
import type { EnumOrListInput, InputSpec, IntegerInput, ListInput, YamlInput, YamlValue } from './spec.ts';

/** A value in an error is cut here: longer ones hide the sentence around them. */
const MAX_QUOTED_LENGTH = 80;

/** YAML aliases may grow a small text into an enormous value; this many expansions are honest use. */
const MAX_YAML_ALIASES = 100;

/** YAML 1.2 core schema, section 10.3.2. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

/**
 * Reads the text of an input by its kind.
 *
 * @param text is trimmed and not empty.
 * @throws SuiteError `INPUT_INVALID` that names the input, the value (never a secret) and what is allowed.
 */
export function parseInputValue(name: string, input: InputSpec, text: string): unknown {
  const what = `Input "${name}"`;
  switch (input.kind) {
    case 'string':
    case 'path':
      return input.parse === undefined ? text : parseBy(input.parse, text, what);
    case 'secret':
      return text;
    case 'enum-or-text':
      return text;
    case 'boolean':
      return (
        BOOLEANS.get(text) ??
        refuse(
          `${what} is ${quote(text)}, which is no boolean.`,
          `Write one of ${[...BOOLEANS.keys()].join(', ')}.`,
        )
      );
    case 'integer':
      return parseInteger(what, input, text);
    case 'duration':
      return (
        parseDuration(text) ??
        refuse(`${what} is ${quote(text)}, which is no duration.`, `Write ${DURATION_FORM}.`)
      );
    case 'enum':
      if (input.allowed.includes(text)) return text;
      return refuse(
        `${what} is ${quote(text)}, which is not allowed.`,
        `Write one of ${words(input.allowed)}.`,
      );
    case 'list':
      return parseEntries(what, input, text);
    case 'enum-or-list':
      return parseWordOrEntries(what, input, text);
    case 'yaml':
      return parseYaml(what, input, text);
  }
}

/** The entries of a list: one a line, `#` comment lines and blank ones dropped. */
export function splitEntries(text: string, commas: boolean): readonly string[] {
  return text
    .split(/\r\n|\n|\r/)
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => (commas ? line.split(',') : [line]))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** A value as an error shows it: quoted, on one line, cut. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text);
}

function parseEntries(what: string, input: ListInput | EnumOrListInput, text: string): readonly unknown[] {
  const { parse } = input;
  const entries = splitEntries(text, input.commas === true);
  return parse === undefined ? entries : entries.map((entry) => parseBy(parse, entry, what));
}

function parseWordOrEntries(what: string, input: EnumOrListInput, text: string): unknown {
  const entries = splitEntries(text, input.commas === true);
  const [first] = entries;
  if (first !== undefined && entries.length === 1 && input.allowed.includes(first)) return first;
  const allowed = `Write ${words(input.allowed)} alone, or a list of ${input.entries}.`;
  const word = entries.find((entry) => input.allowed.includes(entry));
  if (word !== undefined) return refuse(`${what} has ${quote(word)} among ${input.entries}.`, allowed);
  try {
    return parseEntries(what, input, text);
  } catch (error) {
    if (isSuiteError(error)) return refuse(error.message, [error.remedy, allowed].filter(Boolean).join(' '));
    throw error;
  }
}

function parseInteger(what: string, { min, max }: IntegerInput, text: string): number {
  const value = Number(text);
  if (!/^-?\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
    return refuse(
      `${what} is ${quote(text)}, which is not a whole number.`,
      'Write decimal digits, such as 10.',
    );
  }
  if (min !== undefined && value < min) {
    return refuse(`${what} is ${text}, which is less than ${min}.`, `Write ${min} or more.`);
  }
  if (max !== undefined && value > max) {
    return refuse(`${what} is ${text}, which is more than ${max}.`, `Write ${max} or less.`);
  }
  return value;
}

function parseYaml(what: string, input: YamlInput, text: string): YamlValue {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    // The parser's messages quote the text, which may be a password.
    const reason = input.secretKeys === undefined ? `: ${error.message}` : ` (${error.code})`;
    return refuse(
      `${what} is not YAML at line ${line}, column ${col}${reason}.`,
      'Write the value as a block, with "|" behind the input\'s name and its lines indented below.',
    );
  }
  try {
    return { text, value: document.toJS({ maxAliasCount: MAX_YAML_ALIASES }) };
  } catch (cause) {
    throw new SuiteError('INPUT_INVALID', `${what} is YAML whose aliases cannot be resolved.`, {
      remedy: `Write the values out; at most ${MAX_YAML_ALIASES} aliases are followed.`,
      // Its message names the alias, which may be a password that starts with an asterisk.
      ...(input.secretKeys === undefined && { cause }),
    });
  }
}

function parseBy<T>(parse: (text: string, what: string) => T, text: string, what: string): T {
  return parse(text, what);
}

function words(allowed: readonly string[]): string {
  return allowed.map((word) => `"${word}"`).join(', ');
}

function refuse(message: string, remedy: string): never {
  throw new SuiteError('INPUT_INVALID', message, { remedy });
}
