import * as z from 'zod/mini';
import { documentation, type Parsed, text } from '../settings.ts';

/** What a predicate must hold at one place. */
export interface Condition {
  /** Keys and indexes from the predicate's root. */
  readonly path: readonly (string | number)[];
  readonly equals: string | number | boolean | null;
}

/** Predicates are not nested deeper where people look. */
const MAX_PATH_LENGTH = 32;

/** One step: `.key` (the first without its dot), `[0]` or `["any key"]`. */
const STEP = /\.?([A-Za-z0-9_$@-]+)|\[([0-9]{1,6})\]|\["([^"\\]+)"\]/y;

/** The mapping `where`: values by path. */
export function conditions() {
  const byPath = z.record(
    text<string>((path) => {
      const parsed = parsePath(path);
      return 'value' in parsed ? { value: path } : parsed;
    }),
    z.union([z.string(), z.number(), z.boolean(), z.null()]),
  );
  documentation.add(byPath, { examples: [{ result: 'PASSED' }] });
  return z.pipe(
    byPath,
    z.transform((entries): readonly Condition[] =>
      Object.entries(entries).flatMap(([path, equals]) => {
        const parsed = parsePath(path);
        return 'value' in parsed ? [{ path: parsed.value, equals }] : [];
      }),
    ),
  );
}

/** Reads `result`, `runs[0].name` or `labels["a.b"].value`. */
export function parsePath(path: string): Parsed<readonly (string | number)[]> {
  const steps: (string | number)[] = [];
  let end = 0;
  while (end < path.length && steps.length < MAX_PATH_LENGTH) {
    STEP.lastIndex = end;
    const match = STEP.exec(path);
    if (match === null || (match[1] !== undefined && path.startsWith('.', end) === (end === 0))) break;
    end = STEP.lastIndex;
    steps.push(match[2] === undefined ? (match[1] ?? match[3] ?? '') : Number(match[2]));
  }
  return end === path.length && end > 0
    ? { value: steps }
    : { problem: 'is not a path such as result, runs[0].name or labels["a.b"]' };
}
