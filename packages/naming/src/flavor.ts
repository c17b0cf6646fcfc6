import { parseCsvRecord } from './csv-record.ts';
import { splitRows } from './input-rows.ts';
import { rowError } from './row-error.ts';

/** When `latest` is produced: as the rule says, always, never, or for the highest version there is. */
export type FlavorLatest = 'auto' | 'true' | 'false' | 'highest';

/** What holds for all tags (input `flavor`). */
export interface Flavor {
  readonly latest: FlavorLatest;
  readonly prefix: string;
  /** Whether `latest` has the prefix, too. */
  readonly prefixLatest: boolean;
  readonly suffix: string;
  readonly suffixLatest: boolean;
  /** What git tags start with that are meant here: `api/` of `api/v1.2.3`. */
  readonly tagPrefix: string;
}

/** What holds where no `flavor` is given. */
export const DEFAULT_FLAVOR: Flavor = {
  latest: 'auto',
  prefix: '',
  prefixLatest: false,
  suffix: '',
  suffixLatest: false,
  tagPrefix: '',
};

const LATEST: readonly string[] = ['auto', 'true', 'false', 'highest'] satisfies readonly FlavorLatest[];

/**
 * Reads the input `flavor`; a later entry wins over an earlier one.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseFlavor(text: string): Flavor {
  return splitRows(text, 'flavor').reduce(readRow, DEFAULT_FLAVOR);
}

function readRow(before: Flavor, row: string): Flavor {
  const record = parseCsvRecord(row);
  if ('problem' in record)
    throw rowError('flavor', row, `Invalid flavor entry: ${row}`, `It ${record.problem}.`);
  let flavor = before;
  let last: 'prefix' | 'suffix' | undefined;
  for (const field of record.fields) {
    // docker/metadata-action cuts values at a second equals sign here, and only here.
    const [key = '', value] = field.split('=').map((part) => part.trim());
    if (value === undefined) {
      throw rowError(
        'flavor',
        row,
        `Invalid flavor entry: ${row}`,
        'Write latest=, prefix=, suffix= or tag-prefix=.',
      );
    }
    switch (key.toLowerCase()) {
      case 'latest':
        if (!isLatest(value)) {
          throw rowError(
            'flavor',
            row,
            `Invalid latest flavor entry: ${row}`,
            'Write latest=auto, true, false or highest.',
          );
        }
        flavor = { ...flavor, latest: value };
        break;
      case 'prefix':
        flavor = { ...flavor, prefix: value };
        last = 'prefix';
        break;
      case 'suffix':
        flavor = { ...flavor, suffix: value };
        last = 'suffix';
        break;
      case 'onlatest':
        flavor = withOnLatest(flavor, last, value, row);
        break;
      case 'tag-prefix':
        flavor = { ...flavor, tagPrefix: value };
        break;
      default:
        throw rowError(
          'flavor',
          row,
          `Unknown flavor entry: ${row}`,
          'Write latest=, prefix=, suffix= or tag-prefix=.',
        );
    }
  }
  return flavor;
}

function withOnLatest(
  flavor: Flavor,
  last: 'prefix' | 'suffix' | undefined,
  value: string,
  row: string,
): Flavor {
  if (value !== 'true' && value !== 'false') {
    throw rowError(
      'flavor',
      row,
      `Invalid value for onlatest attribute: ${value}`,
      'Write onlatest=true or false.',
    );
  }
  if (last === undefined) return flavor;
  return last === 'prefix'
    ? { ...flavor, prefixLatest: value === 'true' }
    : { ...flavor, suffixLatest: value === 'true' };
}

function isLatest(text: string): text is FlavorLatest {
  return LATEST.includes(text);
}
