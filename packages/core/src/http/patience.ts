import { throwIfCancelled } from '../cancellation.ts';
import type { Clock } from '../clock.ts';
import { SuiteError } from '../errors.ts';

/** How long one request may still wait, all its waits together. */
export class Patience {
  readonly #whole: number;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  #left: number;

  constructor(milliseconds: number, clock: Clock, signal: AbortSignal | undefined) {
    this.#whole = milliseconds;
    this.#left = milliseconds;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Milliseconds. */
  get left(): number {
    return this.#left;
  }

  /**
   * Waits.
   *
   * @throws SuiteError `CANCELLED` when the signal aborts meanwhile.
   */
  async wait(milliseconds: number): Promise<void> {
    this.#left -= milliseconds;
    try {
      await this.#clock.sleep(milliseconds, this.#signal);
    } catch (error) {
      throwIfCancelled(this.#signal);
      throw error;
    }
  }

  /** The error for a wait that is longer than what is left. */
  exceededBy(host: string, milliseconds: number): SuiteError {
    const until = new Date(this.#clock.now() + milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
    return new SuiteError(
      'RATE_LIMITED',
      `${host} asks to wait ${writeDuration(milliseconds)} before it is asked again, and a request waits ${writeDuration(this.#whole)} at most.`,
      { remedy: `Run again after ${until}, or log in to ${host} with an account that has a higher limit.` },
    );
  }
}

/** Writes a duration with its two largest units: "45 s", "3 min 20 s", "6 h 0 min". */
function writeDuration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
