import { patternProblem } from '@artifact-lifecycle/core';
import type { ValuePath } from '@artifact-lifecycle/core/policy';
import type { ShapeReader } from '../shape-reader.ts';

/** Harbor's templates of rules that retain, and their one parameter (goharbor, retention/policy/rule/index). */
export const HARBOR_TEMPLATES = [
  'latestPushedK',
  'latestPulledN',
  'latestActiveK',
  'nDaysSinceLastPush',
  'nDaysSinceLastPull',
  'lastXDays',
  'always',
] as const;
export type HarborTemplate = (typeof HARBOR_TEMPLATES)[number];

/** A pattern of doublestar, and whether it selects what it fits or all else. */
export interface HarborSelector {
  readonly pattern: string;
  readonly excludes: boolean;
  /** Whether images without a tag are selected. */
  readonly untagged: boolean;
}

export interface HarborRule {
  readonly index: number;
  readonly template: HarborTemplate;
  /** Images or days; 0 for `always`. */
  readonly number: number;
  readonly tags: readonly HarborSelector[];
  readonly repositories: readonly HarborSelector[];
}

/** Harbor's tag retention: what no rule retains goes, in the repositories that a rule is for. */
export interface HarborPolicy {
  readonly rules: readonly HarborRule[];
}

/** Harbor takes at most 15 rules a project. */
const MAX_RULES = 15;

/** Reads a tag retention policy as Harbor's API gives it; rules that are disabled are left out. */
export function readHarborPolicy(data: unknown, reader: ShapeReader): HarborPolicy | undefined {
  const document = reader.mapping(data, [], ['id', 'algorithm', 'rules', 'trigger', 'scope']);
  if (document === undefined) return undefined;
  if (document.has('algorithm')) reader.oneOf(document.get('algorithm'), ['algorithm'], ['or']);
  const list = reader.list(document.get('rules'), ['rules']);
  if (list === undefined) return undefined;
  if (list.length > MAX_RULES) {
    return reader.report(['rules'], `has ${list.length} rules; Harbor takes at most ${MAX_RULES}`);
  }
  const rules = list.flatMap((item, index) => {
    const rule = readRule(item, index, reader);
    return rule === undefined || rule === 'disabled' ? [] : [rule];
  });
  if (reader.problems.length > 0) return undefined;
  // Harbor deletes all that no rule retains: without a rule that would be everything.
  return rules.length === 0 ? reader.report(['rules'], 'must hold a rule that is not disabled') : { rules };
}

const RULE_KEYS = [
  'id',
  'priority',
  'disabled',
  'action',
  'template',
  'params',
  'tag_selectors',
  'scope_selectors',
];

function readRule(value: unknown, index: number, reader: ShapeReader): HarborRule | 'disabled' | undefined {
  const path = ['rules', index];
  const entries = reader.mapping(value, path, RULE_KEYS);
  if (entries === undefined) return undefined;
  if (entries.has('action')) reader.oneOf(entries.get('action'), [...path, 'action'], ['retain']);
  const template = reader.oneOf(entries.get('template'), [...path, 'template'], HARBOR_TEMPLATES);
  const number = template === undefined ? undefined : readNumber(entries, template, path, reader);
  const scopes = entries.has('scope_selectors')
    ? reader.mapping(entries.get('scope_selectors'), [...path, 'scope_selectors'], ['repository'])
    : undefined;
  const tags = readSelectors(entries.get('tag_selectors'), [...path, 'tag_selectors'], TAGS, reader);
  const at = [...path, 'scope_selectors', 'repository'];
  const repositories = readSelectors(scopes?.get('repository'), at, REPOSITORIES, reader);
  const disabled = entries.has('disabled') && reader.boolean(entries.get('disabled'), [...path, 'disabled']);
  if (template === undefined || number === undefined) return undefined;
  return disabled === true ? 'disabled' : { index, template, number, tags, repositories };
}

function readNumber(
  entries: ReadonlyMap<string, unknown>,
  template: HarborTemplate,
  path: ValuePath,
  reader: ShapeReader,
): number | undefined {
  if (template === 'always') return 0;
  const params = reader.mapping(entries.get('params'), [...path, 'params'], [template]);
  return params === undefined
    ? undefined
    : reader.positiveInteger(params.get(template), [...path, 'params', template]);
}

const TAGS = { matches: 'matches', excludes: 'excludes' } as const;
const REPOSITORIES = { matches: 'repoMatches', excludes: 'repoExcludes' } as const;

function readSelectors(
  value: unknown,
  path: ValuePath,
  words: { readonly matches: string; readonly excludes: string },
  reader: ShapeReader,
): readonly HarborSelector[] {
  if (value === undefined) return [];
  return (reader.list(value, path) ?? []).flatMap((item, index): readonly HarborSelector[] => {
    const at = [...path, index];
    const entries = reader.mapping(item, at, ['kind', 'decoration', 'pattern', 'extras']);
    if (entries === undefined) return [];
    if (entries.has('kind')) reader.oneOf(entries.get('kind'), [...at, 'kind'], ['doublestar']);
    const decoration = reader.oneOf(
      entries.get('decoration'),
      [...at, 'decoration'],
      [words.matches, words.excludes],
    );
    const pattern = reader.text(entries.get('pattern'), [...at, 'pattern']);
    if (decoration === undefined || pattern === undefined) return [];
    const problem = pattern === '' ? undefined : patternProblem(pattern);
    if (problem !== undefined) reader.report([...at, 'pattern'], problem);
    const excludes = decoration === words.excludes;
    return [{ pattern, excludes, untagged: readUntagged(entries.get('extras'), excludes) }];
  });
}

/** `extras` is JSON in a text; where it is none, Harbor falls back to its default, and so does this. */
function readUntagged(extras: unknown, excludes: boolean): boolean {
  const fallback = !excludes;
  if (typeof extras !== 'string' || extras === '') return fallback;
  const found = /^\s*\{\s*"untagged"\s*:\s*(true|false)\s*\}\s*$/.exec(extras)?.[1];
  return found === undefined ? (/^\s*\{\s*\}\s*$/.test(extras) ? false : fallback) : found === 'true';
}
