import { type ChildProcess, spawn } from 'node:child_process';

/** A program that ended. */
export interface ProgramResult {
  readonly exitCode: number | undefined;
  /** The signal that ended it, where one did. */
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program. */
export interface ProgramOptions {
  readonly cwd?: string | undefined;
  /** The whole environment; default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Milliseconds after which the program is killed, so that a hung tool ends as a failure. */
  readonly timeout?: number | undefined;
}

/** What one stream may print before the rest is dropped: a tool gone wild must not fill the memory. */
const MAX_OUTPUT_CHARACTERS = 32 * 1024 * 1024;
const DEFAULT_TIMEOUT = 120_000;

/** Gathers a stream's text up to the limit. */
export function gather(stream: NodeJS.ReadableStream | null, onText?: (text: string) => void): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < MAX_OUTPUT_CHARACTERS) text += chunk;
    onText?.(chunk);
  });
  return () => text;
}

/** Resolves when a child has ended and its output is complete. */
export function ended(child: ChildProcess): Promise<Pick<ProgramResult, 'exitCode' | 'signal'>> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ exitCode: code ?? undefined, signal: signal ?? undefined }),
    );
  });
}

/** Runs a program to its end, whatever its exit code, with nothing on its standard input. */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Not spawn's own option: its timer outlives a program that could not be started.
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? DEFAULT_TIMEOUT);
  const stdout = gather(child.stdout);
  const stderr = gather(child.stderr);
  const end = await ended(child).finally(() => clearTimeout(timer));
  return { ...end, stdout: stdout(), stderr: stderr() };
}

/**
 * Runs a program that has to succeed, and gives its standard output without the last newline.
 *
 * @throws Error with all it printed, when it exits with another code than 0
 */
export async function runChecked(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const { exitCode, signal, stdout, stderr } = await runProgram(file, args, options);
  if (exitCode === 0) return stdout.replace(/\r?\n$/, '');
  throw new Error(
    `${file} ${args.join(' ')} ended with ${exitCode ?? signal ?? 'nothing'}:\n${stderr}\n${stdout}`,
  );
}
