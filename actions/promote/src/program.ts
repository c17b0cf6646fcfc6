import { type ChildProcess, spawn } from 'node:child_process';
import { SuiteError } from '@artifact-lifecycle/core';
import type { CommandOutcome, ProgramCall } from '@artifact-lifecycle/gates';

/** How long a program may take to end after it was asked to. */
const GRACE_MS = 5_000;

/** Where and until when a program runs. */
export interface ProgramOptions {
  readonly workspace: string;
  /** What it finds in its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Runs a program without a shell: what is written in the policy is the program and its arguments, word for word. It has
 * its own process group, so that what it has started ends with it when its time is over. What it writes to stderr goes
 * to the log; of stdout, so much is kept as was asked for.
 *
 * `@actions/exec` cannot end what it has started, so that a program that hangs would hold the job for hours.
 *
 * @throws SuiteError `CANCELLED`
 */
export async function runProgram(
  call: ProgramCall,
  { workspace, env, signal }: ProgramOptions,
): Promise<CommandOutcome> {
  if (signal.aborted) throw cancelled(signal);
  const { program, args, input, timeout, maxOutput } = call;
  const isGroup = process.platform !== 'win32';
  const child = spawn(program, args, {
    cwd: workspace,
    env: { ...env },
    shell: false,
    detached: isGroup,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const kept: Buffer[] = [];
  let size = 0;
  let isCut = false;
  child.stdout.on('data', (chunk: Buffer) => {
    const room = maxOutput - size;
    if (chunk.length > room) isCut = true;
    if (room > 0) kept.push(chunk.subarray(0, room));
    size += Math.min(chunk.length, Math.max(room, 0));
  });
  // A program that does not want to hear the evidence closes its end: that is no failure.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end(child, isGroup);
  }, timeout);
  const stop = (): void => end(child, isGroup);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const outcome = await exitOf(child);
    if (signal.aborted) throw cancelled(signal);
    if (isLate) return { kind: 'timed-out' };
    if (outcome.kind !== 'exited') return outcome;
    return { kind: 'exited', code: outcome.code, stdout: Buffer.concat(kept), isCut };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

type Exit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'broken'; readonly problem: string };

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ kind: 'broken', problem: `It could not be started: ${error.message}.` }),
    );
    child.once('close', (code, signal) =>
      resolve(
        code === null
          ? { kind: 'broken', problem: `It was ended by ${signal ?? 'a signal'}.` }
          : { kind: 'exited', code },
      ),
    );
  });
}

function end(child: ChildProcess, isGroup: boolean): void {
  const kill = (name: NodeJS.Signals): void => {
    try {
      if (isGroup && child.pid !== undefined) process.kill(-child.pid, name);
      else child.kill(name);
    } catch {
      // It has ended by itself.
    }
  };
  kill('SIGTERM');
  setTimeout(() => kill('SIGKILL'), GRACE_MS).unref();
}

function cancelled(signal: AbortSignal): SuiteError {
  return signal.reason instanceof SuiteError
    ? signal.reason
    : new SuiteError('CANCELLED', 'The run was cancelled.');
}
