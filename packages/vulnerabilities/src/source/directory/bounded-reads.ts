import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { SuiteError } from '@artifact-lifecycle/core';

/**
 * Reads many small files, one after the other, into the same memory: what is given is overwritten by the next read.
 *
 * In the thread itself: for files of some kilobytes the way to a thread of the pool and back takes longer than the
 * reading. Who reads many makes pauses.
 */
export class BoundedReads {
  readonly #limit: number;
  #memory = Buffer.allocUnsafeSlow(64 * 1024);

  /** @param limit bytes of the largest file that is read. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Reads a file whole.
   *
   * @param what begins the sentence that says what is wrong.
   * @throws SuiteError `NOT_FOUND` where it cannot be read, `LIMIT_EXCEEDED`
   */
  read(path: string, what: string): Buffer {
    return this.#use(path, what, (file) => {
      const { size } = fstatSync(file);
      this.#refuse(size, what);
      return this.#fill(file, 0, size, what);
    });
  }

  /** Reads a part of a file: first its head, then as much as the head says is to be read, which `plan` tells. */
  readPart(
    path: string,
    offset: number,
    headLength: number,
    what: string,
    plan: (head: Buffer) => number,
  ): Buffer {
    return this.#use(path, what, (file) => {
      const length = plan(this.#fill(file, offset, headLength, what));
      this.#refuse(length, what);
      return this.#fill(file, offset, length, what);
    });
  }

  #use(path: string, what: string, read: (file: number) => Buffer): Buffer {
    let file: number | undefined;
    try {
      // A link that stands in a file's place since it was listed is not followed, where the system can tell.
      file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      return read(file);
    } catch (cause) {
      if (cause instanceof SuiteError) throw cause;
      throw new SuiteError('NOT_FOUND', `${what} cannot be read.`, { cause });
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  #fill(file: number, offset: number, length: number, what: string): Buffer {
    if (length > this.#memory.length)
      this.#memory = Buffer.allocUnsafeSlow(Math.min(this.#limit, length * 2));
    let filled = 0;
    while (filled < length) {
      const count = readSync(file, this.#memory, filled, length - filled, offset + filled);
      if (count === 0) throw new SuiteError('CONTENT_INVALID', `${what} is shorter than it says.`);
      filled += count;
    }
    return this.#memory.subarray(0, length);
  }

  #refuse(size: number, what: string): void {
    if (size <= this.#limit) return;
    throw new SuiteError('LIMIT_EXCEEDED', `${what} has ${size} bytes; the limit is ${this.#limit}.`, {
      remedy: 'Take it out of the directory; no record is that large.',
    });
  }
}
