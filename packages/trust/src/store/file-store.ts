import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSuiteError, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import {
  type Digest,
  digestHex,
  digestOf,
  KeyedQueue,
  type RequestOptions,
} from '@artifact-lifecycle/registry';
import type { SignedStatement } from '../signing/attestor.ts';
import { PREDICATE_TYPE } from '../statement/predicate-type.ts';
import type { BundleOrigin } from '../verifying/evidence.ts';
import type { AttestationStore } from './attestation-store.ts';
import { errorCode, readBundleFile, readFileBounded } from './bundle-file.ts';
import { mayConcern, readBundleClaim } from './bundle-statement.ts';
import type { StoredEntry } from './stored-entry.ts';

/** All bundles of a directory, a line for each; what `gh attestation verify --bundle` and ours read. */
const LINES_FILE = 'attestations.jsonl';
const BUNDLE_SUFFIX = '.sigstore.json';

/** Files of a directory that are read; one run writes some for each platform. */
const MAX_FILES = 10_000;

/** Names that differ only behind this are told apart by a number. */
const MAX_NAME_LENGTH = 80;

/** Tries to find a free name; so many bundles of one subject and type are no accident. */
const MAX_SAME_NAMES = 1000;

const TYPE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(PREDICATE_TYPE).map(([name, type]) => [type, name]),
);

/** A directory of bundles: each in a file of its own, `*.sigstore.json`, and all in `attestations.jsonl`. */
export class FileStore implements AttestationStore {
  readonly #directory: string;
  readonly #queue = new KeyedQueue();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Each bundle once, files in the order of their names before lines; those about something else are passed over. */
  async list(subject: Digest, { signal }: RequestOptions = {}): Promise<readonly StoredEntry[]> {
    const listed: StoredEntry[] = [];
    const seen = new Set<Digest>();
    for (const name of await this.#files()) {
      for (const entry of await readBundleFile(join(this.#directory, name), { signal })) {
        if (entry.kind === 'bundle') {
          const digest = digestOf(onOneLine(entry.bytes));
          if (seen.has(digest) || !mayConcern(readBundleClaim(entry.bytes), subject)) continue;
          seen.add(digest);
        }
        listed.push(entry);
      }
    }
    return listed;
  }

  put(subject: Digest, signed: SignedStatement, { signal }: RequestOptions = {}): Promise<BundleOrigin> {
    // One after the other: two of one name must not take the same file, nor their lines mix.
    return this.#queue.run('', async () => {
      throwIfCancelled(signal);
      return this.#onFiles(async () => {
        await mkdir(this.#directory, { recursive: true });
        const path = await this.#write(fileStem(subject, signed), signed.bytes);
        await this.#addLine(onOneLine(signed.bytes));
        return { kind: 'file', path, line: undefined };
      });
    });
  }

  async #files(): Promise<readonly string[]> {
    const names = await this.#onFiles(() => readdir(this.#directory)).catch((error: unknown) => {
      if (isSuiteError(error, 'NOT_FOUND')) return [] as readonly string[];
      throw error;
    });
    const files = names.filter((name) => name.endsWith(BUNDLE_SUFFIX)).sort();
    if (files.length > MAX_FILES) {
      throw new SuiteError(
        'LIMIT_EXCEEDED',
        `The directory ${JSON.stringify(this.#directory)} holds ${files.length} bundles; the limit is ${MAX_FILES}.`,
      );
    }
    return names.includes(LINES_FILE) ? [...files, LINES_FILE] : files;
  }

  /** Writes a file that is not there yet; the same bytes under the name are as good. */
  async #write(stem: string, bytes: Uint8Array): Promise<string> {
    for (let number = 1; number <= MAX_SAME_NAMES; number++) {
      const path = join(this.#directory, `${stem}${number === 1 ? '' : `-${number}`}${BUNDLE_SUFFIX}`);
      try {
        await writeFile(path, bytes, { flag: 'wx' });
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      if ((await readFileBounded(path)).equals(bytes)) return path;
    }
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The directory ${JSON.stringify(this.#directory)} holds ${MAX_SAME_NAMES} bundles named ${stem}.`,
      { remedy: 'Give this run a directory of its own in "output-dir".' },
    );
  }

  async #addLine(line: Buffer): Promise<void> {
    const path = join(this.#directory, LINES_FILE);
    const before = await readFileBounded(path).catch((error: unknown) => {
      if (isSuiteError(error, 'NOT_FOUND')) return Buffer.alloc(0);
      throw error;
    });
    const ended = Buffer.concat([
      before,
      Buffer.from(before.length > 0 && before.at(-1) !== 0x0a ? '\n' : ''),
    ]);
    if (hasLine(ended, line)) return;
    await appendFile(path, Buffer.concat([ended.subarray(before.length), line, Buffer.from('\n')]));
  }

  async #onFiles<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SuiteError) throw error;
      const code = errorCode(error);
      throw new SuiteError(
        code === 'ENOENT' ? 'NOT_FOUND' : 'INPUT_INVALID',
        `The directory ${JSON.stringify(this.#directory)} for bundles cannot be used (${code}).`,
        { remedy: 'Give a directory that can be written to in "output-dir".', cause: error },
      );
    }
  }
}

/** `app-0123456789ab-provenance`: the subject's own name, its digest, and what is stated. */
function fileStem(subject: Digest, { statement }: SignedStatement): string {
  const [first] = statement.subject;
  const base = (first?.name ?? '').split(/[/\\]/).at(-1) ?? '';
  const type = TYPE_NAMES.get(statement.predicateType) ?? statement.predicateType.replace(/^[a-z]+:\/\//, '');
  const parts = [base, digestHex(subject).slice(0, 12), type];
  return parts.map(toNamePart).filter(Boolean).join('-');
}

/** What every file system takes, and no shell reads anything into. */
function toNamePart(text: string): string {
  return text
    .slice(0, MAX_NAME_LENGTH)
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/^[-.]+/, '')
    .replace(/-$/, '');
}

/** JSON holds line breaks between its values only, where a space is as good. */
function onOneLine(bytes: Uint8Array): Buffer {
  const line = Buffer.from(bytes);
  if (!line.includes(0x0a) && !line.includes(0x0d)) return line;
  return Buffer.from(
    line
      .toString('utf8')
      .replace(/[\r\n]+/g, ' ')
      .trim(),
  );
}

/** Whether a text of whole lines has this one. */
function hasLine(text: Buffer, line: Buffer): boolean {
  const wanted = Buffer.concat([line, Buffer.from('\n')]);
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (at === 0 || text[at - 1] === 0x0a) return true;
  }
  return false;
}
