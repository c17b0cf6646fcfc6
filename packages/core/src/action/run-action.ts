import { appendFileSync } from 'node:fs';
import { type Clock, systemClock } from '../clock.ts';
import { SuiteError } from '../errors.ts';
import type { ActionContext, Environment, Main } from './context.ts';
import { asSuiteError, describeError, logFailure, summariseFailure } from './failure.ts';
import { type Ending, type ProcessHost, runInterruptibly } from './interruption.ts';
import { type ActionLog, createLog } from './log.ts';
import { type OutputValues, writeOutputs } from './outputs.ts';
import { CLEAR_LINE } from './progress.ts';
import { readInputs } from './read-inputs.ts';
import { githubRunner, type Runner } from './runner.ts';
import type { ActionSpec } from './spec.ts';
import { createSummary, type Summary } from './summary.ts';

/** What tests put in place of the machine; all of it is optional. */
export interface RunOptions {
  readonly env?: Environment;
  readonly clock?: Clock;
  readonly runner?: Runner;
  readonly host?: ProcessHost;
  readonly isTerminal?: boolean;
}

/** Set by what shows an action's log on a terminal although it reads it through a pipe (`npm run action`). */
const TERMINAL_VARIABLE = 'ARTIFACT_LIFECYCLE_TERMINAL';

/** GitHub's runner knows success and failure only. */
export type ExitCode = 0 | 1;

/**
 * Runs an action as GitHub's runner starts it: reads and checks its inputs, runs `main`, writes outputs and the
 * job summary, and turns any error into an annotation, `error-code` and a summary whose first line is the verdict.
 *
 * It does not throw. The exit code it returns is also the process's where no `host` was given; a process that
 * something still holds open then ends two seconds later.
 */
export async function runAction<const A extends ActionSpec>(
  spec: A,
  main: Main<A>,
  options: RunOptions = {},
): Promise<ExitCode> {
  const { env = process.env, clock = systemClock, runner = githubRunner, host = process } = options;
  const workspace = env['GITHUB_WORKSPACE'] || process.cwd();
  const summary = createSummary();
  const gathered: Gathered = { values: {}, facts: {} };
  const isTerminal =
    options.isTerminal ??
    (env['GITHUB_ACTIONS'] !== 'true' &&
      (process.stdout.isTTY === true || env[TERMINAL_VARIABLE] === 'true'));
  const log = createLog(runner, () => {
    if (isTerminal) process.stdout.write(CLEAR_LINE);
  });

  const ending = await runInterruptibly(
    async (signal) => {
      const inputs = readInputs(spec, env, log);
      const context: ActionContext<A> = {
        log,
        signal,
        clock,
        env,
        workspace,
        isTerminal,
        summary,
        requestIdToken: (audience) => requestIdToken(audience, env, runner, log),
        setOutputs: (outputs) => gather(gathered, 'values', outputs),
        addToJson: (facts) => gather(gathered, 'facts', facts),
      };
      gather(gathered, 'values', await main(inputs, context));
    },
    host,
    clock,
  );
  const exitCode = report({ spec, ending, gathered, summary, env, workspace, runner, log });
  if (options.host === undefined) endProcess(exitCode);
  return exitCode;
}

/** What main has found out so far; it grows while main runs. */
interface Gathered {
  values: OutputValues;
  facts: OutputValues;
}

interface Report {
  readonly spec: ActionSpec;
  readonly ending: Ending<void>;
  readonly gathered: Gathered;
  readonly summary: Summary;
  readonly env: Environment;
  readonly workspace: string;
  readonly runner: Runner;
  readonly log: ActionLog;
}

function report({ spec, ending, gathered, summary, env, workspace, runner, log }: Report): ExitCode {
  let error = ending.kind === 'failed' ? asSuiteError(ending.error, spec, env) : undefined;
  try {
    writeOutputs(spec, { ...gathered, error }, env, runner);
  } catch (cause) {
    error ??= new SuiteError('INTERNAL', 'The outputs cannot be written.', {
      remedy: 'The work itself is done. Check the disk of the runner, and the files it gives for outputs.',
      cause,
    });
  }
  log.finish();
  if (error !== undefined) logFailure(error, spec, workspace, log);
  writeSummary(error === undefined ? summary : summariseFailure(error, spec, summary), env, log);
  return error === undefined ? 0 : 1;
}

/** A summary is for people: one that cannot be written is said, and fails nothing. */
function writeSummary(summary: Summary, env: Environment, log: ActionLog): void {
  const file = env['GITHUB_STEP_SUMMARY'];
  // Read here and not from the inputs, which may be what failed.
  const wanted = env['INPUT_SUMMARY']?.trim().toLowerCase() !== 'false';
  if (!file || !wanted || summary.blocks.length === 0) return;
  try {
    appendFileSync(file, summary.render());
  } catch (error) {
    log.info(`The job summary could not be written: ${describeError(error)}`);
  }
}

async function requestIdToken(
  audience: string,
  env: Environment,
  runner: Runner,
  log: ActionLog,
): Promise<string> {
  if (!env['ACTIONS_ID_TOKEN_REQUEST_URL'] || !env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']) {
    throw new SuiteError('PERMISSION_MISSING', 'The workflow may not ask GitHub for an OIDC token.', {
      remedy:
        'Add to the job (pull requests from forks never get it):\npermissions:\n  contents: read\n  id-token: write',
    });
  }
  try {
    const token = await runner.requestIdToken(audience);
    log.mask(token);
    return token;
  } catch (cause) {
    throw new SuiteError('UNREACHABLE', 'GitHub gave no OIDC token.', {
      remedy: 'Run the job again; if it stays so, look at the status of GitHub Actions.',
      cause,
    });
  }
}

function gather(gathered: Gathered, part: keyof Gathered, found: OutputValues): void {
  gathered[part] = { ...gathered[part], ...found };
}

/** Kept-alive connections would hold the process; output to a pipe may still be on its way, so it gets a moment. */
const EXIT_MILLISECONDS = 2000;

function endProcess(exitCode: ExitCode): void {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), EXIT_MILLISECONDS).unref();
}
