import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import { type Digest, mapInParallel } from '@artifact-lifecycle/registry';
import {
  combineIndex,
  type NamedTrustedRoot,
  type Verification,
  verifyArtifact,
} from '@artifact-lifecycle/trust';
import type { Artifact, Artifacts } from './artifact.ts';
import { openQuestions, type Question } from './entries.ts';
import type { verify } from './inputs.ts';
import type { VerifyRequest } from './request.ts';
import type { VerifyResult } from './result.ts';

/** Platforms that are asked about at a time; each costs a registry some requests. */
const AT_A_TIME = 8;

type Context = Pick<ActionContext, 'signal' | 'log' | 'clock' | 'env'>;

/** Holds what is said of each artifact against the policy; an index is as good as the worst of its platforms. */
export async function verifyArtifacts(
  artifacts: Artifacts,
  request: VerifyRequest,
  roots: readonly NamedTrustedRoot[],
  inputs: Inputs<typeof verify>,
  context: Context,
): Promise<Pick<VerifyResult, 'artifacts' | 'whole'>> {
  const { named, platforms, index } = artifacts;
  const { signal, clock } = context;
  const questionsAbout = await openQuestions(artifacts, request, inputs, context);
  const verifyOne = async ({ digest }: Artifact, questions: readonly Question[]): Promise<Verification> => {
    let verification: Verification | undefined;
    for (const ask of questions) {
      verification = await verifyArtifact({
        digest,
        entries: await ask(),
        policy: request.policy,
        roots,
        clock,
      });
      if (verification.verified) break;
    }
    return verification ?? verifyArtifact({ digest, entries: [], policy: request.policy, roots, clock });
  };
  const own = await verifyOne(named, questionsAbout(named));
  const verified = await mapInParallel(platforms, AT_A_TIME, signal, async (artifact) => ({
    artifact,
    verification: await verifyOne(artifact, questionsAbout(artifact)),
  }));
  const byDigest = new Map<Digest, Verification>(
    verified.map(({ artifact, verification }) => [artifact.digest, verification]),
  );
  return {
    artifacts: [{ artifact: named, verification: own }, ...verified],
    whole: index === undefined ? own : combineIndex(index, own, byDigest),
  };
}
