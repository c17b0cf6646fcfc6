import { SuiteError } from '@artifact-lifecycle/core';
import { redactText } from '@artifact-lifecycle/core/http';
import { readValue } from './points.ts';

/** What a stranger says is looked at and quoted up to here. */
const MAX_READ = 2000;
const MAX_SAID = 200;

/** So many of several series are named. */
const MAX_NAMED_SERIES = 3;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the values of the one series of a range query's answer (Prometheus HTTP API, `query_range`); no series is no
 * point.
 *
 * @param what names the answer, without article.
 * @throws SuiteError `POLICY_INVALID` for a query that is wrong or gives several series, `UNREACHABLE` for a server
 * that could not calculate it, `CONTENT_INVALID` for warnings that say the answer is not whole, `PROTOCOL_INVALID`.
 */
export function readMatrix(answer: unknown, what: string): readonly number[] {
  const status = field(answer, 'status');
  if (status === 'error') throw refusal(answer, what);
  const data = field(answer, 'data');
  const result = field(data, 'result');
  if (status !== 'success' || field(data, 'resultType') !== 'matrix' || !Array.isArray(result)) {
    throw strange(`The ${what} is no answer of Prometheus to a range query.`);
  }
  refuseWarnings(field(answer, 'warnings'), what);
  const [series, ...others] = result as readonly unknown[];
  if (series === undefined) return [];
  if (others.length > 0) throw severalSeries([series, ...others], what);
  const histograms = field(series, 'histograms');
  if (Array.isArray(histograms) && histograms.length > 0) {
    throw wrongQuery(
      `The ${what} holds histograms, not numbers.`,
      'Query a number of it: histogram_quantile(…).',
    );
  }
  const values = field(series, 'values');
  if (!Array.isArray(values)) throw strange(`The ${what} has a series without values.`);
  return values.map((pair: unknown) => {
    const value = Array.isArray(pair) && pair.length === 2 ? readValue(pair[1]) : undefined;
    if (value === undefined) throw strange(`The ${what} has a point that is no pair of time and value.`);
    return value;
  });
}

/** The error for an answer that says what went wrong. */
export function refusal(answer: unknown, what: string): SuiteError {
  const type = field(answer, 'errorType');
  const said = say(field(answer, 'error'));
  if (type === 'bad_data' || type === 'execution') {
    return wrongQuery(`Prometheus refuses the query for the ${what}: ${said}.`, 'Correct the query.');
  }
  return new SuiteError('UNREACHABLE', `Prometheus has no ${what}: ${said}.`, {
    remedy: 'Look at the server, and run it again.',
  });
}

/** A part of the stores did not answer, or the query met data it cannot use: what is there is not the whole. */
function refuseWarnings(warnings: unknown, what: string): void {
  if (!Array.isArray(warnings) || warnings.length === 0) return;
  throw new SuiteError('CONTENT_INVALID', `The ${what} came with a warning: ${say(warnings[0])}.`, {
    remedy: 'Mend what it says, or the query: half of the points say nothing about a canary.',
  });
}

function severalSeries(series: readonly unknown[], what: string): SuiteError {
  const names = series
    .slice(0, MAX_NAMED_SERIES)
    .map((one) => say(JSON.stringify(field(one, 'metric') ?? {})))
    .sort();
  const more = series.length > names.length ? ', …' : '';
  return wrongQuery(
    `The ${what} has ${series.length} series, not one: ${names.join(', ')}${more}.`,
    'Aggregate them in the query: sum(…), avg(…), max(…), or name one by its labels.',
  );
}

function wrongQuery(message: string, remedy: string): SuiteError {
  return new SuiteError('POLICY_INVALID', message, { remedy });
}

function strange(message: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', message, {
    remedy: 'Check that the address is that of a Prometheus, or of what speaks its HTTP API.',
  });
}

/** A stranger's text as part of a message: bounded, one line, without the secrets of addresses in it. */
function say(text: unknown): string {
  if (typeof text !== 'string' || text === '') return 'without a reason';
  const line = redactText(text.slice(0, MAX_READ)).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > MAX_SAID ? `${line.slice(0, MAX_SAID)}…` : line;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Fields)[name]
    : undefined;
}
