import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Digest,
  field,
  isJsonObject,
  type JsonObject,
  tryParseDigest,
} from '@artifact-lifecycle/registry';

/** Reads an object of a service's answer; its fields are hostile. */
export class AnswerObject {
  readonly #object: JsonObject;
  readonly #service: string;

  /** @throws SuiteError `PROTOCOL_INVALID` for anything else than an object */
  constructor(value: unknown, service: string) {
    if (!isJsonObject(value)) throw unexpectedAnswer(service, 'object');
    this.#object = value;
    this.#service = service;
  }

  text(key: string): string | undefined {
    const value = field(this.#object, key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** A size or a count; some write it as text. */
  number(key: string): number | undefined {
    const value = Number(field(this.#object, key) ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  }

  isFalse(key: string): boolean {
    return field(this.#object, key) === false;
  }

  isTrue(key: string): boolean {
    return field(this.#object, key) === true;
  }

  /** Milliseconds since 1970; `undefined` also for Go's time of nothing, the year 1. */
  time(key: string): number | undefined {
    const time = Date.parse(this.text(key) ?? '');
    return Number.isNaN(time) || time <= 0 ? undefined : time;
  }

  /** An empty object where there is none. */
  object(key: string): AnswerObject {
    return new AnswerObject(field(this.#object, key) ?? {}, this.#service);
  }

  /** An empty list where there is none: Go writes `null`. */
  list(key: string): readonly unknown[] {
    const value = field(this.#object, key) ?? [];
    if (!Array.isArray(value)) throw unexpectedAnswer(this.#service, `list of ${key}`);
    return value;
  }

  objects(key: string): readonly AnswerObject[] {
    return this.list(key).map((value) => new AnswerObject(value, this.#service));
  }

  texts(key: string): readonly string[] {
    return this.list(key).map((value) => {
      if (typeof value !== 'string') throw unexpectedAnswer(this.#service, `text in ${key}`);
      return value;
    });
  }

  /** @throws SuiteError `PROTOCOL_INVALID`: an image without one cannot be told from others */
  digest(key: string): Digest {
    const digest = tryParseDigest(this.text(key) ?? '');
    if (digest === undefined) throw unexpectedAnswer(this.#service, 'digest');
    return digest;
  }

  /** @throws SuiteError `PROTOCOL_INVALID` */
  name(key: string): string {
    const name = this.text(key);
    if (name === undefined) throw unexpectedAnswer(this.#service, key);
    return name;
  }
}

/** The error for an answer of another kind than the service's. */
export function unexpectedAnswer(service: string, what: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `${service} answered something that is no ${what}.`, {
    remedy: 'Check that the host is the service you mean: a proxy or a login page may answer in its place.',
  });
}
