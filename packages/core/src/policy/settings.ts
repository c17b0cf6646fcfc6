import * as z from 'zod/mini';
import { describeMismatch } from './issues.ts';

/**
 * What the schema's parts are built of: strict mappings whose keys come out in camel case, texts that are
 * parsed, lists that may be one value. Each function gives a new schema, since each carries its own words.
 */

/** What an editor shows about a setting; goes into the JSON Schema as it is. */
export interface Documentation {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly uniqueItems?: boolean;
}

/** The words of each schema. A registry of our own: zod's global one would be shared with whoever is bundled, too. */
export const documentation = z.registry<Documentation>();

/** A schema of zod, as far as building with it goes. */
export type Schema<Output = unknown> = z.ZodMiniType<Output>;

/** What a parser of a text gives: the value, or what is wrong as a half-sentence that follows the setting's name. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** Reports what is wrong with a mapping, at a place inside it. */
export type Report = (problem: string, ...path: readonly (string | number)[]) => void;

type Camel<Key> = Key extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Key;

/** A list that nobody changes; all else as it is. */
type Unchanged<T> = T extends readonly (infer Entry)[] ? readonly Entry[] : T;

/** The same object, not to be changed, with its `kebab-case` keys in camel case. */
export type CamelKeys<T> = { readonly [Key in keyof T as Camel<Key> & string]: Unchanged<T[Key]> };

/** A required setting. */
export function required<T extends Schema>(description: string, schema: T, more: Documentation = {}): T {
  documentation.add(schema, { ...documentation.get(schema), ...more, description });
  return schema;
}

/** A setting that may be left out; then the key is absent from the result. */
export function optional<T extends Schema>(
  description: string,
  schema: T,
  more: Documentation = {},
): z.ZodMiniExactOptional<T> {
  const wrapped = z.exactOptional(schema);
  documentation.add(wrapped, { ...more, description });
  return wrapped;
}

/** A mapping that holds these settings and no others, with its keys as they are written. */
export function mapping<Shape extends Readonly<Record<string, Schema>>>(
  shape: Shape,
  ...rules: readonly ((value: z.output<z.ZodMiniObject<Shape, z.core.$strict>>, report: Report) => void)[]
) {
  return z.strictObject(shape).check(...rules.map((rule) => ruleCheck(rule)));
}

/** A {@link mapping} whose keys come out in camel case. */
export function settings<Shape extends Readonly<Record<string, Schema>>>(
  shape: Shape,
  ...rules: readonly ((value: z.output<z.ZodMiniObject<Shape, z.core.$strict>>, report: Report) => void)[]
) {
  return z.pipe(
    mapping(shape, ...rules),
    z.transform((value) => camelKeys(value)),
  );
}

/** A check out of a rule; what it finds stops nothing else from being looked at. */
function ruleCheck<T>(rule: (value: T, report: Report) => void) {
  return z.check<T>(({ value, issues }) => {
    rule(value, (message, ...path) => {
      issues.push({ code: 'custom', message, path: [...path], input: value, continue: true });
    });
  });
}

/** Renames the keys. They are those of the type, because both are made by the same rule; the compiler cannot follow the text. */
export function camelKeys<T extends object>(value: T): CamelKeys<T> {
  const entries = Object.entries(value).map(([key, setting]) => [camel(key), setting] as const);
  return Object.fromEntries(entries) as CamelKeys<T>;
}

function camel(key: string): string {
  return key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * A text that a parser turns into something better.
 *
 * @param form what it is called where something else stands in its place: `a duration such as 90d`.
 */
export function text<T>(parse: (text: string) => Parsed<T>, words: Documentation = {}, form = 'text') {
  const schema = z.pipe(
    z.string({ error: ({ input }) => describeMismatch(form, input) }),
    z.transform((value, { issues }) => {
      const parsed = parse(value);
      if ('value' in parsed) return parsed.value;
      issues.push({ code: 'custom', message: parsed.problem, input: value });
      return z.NEVER;
    }),
  );
  documentation.add(schema, words);
  return schema;
}

/** A list of at least one entry without repetitions; one value stands for a list of it. */
export function oneOrMore<T extends Schema>(entry: T) {
  return oneOr(entry, listOf(entry));
}

/** As {@link oneOrMore}, but the list may be empty. */
export function anyNumberOf<T extends Schema>(entry: T) {
  return oneOr(entry, z.array(entry).check(ruleCheck(refuseRepetition)));
}

/** A list of at least one entry without repetitions. */
export function listOf<T extends Schema>(entry: T) {
  const list = z.array(entry).check(z.minLength(1), ruleCheck(refuseRepetition));
  documentation.add(list, { uniqueItems: true });
  return list;
}

function oneOr<T extends Schema>(entry: T, list: z.ZodMiniArray<T>) {
  documentation.add(list, { uniqueItems: true });
  return z.pipe(
    z.union([entry, list]),
    z.transform((value): readonly z.output<T>[] => (isList<z.output<T>>(value) ? value : [value])),
  );
}

/** Tells a list of entries from one entry, which is never a list itself. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function refuseRepetition(list: readonly unknown[], report: Report): void {
  const seen = new Set<string>();
  list.forEach((entry, index) => {
    const key = JSON.stringify(entry);
    if (seen.has(key)) report('stands in the list already', index);
    seen.add(key);
  });
}

/** A mapping of names that the user chooses. */
export function named<T extends Schema>(key: z.ZodMiniType<string, string>, value: T) {
  return z.pipe(
    z.record(key, value),
    z.transform((entries): ReadonlyMap<string, z.output<T>> => new Map(Object.entries(entries))),
  );
}
