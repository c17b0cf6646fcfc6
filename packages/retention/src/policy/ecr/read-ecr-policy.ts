import type { ValuePath } from '@artifact-lifecycle/core/policy';
import type { StorageClass } from '../../image/stored-image.ts';
import type { ShapeReader } from '../shape-reader.ts';
import {
  type EcrCount,
  type EcrPolicy,
  type EcrRule,
  type EcrSelection,
  MAX_ECR_RULES,
  MAX_ECR_WILDCARDS,
} from './ecr-policy.ts';
import { checkEcrRules, type NumberedEcrRule } from './ecr-rule-set.ts';

const COUNT_TYPES = [
  'imageCountMoreThan',
  'sinceImagePushed',
  'sinceImagePulled',
  'sinceImageTransitioned',
] as const;
type CountType = (typeof COUNT_TYPES)[number];

/** archive-image.html: what is archived stays so for at least 90 days. */
const MIN_ARCHIVED_DAYS = 90;

/**
 * Reads an Amazon ECR lifecycle policy as strictly as ECR does; problems go to the reader, and `undefined` comes
 * back where there are any.
 */
export function readEcrPolicy(data: unknown, reader: ShapeReader): EcrPolicy | undefined {
  const document = reader.mapping(data, [], ['rules']);
  const list = document === undefined ? undefined : reader.list(document.get('rules'), ['rules']);
  if (list === undefined) return undefined;
  if (list.length === 0) return reader.report(['rules'], 'must not be empty');
  if (list.length > MAX_ECR_RULES) {
    return reader.report(['rules'], `has ${list.length} rules; Amazon ECR takes at most ${MAX_ECR_RULES}`);
  }
  const rules = list.flatMap((item, index): readonly NumberedEcrRule[] => {
    const rule = readRule(item, ['rules', index], reader);
    return rule === undefined ? [] : [{ rule, index }];
  });
  checkEcrRules(rules, reader);
  if (reader.problems.length > 0) return undefined;
  return { rules: rules.map(({ rule }) => rule).toSorted((a, b) => a.priority - b.priority) };
}

function readRule(value: unknown, path: ValuePath, reader: ShapeReader): EcrRule | undefined {
  const entries = reader.mapping(value, path, ['rulePriority', 'description', 'selection', 'action']);
  if (entries === undefined) return undefined;
  const priority = reader.positiveInteger(entries.get('rulePriority'), [...path, 'rulePriority']);
  if (entries.has('description')) reader.text(entries.get('description'), [...path, 'description']);
  const action = readAction(entries.get('action'), [...path, 'action'], reader);
  const selected = readSelection(entries.get('selection'), [...path, 'selection'], action, reader);
  if (priority === undefined || action === undefined || selected === undefined) return undefined;
  return { priority, action, ...selected };
}

function readAction(value: unknown, path: ValuePath, reader: ShapeReader): EcrRule['action'] | undefined {
  const entries = reader.mapping(value, path, ['type', 'targetStorageClass']);
  if (entries === undefined) return undefined;
  const type = reader.oneOf(entries.get('type'), [...path, 'type'], ['expire', 'transition']);
  if (type === 'transition') {
    reader.oneOf(entries.get('targetStorageClass'), [...path, 'targetStorageClass'], ['archive']);
  } else if (type === 'expire' && entries.has('targetStorageClass')) {
    reader.report([...path, 'targetStorageClass'], 'goes with the action transition only');
  }
  return type;
}

const SELECTION_KEYS = [
  'tagStatus',
  'tagPatternList',
  'tagPrefixList',
  'storageClass',
  'countType',
  'countUnit',
  'countNumber',
];

function readSelection(
  value: unknown,
  path: ValuePath,
  action: EcrRule['action'] | undefined,
  reader: ShapeReader,
): Pick<EcrRule, 'selection' | 'storageClass' | 'count'> | undefined {
  const entries = reader.mapping(value, path, SELECTION_KEYS);
  if (entries === undefined) return undefined;
  const selection = readTags(entries, path, reader);
  const storageClass: StorageClass | undefined = entries.has('storageClass')
    ? reader.oneOf(entries.get('storageClass'), [...path, 'storageClass'], ['standard', 'archive'])
    : 'standard';
  const countType = reader.oneOf(entries.get('countType'), [...path, 'countType'], COUNT_TYPES);
  const number = reader.positiveInteger(entries.get('countNumber'), [...path, 'countNumber']);
  if (countType !== undefined) checkUnit(entries, countType, path, reader);
  if (
    selection === undefined ||
    storageClass === undefined ||
    countType === undefined ||
    number === undefined
  ) {
    return undefined;
  }
  checkCombination({ countType, storageClass, number, action }, path, reader);
  return { selection, storageClass, count: countOf(countType, number) };
}

function countOf(countType: CountType, number: number): EcrCount {
  switch (countType) {
    case 'imageCountMoreThan':
      return { kind: 'more-than', images: number };
    case 'sinceImagePushed':
      return { kind: 'since', event: 'pushed', days: number };
    case 'sinceImagePulled':
      return { kind: 'since', event: 'pulled', days: number };
    case 'sinceImageTransitioned':
      return { kind: 'since', event: 'transitioned', days: number };
  }
}

function readTags(
  entries: ReadonlyMap<string, unknown>,
  path: ValuePath,
  reader: ShapeReader,
): EcrSelection | undefined {
  const status = reader.oneOf(
    entries.get('tagStatus'),
    [...path, 'tagStatus'],
    ['tagged', 'untagged', 'any'],
  );
  if (status === undefined) return undefined;
  const lists = (['tagPatternList', 'tagPrefixList'] as const).filter((key) => entries.has(key));
  if (status !== 'tagged') {
    return lists.length === 0
      ? { status }
      : reader.report(path, `has ${lists.join(' and ')}: tag lists only go with the tagStatus tagged`);
  }
  const [list, other] = lists;
  if (list === undefined || other !== undefined) {
    const found = list === undefined ? 'none' : 'both';
    return reader.report(
      path,
      `must have exactly one of tagPatternList and tagPrefixList with the tagStatus tagged; it has ${found}`,
    );
  }
  const texts = reader.texts(entries.get(list), [...path, list]);
  if (texts === undefined) return undefined;
  if (texts.length === 0) return reader.report([...path, list], 'must not be empty');
  if (list === 'tagPatternList') {
    texts.forEach((text, index) => {
      const wildcards = text.split('*').length - 1;
      if (wildcards > MAX_ECR_WILDCARDS) {
        const fact = `has ${wildcards} wildcards; a pattern takes at most four wildcards (*)`;
        reader.report([...path, list, index], fact);
      }
    });
  }
  return { status, list, texts };
}

function checkUnit(
  entries: ReadonlyMap<string, unknown>,
  countType: CountType,
  path: ValuePath,
  reader: ShapeReader,
): void {
  const at = [...path, 'countUnit'];
  if (countType !== 'imageCountMoreThan') reader.oneOf(entries.get('countUnit'), at, ['days']);
  else if (entries.has('countUnit')) {
    reader.report(at, 'does not go with the countType imageCountMoreThan; take countUnit away');
  }
}

/** lifecycle_policy_parameters.html: which count goes with which storage class and action. */
function checkCombination(
  rule: {
    readonly countType: CountType;
    readonly storageClass: StorageClass;
    readonly number: number;
    readonly action: EcrRule['action'] | undefined;
  },
  path: ValuePath,
  reader: ShapeReader,
): void {
  const { countType, storageClass, number, action } = rule;
  const wanted = countType === 'sinceImageTransitioned' ? 'archive' : 'standard';
  if (storageClass !== wanted) {
    const fact = `is ${storageClass}; the countType ${countType} needs the storageClass ${wanted}`;
    reader.report([...path, 'storageClass'], fact);
  }
  if (countType === 'sinceImagePulled' && action === 'expire') {
    reader.report([...path, 'countType'], 'is sinceImagePulled, which goes with the action transition only');
  }
  if (countType !== 'sinceImageTransitioned') return;
  if (action === 'transition') {
    reader.report(
      [...path, 'countType'],
      'is sinceImageTransitioned, which goes with the action expire only',
    );
  }
  if (number < MIN_ARCHIVED_DAYS) {
    const fact = `is ${number}; with sinceImageTransitioned it is at least ${MIN_ARCHIVED_DAYS} days`;
    reader.report([...path, 'countNumber'], fact);
  }
}
