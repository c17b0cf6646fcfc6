import { SuiteError } from '@artifact-lifecycle/core';

/** A problem with one row of an input; the message names the row as it was written. */
export function rowError(input: string, row: string, problem: string, remedy: string): SuiteError {
  return new SuiteError('INPUT_INVALID', `${problem} (input "${input}", row ${quote(row)}).`, { remedy });
}

/** A text from outside, shortened and in quotes, for a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
