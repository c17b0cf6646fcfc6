import { type Tag, tryParseTag } from '@artifact-lifecycle/registry';
import { rowError } from './row-error.ts';

/** A text as a tag can hold it: what tags do not take becomes a hyphen. */
export function sanitizeTag(text: string): string {
  return text.replace(/[^a-zA-Z0-9._-]+/g, '-');
}

/**
 * Reads what a row made as a tag.
 *
 * @param empty variables of the row that are empty, for the error
 * @throws SuiteError `INPUT_INVALID`, naming the row
 */
export function makeTag(text: string, input: string, row: string, empty: readonly string[]): Tag {
  const tag = tryParseTag(text);
  if (tag !== undefined) return tag;
  const missing = [...new Set(empty)].map((name) => `{{${name}}}`).join(' and ');
  const why = missing === '' ? '' : `, because ${missing} is empty in this event`;
  const shown = JSON.stringify(text.length > 150 ? `${text.slice(0, 150)}…` : text);
  const length = text.length > 128 ? ` with its ${text.length} characters` : '';
  throw rowError(
    input,
    row,
    `It makes ${shown}${length}, which is no tag${why}`,
    missing === ''
      ? 'A tag has 1 to 128 letters, digits, "_", "." and "-", and starts with a letter, a digit or "_".'
      : `Write the part in {{#if ${empty[0] ?? ''}}}…{{/if}}, or give the row an enable= that is false then.`,
  );
}
