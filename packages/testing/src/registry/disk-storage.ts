import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Digest, digestAlgorithm, digestHex } from './digest.ts';
import type { Change, Intake, Storage } from './storage.ts';

/** Large reads keep the number of trips to the thread pool small; the default is 64 KiB. */
const READ_BYTES = 1024 * 1024;

/**
 * Keeps everything under a directory: `blobs/` and `manifests/` by algorithm and hex, `uploads/` for what is
 * on its way, and `journal`, one JSON line for every change of a repository.
 */
export async function diskStorage(root: string): Promise<Storage> {
  const uploads = join(root, 'uploads');
  // What an earlier registry left half-done cannot be continued: its sessions are gone.
  await rm(uploads, { recursive: true, force: true });
  for (const folder of ['blobs', 'manifests']) {
    for (const algorithm of ['sha256', 'sha512'])
      await mkdir(join(root, folder, algorithm), { recursive: true });
  }
  await mkdir(uploads, { recursive: true });

  const blobPath = (digest: Digest): string =>
    join(root, 'blobs', digestAlgorithm(digest), digestHex(digest));
  const manifestPath = (digest: Digest): string =>
    join(root, 'manifests', digestAlgorithm(digest), digestHex(digest));
  const journal = await open(join(root, 'journal'), 'a+');
  const intakes = new Set<DiskIntake>();

  return {
    load: async () => {
      const changes = await readJournal(join(root, 'journal'));
      const manifests = new Map<Digest, Buffer>();
      const gone = new Set(
        changes.flatMap((change) => (change.op === 'delete-manifest' ? [change.digest] : [])),
      );
      for (const change of changes) {
        if (change.op !== 'manifest' || manifests.has(change.digest)) continue;
        try {
          manifests.set(change.digest, await readFile(manifestPath(change.digest)));
        } catch (error) {
          if (!gone.has(change.digest)) throw error;
        }
      }
      return { changes, manifests };
    },
    begin: async () => {
      const path = join(uploads, randomUUID());
      const intake = new DiskIntake(path, await open(path, 'w+'), blobPath, () => intakes.delete(intake));
      intakes.add(intake);
      return intake;
    },
    open: (digest, start, end) =>
      // A read stream's `end` is inclusive, so it cannot say "nothing".
      start >= end
        ? Readable.from([])
        : createReadStream(blobPath(digest), { start, end: end - 1, highWaterMark: READ_BYTES }),
    remove: (digest) => rm(blobPath(digest), { force: true }),
    keepManifest: (digest, bytes) => writeFile(manifestPath(digest), bytes),
    removeManifest: (digest) => rm(manifestPath(digest), { force: true }),
    record: async (change) => {
      await journal.appendFile(`${JSON.stringify(change)}\n`);
    },
    close: async () => {
      await Promise.all([...intakes].map((intake) => intake.discard()));
      await journal.close();
    },
  };
}

/**
 * Reads the journal. A last line without its end was cut off by a crash, and its change was never answered:
 * it is removed, so that the next line does not run into it.
 */
async function readJournal(path: string): Promise<readonly Change[]> {
  const bytes = await readFile(path);
  const complete = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
  if (complete.length < bytes.length) await truncate(path, complete.length);
  return complete
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Change => JSON.parse(line));
}

class DiskIntake implements Intake {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #blobPath: (digest: Digest) => string;
  readonly #onEnd: () => void;
  #size = 0;
  #open = true;

  constructor(path: string, file: FileHandle, blobPath: (digest: Digest) => string, onEnd: () => void) {
    this.#path = path;
    this.#file = file;
    this.#blobPath = blobPath;
    this.#onEnd = onEnd;
  }

  get size(): number {
    return this.#size;
  }

  async append(chunks: readonly Buffer[]): Promise<void> {
    let rest = chunks;
    while (rest.length > 0) {
      const { bytesWritten } = await this.#file.writev(rest, this.#size);
      this.#size += bytesWritten;
      rest = skipBytes(rest, bytesWritten);
    }
  }

  reread(): Readable {
    return this.#size === 0
      ? Readable.from([])
      : createReadStream(this.#path, { start: 0, end: this.#size - 1, highWaterMark: READ_BYTES });
  }

  async commit(digest: Digest): Promise<void> {
    await this.#end();
    await rename(this.#path, this.#blobPath(digest));
  }

  async discard(): Promise<void> {
    await this.#end();
    await rm(this.#path, { force: true });
  }

  async #end(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#onEnd();
    await this.#file.close();
  }
}

/** What is left of chunks of which so many bytes were written; usually nothing. */
function skipBytes(chunks: readonly Buffer[], count: number): readonly Buffer[] {
  let left = count;
  const rest: Buffer[] = [];
  for (const chunk of chunks) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      rest.push(chunk.subarray(left));
      left = 0;
    }
  }
  return rest;
}
