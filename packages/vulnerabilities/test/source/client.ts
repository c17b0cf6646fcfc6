import { createHttpClient, type HttpClient } from '@artifact-lifecycle/core/http';

/** Milliseconds since 1970 in all tests of sources. */
export const NOW = Date.parse('2026-11-25T12:00:00Z');

/** Nobody waits on it. */
export const CLOCK = { now: () => NOW, sleep: () => Promise.resolve() };

export const signal = new AbortController().signal;

/** A client on whose clock who waits moves it. */
export function makeClient(): HttpClient {
  let now = NOW;
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  return createHttpClient({ userAgent: 'tests', environment: {}, clock, random: () => 0 });
}

/** Resolves with the error that a promise is rejected with. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  );
}
