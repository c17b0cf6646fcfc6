import { SuiteError } from '@artifact-lifecycle/core';
import { formatDate } from './date-format.ts';
import { branchOf, type GitContext, gitTagOf } from './git-context.ts';
import type { Scope, VariableUse } from './template-render.ts';

/** What expressions are made from besides the context. */
export interface ExpressionFacts {
  /** Milliseconds since the epoch that are now. */
  readonly now: number;
  readonly shortShaLength: number;
  /** `undefined` where no template asks for it. */
  readonly commitDate: number | undefined;
  /** `git describe --tags`; `undefined` where no template asks for it. */
  readonly describe: string | undefined;
}

/** Variables docker/metadata-action does not have; nobody relies on what they are where they are empty. */
export const OWN_VARIABLES: ReadonlySet<string> = new Set([
  'head_ref',
  'run_number',
  'run_attempt',
  'describe',
]);

/** Events that GitHub fires for the last commit of the default branch, as docker/metadata-action sees it. */
const DEFAULT_BRANCH_EVENTS = ['create', 'discussion', 'issues', 'schedule'];

/** The variables every template knows (docker/metadata-action, "Global expressions", and our own). */
export function expressionScope(context: GitContext, facts: ExpressionFacts): Scope {
  const isDefault = isDefaultBranch(context);
  const texts: readonly [string, string][] = [
    ['branch', branchOf(context.ref) ?? ''],
    ['tag', gitTagOf(context.ref) ?? ''],
    ['sha', shortSha(context.sha, facts.shortShaLength)],
    ['base_ref', baseRefOf(context)],
    ['head_ref', context.pullRequest?.headRef ?? ''],
    ['is_default_branch', String(isDefault)],
    ['is_not_default_branch', String(!isDefault)],
    ['run_number', String(context.runNumber ?? '')],
    ['run_attempt', String(context.runAttempt ?? '')],
    ['describe', facts.describe ?? ''],
  ];
  return new Map<string, string | ((use: VariableUse) => string)>([
    ...texts.map(([name, text]) => [name, oneLine(text)] as const),
    ['date', (use) => writeDate('date', use, facts.now)],
    ['commit_date', (use) => writeDate('commit_date', use, facts.commitDate ?? facts.now)],
  ]);
}

/** The first hex digits of a commit. */
export function shortSha(sha: string, length: number): string {
  return sha.slice(0, length);
}

/** Outputs have a label a line. No ref has line breaks, but a payload could say so, and add labels of its own. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

function baseRefOf({ ref, pushBaseRef, pullRequest }: GitContext): string {
  if (gitTagOf(ref) !== undefined && pushBaseRef !== undefined) return branchOf(pushBaseRef) ?? pushBaseRef;
  return ref.startsWith('refs/pull/') ? (pullRequest?.baseRef ?? '') : '';
}

function isDefaultBranch({ ref, eventName, payloadDefaultBranch }: GitContext): boolean {
  const name = branchOf(ref) ?? ref;
  if (name === '') return false;
  return payloadDefaultBranch === name || DEFAULT_BRANCH_EVENTS.some((event) => eventName.includes(event));
}

/** Without quotes docker/metadata-action takes the format for a variable that is not there, and writes ISO 8601. */
function writeDate(name: string, { argument, settings }: VariableUse, epoch: number): string {
  const unknown = [...settings.keys()].find((key) => key !== 'tz');
  const remedy = `Write {{${name} 'YYYYMMDD'}}, and tz='Europe/Berlin' behind it where UTC is not meant.`;
  if (unknown !== undefined)
    throw new SuiteError('INPUT_INVALID', `Unknown ${unknown} attribute of {{${name}}}.`, { remedy });
  if (argument === undefined) {
    throw new SuiteError('INPUT_INVALID', `The expression {{${name}}} has no format.`, { remedy });
  }
  return formatDate(epoch, argument === 'unquoted' ? undefined : argument.text, settings.get('tz') ?? 'UTC');
}
