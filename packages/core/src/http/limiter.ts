import { cancellationOf, onAbort, throwIfCancelled } from '../cancellation.ts';
import type { Clock } from '../clock.ts';
import { type ConcurrencyLimits, narrow, openWindow, type Window, widen } from './window.ts';

/**
 * Requests with a streamed body have a window of their own: such a body often comes from the very host it goes
 * to, and a request that waits for its turn must not wait for one that waits for it.
 */
export type Lane = 'ask' | 'upload';

/** What the host made of a request: `served` anything but a complaint, `complained` 429 or 503, `silent` no answer. */
export type Verdict = 'served' | 'complained' | 'silent';

/** The right to have one request under way. */
export interface Permit {
  /** Gives the place to the next. */
  release(verdict: Verdict): void;
}

interface LaneState {
  window: Window;
  underWay: number;
  readonly queue: (() => void)[];
}

interface HostState {
  pausedUntil: number;
  readonly lanes: Readonly<Record<Lane, LaneState>>;
}

/**
 * Keeps the number of requests under way to each host within a window that adapts to the host, and makes them all
 * wait where it said to wait.
 *
 * A request counts until the head of its answer is there, not until its body is read: a caller may hold one body
 * open while it asks for more, which would else lock up. How many bodies flow is the caller's own bound.
 */
export class HostLimiter {
  readonly #limits: ConcurrencyLimits;
  readonly #clock: Clock;
  readonly #hosts = new Map<string, HostState>();

  constructor(limits: ConcurrencyLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /**
   * Waits for a place in the host's window.
   *
   * @throws SuiteError `CANCELLED` when the signal aborts first.
   */
  async acquire(host: string, lane: Lane, signal: AbortSignal | undefined): Promise<Permit> {
    throwIfCancelled(signal);
    const state = this.#stateOf(host).lanes[lane];
    if (state.queue.length > 0 || state.underWay >= Math.floor(state.window.size)) {
      await queueUp(state, signal);
    } else {
      state.underWay += 1;
    }
    const { epoch } = state.window;
    let released = false;
    return {
      release: (verdict) => {
        if (released) return;
        released = true;
        this.#settle(state, epoch, verdict);
      },
    };
  }

  /** Makes every request to the host wait for so long from now; a longer pause that holds already stays. */
  pause(host: string, milliseconds: number): void {
    const state = this.#stateOf(host);
    state.pausedUntil = Math.max(state.pausedUntil, this.#clock.now() + milliseconds);
  }

  /** How long the host's pause still lasts, in milliseconds; 0 without one. */
  pauseOf(host: string): number {
    return Math.max(0, this.#stateOf(host).pausedUntil - this.#clock.now());
  }

  #stateOf(host: string): HostState {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const openLane = (): LaneState => ({ window: openWindow(this.#limits), underWay: 0, queue: [] });
    const state = { pausedUntil: 0, lanes: { ask: openLane(), upload: openLane() } };
    this.#hosts.set(host, state);
    return state;
  }

  #settle(state: LaneState, epoch: number, verdict: Verdict): void {
    // A window that is not full has not been tried, so nothing was learnt about a wider one.
    const wasFull = state.underWay >= Math.floor(state.window.size);
    if (verdict === 'complained') state.window = narrow(state.window, epoch);
    if (verdict === 'served' && wasFull) state.window = widen(state.window, this.#limits);
    state.underWay -= 1;
    while (state.queue.length > 0 && state.underWay < Math.floor(state.window.size)) {
      state.underWay += 1;
      state.queue.shift()?.();
    }
  }
}

function queueUp(state: LaneState, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const enter = (): void => {
      unhear();
      resolve();
    };
    const leave = (): void => {
      const place = state.queue.indexOf(enter);
      if (place !== -1) state.queue.splice(place, 1);
      if (signal !== undefined) reject(cancellationOf(signal));
    };
    state.queue.push(enter);
    const unhear = onAbort(signal, leave);
  });
}
