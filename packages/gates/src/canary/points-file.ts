import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { parseJson } from '@artifact-lifecycle/core/http';
import { quote } from '@artifact-lifecycle/core/policy';
import type { CanaryPoints } from './finding.ts';
import { readValue } from './points.ts';
import { readMatrix } from './prometheus-answer.ts';

/** More points are a mistake, and would take long to compare. */
const MAX_POINTS = 100_000;

/**
 * Reads a file of points, JSON: `{ "baseline": […], "canary": […] }`. Each side is a list of values, oldest first
 * (`0.02`, `"0.02"`, `null` or `"NaN"` for none, `"+Inf"`), or of pairs `[time, value]`; or an answer of Prometheus to
 * a range query, as it came: `{ "status": "success", "data": { "resultType": "matrix", "result": […] } }`.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function readPointsFile(bytes: Uint8Array, path: string): CanaryPoints {
  const what = `file of points ${quote(path)}`;
  const document = parse(bytes, what);
  if (!isObject(document)) throw invalid(`The ${what} is no JSON object.`);
  return { baseline: readSide(document, 'baseline', what), canary: readSide(document, 'canary', what) };
}

function parse(bytes: Uint8Array, what: string): unknown {
  try {
    return parseJson(bytes, what);
  } catch (error) {
    if (isSuiteError(error, 'PROTOCOL_INVALID')) throw invalid(`The ${what} is not JSON.`, error);
    throw error;
  }
}

function readSide(document: Readonly<Record<string, unknown>>, side: 'baseline' | 'canary', what: string) {
  const points = Object.hasOwn(document, side) ? document[side] : undefined;
  const where = `${what}, side "${side}"`;
  if (isObject(points)) return limited(readMatrix(points, where), where);
  if (!Array.isArray(points)) throw invalid(`The ${what} has no list "${side}".`);
  return limited(points, where).map((point: unknown, index) => {
    const value = readValue(Array.isArray(point) ? pairValue(point) : point);
    if (value === undefined) throw invalid(`The ${where}, has at ${index} something that is no value.`);
    return value;
  });
}

/** `[time, value]`; anything else has no value that could be read. */
function pairValue(pair: readonly unknown[]): unknown {
  return pair.length === 2 && typeof pair[0] === 'number' ? pair[1] : undefined;
}

function limited<T>(points: readonly T[], where: string): readonly T[] {
  if (points.length <= MAX_POINTS) return points;
  throw new SuiteError(
    'LIMIT_EXCEEDED',
    `The ${where}, has ${points.length} points; the limit is ${MAX_POINTS}.`,
    { remedy: 'Write fewer points: a longer step, or a shorter time.' },
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string, cause?: unknown): SuiteError {
  return new SuiteError('CONTENT_INVALID', message, {
    remedy: 'Write it as { "baseline": [0.02, 0.03], "canary": [0.02, null] }.',
    cause,
  });
}
