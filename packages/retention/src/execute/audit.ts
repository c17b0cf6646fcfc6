import { type FileHandle, open } from 'node:fs/promises';
import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { field, isJsonObject, parseBoundedJson } from '@artifact-lifecycle/registry';
import { ShapeReader } from '../policy/shape-reader.ts';

/**
 * What the audit file says of a deletion, a JSON line each. The line is written before the deletion with the
 * outcome `started`, so that none is ever without; a second line follows only where it did not come to be.
 */
export interface AuditLine {
  /** ISO 8601. */
  readonly time: string;
  readonly target: string;
  readonly id: string;
  readonly digest?: string | undefined;
  readonly tags: readonly string[];
  readonly action: 'delete' | 'untag' | 'transition';
  readonly rule: string;
  /** `gone`: it was not there any more. `undone`: it was refused, or there was no quota left; nothing happened. */
  readonly outcome: 'started' | 'gone' | 'undone';
}

/** Where audit lines go; a line is safe when its promise resolves. */
export interface AuditSink {
  append(line: AuditLine): Promise<void>;
}

/** An audit file that is open for appending. */
export class AuditFile implements AuditSink {
  readonly #file: FileHandle;
  /** Lines are written one after the other, also when several deletions run at a time. */
  #last: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens a file, which is made where there is none. */
  static async open(path: string): Promise<AuditFile> {
    return new AuditFile(await open(path, 'a'));
  }

  append(line: AuditLine): Promise<void> {
    const written = this.#last.then(async () => {
      await this.#file.appendFile(formatAuditLine(line));
      // The deletion comes next: what undoes it must have reached the disk.
      await this.#file.datasync();
    });
    this.#last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }
}

/** One line with its end; fields in the order of the type. */
export function formatAuditLine({
  time,
  target,
  id,
  digest,
  tags,
  action,
  rule,
  outcome,
}: AuditLine): string {
  return `${JSON.stringify({ time, target, id, digest, tags, action, rule, outcome })}\n`;
}

/** An audit file grows with every run; a hundred thousand lines take some 30 MB. */
const MAX_AUDIT_BYTES = 256 * 1024 * 1024;

/**
 * Reads an audit file. The last line may be cut off, where a machine died while it was written; then nothing had
 * been deleted for it.
 *
 * @throws SuiteError `INPUT_INVALID` for a line that is none, `LIMIT_EXCEEDED`
 */
export function parseAudit(bytes: Uint8Array, what: string): readonly AuditLine[] {
  if (bytes.length > MAX_AUDIT_BYTES) {
    throw new SuiteError('LIMIT_EXCEEDED', `The audit file ${what} has more than ${MAX_AUDIT_BYTES} bytes.`);
  }
  const lines: AuditLine[] = [];
  let start = 0;
  for (let number = 1; start < bytes.length; number += 1) {
    const end = bytes.indexOf(0x0a, start);
    // A line without an end was not written whole.
    if (end < 0) break;
    if (end > start) lines.push(parseLine(bytes.subarray(start, end), `${what}:${number}`));
    start = end + 1;
  }
  return lines;
}

function parseLine(bytes: Uint8Array, where: string): AuditLine {
  const refuse = (fact: string, cause?: unknown): SuiteError =>
    new SuiteError('INPUT_INVALID', `${where} is no line of an audit file: ${fact}.`, {
      remedy: 'Give the audit file as cleanup wrote it, or take the line away.',
      cause,
    });
  let data: unknown;
  try {
    data = parseBoundedJson(bytes, where);
  } catch (error) {
    throw isSuiteError(error) ? refuse('it is not JSON', error) : error;
  }
  if (!isJsonObject(data)) throw refuse('it is not an object');
  const reader = new ShapeReader();
  const text = (key: string): string | undefined => reader.text(field(data, key), [key]);
  const [time, target, id, rule] = [text('time'), text('target'), text('id'), text('rule')];
  const digest = field(data, 'digest') === undefined ? undefined : text('digest');
  const tags = reader.texts(field(data, 'tags'), ['tags']);
  const action = reader.oneOf(field(data, 'action'), ['action'], ['delete', 'untag', 'transition']);
  const outcome = reader.oneOf(field(data, 'outcome'), ['outcome'], ['started', 'gone', 'undone']);
  const isWhole =
    time !== undefined &&
    target !== undefined &&
    id !== undefined &&
    rule !== undefined &&
    tags !== undefined;
  if (!isWhole || action === undefined || outcome === undefined) {
    const [problem] = reader.problems;
    throw refuse(`${String(problem?.path[0])} ${problem?.message}`);
  }
  return { time, target, id, digest, tags, action, rule, outcome };
}
