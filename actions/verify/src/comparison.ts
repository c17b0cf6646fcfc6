import { stat } from 'node:fs/promises';
import { SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext } from '@artifact-lifecycle/core/action';
import { findFirstDifference, openLayout, resolveSource } from '@artifact-lifecycle/registry';
import type { Artifacts } from './artifact.ts';
import type { VerifyRequest } from './request.ts';
import type { VerifyResult } from './result.ts';

/**
 * Compares a rebuilt artifact, an OCI layout, with the published one, and names the first difference: who can rebuild
 * the same bytes from the source need not believe who built them.
 *
 * @throws SuiteError `INPUT_INVALID` where the path is no OCI layout
 */
export async function compareWithRebuilt(
  { subject }: VerifyRequest,
  [published]: Artifacts,
  { signal }: Pick<ActionContext, 'signal'>,
): Promise<VerifyResult['comparison']> {
  if (subject.kind !== 'image' || subject.rebuilt === undefined) return undefined;
  const path = subject.rebuilt;
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory() !== true || published.registry === undefined) {
    throw new SuiteError(
      'INPUT_INVALID',
      `${JSON.stringify(path)} is no OCI layout that could be compared with an image.`,
      {
        remedy:
          'Give the directory of an OCI layout as "subject-path", or leave "subject" out to verify a file.',
      },
    );
  }
  const rebuilt = openLayout(path);
  const reference = { location: { kind: 'layout' as const, path }, tag: undefined, digest: undefined };
  const root = await resolveSource(rebuilt, reference, { signal });
  if (root.digest === published.digest) {
    return { equal: true, fact: `The rebuilt artifact is ${root.digest}, as the published one.` };
  }
  const theirs = await published.registry.fetchManifest(published.digest, { signal });
  const difference = await findFirstDifference(
    { registry: published.registry, manifest: theirs },
    { registry: rebuilt, manifest: root },
    { signal },
  );
  return { equal: false, fact: `The rebuilt artifact differs from the published one: ${difference}` };
}
