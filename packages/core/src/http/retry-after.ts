import type { HttpHeaders } from './types.ts';

/** Up to here a number of seconds is believed to be one; ten years are not a wait but nonsense. */
const MAX_SECONDS = 10 * 365 * 24 * 3600;

/** RFC 9110 §5.6.7: the form to send, and the two obsolete ones a recipient must still read. All are in GMT. */
const HTTP_DATE =
  /^(?:[a-z]{3}, \d{2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT|[a-z]{6,9}, \d{2}-[a-z]{3}-\d{2} \d{2}:\d{2}:\d{2} GMT|[a-z]{3} [a-z]{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/i;

/**
 * Reads how long an answer asks to wait (RFC 9110 §10.2.3), in milliseconds from `now`; `undefined` when it does
 * not say, or nothing that can be read. A date is measured against the answer's own `Date` where it has one, as
 * the server's clock and ours may differ by minutes.
 */
export function readRetryAfter(headers: HttpHeaders, now: number): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,12}$/.test(value)) return Math.min(Number(value), MAX_SECONDS) * 1000;
  const until = parseHttpDate(value);
  if (until === undefined) return undefined;
  const sent = parseHttpDate(headers['date']?.trim() ?? '') ?? now;
  return Math.min(Math.max(until - sent, 0), MAX_SECONDS * 1000);
}

function parseHttpDate(value: string): number | undefined {
  if (!HTTP_DATE.test(value)) return undefined;
  const time = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(time) ? undefined : time;
}
