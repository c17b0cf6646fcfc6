import { formatPath } from '@artifact-lifecycle/core/policy';
import { shorten } from '../verdict/verdicts.ts';

/**
 * The value at a path of a predicate, which is hostile: only what an object or list holds itself is seen, nothing that
 * it inherits (`constructor`, `length`). `undefined` where there is none.
 */
export function valueAt(predicate: unknown, path: readonly (string | number)[]): unknown {
  let at = predicate;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    // A list's own `length` is no index; an object's key that looks like a number is no index of a list.
    if (Array.isArray(at) !== (typeof step === 'number') || !Object.hasOwn(at, step)) return undefined;
    at = Reflect.get(at, step);
  }
  return at;
}

/** A value at a path for people: `result = "PASSED"`, `runs[0].count = nothing`. */
export function formatCondition({
  path,
  equals,
}: {
  readonly path: readonly (string | number)[];
  readonly equals: unknown;
}): string {
  return `${formatPath(path)} = ${formatValue(equals)}`;
}

function formatValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return shorten(JSON.stringify(value) ?? 'nothing');
}
