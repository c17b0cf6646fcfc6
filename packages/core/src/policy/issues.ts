import type * as z from 'zod/mini';
import { nearest } from '../nearest.ts';
import { quote } from './problem.ts';

/** Up to so many settings are listed when none is near to what was written. */
const MAX_LISTED_KEYS = 14;

/** One unknown key is told a line, in the order of the issue's keys: each stands at a place of its own. */
export const KEY_SEPARATOR = '\n';

/**
 * Says in half a sentence, which follows the setting's name, what zod found. Values are quoted only where the
 * schema lists what is allowed: elsewhere one may be a secret that was put in the wrong place.
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return describeType(issue.expected, issue.input);
    case 'invalid_value':
      return describeValue(issue.values, issue.input);
    case 'unrecognized_keys':
      return issue.keys.map((key) => describeKey(key, keysOf(issue.inst))).join(KEY_SEPARATOR);
    case 'invalid_union':
      return describeAlternatives(issue.errors, issue.input);
    case 'too_small':
      return issue.origin === 'array'
        ? 'must not be empty'
        : `must be at least ${issue.minimum}, not ${issue.input}`;
    case 'too_big':
      return `must be at most ${issue.maximum}, not ${issue.input}`;
    case 'invalid_key':
      return `has the key ${quote(String(issue.input))}, which ${issue.issues.map(({ message }) => message).join(', ')}`;
    default:
      return 'is not valid';
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  null: 'null',
};

function describeType(expected: string, input: unknown): string {
  if (expected === 'int' && typeof input === 'number') return `must be a whole number, not ${input}`;
  return describeMismatch(TYPE_NAMES[expected] ?? expected, input);
}

/** Says that a value is of another kind than what is wanted: `text`, `a duration such as 90d`. */
export function describeMismatch(wanted: string, input: unknown): string {
  if (input === undefined) return 'is missing';
  if (input === null) return `has no value; it must be ${wanted}`;
  const quotes =
    /(?:^| )text(?:$| )/.test(wanted) && (typeof input === 'number' || typeof input === 'boolean');
  return `must be ${wanted}, not ${kindOf(input)}${quotes ? '; put it in quotes' : ''}`;
}

function kindOf(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  switch (typeof input) {
    case 'string':
      return 'text';
    case 'number':
      return Number.isInteger(input) ? 'a whole number' : 'a number';
    case 'boolean':
      return String(input);
    default:
      return 'a mapping';
  }
}

function describeValue(values: readonly unknown[], input: unknown): string {
  const allowed = values.map(String);
  const list = allowed.length > 1 ? `one of ${allowed.join(', ')}` : allowed.join('');
  if (typeof input === 'number') return `must be ${list}, not ${input}`;
  if (typeof input !== 'string') return describeMismatch(list, input);
  if (allowed.includes(input)) return `must be ${list}, not text; take the quotes away`;
  return `must be ${list}, not ${quote(input)}${didYouMean(input, allowed)}`;
}

function describeKey(key: string, known: readonly string[]): string {
  const hint = didYouMean(key, known);
  const list = hint === '' && known.length <= MAX_LISTED_KEYS ? `; there are ${known.join(', ')}` : hint;
  return `has no setting ${quote(key)}${list}`;
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `. Did you mean ${quote(meant)}?`;
}

function keysOf(schema: unknown): readonly string[] {
  const definition: unknown =
    isRecord(schema) && isRecord(schema['_zod']) ? schema['_zod']['def'] : undefined;
  return isRecord(definition) && isRecord(definition['shape']) ? Object.keys(definition['shape']) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/**
 * The issues of the alternative that the author meant: the first that takes a value of this kind, and rather
 * one that has something to say about what is in it than one that lists what is allowed.
 */
export function pickAlternative(
  errors: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  const ofKind = errors.filter((issues) => !issues.some((issue) => concernsWhole(issue, 'invalid_type')));
  return ofKind.find((issues) => !issues.some((issue) => concernsWhole(issue, 'invalid_value'))) ?? ofKind[0];
}

function concernsWhole({ code, path }: z.core.$ZodIssue, which: string): boolean {
  return path.length === 0 && code === which;
}

function describeAlternatives(errors: readonly (readonly z.core.$ZodIssue[])[], input: unknown): string {
  const wanted = [...new Set(errors.flat().flatMap(wantedKinds))];
  const last = wanted.pop() ?? 'something else';
  return describeMismatch(wanted.length === 0 ? last : `${wanted.join(', ')} or ${last}`, input);
}

/** What an alternative takes, out of its own words: `must be KIND, not …`. */
function wantedKinds({ path, message }: z.core.$ZodIssue): readonly string[] {
  const kind = /must be (.+?)(?:, not .*)?$/.exec(message)?.[1];
  return path.length > 0 || kind === undefined ? [] : [kind];
}
