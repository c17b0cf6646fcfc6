/** What a row's fields are, or what is wrong with its quotes. */
export type CsvRecord = { readonly fields: readonly string[] } | { readonly problem: string };

/**
 * Reads one comma-separated record (RFC 4180): a field that starts with a quote ends at the next lone quote,
 * and `""` inside of it is a quote.
 */
export function parseCsvRecord(row: string): CsvRecord {
  const fields: string[] = [];
  let at = 0;
  while (at <= row.length) {
    const comma = row.indexOf(',', at);
    if (row[at] !== '"') {
      const end = comma === -1 ? row.length : comma;
      const field = row.slice(at, end);
      if (field.includes('"')) return { problem: `has a quote inside of the field ${JSON.stringify(field)}` };
      fields.push(field);
      at = end + 1;
      continue;
    }
    const field = readQuoted(row, at + 1);
    if (field === undefined) return { problem: 'has a quote that is opened and not closed' };
    if (field.end < row.length && row[field.end] !== ',') {
      return { problem: `has ${JSON.stringify(row[field.end])} behind a closing quote` };
    }
    fields.push(field.text);
    at = field.end + 1;
  }
  return { fields };
}

function readQuoted(row: string, start: number): { readonly text: string; readonly end: number } | undefined {
  const pieces: string[] = [];
  let at = start;
  for (;;) {
    const quote = row.indexOf('"', at);
    if (quote === -1) return undefined;
    pieces.push(row.slice(at, quote));
    if (row[quote + 1] !== '"') return { text: pieces.join(''), end: quote + 1 };
    pieces.push('"');
    at = quote + 2;
  }
}
