import type { Milliseconds } from '../policy/duration.ts';

/** What the runner computes when a workflow leaves an input out, such as `${{ github.token }}`. */
export interface RunnerExpression {
  readonly expression: string;
}

/** A default the action finds elsewhere; the text says where, for the documentation: `from the policy`. */
export interface DerivedDefault {
  readonly derived: string;
}

/**
 * Reads the text of an input, or of one entry of a list, into a domain type.
 *
 * @param what names the input, for the error: `input "source"`.
 * @throws SuiteError; its message and remedy are reported with those of all other inputs, as `INPUT_INVALID`.
 */
export type ParseText<T> = (text: string, what: string) => T;

interface InputBase<Literal> {
  /** Full sentences in present tense; limits and units are named. */
  readonly description: string;
  /** An input that a workflow must give. */
  readonly required?: boolean;
  readonly default?: Literal | RunnerExpression | DerivedDefault;
}

interface Entries {
  /** What an entry is, in the plural, for documentation and errors: `artifact types`. */
  readonly entries: string;
  /** Whether commas separate entries, too; only where no entry can hold one. */
  readonly commas?: boolean;
  readonly parse?: ParseText<unknown>;
}

/** Any text. */
export interface TextInput extends InputBase<string> {
  readonly kind: 'string' | 'path';
  readonly parse?: ParseText<unknown>;
}

/** A text that is masked in the log before anything else is done with it. */
export interface SecretInput extends InputBase<string> {
  readonly kind: 'secret';
}

/** A YAML 1.2 boolean: `true`, `True`, `TRUE`, `false`, `False`, `FALSE`. */
export interface BooleanInput extends InputBase<boolean> {
  readonly kind: 'boolean';
}

/** Entries one a line; `#` starts a comment line, blank lines are dropped. */
export interface ListInput extends InputBase<readonly string[]>, Entries {
  readonly kind: 'list';
}

/** One of the words that are allowed. */
export interface EnumInput extends InputBase<string> {
  readonly kind: 'enum';
  readonly allowed: readonly string[];
}

/** One of the words that are allowed, or a list of something else. */
export interface EnumOrListInput extends InputBase<string>, Entries {
  readonly kind: 'enum-or-list';
  readonly allowed: readonly string[];
}

/** One of the words that are allowed, or a text such as a file's name. */
export interface EnumOrTextInput extends InputBase<string> {
  readonly kind: 'enum-or-text';
  readonly allowed: readonly string[];
  /** What any other text is: `a file with URLs`. */
  readonly otherwise: string;
}

/** YAML; what it means is for the action to say. */
export interface YamlInput extends InputBase<string> {
  readonly kind: 'yaml';
  /** Keys, at any depth, whose values are masked. */
  readonly secretKeys?: readonly string[];
}

/** A whole number in decimal digits. */
export interface IntegerInput extends InputBase<number> {
  readonly kind: 'integer';
  readonly min?: number;
  readonly max?: number;
}

/** An age such as `90d`, `24h` or `2y`; read as milliseconds. */
export interface DurationInput extends InputBase<string> {
  readonly kind: 'duration';
}

/** One input of an action, as data: `action.yml`, the README, `action-types.yml` and the types come from it. */
export type InputSpec =
  | TextInput
  | SecretInput
  | BooleanInput
  | ListInput
  | EnumInput
  | EnumOrListInput
  | EnumOrTextInput
  | YamlInput
  | IntegerInput
  | DurationInput;

/** YAML as it was given: the text for errors with positions, the value for the rest. */
export interface YamlValue {
  readonly text: string;
  readonly value: unknown;
}

/** An output that is one thing as text and another in `json`: lines joined as the workflow asked, and their list. */
export interface TwofoldOutput {
  readonly text: string;
  readonly json: unknown;
}

/** One output of an action. `lines` is a list that becomes one entry a line. */
export interface OutputSpec {
  readonly kind: 'string' | 'boolean' | 'integer' | 'lines' | 'json' | 'path' | 'twofold';
  readonly description: string;
  readonly example?: string;
  /** What the output holds when the action fails, also before its first step. */
  readonly onFailure?: string | boolean | number;
}

/** The colours GitHub's marketplace knows. */
export type BrandingColor = 'white' | 'yellow' | 'blue' | 'green' | 'orange' | 'red' | 'purple' | 'gray-dark';

/** An action as data. */
export interface ActionSpec {
  /** The folder's name, `promote`. */
  readonly name: string;
  /** The name on GitHub's marketplace. */
  readonly title: string;
  /** One sentence. */
  readonly description: string;
  readonly branding: { readonly icon: string; readonly color: BrandingColor };
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /**
   * Inputs of the contract that this version does not have yet. Giving one is an error: a gate that is ignored
   * would let everything through.
   */
  readonly planned?: readonly string[];
  readonly outputs: Readonly<Record<string, OutputSpec>>;
}

/** `dry-run` as a property: `dryRun`. */
export type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

type Parsed<S> = S extends { readonly parse: ParseText<infer T> } ? T : string;

type AllowedWord<S> = S extends { readonly allowed: readonly (infer Word)[] } ? Word : never;

type InputValue<S extends InputSpec> = S['kind'] extends 'boolean'
  ? boolean
  : S['kind'] extends 'integer'
    ? number
    : S['kind'] extends 'duration'
      ? Milliseconds
      : S['kind'] extends 'list'
        ? readonly Parsed<S>[]
        : S['kind'] extends 'enum'
          ? AllowedWord<S>
          : S['kind'] extends 'enum-or-list'
            ? AllowedWord<S> | readonly Parsed<S>[]
            : S['kind'] extends 'yaml'
              ? YamlValue
              : Parsed<S>;

/** Present in every run: required, or with a default of its own. */
type Present<S extends InputSpec> = S extends { readonly required: true }
  ? true
  : S extends { readonly default: string | boolean | number | readonly string[] }
    ? true
    : false;

/** The record of typed inputs that an action's spec describes; `undefined` where an optional one is unset. */
export type Inputs<A extends ActionSpec> = {
  readonly [Name in keyof A['inputs'] & string as CamelCase<Name>]: Present<A['inputs'][Name]> extends true
    ? InputValue<A['inputs'][Name]>
    : InputValue<A['inputs'][Name]> | undefined;
};

type OutputValue<S extends OutputSpec> = S['kind'] extends 'boolean'
  ? boolean
  : S['kind'] extends 'integer'
    ? number
    : S['kind'] extends 'lines'
      ? readonly string[]
      : S['kind'] extends 'json'
        ? object
        : S['kind'] extends 'twofold'
          ? TwofoldOutput
          : string;

/** The outputs that the runner of actions writes by itself. */
export type ReservedOutput = 'json' | 'json-file' | 'error-code';

/** The record of typed outputs that an action's spec describes; what is left out is not written. */
export type Outputs<A extends ActionSpec> = {
  readonly [Name in Exclude<keyof A['outputs'] & string, ReservedOutput> as CamelCase<Name>]?:
    | OutputValue<A['outputs'][Name]>
    | undefined;
};

/** Declares an action; its literal types become those of its inputs and outputs. */
export function defineAction<const A extends ActionSpec>(spec: A): A {
  return spec;
}

/** The property under which an input or output is known: `dry-run` is `dryRun`. */
export function propertyName(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The literal default of an input, where it has one. */
export function literalDefault(input: InputSpec): string | undefined {
  const value = input.default;
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if ('expression' in value || 'derived' in value) return undefined;
  return value.join('\n');
}
