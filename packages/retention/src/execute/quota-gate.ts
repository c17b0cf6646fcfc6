import type { Quota } from '../service/retention-service.ts';

/** A deletion looks at the image and deletes it. */
const REQUESTS_AN_ITEM = 2;

/** Left for others who use the same token, and for the end of the run. */
const RESERVE = 10;

/**
 * Lets parts of a plan begin only when the quota is enough to end them: so an image that goes is not left with
 * half of what belongs to it.
 */
export class QuotaGate {
  readonly #quota: () => Quota | undefined;
  /** Requests that parts under way still need. */
  #promised = 0;
  /** No part begins any more; those under way go on. */
  #isFull = false;
  #isClosed = false;
  #hasBegun = false;

  constructor(quota: () => Quota | undefined) {
    this.#quota = quota;
  }

  /** Ends all: the service has said that it wants no more. */
  close(): void {
    this.#isClosed = true;
  }

  /** Whether a part may begin; one that no quota is enough for may when it is the first. */
  begin(items: number): boolean {
    if (this.#isClosed || this.#isFull) return false;
    const needed = items * REQUESTS_AN_ITEM;
    const left = this.#left();
    if (left < needed + this.#promised && (this.#hasBegun || left < REQUESTS_AN_ITEM)) {
      this.#isFull = true;
      return false;
    }
    this.#hasBegun = true;
    this.#promised += needed;
    return true;
  }

  /** Whether the next item of a part under way may be looked at. */
  next(): boolean {
    return !this.#isClosed && this.#left() >= REQUESTS_AN_ITEM;
  }

  /** Takes back what was promised to items that are done, or will not be. */
  done(items = 1): void {
    this.#promised -= items * REQUESTS_AN_ITEM;
  }

  #left(): number {
    const quota = this.#quota();
    return quota === undefined ? Number.POSITIVE_INFINITY : quota.remaining - RESERVE;
  }
}
