import { readFile, stat } from 'node:fs/promises';
import { SuiteError } from '@artifact-lifecycle/core';
import type { Environment } from '@artifact-lifecycle/core/action';
import { field, isJsonObject, parseBoundedJson } from '@artifact-lifecycle/registry';

/** An artifact that an earlier step of the job has told the runner of. */
export interface ListedArtifact {
  readonly kind: 'oci' | 'file';
  /** `ghcr.io/acme/api`, or the path of a file. */
  readonly name: string;
  /** `sha256:…`. */
  readonly digest: string;
}

/** 500 artifacts a job, a megabyte a step (actions/runner 2.336). */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Reads the runner's list of what the job has made so far (actions/runner 2.336, `GITHUB_ARTIFACTS_LIST`); empty where
 * the runner has no such list.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export async function listedArtifacts(env: Environment): Promise<readonly ListedArtifact[]> {
  const path = env['GITHUB_ARTIFACTS_LIST'];
  if (!path) return [];
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size === 0) return [];
  if (size > MAX_BYTES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The runner's artifact list has ${size} bytes; the limit is ${MAX_BYTES}.`,
    );
  }
  const value = parseBoundedJson(await readFile(path), "runner's artifact list");
  const subjects = isJsonObject(value) ? field(value, 'subjects') : undefined;
  if (!Array.isArray(subjects)) throw unreadable();
  return subjects.map((subject: unknown): ListedArtifact => {
    if (!isJsonObject(subject)) throw unreadable();
    const [name, digest, kind] = [field(subject, 'name'), field(subject, 'digest'), field(subject, 'kind')];
    if (typeof name !== 'string' || typeof digest !== 'string' || (kind !== 'oci' && kind !== 'file')) {
      throw unreadable();
    }
    return { kind, name: name.replace(/^oci:\/\//, ''), digest };
  });
}

function unreadable(): SuiteError {
  return new SuiteError('CONTENT_INVALID', "The runner's artifact list is not one.", {
    remedy: 'Name the subjects in the inputs.',
  });
}
