import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of one suite, and what has to be ended when the suite ends. */
export interface Workplace {
  readonly directory: string;
  /** Has something ended when the workplace is closed; the last one first. */
  onClose(end: () => Promise<void> | void): void;
  /** A new directory in it. */
  place(name: string): Promise<string>;
  close(): Promise<void>;
}

/** Makes a directory that only this suite uses; `close` ends what was registered and removes it. */
export async function openWorkplace(name: string): Promise<Workplace> {
  const directory = await mkdtemp(join(tmpdir(), `artifact-lifecycle-${name}-`));
  const ends: (() => Promise<void> | void)[] = [];
  return {
    directory,
    onClose: (end) => {
      ends.push(end);
    },
    place: (inner) => mkdtemp(join(directory, `${inner}-`)),
    close: async () => {
      for (const end of ends.toReversed()) await end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
