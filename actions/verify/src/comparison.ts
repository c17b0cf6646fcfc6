import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext } from '@artifact-lifecycle/core/action';
import { openLayout, resolveSource } from '@artifact-lifecycle/registry';
import { type ComparedArtifact, compareArtifacts } from '@artifact-lifecycle/trust';
import type { Artifacts } from './artifact.ts';
import type { VerifyRequest } from './request.ts';
import type { VerifyResult } from './result.ts';

type Context = Pick<ActionContext, 'signal' | 'workspace'>;

/**
 * Compares a rebuilt artifact, an OCI layout or a file, with the published one, and names the first difference: who can
 * rebuild the same bytes from the source need not believe who built them.
 *
 * @throws SuiteError `NOT_FOUND` where there is nothing at the path, and those of reading both
 */
export async function compareWithRebuilt(
  { subject }: VerifyRequest,
  { named: published }: Artifacts,
  context: Context,
): Promise<VerifyResult['comparison']> {
  if (subject.kind !== 'image' || subject.rebuilt === undefined || published.registry === undefined) {
    return undefined;
  }
  const { signal } = context;
  const rebuilt = await openRebuilt(subject.rebuilt, context);
  const theirs = { kind: 'image', registry: published.registry, digest: published.digest } as const;
  const { difference } = await compareArtifacts(theirs, rebuilt, { signal });
  if (difference === undefined) {
    return { equal: true, fact: 'The rebuilt artifact is the published one, to the last byte.' };
  }
  const { place, fact } = difference;
  const where = place.length === 0 ? '' : `, first in ${place.join(', ')}`;
  return {
    equal: false,
    fact: `The published artifact (the first) and the rebuilt one (the second) differ${where}: ${fact}`,
  };
}

/** A directory is an OCI layout, anything else a file. */
async function openRebuilt(path: string, { signal, workspace }: Context): Promise<ComparedArtifact> {
  const stats = await stat(path).catch((cause: unknown) => {
    const name = JSON.stringify(relative(workspace, path) || path);
    throw new SuiteError('NOT_FOUND', `There is no rebuilt artifact at ${name}.`, {
      remedy: 'Give a file or the directory of an OCI layout as "subject-path"; it starts at the workspace.',
      cause,
    });
  });
  if (!stats.isDirectory()) return { kind: 'file', open: async () => createReadStream(path) };
  const registry = openLayout(path);
  const reference = { location: { kind: 'layout' as const, path }, tag: undefined, digest: undefined };
  const { digest } = await resolveSource(registry, reference, { signal });
  return { kind: 'image', registry, digest };
}
