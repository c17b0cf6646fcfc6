import { accessSync, constants } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';

/** What one run of a client took. */
export interface Measurement {
  readonly seconds: number;
  /** User and system time of the client's process, where it can be known. */
  readonly cpuSeconds: number | undefined;
  /** Peak resident memory of the client's process in bytes, where it can be known. */
  readonly memory: number | undefined;
  /** Requests that the registries answered. */
  readonly requests: number;
  /** Bytes that the registries gave out in their answers, where it can be known. */
  readonly bytes?: number | undefined;
}

const GNU_TIME = '/usr/bin/time';

/**
 * The words to put before a command so that its CPU time and memory are written to a file; none where GNU time
 * is not installed, and then neither is known. Node itself tells nothing of a child's resources.
 */
export function resourceWrapper(file: string): readonly string[] {
  try {
    accessSync(GNU_TIME, constants.X_OK);
  } catch {
    return [];
  }
  return [GNU_TIME, '--quiet', '--format=%U %S %M', `--output=${file}`];
}

/** Reads what {@link resourceWrapper} had written, and removes the file. */
export async function readResources(file: string): Promise<Pick<Measurement, 'cpuSeconds' | 'memory'>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  await rm(file, { force: true });
  const [user, system, kibibytes] = text.trim().split(' ').map(Number);
  if (user === undefined || system === undefined || kibibytes === undefined) {
    return { cpuSeconds: undefined, memory: undefined };
  }
  return { cpuSeconds: user + system, memory: kibibytes * 1024 };
}

/** The middle of the runs, each figure by itself: one slow run does not count. */
export function medianOf(runs: readonly Measurement[]): Measurement {
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    cpuSeconds: medianOfKnown(runs.map(({ cpuSeconds }) => cpuSeconds)),
    memory: medianOfKnown(runs.map(({ memory }) => memory)),
    requests: median(runs.map(({ requests }) => requests)),
    bytes: medianOfKnown(runs.map(({ bytes }) => bytes)),
  };
}

function medianOfKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : median(known);
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
