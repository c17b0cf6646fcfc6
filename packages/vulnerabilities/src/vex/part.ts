import { SuiteError } from '@artifact-lifecycle/core';
import { field, isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';

/** A date and time as RFC 3339 writes it; fractions of any length. */
const TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,20})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Remarks are shown to people; what is longer stays in the document. */
const MAX_NOTE_LENGTH = 4000;

/** A value of a document from outside, and where it stands: what is not as it must be names file and place. */
export class Part {
  readonly #value: unknown;
  readonly #file: string;
  /** `statements[3].products[0]`; empty for the document itself. */
  readonly place: string;

  constructor(value: unknown, file: string, place = '') {
    this.#value = value;
    this.#file = file;
    this.place = place;
  }

  /** A field, `undefined` where it is absent or null. */
  at(key: string): Part | undefined {
    const value = field(this.object(), key);
    return value === undefined
      ? undefined
      : new Part(value, this.#file, this.place === '' ? key : `${this.place}.${key}`);
  }

  /** A field that has to be there. */
  need(key: string): Part {
    return this.at(key) ?? this.fail(`has no ${key}`);
  }

  /** Entries of a list that is a field; none where it is absent. */
  list(key: string): readonly Part[] {
    return this.at(key)?.entries() ?? [];
  }

  entries(): readonly Part[] {
    const value = this.#value;
    if (!Array.isArray(value)) return this.fail('is not a list');
    return value.map((entry, index) => new Part(entry, this.#file, `${this.place}[${index}]`));
  }

  object(): JsonObject {
    return isJsonObject(this.#value) ? this.#value : this.fail('is not an object');
  }

  get isText(): boolean {
    return typeof this.#value === 'string';
  }

  /** Text that is not empty, trimmed. */
  text(): string {
    const value = this.#value;
    if (typeof value !== 'string') return this.fail('is not text');
    return value.trim() === '' ? this.fail('is empty') : value.trim();
  }

  /** Text of a field; `undefined` where it is absent or empty. */
  textAt(key: string): string | undefined {
    const part = this.at(key);
    if (part === undefined || part.#value === '') return undefined;
    return part.text();
  }

  /** Text for people, cut where it is too long. */
  noteAt(key: string): string | undefined {
    return this.textAt(key)?.slice(0, MAX_NOTE_LENGTH);
  }

  /** Milliseconds since 1970. */
  time(): number {
    const text = this.text();
    const time =
      text.length <= 64 && TIME.test(text) ? Date.parse(text.toUpperCase().replace(' ', 'T')) : Number.NaN;
    return Number.isNaN(time) ? this.fail(`is no date and time (RFC 3339): ${quote(text)}`) : time;
  }

  /** One of some words. */
  word<Word extends string>(words: readonly Word[]): Word {
    const text = this.text();
    return (
      words.find((word) => word === text) ??
      this.fail(`is ${quote(text)}, and must be one of ${words.join(', ')}`)
    );
  }

  /** @throws SuiteError `CONTENT_INVALID` that names file and place */
  fail(fact: string): never {
    const where = this.place === '' ? 'it' : this.place;
    throw new SuiteError(
      'CONTENT_INVALID',
      `The VEX document ${quote(this.#file)} cannot be read: ${where} ${fact}.`,
      {
        remedy: 'Correct the document, or ask who wrote it to do so; no statement of it counts before.',
      },
    );
  }
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
