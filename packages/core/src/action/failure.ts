import { isAbsolute, relative, sep } from 'node:path';
import { type FilePosition, isSuiteError, SuiteError } from '../errors.ts';
import type { Environment } from './context.ts';
import type { ActionLog } from './log.ts';
import type { ActionSpec } from './spec.ts';
import { createSummary, type Summary } from './summary.ts';

/** A chain of causes longer than this explains nothing more, and may be a ring. */
const MAX_CAUSES = 5;

/** Makes any error one of the suite: what is not is a defect, and its reader is asked to report it. */
export function asSuiteError(error: unknown, spec: ActionSpec, env: Environment): SuiteError {
  if (isSuiteError(error)) return error;
  const { GITHUB_SERVER_URL: server, GITHUB_ACTION_REPOSITORY: repository } = env;
  const place = server && repository ? `at ${server}/${repository}/issues` : 'where this action comes from';
  return new SuiteError(
    'INTERNAL',
    `${spec.title} failed for a reason it does not know: ${describeError(error)}.`,
    {
      remedy: `Run the job again with debug logging (ACTIONS_STEP_DEBUG: true) and report its log ${place}.`,
      cause: error,
    },
  );
}

/** Tells of a failure: an annotation with its place and remedy, what caused it, and the stack for debugging. */
export function logFailure(error: SuiteError, spec: ActionSpec, workspace: string, log: ActionLog): void {
  const position = error.position && inWorkspace(error.position, workspace);
  const text = `${error.message}\n${error.remedy}`;
  log.verdict(text, { title: `${spec.name}: ${error.code}`, ...(position && { position }) });
  for (const cause of causes(error)) log.info(`  caused by ${describeError(cause)}`);
  for (const one of [error, ...causes(error)]) if (one instanceof Error && one.stack) log.debug(one.stack);
}

/** The summary of a failed run: the verdict, what to do, and then what main had to say until then. */
export function summariseFailure(error: SuiteError, spec: ActionSpec, said: Summary): Summary {
  const summary = createSummary().heading(`❌ ${spec.title}: ${error.code}`).paragraph(error.message);
  if (error.position) {
    const { file, line, column } = error.position;
    summary.paragraph(['at ', { code: `${file}:${line}:${column}` }]);
  }
  if (error.remedy.includes('\n')) summary.code(error.remedy);
  else summary.paragraph([{ strong: 'What to do:' }, ' ', error.remedy]);
  return summary.append(said);
}

/** Annotations find a file by its path in the repository, with forward slashes. */
function inWorkspace(position: FilePosition, workspace: string): FilePosition {
  const path = isAbsolute(position.file) ? relative(workspace, position.file) : position.file;
  return path.startsWith('..') ? position : { ...position, file: path.split(sep).join('/') };
}

function causes(error: Error): readonly unknown[] {
  const chain: unknown[] = [];
  let cause = error.cause;
  while (cause !== undefined && chain.length < MAX_CAUSES) {
    chain.push(cause);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return chain;
}

/** An error in one line: its kind and its message. */
export function describeError(error: unknown): string {
  if (isSuiteError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
