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
  let open: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const isOpen = open.length > 0;
    if (!isOpen && line.trimStart().startsWith('#')) continue;
    const togglesQuote = countQuotes(line) % 2 === 1;
    open.push(line);
    // Only a row whose first field is quoted may go on in the next line; elsewhere a lone quote is a character.
    if (isOpen ? !togglesQuote : togglesQuote && line.trimStart().startsWith('"')) continue;
    const row = open.join('\n').trim();
    open = [];
    if (row !== '') rows.push(row);
    if (rows.length > MAX_ROWS) throw tooMuch(input, `more than ${MAX_ROWS} rows`, MAX_ROWS);
  }
  if (open.length === 0) return rows;
  const rest = open.join('\n').trim();
  throw rowError(input, rest, 'A quote is opened and not closed', 'Close the quote, or leave it out.');
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

function countQuotes(text: string): number {
  return text.split('"').length - 1;
}

function tooMuch(input: string, size: string, limit: number): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `Input "${input}" has ${size}; at most ${limit} are read.`, {
    remedy: 'Split the work over several steps.',
  });
}
