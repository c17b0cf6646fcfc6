import type { Clock } from '@artifact-lifecycle/core';

/** GitHub Docs, "Rate limits for the REST API": 900 points a minute; reading costs 1, writing 5, so 180 deletions. */
const POINTS_A_MINUTE = 900;
const MINUTE = 60_000;

/** What a request costs of GitHub's secondary limit. */
export const READ_POINTS = 1;
export const WRITE_POINTS = 5;

/** Keeps requests below GitHub's secondary limit: no minute, from wherever it is counted, holds more points. */
export class Pace {
  readonly #clock: Clock;
  readonly #limit: number;
  /** What was spent in the last minute, the oldest first. */
  readonly #spent: { readonly at: number; readonly points: number }[] = [];
  #sum = 0;
  /** Those who wait come one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Clock, limit = POINTS_A_MINUTE) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Resolves when so many points may be spent; they count from then on. */
  enter(points: number, signal?: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#wait(points, signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #wait(points: number, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const now = this.#clock.now();
      this.#forget(now - MINUTE);
      const oldest = this.#spent[0];
      if (oldest === undefined || this.#sum + points <= this.#limit) break;
      await this.#clock.sleep(Math.max(1, oldest.at + MINUTE - now), signal);
    }
    this.#spent.push({ at: this.#clock.now(), points });
    this.#sum += points;
  }

  #forget(until: number): void {
    for (let oldest = this.#spent[0]; oldest !== undefined && oldest.at <= until; oldest = this.#spent[0]) {
      this.#spent.shift();
      this.#sum -= oldest.points;
    }
  }
}
