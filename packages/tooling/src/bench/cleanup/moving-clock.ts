import type { Clock } from '@artifact-lifecycle/core';

/** A clock on which nobody waits: who sleeps moves it. */
export interface MovingClock extends Clock {
  move(milliseconds: number): void;
}

/** Starts a clock at a time of its own, so that every run sees the same ages. */
export function movingClock(start = Date.parse('2026-11-01T12:00:00Z')): MovingClock {
  let now = start;
  return {
    now: () => now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      now += milliseconds;
    },
    move: (milliseconds) => {
      now += milliseconds;
    },
  };
}
