import { regularExpressionOf, SuiteError } from '@artifact-lifecycle/core';
import { formatDuration } from '@artifact-lifecycle/core/policy';
import { type ClassPolicySource, type CompiledClass, compileClasses } from '../classes/compiled-class.ts';
import { MAX_ECR_RULES, MAX_ECR_WILDCARDS } from './ecr-policy.ts';
import { expandGlob } from './expand-glob.ts';

const DAY = 86_400_000;

/** What is kept needs a rule that shields it and never acts: no image is a hundred years old. */
const NEVER_DAYS = 36_500;

/** A rule as ECR's JSON has it. */
interface EmittedRule {
  readonly rulePriority: number;
  readonly description: string;
  readonly selection: Readonly<Record<string, unknown>>;
  readonly action: { readonly type: 'expire' };
}

/** What ECR does otherwise than our policy, though its rules say the same. */
export const ECR_DIFFERENCES: readonly string[] = [
  'Amazon ECR deletes an image with all of its tags by the first rule that fits one of them; cleanup takes the tag away and keeps the image.',
  'Amazon ECR does not know protected digests, deployments, promotion records and rails.',
];

/**
 * Writes our classes as an Amazon ECR lifecycle policy for one repository, so that ECR itself enforces them.
 *
 * @param protect patterns of tags that are never deleted.
 * @returns JSON as ECR takes it, with a line end.
 * @throws SuiteError `UNSUPPORTED` that names what ECR cannot say
 */
export function emitEcrPolicy(source: ClassPolicySource, protect: readonly string[]): string {
  const selections = new Set<string>();
  const rules: EmittedRule[] = [];
  const add = (description: string, selection: Readonly<Record<string, unknown>>, count: Count): void => {
    // ECR takes a list of tags once; what a rule before has taken no later one may have anyway.
    const key = JSON.stringify(selection);
    if (selections.has(key)) return;
    selections.add(key);
    rules.push({
      rulePriority: rules.length + 1,
      description,
      selection: { ...selection, ...count },
      action: { type: 'expire' },
    });
  };
  for (const pattern of protect) {
    for (const text of patternsOf(pattern, 'protect')) add('protect', tagged(text), sinceDays(NEVER_DAYS));
  }
  for (const one of compileClasses(source)) {
    const count = countOf(one);
    if (one.members.kind === 'tags') {
      const texts = one.members.patterns.flatMap((pattern) => patternsOf(pattern.text, one.name));
      if (texts.length > 1 && 'countNumber' in count && count.countType === 'imageCountMoreThan') {
        throw unsupported(one.name, 'keep-last over several patterns, which it would count one by one');
      }
      for (const text of texts) add(one.name, tagged(text), count);
    } else {
      add(one.name, { tagStatus: one.members.kind === 'untagged' ? 'untagged' : 'any' }, count);
      // `any` must be last, and no image is left for what follows.
      if (one.members.kind === 'everything') break;
    }
  }
  if (rules.length === 0) {
    throw new SuiteError(
      'UNSUPPORTED',
      `No retention class is for ${source.target}: there is nothing to write.`,
    );
  }
  if (rules.length > MAX_ECR_RULES) {
    throw new SuiteError(
      'UNSUPPORTED',
      `The retention classes make ${rules.length} rules; Amazon ECR takes at most ${MAX_ECR_RULES}.`,
    );
  }
  return `${JSON.stringify({ rules }, undefined, 2)}\n`;
}

interface Count {
  readonly countType: 'sinceImagePushed' | 'imageCountMoreThan';
  readonly countUnit?: 'days';
  readonly countNumber: number;
}

function sinceDays(countNumber: number): Count {
  return { countType: 'sinceImagePushed', countUnit: 'days', countNumber };
}

function tagged(text: string): Readonly<Record<string, unknown>> {
  return { tagStatus: 'tagged', tagPatternList: [text] };
}

function countOf({ name, rule }: CompiledClass): Count {
  const { keep, keepLast, deleteWhen, since } = rule;
  if (deleteWhen !== undefined) throw unsupported(name, `delete-when: ${deleteWhen.join(', ')}`);
  if (keep === 'forever') return sinceDays(NEVER_DAYS);
  if (keep !== undefined && keepLast !== undefined) {
    throw unsupported(name, 'keep and keep-last together: its rules have one count each');
  }
  if (keep !== undefined && since === 'pulled') {
    throw unsupported(name, 'since: pulled, which it only archives by');
  }
  if (keep === undefined) {
    if (keepLast === undefined || keepLast === 0) throw unsupported(name, 'keep-last: 0');
    return { countType: 'imageCountMoreThan', countNumber: keepLast };
  }
  if (keep === 0 || keep % DAY !== 0) {
    throw unsupported(name, `keep: ${formatDuration(keep)}, which is not a whole number of days`);
  }
  return sinceDays(keep / DAY);
}

function patternsOf(pattern: string, name: string): readonly string[] {
  if (regularExpressionOf(pattern) !== undefined)
    throw unsupported(name, `the regular expression ${pattern}`);
  const texts = expandGlob(pattern);
  if (texts === undefined) throw unsupported(name, `the pattern ${pattern}: of wildcards it knows * only`);
  const tooMany = texts.find((text) => text.split('*').length - 1 > MAX_ECR_WILDCARDS);
  if (tooMany !== undefined) {
    throw unsupported(name, `the pattern ${pattern} with more than ${MAX_ECR_WILDCARDS} wildcards`);
  }
  return texts;
}

function unsupported(name: string, what: string): SuiteError {
  const where = name === 'protect' ? 'protect.tags' : `the retention class ${JSON.stringify(name)}`;
  return new SuiteError('UNSUPPORTED', `Amazon ECR cannot say what ${where} says: ${what}.`, {
    remedy: 'Say it in a way that ECR knows, or let cleanup enforce the policy.',
  });
}
