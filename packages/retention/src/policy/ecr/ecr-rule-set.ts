import type { ShapeReader } from '../shape-reader.ts';
import type { EcrRule } from './ecr-policy.ts';

/** A rule and where it stands in the document. */
export interface NumberedEcrRule {
  readonly rule: EcrRule;
  readonly index: number;
}

/**
 * Checks what rules of one policy say of each other (LifecyclePolicies.html, "evaluation rules"): priorities are
 * unique; for each storage class one rule is for untagged images, lists of tags are unique, and `any` comes last.
 */
export function checkEcrRules(rules: readonly NumberedEcrRule[], reader: ShapeReader): void {
  const priorities = new Map<number, number>();
  const selections = new Map<string, number>();
  for (const { rule, index } of rules) {
    const earlier = priorities.get(rule.priority);
    if (earlier !== undefined) {
      const fact = `is ${rule.priority}, which is not unique: rules[${earlier}] has it, too`;
      reader.report(['rules', index, 'rulePriority'], fact);
    }
    priorities.set(rule.priority, index);
    checkSelection({ rule, index }, selections, reader);
  }
  for (const { rule, index } of rules) {
    if (rule.selection.status !== 'any') continue;
    const later = rules.find(
      (other) => other.rule.storageClass === rule.storageClass && other.rule.priority > rule.priority,
    );
    if (later === undefined) continue;
    const fact = `is any, and any must be last: rules[${later.index}] has the higher rulePriority ${later.rule.priority}`;
    reader.report(['rules', index, 'selection', 'tagStatus'], fact);
  }
}

function checkSelection(
  { rule, index }: NumberedEcrRule,
  selections: Map<string, number>,
  reader: ShapeReader,
): void {
  const { selection, storageClass } = rule;
  if (selection.status === 'any') return;
  const key =
    selection.status !== 'tagged'
      ? storageClass
      : JSON.stringify([storageClass, selection.list, [...new Set(selection.texts)].sort()]);
  const earlier = selections.get(key);
  selections.set(key, index);
  if (earlier === undefined) return;
  if (selection.status !== 'tagged') {
    const fact = `is a duplicate untagged rule: rules[${earlier}] selects untagged images of the class ${storageClass}, too`;
    reader.report(['rules', index, 'selection', 'tagStatus'], fact);
    return;
  }
  const noun = selection.list === 'tagPrefixList' ? 'prefix' : 'pattern';
  const fact = `is a duplicate ${noun} list: rules[${earlier}] has the same one`;
  reader.report(['rules', index, 'selection', selection.list], fact);
}
