import { findFiles, SuiteError } from '@artifact-lifecycle/core';
import type { ListedArtifact } from '@artifact-lifecycle/core/action';
import { type Connections, mapInParallel, parseDigest, parseReference } from '@artifact-lifecycle/registry';
import { MAX_SUBJECTS } from '@artifact-lifecycle/trust';
import type { SignRequest } from './request.ts';
import { readFileSubject, resolveImage, type Subject } from './subject.ts';

/** Images that are resolved at a time. */
const AT_A_TIME = 8;

/** What subjects are found with. */
export interface SubjectSearch {
  readonly request: SignRequest;
  readonly recursive: boolean;
  readonly connections: Connections;
  readonly workspace: string;
  /** What earlier steps of the job have told the runner of. */
  readonly listed: readonly ListedArtifact[];
  readonly signal: AbortSignal;
}

/**
 * Finds every subject, each digest once: the images that were named, else those of the runner's artifact list, files,
 * and what is neither.
 *
 * @throws SuiteError `INPUT_INVALID` where there is none, `LIMIT_EXCEEDED`, and those of reading
 */
export async function findSubjects(search: SubjectSearch): Promise<readonly Subject[]> {
  const { request, recursive, connections, workspace, signal } = search;
  const { images, globs, named } = request;
  const isNothingNamed = images.length === 0 && globs.length === 0 && named === undefined;
  const listed = isNothingNamed ? search.listed : [];
  const references = [
    ...images,
    ...listed
      .filter(({ kind }) => kind === 'oci')
      .map(({ name, digest }) => parseReference(`${name}@${digest}`, "the runner's artifact list")),
  ];
  const found: Subject[] = [];
  const resolved = await mapInParallel(references, AT_A_TIME, signal, (reference, either) =>
    resolveImage(reference, connections, { recursive, signal: either }),
  );
  found.push(...resolved.flat());
  const files = globs.length === 0 ? [] : await findFiles(globs, workspace, 'input "subject-path"');
  for (const file of files) found.push(await readFileSubject(file, workspace));
  const bare = [...(named === undefined ? [] : [named]), ...listed.filter(({ kind }) => kind === 'file')];
  for (const { name, digest } of bare) {
    found.push({
      name,
      label: name.split(/[/\\]/).at(-1) || name,
      digest: parseDigest(digest, `digest of ${name}`),
      registry: undefined,
      isIndex: false,
    });
  }
  return checkCount(once(found));
}

/** One digest in two repositories is two subjects: their attestations lie in two places. */
function once(subjects: readonly Subject[]): readonly Subject[] {
  const byKey = new Map<string, Subject>();
  for (const subject of subjects) {
    const key = `${subject.name}@${subject.digest}`;
    if (!byKey.has(key)) byKey.set(key, subject);
  }
  return [...byKey.values()];
}

function checkCount(subjects: readonly Subject[]): readonly Subject[] {
  if (subjects.length === 0) {
    throw new SuiteError('INPUT_INVALID', 'There is nothing to sign: no subject is given.', {
      remedy: 'Give "subject", "subject-path", or "subject-name" with "subject-digest".',
    });
  }
  if (subjects.length > MAX_SUBJECTS) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `There are ${subjects.length} subjects; the limit is ${MAX_SUBJECTS}.`,
      { remedy: 'Sign them in several steps, or attest to one list of checksums in their place.' },
    );
  }
  return subjects;
}
