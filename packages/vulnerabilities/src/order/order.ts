import { MAX_VERSION_LENGTH } from '@artifact-lifecycle/versions';

/** Compares a version that was read with a text: negative where the version comes first, `undefined` where the text is none. */
export type ComparedVersion = (other: string) => number | undefined;

/** Reads a version to be compared with others; `undefined` where the text is no version of the order. */
export type Order = (text: string) => ComparedVersion | undefined;

/**
 * Makes an order of how a text is read and how two that were read compare, a total preorder.
 *
 * Texts longer than {@link MAX_VERSION_LENGTH} are no version of anybody: that bounds the work on hostile ones,
 * whatever `read` does.
 */
export function defineOrder<V>(
  read: (text: string) => V | undefined,
  compare: (a: V, b: V) => number,
): Order {
  const readBounded = (text: string): V | undefined =>
    text === '' || text.length > MAX_VERSION_LENGTH ? undefined : read(text);
  return (text) => {
    const version = readBounded(text);
    if (version === undefined) return undefined;
    return (other) => {
      const against = readBounded(other);
      return against === undefined ? undefined : compare(version, against);
    };
  };
}

/** Compares lists part by part; where one has ended, the part that `missing` gives stands for what it has not. */
export function compareLists<P>(
  a: readonly P[],
  b: readonly P[],
  missing: P,
  compare: (a: P, b: P) => number,
): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compare(a[i] ?? missing, b[i] ?? missing);
    if (order !== 0) return order;
  }
  return 0;
}

/** Compares texts by their code units, as `strcmp` does for ASCII. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
