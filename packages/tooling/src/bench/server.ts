import { spawn } from 'node:child_process';
import { ended } from './process.ts';

/** A server that runs as a child process. */
export interface ServerProcess {
  /** The port it said it listens on. */
  readonly port: number;
  /** False once it has ended, by itself or not. */
  isRunning(): boolean;
  /** Everything it has printed so far, standard output and error as they came. */
  log(): string;
  /** Resolves when it has printed a text; rejects when it ends before. */
  printed(text: string): Promise<void>;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/** How to start a server on a port of the system's choice. */
export interface ServerOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Finds the port in what the server prints once it listens; the first group is the number. */
  readonly listening: RegExp;
}

/** How long a server may take until it listens, on a machine that is busy with other tests. */
const START_TIMEOUT = 30_000;
/** How long a server may take to end by itself before it is killed. */
const STOP_TIMEOUT = 5_000;

/**
 * Starts a server on port 0 and resolves when it says which port it listens on: no port is guessed, so
 * none can be taken in between, and nothing waits a fixed time.
 *
 * @throws Error with what it printed, when it ends or stays silent
 */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const child = spawn(options.file, options.args, {
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = ended(child);
  let log = '';
  const waiting = new Set<() => void>();
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${options.file} ${why}:\n${log}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('did not listen in time');
    }, START_TIMEOUT);
    const settle = (): void => clearTimeout(timer);
    let listening = false;
    const read = (text: string): void => {
      log += text;
      for (const look of waiting) look();
      const found = listening ? undefined : options.listening.exec(log)?.[1];
      if (found === undefined) return;
      listening = true;
      settle();
      resolve(Number(found));
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    gone.then(
      () => {
        settle();
        fail('ended before it listened');
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
  const killOnExit = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killOnExit);
  return {
    port,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    log: () => log,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!log.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        gone.then(() => reject(new Error(`${options.file} ended before it printed ${text}`)), reject);
      }),
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
      await gone;
      clearTimeout(timer);
      process.off('exit', killOnExit);
    },
  };
}
