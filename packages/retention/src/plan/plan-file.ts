import { SuiteError } from '@artifact-lifecycle/core';
import { formatPath, type ValuePath } from '@artifact-lifecycle/core/policy';
import { parseLargeJson } from '../image/large-file.ts';
import { ShapeReader } from '../policy/shape-reader.ts';
import type { PlannedDeletion, PlannedKeep, PlannedTransition, RetentionPlan } from './plan.ts';

/** So many items are written at a time: all of a hundred thousand at once would be in memory twice. */
const ITEMS_AT_A_TIME = 1000;

/** Writes a plan as a file: the same plan gives the same bytes. An item a line, so that two plans can be compared. */
export function formatPlan(plan: RetentionPlan): string {
  const fields = [
    ['version', JSON.stringify(plan.version)],
    ['target', JSON.stringify(plan.target)],
    ['now', JSON.stringify(plan.now)],
    ['inventory', JSON.stringify(plan.inventory)],
    ['policy', JSON.stringify(plan.policy)],
    ['roots', JSON.stringify(plan.roots)],
    ...(plan.freedBytes === undefined ? [] : [['freedBytes', JSON.stringify(plan.freedBytes)] as const]),
    ['delete', formatList(plan.delete)],
    ['transition', formatList(plan.transition)],
    ['keep', formatList(plan.keep)],
    ['problems', formatList(plan.problems)],
  ];
  let text = '{\n';
  for (const [index, [key, value]] of fields.entries())
    text += `${index === 0 ? '' : ',\n'}  "${key}": ${value}`;
  return `${text}\n}\n`;
}

function formatList(items: readonly unknown[]): string {
  if (items.length === 0) return '[]';
  let text = '[\n    ';
  for (let start = 0; start < items.length; start += ITEMS_AT_A_TIME) {
    const lines = items.slice(start, start + ITEMS_AT_A_TIME).map((item) => JSON.stringify(item));
    text += `${start === 0 ? '' : ',\n    '}${lines.join(',\n    ')}`;
  }
  return `${text}\n  ]`;
}

/**
 * Reads a plan file, which anybody may have written: what it names is looked at anew before it is carried out.
 *
 * @throws SuiteError `INPUT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parsePlan(bytes: Uint8Array, what: string): RetentionPlan {
  const reader = new ShapeReader();
  const plan = readPlan(parseLargeJson(bytes, `plan ${what}`), reader);
  const [problem] = reader.problems;
  if (plan !== undefined && problem === undefined) return plan;
  const where = problem === undefined || problem.path.length === 0 ? 'it' : formatPath(problem.path);
  throw notPlan(what, `${where} ${problem?.message ?? 'is none'}`);
}

function notPlan(what: string, fact: string): SuiteError {
  return new SuiteError('INPUT_INVALID', `The plan ${what} cannot be read: ${fact}.`, {
    remedy: 'Make a new plan with mode: plan.',
  });
}

function readPlan(data: unknown, reader: ShapeReader): RetentionPlan | undefined {
  const entries = reader.anyMapping(data, []);
  if (entries === undefined) return undefined;
  if (entries.get('version') !== 1) return reader.report(['version'], 'must be 1');
  const target = reader.text(entries.get('target'), ['target']);
  const now = reader.time(entries.get('now'), ['now']);
  const inventory = reader.text(entries.get('inventory'), ['inventory']);
  const policy = reader.text(entries.get('policy'), ['policy']);
  const roots = reader.anyMapping(entries.get('roots'), ['roots']);
  const total = count(roots?.get('total'), ['roots', 'total'], reader);
  const going = count(roots?.get('going'), ['roots', 'going'], reader);
  const items = <T>(key: string, read: ReadItem<T>): readonly T[] =>
    (reader.list(entries.get(key), [key]) ?? []).flatMap(
      (item, index) => read(item, [key, index], reader) ?? [],
    );
  const deletions = items('delete', readDeletion);
  const transitions = items('transition', readTransition);
  const keeps = items('keep', readItem);
  const problems = reader.list(entries.get('problems') ?? [], ['problems']) ?? [];
  const freed = entries.get('freedBytes');
  refuseDisorder(deletions, reader);
  if (target === undefined || now === undefined || inventory === undefined || policy === undefined)
    return undefined;
  return {
    version: 1,
    target,
    now: new Date(now).toISOString(),
    delete: deletions,
    transition: transitions,
    keep: keeps,
    problems: problems.flatMap((problem) => (typeof problem === 'string' ? [problem] : [])),
    freedBytes: freed === undefined ? undefined : count(freed, ['freedBytes'], reader),
    inventory,
    policy,
    roots: { total: total ?? 0, going: going ?? 0 },
  };
}

function count(value: unknown, path: ValuePath, reader: ShapeReader): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : reader.report(path, 'must be a whole number');
}

type ReadItem<T> = (value: unknown, path: ValuePath, reader: ShapeReader) => T | undefined;

function readItem(value: unknown, path: ValuePath, reader: ShapeReader): PlannedKeep | undefined {
  const entries = reader.anyMapping(value, path);
  if (entries === undefined) return undefined;
  const digest = entries.has('digest') ? reader.text(entries.get('digest'), [...path, 'digest']) : undefined;
  const id = reader.text(entries.get('id') ?? digest, [...path, 'id']);
  const tags = reader.texts(entries.get('tags'), [...path, 'tags']);
  const rule = reader.text(entries.get('rule'), [...path, 'rule']);
  const reason = reader.text(entries.get('reason'), [...path, 'reason']);
  if (id === undefined || tags === undefined || rule === undefined || reason === undefined) return undefined;
  return { id, ...(digest === undefined ? {} : { digest }), tags, rule, reason };
}

function readUpdate(
  value: unknown,
  path: ValuePath,
  reader: ShapeReader,
): Pick<PlannedDeletion, 'updatedAt'> {
  const entries = reader.anyMapping(value, path);
  if (entries?.has('updatedAt') !== true) return {};
  const time = reader.time(entries.get('updatedAt'), [...path, 'updatedAt']);
  return time === undefined ? {} : { updatedAt: new Date(time).toISOString() };
}

function readDeletion(value: unknown, path: ValuePath, reader: ShapeReader): PlannedDeletion | undefined {
  const item = readItem(value, path, reader);
  if (item === undefined) return undefined;
  const entries = reader.anyMapping(value, path);
  const action = reader.oneOf(entries?.get('action'), [...path, 'action'], ['delete', 'untag']);
  const after = entries?.has('after') ? reader.texts(entries.get('after'), [...path, 'after']) : undefined;
  if (action === undefined) return undefined;
  if (action === 'untag' && item.tags.length === 0)
    return reader.report([...path, 'tags'], 'must name a tag');
  return { ...item, action, ...readUpdate(value, path, reader), ...(after === undefined ? {} : { after }) };
}

function readTransition(value: unknown, path: ValuePath, reader: ShapeReader): PlannedTransition | undefined {
  const item = readItem(value, path, reader);
  if (item === undefined) return undefined;
  const to = reader.oneOf(reader.anyMapping(value, path)?.get('to'), [...path, 'to'], ['archive']);
  return to === undefined ? undefined : { ...item, ...readUpdate(value, path, reader), to };
}

/** What must be gone before an image stands before it; so no plan can wait for itself. */
function refuseDisorder(deletions: readonly PlannedDeletion[], reader: ShapeReader): void {
  const before = new Set<string>();
  deletions.forEach(({ id, after = [] }, index) => {
    const missing = after.find((other) => !before.has(other));
    if (missing !== undefined)
      reader.report(['delete', index, 'after'], `names ${missing}, which does not come before`);
    before.add(id);
  });
}
