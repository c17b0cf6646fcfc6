import type { Clock } from '@artifact-lifecycle/core';

/** Something that is good for some time. */
export interface Lasting<T> {
  readonly value: T;
  /** Its end, in milliseconds since the epoch; absent: it lasts. */
  readonly expiresAt?: number | undefined;
}

/** What is held, and from when on it is obtained anew. */
export interface Held<T> {
  readonly value: T;
  readonly refreshAt?: number;
}

/** Renewed this long before its end: an upload that begins with it must not end without it. */
const EARLY_MS = 5 * 60_000;

/** Of what lives shorter than twenty minutes, the last quarter is not used. */
const EARLY_PART = 1 / 4;

/** What is new and has ended already comes from a server whose clock is not ours: it is used, but not for long. */
const DOUBTFUL_MS = 60_000;

/** Keys or a token that are obtained once for all who need them, and again before they end. A failure is not kept. */
export class Renewable<T> {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #obtain: () => Promise<Lasting<T>>;
  #current: Promise<Held<T>> | undefined;

  constructor(clock: Pick<Clock, 'now'>, obtain: () => Promise<Lasting<T>>) {
    this.#clock = clock;
    this.#obtain = obtain;
  }

  async get(): Promise<Held<T>> {
    const before = this.#current ?? this.#renew();
    const { refreshAt = Number.POSITIVE_INFINITY } = await before;
    if (this.#clock.now() < refreshAt) return before;
    // Who comes second while another renews shares what that one obtains.
    return this.#current === undefined || this.#current === before ? this.#renew() : this.#current;
  }

  #renew(): Promise<Held<T>> {
    const renewal = this.#hold();
    this.#current = renewal;
    renewal.catch(() => {
      if (this.#current === renewal) this.#current = undefined;
    });
    return renewal;
  }

  async #hold(): Promise<Held<T>> {
    const begun = this.#clock.now();
    const { value, expiresAt } = await this.#obtain();
    if (expiresAt === undefined) return { value };
    const lifetime = expiresAt - begun;
    if (lifetime <= 0) return { value, refreshAt: begun + DOUBTFUL_MS };
    return { value, refreshAt: expiresAt - Math.min(EARLY_MS, lifetime * EARLY_PART) };
  }
}
