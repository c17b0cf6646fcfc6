/** A setting that the input would weaken: both values as people write them. */
export interface Difference {
  /** Inside of the setting, `["error rate"].tolerance`; empty for the setting itself. */
  readonly path: string;
  /** Where the policy writes the setting by another name than its own. */
  readonly writtenAs?: string;
  readonly policy: string;
  readonly input: string;
}

/** What comparing a setting comes to: empty where the input is at least as tight, or says nothing. */
export type Differences = readonly Difference[];

/** What comparing each setting of a gate comes to; the compiler asks for all of them. */
export type Compared<Settings> = { readonly [Setting in keyof Required<Settings>]: Differences };

/** How a setting is compared. */
export interface Comparing<T> {
  /** What counts where the policy does not say: its default. Without it, a policy that does not say demands nothing. */
  readonly otherwise?: T;
  readonly show?: (value: T) => string;
}

const NONE: Differences = [];

/**
 * Compares a setting of the input with the policy's. What the input leaves out it leaves as it is.
 *
 * @param isTight asked only where both are given.
 * @param withoutPolicy whether any value is tight where the policy neither says nor has a default.
 */
function compare<T>(
  policy: T | undefined,
  input: T | undefined,
  { otherwise, show = showPlain }: Comparing<T>,
  isTight: (policy: T, input: T) => boolean,
  withoutPolicy: boolean,
): Differences {
  if (input === undefined) return NONE;
  const demanded = policy ?? otherwise;
  if (demanded === undefined ? withoutPolicy : isTight(demanded, input)) return NONE;
  const shown = demanded === undefined ? 'nothing' : show(demanded);
  return [{ path: '', policy: shown, input: show(input) }];
}

/** A larger number is tighter. */
export function atLeast<T extends number>(
  policy: T | undefined,
  input: T | undefined,
  how: Comparing<T> = {},
): Differences {
  return compare(policy, input, how, (demanded, given) => given >= demanded, true);
}

/** A smaller number is tighter. */
export function atMost<T extends number>(
  policy: T | undefined,
  input: T | undefined,
  how: Comparing<T> = {},
): Differences {
  return compare(policy, input, how, (demanded, given) => given <= demanded, true);
}

/** A smaller number is tighter, and none at all tightest: what is counted from a bound on, all where there is none. */
export function atMostOrNone(policy: number | undefined, input: number | undefined): Differences {
  return compare(policy, input, {}, (demanded, given) => given <= demanded, false);
}

/** `true` is tighter; absent is `false`. */
export function demands(policy: boolean | undefined, input: boolean | undefined): Differences {
  return compare(policy, input, { otherwise: false }, (demanded, given) => given || !demanded, true);
}

/** `false` is tighter; absent is `false`. */
export function relaxes(policy: boolean | undefined, input: boolean | undefined): Differences {
  return compare(policy, input, { otherwise: false }, (allowed, given) => allowed || !given, true);
}

/** Nothing tells which of two values is tighter, nor whether any is tighter than none: it must be the same. */
export function same<T>(policy: T | undefined, input: T | undefined, how: Comparing<T> = {}): Differences {
  return compare(policy, input, how, (one, other) => canonical(one) === canonical(other), false);
}

/** What must be: more is tighter, and each of the policy's must be met by one of the input's. */
export function includesAll<T>(
  policy: readonly T[] | undefined,
  input: readonly T[] | undefined,
  how: Comparing<readonly T[]> & { readonly meets?: (input: T, policy: T) => boolean } = {},
): Differences {
  const { meets = isSame } = how;
  return compare(
    policy,
    input,
    how,
    (demanded, given) => demanded.every((one) => given.some((other) => meets(other, one))),
    true,
  );
}

/**
 * What may be: less is tighter, and each of the input's must be within one of the policy's.
 *
 * @param how.isOpen whether everything may be where nothing is listed (allowed refs), or nothing (exceptions).
 */
export function within<T>(
  policy: readonly T[] | undefined,
  input: readonly T[] | undefined,
  how: Comparing<readonly T[]> & {
    readonly isOpen: boolean;
    readonly isWithin?: (input: T, policy: T) => boolean;
  },
): Differences {
  const { isWithin = isSame, isOpen } = how;
  return compare(
    policy,
    input,
    how,
    (allowed, given) => given.every((one) => allowed.some((other) => isWithin(one, other))),
    isOpen,
  );
}

/** Anything that has an answer of its own: compared only where both are given, or by `withoutPolicy`. */
export function comparedBy<T>(
  policy: T | undefined,
  input: T | undefined,
  isTight: (policy: T, input: T) => boolean,
  how: Comparing<T> & { readonly withoutPolicy: boolean },
): Differences {
  return compare(policy, input, how, isTight, how.withoutPolicy);
}

function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** The same text for the same value: keys sorted, and lists, of which none here has an order, too. */
export function canonical(value: unknown): string {
  if (value instanceof Map) return canonical(Object.fromEntries(value));
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${entries
    .map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`)
    .sort()
    .join()}}`;
}

/** A value as a policy writes it, or nearly. */
export function showPlain(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(showPlain).join(', ')}]`;
  if (value instanceof Map) return showPlain(Object.fromEntries(value));
  return JSON.stringify(value) ?? 'nothing';
}

/** The name of a setting as a policy writes it: `max-failed`. */
export function kebab(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
