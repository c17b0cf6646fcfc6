import { relative, resolve as resolvePath } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import {
  type ActionContext,
  type Inputs,
  type Main,
  readPolicyInputs,
  readSigstore,
} from '@artifact-lifecycle/core/action';
import { type Connections, connectRegistries } from '@artifact-lifecycle/registry';
import { readVerificationRoots } from '@artifact-lifecycle/trust';
import { type Artifacts, readFileArtifact, resolveImage } from './artifact.ts';
import { compareWithRebuilt } from './comparison.ts';
import type { verify } from './inputs.ts';
import { readRequest, type VerifyRequest } from './request.ts';
import { factsOf, isVerified, outputsOf, refusalsOf, type VerifyResult } from './result.ts';
import { summarise, verdictOf } from './summary.ts';
import { verifyArtifacts } from './verification.ts';

type Context = ActionContext<typeof verify>;

/** Verifies what was named: resolves it once, gathers what is said of it, and holds that against the policy. */
export const main: Main<typeof verify> = async (inputs, context) => {
  const { log, workspace, summary } = context;
  const { policy, registries } = await readPolicyInputs(inputs, context);
  const setting = await readSigstore(inputs.sigstore, policy, context);
  const request = await readRequest(inputs, workspace);
  const { connections, http } = connectRegistries({
    action: 'verify',
    registries,
    githubToken: inputs.githubToken,
    context,
  });
  try {
    const artifacts = await resolve(request, inputs, connections, context);
    const { named } = artifacts;
    context.setOutputs({ digest: named.digest });
    log.info(`${named.name} is ${named.digest}`);
    const roots = await readVerificationRoots(
      {
        sigstore: setting,
        trustedRoot: inputs.trustedRoot && resolvePath(workspace, inputs.trustedRoot),
        isKeyAlone: inputs.key !== undefined,
      },
      { directory: context.env['RUNNER_TEMP'], signal: context.signal },
    );
    const verified = await verifyArtifacts(artifacts, request, roots, inputs, context);
    const comparison = await compareWithRebuilt(request, artifacts, context);
    const result: VerifyResult = { digest: named.digest, ...verified, comparison };
    log.info(verdictOf(result));
    summarise(result, summary);
    context.addToJson(factsOf(result));
    context.setOutputs(outputsOf(result));
    if (!isVerified(result)) refuse(result, inputs.failOnRefusal, context);
    return {};
  } finally {
    http.close();
  }
};

function resolve(
  { subject }: VerifyRequest,
  { recursive }: Inputs<typeof verify>,
  connections: Connections,
  { signal, workspace }: Context,
): Promise<Artifacts> {
  return subject.kind === 'image'
    ? resolveImage(subject.reference, connections, { recursive, signal })
    : readFileArtifact(subject.path, relative(workspace, subject.path) || subject.path);
}

/** Not verified fails the step, unless the workflow wants to decide itself. */
function refuse(result: VerifyResult, fails: boolean, { log }: Context): void {
  const refusals = refusalsOf(result);
  if (!fails) {
    for (const refusal of refusals) log.warning(refusal);
    return;
  }
  throw new SuiteError('NOT_VERIFIED', `${verdictOf(result)}: ${refusals.join(' ')}`, {
    remedy: 'Sign or attest it as is demanded, or correct what is demanded; do not use it as it is.',
  });
}
