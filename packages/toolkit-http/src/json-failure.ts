/** A server's sentence is cut here: longer ones hide the one around them. */
const MAX_QUOTED_LENGTH = 200;

/** Why there is no JSON. `@actions/core` puts `statusCode` and `message` into its own error. */
export class JsonFailure extends Error {
  override readonly name = 'JsonFailure';
  /** `undefined` where no answer came. */
  readonly statusCode: number | undefined;

  constructor(message: string, statusCode: number | undefined) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** What an answer that refuses says: the `message` of its JSON, as the toolkit reads it, else its status. */
export function refusalIn(statusCode: number, body: unknown): string {
  return typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
    ? body.message.slice(0, MAX_QUOTED_LENGTH)
    : `Failed request: (${statusCode})`;
}
