import { StreamReader } from '@artifact-lifecycle/registry';
import type { Difference } from './difference.ts';

/** As much as is held of each side at once. */
const WINDOW = 65_536;

/** Bytes in order, read once. */
export type Bytes = AsyncIterable<Uint8Array>;

/** Finds the first byte in which two streams differ, and ends both there. Offsets count from 0. */
export async function compareBytes(left: Bytes, right: Bytes): Promise<Difference | undefined> {
  const [a, b] = [new StreamReader(left), new StreamReader(right)];
  try {
    for (;;) {
      const offset = a.position;
      const [x, y] = await Promise.all([a.read(WINDOW), b.read(WINDOW)]);
      const at = firstDifference(x, y);
      if (at !== undefined) return { place: [], fact: describe(offset + at, x[at], y[at]) };
      if (x.length === 0) return undefined;
    }
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

function firstDifference(x: Uint8Array, y: Uint8Array): number | undefined {
  if (Buffer.compare(x, y) === 0) return undefined;
  const length = Math.min(x.length, y.length);
  for (let at = 0; at < length; at++) if (x[at] !== y[at]) return at;
  return length;
}

function describe(offset: number, x: number | undefined, y: number | undefined): string {
  if (x === undefined) return `The first ends at byte ${offset}, where the second goes on.`;
  if (y === undefined) return `The second ends at byte ${offset}, where the first goes on.`;
  return `Byte ${offset} is 0x${hex(x)} in the first, 0x${hex(y)} in the second.`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
