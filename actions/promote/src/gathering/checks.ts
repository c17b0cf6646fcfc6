import { SuiteError } from '@artifact-lifecycle/core';
import { judgeChecks } from '@artifact-lifecycle/gates';
import { readChecks } from '@artifact-lifecycle/github/gates';
import type { Gatherer, Scene } from './scene.ts';

/** Gate `checks`: of the artifact's own commit, from its verified provenance, else from its labels. */
export const gatherChecks: Gatherer<'checks'> = async (settings, scene) =>
  judgeChecks(settings, await readChecks(scene.desk.github.questions(), await commitOf(scene)));

/** @throws SuiteError `INPUT_INVALID` where nothing says what it was built from */
export async function commitOf({ proofs, artifact }: Scene): Promise<string> {
  const commit = (await proofs.provenCommit()) ?? artifact.commit;
  if (commit !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit)) return commit;
  throw new SuiteError(
    'INPUT_INVALID',
    commit === undefined
      ? `Nothing says which commit ${artifact.digest} was built from.`
      : `${artifact.digest} says that it was built from ${JSON.stringify(commit.slice(0, 80))}, which is no commit.`,
    {
      remedy:
        'Build it with the label org.opencontainers.image.revision on every platform, or demand its provenance by the gate "provenance".',
    },
  );
}
