/** Pages of a write-ahead log that count, by number: the newest of each. */
export interface LogPages {
  readonly pageSize: number;
  readonly pages: ReadonlyMap<number, Buffer>;
}

const HEADER = 32;
const FRAME_HEADER = 24;
/** The lowest bit says in which byte order sums are made. */
const MAGIC = 0x377f0682;

/** Pages are kept until the database is known: more than this is more than rpm leaves behind. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Reads the write-ahead log of a SQLite database (SQLite, "WAL-mode File Format"): frames up to the last commit
 * whose sums and salts are right. `undefined` where it holds none. A log is left beside the database of an image
 * when rpm was ended before it had written it back.
 */
export function readLog(bytes: Buffer): LogPages | undefined {
  if (bytes.length < HEADER || (bytes.readUInt32BE(0) & ~1) >>> 0 !== MAGIC) return undefined;
  const isBig = (bytes.readUInt32BE(0) & 1) === 1;
  const pageSize = bytes.readUInt32BE(8);
  if (pageSize < 512 || pageSize > 65536) return undefined;
  let sums = addSums(bytes, 0, 24, [0, 0], isBig);
  if (sums[0] !== bytes.readUInt32BE(24) || sums[1] !== bytes.readUInt32BE(28)) return undefined;
  const committed = new Map<number, number>();
  let pending: [number, number][] = [];
  for (let at = HEADER; at + FRAME_HEADER + pageSize <= bytes.length; at += FRAME_HEADER + pageSize) {
    const isOfThisLog = bytes.compare(bytes, 16, 24, at + 8, at + 16) === 0;
    if (!isOfThisLog) break;
    sums = addSums(bytes, at, at + 8, sums, isBig);
    sums = addSums(bytes, at + FRAME_HEADER, at + FRAME_HEADER + pageSize, sums, isBig);
    if (sums[0] !== bytes.readUInt32BE(at + 16) || sums[1] !== bytes.readUInt32BE(at + 20)) break;
    pending.push([bytes.readUInt32BE(at), at + FRAME_HEADER]);
    const isCommit = bytes.readUInt32BE(at + 4) !== 0;
    if (!isCommit) continue;
    for (const [number, place] of pending) committed.set(number, place);
    pending = [];
  }
  if (committed.size === 0) return undefined;
  if (committed.size * pageSize > MAX_KEPT_BYTES) {
    throw new Error(
      `its log has ${committed.size * pageSize} bytes of pages, and ${MAX_KEPT_BYTES} are the most`,
    );
  }
  const pages = new Map(
    [...committed].map(([number, at]) => [number, Buffer.from(bytes.subarray(at, at + pageSize))]),
  );
  return { pageSize, pages };
}

type Sums = readonly [number, number];

function addSums(bytes: Buffer, from: number, to: number, [first, second]: Sums, isBig: boolean): Sums {
  let [a, b] = [first, second];
  for (let at = from; at < to; at += 8) {
    const [x, y] = isBig
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    a = (a + x + b) >>> 0;
    b = (b + y + a) >>> 0;
  }
  return [a, b];
}
