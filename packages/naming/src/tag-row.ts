import { parseAttributes } from './attribute.ts';
import { splitRows } from './input-rows.ts';
import { rowError } from './row-error.ts';

/** What a row of `tags` says whatever its type. */
interface RowBase {
  /** The row as it was written. */
  readonly text: string;
  /** Rows of higher priority come first, and the first tag is the version. */
  readonly priority: number;
  /** A template that gives `true` or `false`. */
  readonly enable: string;
  /** A template; where it is not written, the flavor's holds. */
  readonly prefix: string | undefined;
  readonly suffix: string | undefined;
  /** What a git tag must start with to be meant; where it is not written, the flavor's holds. */
  readonly tagPrefix: string | undefined;
  /** Attributes that no rule reads. */
  readonly unknown: readonly string[];
}

/** What is particular to a type. */
export type TagRule =
  | { readonly type: 'schedule'; readonly pattern: string }
  | {
      readonly type: 'semver' | 'pep440';
      readonly pattern: string;
      readonly value: string;
      readonly match: string;
    }
  | { readonly type: 'match'; readonly pattern: string; readonly group: string; readonly value: string }
  | { readonly type: 'edge'; readonly branch: string }
  | { readonly type: 'ref'; readonly event: 'branch' | 'tag' | 'pr' }
  | { readonly type: 'raw'; readonly value: string }
  | { readonly type: 'sha'; readonly format: 'short' | 'long' };

/** A row of the input `tags`. */
export type TagRow = RowBase & TagRule;

/** The names of the types, with the priority each has. */
const PRIORITIES: Readonly<Record<TagRule['type'], number>> = {
  schedule: 1000,
  semver: 900,
  pep440: 900,
  match: 800,
  edge: 700,
  ref: 600,
  raw: 200,
  sha: 100,
};

/** What a row knows besides what its type does. */
const GENERAL = ['type', 'priority', 'enable', 'prefix', 'suffix', 'tag-prefix'];

/** What stands for an empty input. */
const DEFAULT_ROWS = ['type=schedule', 'type=ref,event=branch', 'type=ref,event=tag', 'type=ref,event=pr'];

/**
 * Reads the input `tags`, sorted by priority; rows of equal priority keep their order.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseTagRows(text: string): readonly TagRow[] {
  const rows = splitRows(text, 'tags');
  return (rows.length === 0 ? DEFAULT_ROWS : rows).map(parseTagRow).sort((a, b) => b.priority - a.priority);
}

/**
 * Reads one row of the input `tags`: `type=semver,pattern={{version}}`; a row without a type is `raw`.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseTagRow(row: string): TagRow {
  const attributes = new Map<string, string>();
  for (const { key, value } of parseAttributes('tags', row)) attributes.set(key ?? 'value', value);
  const rule = readRule(row, attributes);
  const known = new Set([...GENERAL, ...Object.keys(rule)]);
  const isPullRequest = rule.type === 'ref' && rule.event === 'pr';
  const ownPrefix = isPullRequest ? 'pr-' : rule.type === 'sha' ? 'sha-' : undefined;
  return {
    ...rule,
    text: row,
    priority: readPriority(row, attributes.get('priority'), PRIORITIES[rule.type]),
    enable: attributes.get('enable') ?? 'true',
    prefix: attributes.get('prefix') ?? ownPrefix,
    suffix: attributes.get('suffix'),
    tagPrefix: readTagPrefix(row, rule, attributes.get('tag-prefix')),
    unknown: [...attributes.keys()].filter((key) => !known.has(key)),
  };
}

type Attributes = ReadonlyMap<string, string>;

function readRule(row: string, attributes: Attributes): TagRule {
  const type = attributes.get('type') ?? 'raw';
  const text = (key: string): string => attributes.get(key) ?? '';
  switch (type) {
    case 'schedule':
      return { type, pattern: attributes.get('pattern') ?? 'nightly' };
    case 'semver':
    case 'pep440':
      return {
        type,
        pattern: demand(row, attributes, 'pattern'),
        value: text('value'),
        match: text('match'),
      };
    case 'match': {
      const pattern = demand(row, attributes, 'pattern');
      const group = attributes.get('group') ?? '0';
      if (Number.isNaN(Number(group))) {
        throw rowError(
          'tags',
          row,
          `Invalid match group for ${row}`,
          'Write the number of a group: group=1.',
        );
      }
      return { type, pattern, group, value: text('value') };
    }
    case 'edge':
      return { type, branch: text('branch') };
    case 'ref': {
      const event = demand(row, attributes, 'event');
      if (event === 'branch' || event === 'tag' || event === 'pr') return { type, event };
      throw rowError('tags', row, `Invalid event for ${row}`, 'Write event=branch, event=tag or event=pr.');
    }
    case 'raw':
      return { type, value: demand(row, attributes, 'value') };
    case 'sha': {
      const format = attributes.get('format') ?? 'short';
      if (format === 'short' || format === 'long') return { type, format };
      throw rowError('tags', row, `Invalid format for ${row}`, 'Write format=short or format=long.');
    }
    default:
      throw rowError(
        'tags',
        row,
        `Unknown tag type attribute: ${type}`,
        `The types are ${Object.keys(PRIORITIES).join(', ')}.`,
      );
  }
}

function demand(row: string, attributes: Attributes, key: string): string {
  const value = attributes.get(key);
  if (value !== undefined) return value;
  throw rowError('tags', row, `Missing ${key} attribute for ${row}`, `Add ${key}=… to the row.`);
}

function readPriority(row: string, text: string | undefined, otherwise: number): number {
  const priority = text === undefined ? otherwise : Number(text);
  if (Number.isFinite(priority)) return priority;
  throw rowError('tags', row, `Invalid priority for ${row}`, 'Write a number: priority=500.');
}

/** Only rules that read a git tag can be told which tags are meant. */
function readTagPrefix(row: string, rule: TagRule, text: string | undefined): string | undefined {
  const readsTag =
    rule.type === 'semver' ||
    rule.type === 'pep440' ||
    rule.type === 'match' ||
    (rule.type === 'ref' && rule.event === 'tag');
  if (text === undefined || readsTag) return text;
  throw rowError(
    'tags',
    row,
    `A row of type ${rule.type} reads no git tag, and so has no tag-prefix`,
    'Leave tag-prefix out; it belongs to semver, pep440, match and ref,event=tag.',
  );
}
