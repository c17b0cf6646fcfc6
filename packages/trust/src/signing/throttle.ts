import { type Clock, throwIfCancelled } from '@artifact-lifecycle/core';

/** How many signatures a log takes: so many at once, then so many a second. */
export interface SigningRate {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * What the public good instance is asked at most: its log answers 429 from 500 entries a minute on, for all runners
 * behind an address together.
 */
export const PUBLIC_GOOD_RATE: SigningRate = { burst: 60, perSecond: 5 };

/** Lets work begin no faster than a rate. Whoever waits has asked for nothing yet that could expire meanwhile. */
export class Throttle {
  readonly #rate: SigningRate | undefined;
  readonly #clock: Clock;
  /** When the next would begin if none could begin early (the virtual time of GCRA). */
  #next = Number.NEGATIVE_INFINITY;

  constructor(rate: SigningRate | undefined, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /**
   * Resolves when it is one's turn.
   *
   * @throws SuiteError `CANCELLED`, or what the signal carries
   */
  async enter(signal: AbortSignal | undefined): Promise<void> {
    throwIfCancelled(signal);
    if (this.#rate === undefined) return;
    const { burst, perSecond } = this.#rate;
    const interval = 1000 / perSecond;
    const now = this.#clock.now();
    const turn = Math.max(this.#next, now);
    this.#next = turn + interval;
    const wait = Math.ceil(turn - (burst - 1) * interval - now);
    if (wait <= 0) return;
    try {
      await this.#clock.sleep(wait, signal);
    } catch (error) {
      throwIfCancelled(signal);
      throw error;
    }
  }
}
