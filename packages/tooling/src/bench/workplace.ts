import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary directory, and what has to be ended with it. */
export interface Workplace {
  readonly directory: string;
  /** A new directory in it. */
  place(name: string): Promise<string>;
  /** Has something ended when the workplace is closed; the last one first. */
  onClose(end: () => Promise<void> | void): void;
  close(): Promise<void>;
}

/** Makes a directory that only this work uses; `close` ends what was registered and removes it. */
export async function openWorkplace(name: string): Promise<Workplace> {
  const directory = await mkdtemp(join(tmpdir(), `artifact-lifecycle-${name}-`));
  const ends: (() => Promise<void> | void)[] = [];
  // For a process that is told to go, or dies of an error, before it could close.
  const removeOnExit = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', removeOnExit);
  return {
    directory,
    place: (inner) => mkdtemp(join(directory, `${inner}-`)),
    onClose: (end) => {
      ends.push(end);
    },
    close: async () => {
      for (const end of ends.toReversed()) await end();
      await rm(directory, { recursive: true, force: true });
      process.off('exit', removeOnExit);
    },
  };
}

/**
 * Makes Ctrl-C and a request to end leave through the door: what is registered on `exit` (workplaces,
 * servers) is cleared away, and the exit code names the signal as a shell expects.
 */
export function exitOnSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}
