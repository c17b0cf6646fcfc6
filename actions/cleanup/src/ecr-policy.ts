import { extname } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext } from '@artifact-lifecycle/core/action';
import { ECR_DIFFERENCES, emitEcrPolicy, type RetentionSource } from '@artifact-lifecycle/retention';
import type { CleanupRequest } from './request.ts';
import { writeStateFile } from './state-file.ts';

/**
 * Writes the policy as Amazon ECR's, beside the plan: `retention-plan.ecr.json`.
 *
 * @throws SuiteError `UNSUPPORTED` for what Amazon ECR cannot say, or a policy that is not ours
 */
export async function writeEcrPolicy(
  retention: RetentionSource,
  { protectTags }: CleanupRequest,
  target: string,
  planFile: string,
  { log }: Pick<ActionContext, 'log'>,
): Promise<void> {
  if (retention.shape !== 'classes') {
    throw new SuiteError(
      'UNSUPPORTED',
      '"emit: ecr" writes classes as a policy of Amazon ECR, and this policy has none.',
      {
        remedy: 'Remove "emit", or write the policy with "classes".',
      },
    );
  }
  const extension = extname(planFile);
  const path = `${planFile.slice(0, planFile.length - extension.length)}.ecr.json`;
  await writeStateFile(path, emitEcrPolicy({ ...retention, target }, protectTags));
  log.info(`The policy as Amazon ECR's is in ${path}`);
  for (const difference of ECR_DIFFERENCES) log.warning(difference);
}
