import { spawn } from 'node:child_process';
import { SuiteError } from '@artifact-lifecycle/core';
import type { Credentials } from './credentials.ts';

/** How a credential helper ended, and what it wrote to its standard output. */
export interface HelperResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs `docker-credential-X get` with a registry's name on its standard input. */
export type HelperRunner = (program: string, serverUrl: string) => Promise<HelperResult>;

/** One JSON object with a token in it; Google's are the longest, at some 2 KiB. */
const MAX_HELPER_OUTPUT_BYTES = 64 * 1024;

/** Helpers of clouds ask their servers over the network; docker itself waits for ever. */
const HELPER_TIMEOUT_MS = 30_000;

/** What helpers write where they hold nothing for a registry (docker-credential-helpers, `credentials/error.go`). */
const NOT_FOUND = 'credentials not found in native keychain';

/**
 * Asks a credential helper about a registry, by docker's protocol: `undefined` where it knows none.
 *
 * @param name what follows `docker-credential-`.
 * @throws SuiteError `UNAUTHORIZED` when the helper fails: nobody is asked as nobody because a program broke.
 */
export async function askCredentialHelper(
  name: string,
  serverUrl: string,
  run: HelperRunner,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  const { exitCode, output } = await run(program, serverUrl);
  if (exitCode !== 0) {
    if (output.trim() === NOT_FOUND) return undefined;
    // What it wrote is not shown: a helper in trouble may print what it holds.
    throw failed(program, serverUrl, exitCode === null ? 'was killed' : `ended with code ${exitCode}`);
  }
  const answer = readAnswer(output);
  if (answer === undefined) throw failed(program, serverUrl, 'answered something that is not its protocol');
  const { username, secret } = answer;
  if (secret === '') return undefined;
  if (username === '<token>') return { kind: 'identity', username: undefined, token: secret };
  return { kind: 'basic', username, password: secret };
}

/** Runs a helper as a child process without a shell, its output and time bounded. */
export function spawnHelper(environment: Readonly<Record<string, string | undefined>>): HelperRunner {
  return (program, serverUrl) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, ['get'], {
        env: environment,
        stdio: ['pipe', 'pipe', 'ignore'],
        windowsHide: true,
      });
      // Node's own `timeout` leaves its timer running where the program cannot be started.
      const timer = setTimeout(() => child.kill('SIGKILL'), HELPER_TIMEOUT_MS);
      const chunks: Buffer[] = [];
      let size = 0;
      child.on('error', (cause) => {
        clearTimeout(timer);
        reject(failed(program, serverUrl, 'cannot be started', cause));
      });
      child.on('close', (exitCode) => {
        clearTimeout(timer);
        resolve({ exitCode, output: Buffer.concat(chunks).toString('utf8') });
      });
      // A process the killed helper left behind may hold the pipe open; nothing more is wanted from it.
      child.on('exit', () => child.killed && child.stdout.destroy());
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_HELPER_OUTPUT_BYTES) child.kill('SIGKILL');
        else chunks.push(chunk);
      });
      // A helper that ends without reading closes the pipe; its exit code tells the story.
      child.stdin.on('error', () => {});
      child.stdin.end(`${serverUrl}\n`);
    });
}

function readAnswer(output: string): { readonly username: string; readonly secret: string } | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    return undefined;
  }
  if (typeof answer !== 'object' || answer === null) return undefined;
  const username = 'Username' in answer ? answer.Username : '';
  const secret = 'Secret' in answer ? answer.Secret : '';
  return typeof username === 'string' && typeof secret === 'string' ? { username, secret } : undefined;
}

function failed(program: string, serverUrl: string, how: string, cause?: unknown): SuiteError {
  return new SuiteError(
    'UNAUTHORIZED',
    `The credential helper ${program}, asked about ${serverUrl}, ${how}.`,
    {
      cause,
      remedy: `Install ${program} and see that it works, or take it out of credHelpers and credsStore in docker's config.json.`,
    },
  );
}
