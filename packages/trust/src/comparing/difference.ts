/** Where two artifacts begin to differ. */
export interface Difference {
  /** From the outside in: `linux/arm64`, `layer 2`, `usr/bin/app`. Empty for files. */
  readonly place: readonly string[];
  /** One sentence with both values. */
  readonly fact: string;
}

/** What comparing two artifacts came to. */
export interface Comparison {
  /** Whether they are the same to the last byte. */
  readonly identical: boolean;
  /** The first difference; `undefined` where there is none. */
  readonly difference: Difference | undefined;
}

/** A difference inside of something. */
export function inside(name: string, difference: Difference | undefined): Difference | undefined {
  return difference === undefined ? undefined : { place: [name, ...difference.place], fact: difference.fact };
}

/** A value as it may stand in a sentence: text from outside, on one line, cut off where it is long. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
