import { SuiteError } from '@artifact-lifecycle/core';
import { parseCsvRecord } from './csv-record.ts';
import { rowError } from './row-error.ts';

/** GitHub takes no larger input; it bounds the work on what somebody generates. */
const MAX_INPUT_LENGTH = 1024 * 1024;

/** More tags or labels than this no image has; each is rendered once and costs some microseconds. */
const MAX_ROWS = 1000;

/**
 * The rows of an input by docker's rules: one a line, trimmed; blank lines and lines that start with `#` are
 * dropped, a `#` further on is kept. A quote at the start of a field holds commas and line breaks.
 *
 * @throws SuiteError `INPUT_INVALID`, `LIMIT_EXCEEDED`
 */
export function splitRows(text: string, input: string): readonly string[] {
  if (text.length > MAX_INPUT_LENGTH) throw tooMuch(input, `${text.length} characters`, MAX_INPUT_LENGTH);
  const rows: string[] = [];
  let open: string | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (open === undefined && line.trimStart().startsWith('#')) continue;
    const row: string = open === undefined ? line : `${open}\n${line}`;
    if (leavesQuoteOpen(row.trimStart())) {
      open = row;
      continue;
    }
    open = undefined;
    if (row.trim() !== '') rows.push(row.trim());
    if (rows.length > MAX_ROWS) throw tooMuch(input, `more than ${MAX_ROWS} rows`, MAX_ROWS);
  }
  if (open === undefined) return rows;
  throw rowError(input, open.trim(), 'A quote is opened and not closed', 'Close the quote, or leave it out.');
}

/**
 * The rows of an input whose rows are plain texts (`labels`, `annotations`): quotes around a field are what
 * held its commas and line breaks, and are taken off.
 *
 * @throws SuiteError `INPUT_INVALID`, `LIMIT_EXCEEDED`
 */
export function splitTexts(text: string, input: string): readonly string[] {
  return splitRows(text, input).map((row) => {
    const isQuoted = /(?:^|,)"/.test(row);
    const fields = isQuoted ? parseCsvRecord(row) : undefined;
    return fields === undefined || 'problem' in fields ? row : fields.fields.join(',').trim();
  });
}

/** Only a row whose first field is quoted may go on in the next line; elsewhere a lone quote is a character. */
function leavesQuoteOpen(row: string): boolean {
  return row.startsWith('"') && row.split('"').length % 2 === 0;
}

function tooMuch(input: string, size: string, limit: number): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `Input "${input}" has ${size}; at most ${limit} are read.`, {
    remedy: 'Split the work over several steps.',
  });
}
