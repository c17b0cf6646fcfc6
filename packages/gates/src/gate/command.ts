import { COMMAND_DEFAULTS, formatDuration, parseDuration } from '@artifact-lifecycle/core/policy';
import { readCommandAnswer } from '../command/answer.ts';
import { type CommandDocument, writeCommandDocument } from '../command/document.ts';
import { type CommandOutcome, MAX_COMMAND_OUTPUT_BYTES, type ProgramCall } from '../command/outcome.ts';
import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import { cannotTell, fail, firstOf, pass, shorten } from '../verdict/verdicts.ts';

/** Makes the call of the gate's program; it comes last, for it reads what all other gates say. */
export function commandCall(
  { run, timeout }: GateSettings<'command'>,
  document: CommandDocument,
): ProgramCall {
  const [program = '', ...args] = run;
  return {
    program,
    args,
    input: writeCommandDocument(document),
    timeout: timeout ?? DEFAULT_TIMEOUT,
    maxOutput: MAX_COMMAND_OUTPUT_BYTES,
  };
}

const DEFAULT_TIMEOUT = parseDuration(COMMAND_DEFAULTS.timeout) ?? 0;

/**
 * Judges the gate `command`: exit code 0 passes, any other fails; a program that did not come to an end has said
 * nothing. What it wrote gives the reason, and never the verdict.
 */
export function judgeCommand(settings: GateSettings<'command'>, outcome: CommandOutcome): Verdict {
  const { run, timeout } = settings;
  const name = shorten(run[0] ?? '');
  const facts: EvidenceFacts = { run: firstOf(run.map(shorten)) };
  switch (outcome.kind) {
    case 'timed-out': {
      const allowed = timeout === undefined ? COMMAND_DEFAULTS.timeout : formatDuration(timeout);
      return cannotTell(`${name} was not done after ${allowed}.`, { ...facts, timeout: allowed });
    }
    case 'broken':
      return cannotTell(`${name} did not run to its end: ${shorten(outcome.problem)}`, facts);
    case 'exited': {
      const { code, stdout, isCut } = outcome;
      const { reason, evidence, problem } = readCommandAnswer(stdout, isCut);
      const all: EvidenceFacts = {
        ...facts,
        exitCode: code,
        ...(evidence === undefined ? {} : { evidence }),
        ...(problem === undefined ? {} : { problem }),
      };
      if (code === 0) return pass(reason ?? `${name} says yes.`, all);
      return fail(reason ?? `${name} says no: exit code ${code}.`, all);
    }
  }
}
