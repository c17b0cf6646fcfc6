import { appendFile, open } from 'node:fs/promises';
import { SuiteError } from '../errors.ts';
import { parseJson } from '../http/json.ts';
import type { Environment } from './context.ts';

/** An artifact that a step of the job told the runner of. */
export interface ListedArtifact {
  /** `ghcr.io/acme/app` for an image, a path for a file. */
  readonly name: string;
  /** `sha256:…`, `sha384:…` or `sha512:…`. */
  readonly digest: string;
  readonly kind: 'file' | 'oci';
}

/** The runner takes 500 artifacts of a job, each with a name of some hundred characters. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;
const MAX_ARTIFACTS = 10_000;

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;

/**
 * Tells the runner of an image, for the steps to come (actions/runner 2.336, `GITHUB_ARTIFACTS`): one line
 * `oci://name@sha256:hex`. Runners without the feature set no file, and nothing is told; the runner rejects any `=`.
 *
 * @param name `ghcr.io/acme/app`, without tag
 */
export async function tellArtifact(name: string, digest: string, env: Environment): Promise<void> {
  const file = env['GITHUB_ARTIFACTS'];
  const line = `oci://${name}@${digest}`;
  if (!file || line.includes('=')) return;
  try {
    await appendFile(file, `${line}\n`);
  } catch (cause) {
    throw new SuiteError('INTERNAL', "The runner's list of artifacts cannot be written.", {
      remedy: 'What the step was to do is done. Check the file that GITHUB_ARTIFACTS names.',
      cause,
    });
  }
}

/**
 * What earlier steps of the job told the runner of (actions/runner 2.336, `GITHUB_ARTIFACTS_LIST`), each once, in its
 * order. Empty where the runner has no such list, or nobody told it anything.
 *
 * @throws SuiteError `INPUT_INVALID` for a list that cannot be read, `UNSUPPORTED` for one of another version,
 *   `LIMIT_EXCEEDED`
 */
export async function readArtifactList(env: Environment): Promise<readonly ListedArtifact[]> {
  const file = env['GITHUB_ARTIFACTS_LIST'];
  const bytes = file ? await readList(file) : undefined;
  if (bytes === undefined || bytes.toString('latin1').trim() === '') return [];
  const list = parseList(bytes);
  if (member(list, 'version') !== 1) {
    throw new SuiteError(
      'UNSUPPORTED',
      `The runner's list of artifacts has the version ${quote(member(list, 'version'))} in place of 1.`,
      { remedy: 'Name the artifacts in "subject" or "subject-path", or use a newer version of this action.' },
    );
  }
  const subjects = member(list, 'subjects');
  if (!Array.isArray(subjects)) throw unreadable('has no list "subjects"');
  if (subjects.length > MAX_ARTIFACTS) {
    throw new SuiteError('LIMIT_EXCEEDED', `The runner's list names ${subjects.length} artifacts.`);
  }
  const artifacts = new Map<string, ListedArtifact>();
  for (const subject of subjects) {
    const artifact = readArtifact(subject);
    artifacts.set(`${artifact.kind} ${artifact.name}@${artifact.digest}`, artifact);
  }
  return [...artifacts.values()];
}

function parseList(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes, "runner's list of artifacts");
  } catch (cause) {
    throw unreadable('is not JSON', cause);
  }
}

function readArtifact(subject: unknown): ListedArtifact {
  const name = member(subject, 'name');
  const digest = member(subject, 'digest');
  const kind = member(subject, 'kind');
  if (typeof name !== 'string' || name === '') throw unreadable('holds an artifact without a name');
  if (typeof digest !== 'string' || !DIGEST.test(digest)) {
    throw unreadable(`gives ${quote(name)} the digest ${quote(digest)}`);
  }
  if (kind !== 'file' && kind !== 'oci') throw unreadable(`says of ${quote(name)} that it is ${quote(kind)}`);
  return { name, digest, kind };
}

async function readList(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size <= MAX_LIST_BYTES) return await file.readFile();
      throw new SuiteError(
        'LIMIT_EXCEEDED',
        `The runner's list of artifacts has ${size} bytes; the limit is ${MAX_LIST_BYTES}.`,
      );
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SuiteError) throw error;
    const code = String(member(error, 'code'));
    // The runner makes the file with the first artifact.
    if (code === 'ENOENT') return undefined;
    throw unreadable(`cannot be read (${code})`, error);
  }
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function quote(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200);
}

function unreadable(fact: string, cause?: unknown): SuiteError {
  return new SuiteError('INPUT_INVALID', `The runner's list of artifacts ${fact}.`, {
    remedy:
      'Name the artifacts in "subject" or "subject-path", or check the step that told the runner of them.',
    cause,
  });
}
