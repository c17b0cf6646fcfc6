import { parseAttributes } from './attribute.ts';
import { splitRows } from './input-rows.ts';
import { rowError } from './row-error.ts';

/** A row of `images`: a repository without tag. */
export interface ImageRow {
  /** The row as it was written. */
  readonly text: string;
  /** As it was written. */
  readonly name: string;
  readonly enable: boolean;
}

/**
 * Reads the input `images`: a row each, or all in one row with commas, as it once was.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseImages(text: string): readonly ImageRow[] {
  const rows = splitRows(text, 'images');
  const [first] = rows;
  if (rows.length === 1 && first !== undefined) {
    const attributes = parseAttributes('images', first);
    if (attributes.every(({ key }) => key === undefined)) {
      return attributes.map(({ value }) => image(first, value, true));
    }
  }
  return rows.map(parseImageRow);
}

function parseImageRow(row: string): ImageRow {
  let name: string | undefined;
  let enable = true;
  for (const { key, value } of parseAttributes('images', row)) {
    if (key === undefined || key === 'name') {
      if (name !== undefined) {
        throw rowError(
          'images',
          row,
          `A row names two images: ${name} and ${value}`,
          'Give each its own row.',
        );
      }
      name = value;
    } else if (key === 'enable') {
      if (value !== 'true' && value !== 'false') {
        throw rowError(
          'images',
          row,
          `Invalid enable attribute value: ${row}`,
          'Write enable=true or enable=false.',
        );
      }
      enable = value === 'true';
    } else {
      throw rowError('images', row, `Unknown image attribute: ${row}`, 'A row knows name= and enable=.');
    }
  }
  return image(row, name ?? '', enable);
}

function image(row: string, name: string, enable: boolean): ImageRow {
  if (name !== '') return { text: row, name, enable };
  throw rowError(
    'images',
    row,
    `Image name attribute empty: ${row}`,
    'Write host/name, such as ghcr.io/acme/app.',
  );
}
