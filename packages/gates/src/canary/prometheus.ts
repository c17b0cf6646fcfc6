import { Secret, SuiteError } from '@artifact-lifecycle/core';
import { discard, type HttpClient, type HttpResponse, readJson } from '@artifact-lifecycle/core/http';
import type { CanaryPeriod } from './period.ts';
import { readMatrix, refusal } from './prometheus-answer.ts';
import type { MetricSource } from './source.ts';

/** 11 000 points of one series have half a megabyte; several series are refused anyway. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Longer addresses are refused by proxies; such a query goes into the body instead. */
const MAX_ADDRESS_LENGTH = 4000;

/**
 * Asks a Prometheus, or what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics), for ranges of points.
 *
 * @param address up to where `/api/v1` begins. A user and password in it are sent as basic authentication, and are
 * in no message.
 */
export function createPrometheus(http: HttpClient, address: URL): MetricSource {
  const { place, authorization } = splitCredentials(address);
  return {
    async query(query, period, signal) {
      const request = writeRequest(place, query, period);
      const response = await http.send({
        ...request,
        headers: {
          accept: 'application/json',
          ...request.headers,
          ...(authorization === undefined ? {} : { authorization: authorization.reveal() }),
        },
        // It changes nothing, also where it is a POST.
        retry: true,
        signal,
      });
      return readAnswer(response, place);
    },
  };
}

function splitCredentials(address: URL): { readonly place: URL; readonly authorization: Secret | undefined } {
  const place = new URL(address);
  const { username, password } = place;
  place.username = '';
  place.password = '';
  place.hash = '';
  place.pathname = `${place.pathname.replace(/\/$/, '')}/api/v1/query_range`;
  if (username === '' && password === '') return { place, authorization: undefined };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { place, authorization: new Secret(`Basic ${Buffer.from(pair).toString('base64')}`) };
}

function writeRequest(place: URL, query: string, { start, end, stepSeconds }: CanaryPeriod) {
  const parameters = {
    query,
    start: start.toISOString(),
    end: end.toISOString(),
    step: `${stepSeconds}`,
  };
  const url = new URL(place);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  if (url.href.length <= MAX_ADDRESS_LENGTH) return { method: 'GET', url, headers: {} } as const;
  return {
    method: 'POST',
    url: place,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams(parameters).toString()),
  } as const;
}

async function readAnswer(response: HttpResponse, place: URL): Promise<readonly number[]> {
  const what = `range of points from ${place.host}`;
  const { status } = response;
  // Prometheus says in JSON what is wrong with a query: 400 for its text, 422 for what it asks, 503 for its cost.
  if (status === 200) return readMatrix(await readJson(response, MAX_ANSWER_BYTES, what), what);
  if (isJson(response) && [400, 422, 503].includes(status)) {
    throw refusal(await readJson(response, MAX_ANSWER_BYTES, what), what);
  }
  await discard(response);
  throw statusError(status, place);
}

function isJson({ headers }: HttpResponse): boolean {
  return /^application\/json\b/i.test(headers['content-type'] ?? '');
}

function statusError(status: number, { host, pathname }: URL): SuiteError {
  if (status === 401) {
    return new SuiteError('UNAUTHORIZED', `${host} gives no metrics without credentials: it answered 401.`);
  }
  if (status === 403) {
    return new SuiteError('FORBIDDEN', `${host} may not be asked for metrics from here: it answered 403.`);
  }
  if (status === 404) {
    return new SuiteError('NOT_FOUND', `${host} has no ${pathname}: it answered 404.`, {
      remedy: 'Check the address of the Prometheus; its path ends before /api/v1.',
    });
  }
  if (status === 429) {
    return new SuiteError('RATE_LIMITED', `${host} answers no more queries now: it answered 429.`);
  }
  if (status >= 500) {
    return new SuiteError('UNREACHABLE', `${host} cannot answer queries now: it answered ${status}.`);
  }
  return new SuiteError('PROTOCOL_INVALID', `${host} answered the query for metrics with ${status}.`);
}
