import { parseDuration, type ValuePath } from '@artifact-lifecycle/core/policy';
import type { ShapeReader } from '../shape-reader.ts';

/** Which versions a cleanup policy of Google Artifact Registry is for; what is not set fits all. */
export interface GoogleCondition {
  readonly tagState: 'any' | 'tagged' | 'untagged';
  readonly tagPrefixes: readonly string[];
  readonly versionNamePrefixes: readonly string[];
  readonly packageNamePrefixes: readonly string[];
  /** Milliseconds. */
  readonly olderThan: number | undefined;
  readonly newerThan: number | undefined;
}

export type GoogleRule = { readonly name: string } & (
  | { readonly action: 'delete' | 'keep'; readonly condition: GoogleCondition }
  | {
      readonly action: 'keep';
      readonly keepCount: number;
      readonly packageNamePrefixes: readonly string[];
    }
);

/** The cleanup policies of one repository in Google Artifact Registry. */
export interface GooglePolicy {
  readonly rules: readonly GoogleRule[];
}

/** Google's limit is 10 policies a repository; more cannot have worked there. */
const MAX_RULES = 10;

/**
 * Reads cleanup policies of Google Artifact Registry: the list that `gcloud` takes, or the API's `cleanupPolicies`,
 * policies by name. Problems go to the reader.
 */
export function readGooglePolicy(data: unknown, reader: ShapeReader): GooglePolicy | undefined {
  const entries: readonly (readonly [ValuePath, unknown])[] = Array.isArray(data)
    ? data.map((item: unknown, index) => [[index], item] as const)
    : Array.from(reader.anyMapping(data, []) ?? [], ([name, item]) => [[name], item] as const);
  if (entries.length > MAX_RULES) {
    return reader.report([], `there are ${entries.length} policies; a repository takes at most ${MAX_RULES}`);
  }
  const rules = entries.flatMap(([path, item]) => {
    const rule = readRule(item, path, reader);
    return rule === undefined ? [] : [rule];
  });
  if (entries.length === 0) return reader.report([], 'there must be at least one policy');
  return reader.problems.length > 0 ? undefined : { rules };
}

function readRule(value: unknown, path: ValuePath, reader: ShapeReader): GoogleRule | undefined {
  const entries = reader.mapping(value, path, ['name', 'id', 'action', 'condition', 'mostRecentVersions']);
  if (entries === undefined) return undefined;
  const [step] = path;
  const given = entries.get('name') ?? entries.get('id') ?? (typeof step === 'string' ? step : undefined);
  const name = reader.text(given, [...path, 'name']);
  const action = readAction(entries.get('action'), [...path, 'action'], reader);
  const hasCondition = entries.has('condition');
  if (hasCondition === entries.has('mostRecentVersions')) {
    return reader.report(path, 'must have exactly one of condition and mostRecentVersions');
  }
  if (hasCondition) {
    const condition = readCondition(entries.get('condition'), [...path, 'condition'], reader);
    if (name === undefined || action === undefined || condition === undefined) return undefined;
    return { name, action, condition };
  }
  const at = [...path, 'mostRecentVersions'];
  if (action === 'delete') return reader.report(at, 'goes with the action Keep only');
  const recent = reader.mapping(entries.get('mostRecentVersions'), at, ['keepCount', 'packageNamePrefixes']);
  if (recent === undefined) return undefined;
  const keepCount = reader.positiveInteger(recent.get('keepCount'), [...at, 'keepCount']);
  const packageNamePrefixes = readTexts(recent, 'packageNamePrefixes', at, reader);
  if (name === undefined || action === undefined || keepCount === undefined) return undefined;
  return { name, action, keepCount, packageNamePrefixes };
}

/** `{ "type": "Delete" }` for gcloud, `"DELETE"` in the API. */
function readAction(value: unknown, path: ValuePath, reader: ShapeReader): 'delete' | 'keep' | undefined {
  if (typeof value === 'string') return lowerOneOf(value, path, ['delete', 'keep'], reader);
  const entries = reader.mapping(value, path, ['type']);
  if (entries === undefined) return undefined;
  return lowerOneOf(entries.get('type'), [...path, 'type'], ['delete', 'keep'], reader);
}

function lowerOneOf<T extends string>(
  value: unknown,
  path: ValuePath,
  allowed: readonly T[],
  reader: ShapeReader,
): T | undefined {
  return reader.oneOf(typeof value === 'string' ? value.toLowerCase() : value, path, allowed);
}

const CONDITION_KEYS = [
  'tagState',
  'tagPrefixes',
  'versionNamePrefixes',
  'packageNamePrefixes',
  'olderThan',
  'newerThan',
];

function readCondition(value: unknown, path: ValuePath, reader: ShapeReader): GoogleCondition | undefined {
  const entries = reader.mapping(value, path, CONDITION_KEYS);
  if (entries === undefined) return undefined;
  const tagPrefixes = readTexts(entries, 'tagPrefixes', path, reader);
  const tagState = entries.has('tagState')
    ? lowerOneOf(entries.get('tagState'), [...path, 'tagState'], ['any', 'tagged', 'untagged'], reader)
    : 'any';
  if (tagPrefixes.length > 0 && tagState === 'untagged') {
    reader.report([...path, 'tagPrefixes'], 'do not go with the tagState untagged');
  }
  if (tagState === undefined) return undefined;
  return {
    tagState,
    tagPrefixes,
    versionNamePrefixes: readTexts(entries, 'versionNamePrefixes', path, reader),
    packageNamePrefixes: readTexts(entries, 'packageNamePrefixes', path, reader),
    olderThan: readAge(entries, 'olderThan', path, reader),
    newerThan: readAge(entries, 'newerThan', path, reader),
  };
}

function readTexts(
  entries: ReadonlyMap<string, unknown>,
  key: string,
  path: ValuePath,
  reader: ShapeReader,
): readonly string[] {
  return entries.has(key) ? (reader.texts(entries.get(key), [...path, key]) ?? []) : [];
}

/** `30d` for gcloud, seconds such as `2592000s` in the API. */
function readAge(
  entries: ReadonlyMap<string, unknown>,
  key: string,
  path: ValuePath,
  reader: ShapeReader,
): number | undefined {
  if (!entries.has(key)) return undefined;
  const at = [...path, key];
  const text = reader.text(entries.get(key), at);
  if (text === undefined) return undefined;
  return parseDuration(text) ?? reader.report(at, 'must be a duration such as 30d or 2592000s');
}
