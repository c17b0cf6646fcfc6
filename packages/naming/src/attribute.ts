import { parseCsvRecord } from './csv-record.ts';
import { rowError } from './row-error.ts';

/** One field of a row: `key=value`, or a text without a key. */
export interface Attribute {
  /** Lower case; `undefined` for a field that has none. */
  readonly key: string | undefined;
  readonly value: string;
}

/**
 * The attributes of a row, in order and trimmed. A value goes on behind further equals signs.
 *
 * @throws SuiteError `INPUT_INVALID` for quotes that do not fit
 */
export function parseAttributes(input: string, row: string): readonly Attribute[] {
  const record = parseCsvRecord(row);
  if ('problem' in record) {
    throw rowError(input, row, `A row ${record.problem}`, 'Put the whole field into quotes: "value=a,b".');
  }
  return record.fields.map((field) => {
    const equals = field.indexOf('=');
    if (equals < 1) return { key: undefined, value: field.trim() };
    return { key: field.slice(0, equals).trim().toLowerCase(), value: field.slice(equals + 1).trim() };
  });
}
