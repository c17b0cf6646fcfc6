import type { Clock } from '@artifact-lifecycle/core';
import {
  type ActionContext,
  createProgress,
  type Main,
  type Outputs,
  readPolicyInputs,
} from '@artifact-lifecycle/core/action';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import {
  CopyError,
  type CopyPlan,
  type CopyReport,
  connectRegistries,
  executePlan,
  formatReference,
  openRegistry,
  planCopy,
} from '@artifact-lifecycle/registry';
import type { promote } from './inputs.ts';
import { carriedOut, type Effort, factsOf, type Promotion, planned, referencesOf } from './promotion.ts';
import { readRequest } from './request.ts';
import { summarise, summariseState, verdictOf } from './summary.ts';

type Context = ActionContext<typeof promote>;

/** Promotes one digest: reads what is asked, plans it by reading alone, and carries the plan out. */
export const main: Main<typeof promote> = async (inputs, context) => {
  const { log, clock, signal, summary } = context;
  const { policy, registries } = await readPolicyInputs(inputs, context);
  const request = readRequest(inputs, policy);
  const { connections, http } = connectRegistries({
    action: 'promote',
    registries,
    githubToken: inputs.githubToken,
    context,
  });
  const effort = measureEffort(http, clock);
  try {
    const plan = await planCopy({
      source: openRegistry(request.source.location, connections),
      reference: request.source,
      destinations: request.targets.map(({ location, ...target }) => ({
        registry: openRegistry(location, connections),
        ...target,
      })),
      referrers: request.referrers,
      signal,
    });
    context.setOutputs({ digest: plan.root.digest });
    log.info(`${formatReference(request.source)} is ${plan.root.digest}`);
    for (const warning of plan.warnings) log.warning(warning);
    const promotion = inputs.dryRun
      ? planned(plan, effort())
      : carriedOut(await carryOut(plan, effort, context), effort());
    for (const reference of referencesOf(promotion)) log.info(`  ${reference}`);
    log.info(verdictOf(promotion));
    summarise(promotion, summary);
    context.addToJson(factsOf(promotion));
    return outputsOf(promotion);
  } finally {
    http.close();
  }
};

/** Carries the plan out under the eyes of the reader, and tells where each destination stands if it fails. */
async function carryOut(
  plan: CopyPlan,
  effort: () => Effort,
  { log, clock, isTerminal, signal, summary, setOutputs, addToJson }: Context,
): Promise<CopyReport> {
  const progress = createProgress({ log, clock, isTerminal });
  try {
    return await executePlan(plan, {
      clock,
      signal,
      onProgress: ({ doneBytes, totalBytes, doneBlobs, totalBlobs }) =>
        progress.update({ doneBytes, totalBytes, doneItems: doneBlobs, totalItems: totalBlobs }),
    });
  } catch (error) {
    if (error instanceof CopyError) {
      const promotion = carriedOut(error.report, effort());
      summariseState(promotion, summary);
      setOutputs({ ...outputsOf(promotion), promoted: false });
      addToJson(factsOf(promotion));
    }
    throw error;
  } finally {
    progress.finish();
  }
}

function outputsOf(promotion: Promotion): Outputs<typeof promote> {
  const { isDryRun, digest, copied, requests, seconds } = promotion;
  const { bytesCopied, blobsMounted, blobsSkipped } = copied;
  return {
    promoted: !isDryRun,
    digest,
    references: referencesOf(promotion),
    statistics: { requests, bytesCopied, blobsMounted, blobsSkipped, seconds },
  };
}

/** Starts to count; what it returns tells how much it was until then. */
function measureEffort(http: HttpClient, clock: Clock): () => Effort {
  const start = clock.now();
  return () => ({ requests: http.statistics.requests, seconds: (clock.now() - start) / 1000 });
}
