import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import {
  type Connections,
  formatReference,
  openRegistry,
  parseReference,
  parseTag,
} from '@artifact-lifecycle/registry';
import { findBaseImage } from './dockerfile.ts';

/** People write Dockerfiles; one of this size was not. */
const MAX_DOCKERFILE_BYTES = 1024 * 1024;

/** Labels that name what an image is built on (image-spec, annotations.md, "Pre-Defined Annotation Keys"). */
export type BaseLabels = Readonly<Record<string, string>>;

/**
 * Names what a Dockerfile's last stage is built on, by its name and by the digest it has in its registry now. An
 * image from nothing has no such labels.
 *
 * @throws SuiteError `INPUT_INVALID`, `NOT_FOUND` and those of asking a registry
 */
export async function readBaseLabels(
  path: string,
  workspace: string,
  connections: Connections,
  signal: AbortSignal,
): Promise<BaseLabels> {
  const image = findBaseImage(await readDockerfile(path, workspace), path);
  if (image === undefined) return {};
  const what = `The last FROM of ${JSON.stringify(path)}`;
  const written = parseReference(image, what);
  const isNamed = written.tag !== undefined || written.digest !== undefined;
  const reference = isNamed ? written : { ...written, tag: parseTag('latest', what) };
  const wanted = reference.digest ?? reference.tag;
  const digest =
    reference.digest ??
    (wanted === undefined
      ? undefined
      : (await openRegistry(reference.location, connections).resolve(wanted, { signal }))?.digest);
  const name = formatReference({ ...reference, digest: undefined });
  if (digest === undefined) {
    throw new SuiteError('NOT_FOUND', `${what} is ${name}, which its registry does not have.`, {
      remedy: 'Correct the FROM, or give credentials for its registry in "registries".',
    });
  }
  return {
    'org.opencontainers.image.base.name': name,
    'org.opencontainers.image.base.digest': digest,
  };
}

async function readDockerfile(path: string, workspace: string): Promise<string> {
  try {
    const file = await open(resolve(workspace, path));
    try {
      return await readAtMost(file, path);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (isSuiteError(cause)) throw cause;
    throw new SuiteError('INPUT_INVALID', `The Dockerfile ${JSON.stringify(path)} cannot be read.`, {
      remedy: 'Check the repository out before this step, or correct the path in the input "dockerfile".',
      cause,
    });
  }
}

/** Whatever its size is said to be: a pull request may make a Dockerfile a link to a device that never ends. */
async function readAtMost(file: FileHandle, path: string): Promise<string> {
  const bytes = Buffer.alloc(MAX_DOCKERFILE_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length);
    if (bytesRead === 0) return bytes.toString('utf8', 0, length);
    length += bytesRead;
  }
  throw new SuiteError(
    'LIMIT_EXCEEDED',
    `${JSON.stringify(path)} has more than the ${MAX_DOCKERFILE_BYTES} bytes that are read.`,
    { remedy: 'Let the input "dockerfile" name a Dockerfile.' },
  );
}
