import { inspect } from 'node:util';

/** What is shown in a secret's place. */
const HIDDEN = '***';

/**
 * A text that must not be seen: printing, logging, joining or serialising it shows `***`.
 *
 * Only {@link Secret.reveal} gives the text, so that each place that reads a secret can be found by that word.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself; for the header or form field it goes into, never for a message. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.toPrimitive](): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return `Secret(${HIDDEN})`;
  }
}
