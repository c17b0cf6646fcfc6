import type { HttpHeaders } from '@artifact-lifecycle/core/http';

/** A machine's clock that is this far off, in milliseconds, can be why a signature is refused; servers allow minutes. */
const MIN_SKEW_MS = 30_000;

/**
 * How far this machine's clock is behind a server's, in milliseconds, by the `Date` of an answer; `undefined` where
 * they agree, or where the server says nothing.
 */
export function readSkew(headers: HttpHeaders, now: number): number | undefined {
  const date = Date.parse(headers['date'] ?? '');
  const skew = date - now;
  return Number.isNaN(date) || Math.abs(skew) < MIN_SKEW_MS ? undefined : skew;
}
