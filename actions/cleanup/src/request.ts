import { resolve } from 'node:path';
import { readBoundedFile, SuiteError } from '@artifact-lifecycle/core';
import type { Inputs } from '@artifact-lifecycle/core/action';
import type { Policy } from '@artifact-lifecycle/core/policy';
import {
  type Rails,
  type RetentionEnvironments,
  type RetentionSource,
  readRetention,
  requireRetention,
  retentionOfPolicy,
} from '@artifact-lifecycle/retention';
import type { cleanup } from './inputs.ts';

/** A cleanup as it was asked for, before anything was looked at. */
export interface CleanupRequest {
  readonly mode: 'plan' | 'apply' | 'restore';
  /** Empty with an inventory. */
  readonly targets: readonly string[];
  /** From the root of the file system, as all paths here. */
  readonly inventory: string | undefined;
  /** Not needed to restore. */
  readonly retention: RetentionSource | undefined;
  /** Those of the policy file, or of the policy that is given: their promotion records keep images. */
  readonly environments: RetentionEnvironments;
  readonly rails: Rails;
  readonly planFile: string;
  readonly auditFile: string;
  readonly restoreFile: string;
  readonly cacheFile: string;
  /** Milliseconds. */
  readonly minAgeUntagged: number;
  readonly protectTags: readonly string[];
  /** Globs of files that name digests. */
  readonly digestFiles: readonly string[];
  readonly deployments: boolean;
  readonly deploymentRecords: boolean;
}

/** Policies are some kilobytes; Amazon ECR takes 30,720 characters. */
const MAX_POLICY_BYTES = 1024 * 1024;

/**
 * Makes one request of inputs and policy.
 *
 * @throws SuiteError `INPUT_INVALID`, `POLICY_INVALID`, `NOT_FOUND`
 */
export async function readRequest(
  inputs: Inputs<typeof cleanup>,
  policy: Policy | undefined,
  workspace: string,
): Promise<CleanupRequest> {
  const { mode, inventory, targets = [] } = inputs;
  checkTargets(inputs);
  const path = (text: string): string => resolve(workspace, text);
  const sources = policy?.protect?.digestsFrom ?? [];
  const files = sources.flatMap((source) => (source.kind === 'files' ? [source.glob] : []));
  const retention = mode === 'restore' ? undefined : await readPolicy(inputs.retention, policy, workspace);
  return {
    mode,
    targets,
    inventory: inventory === undefined ? undefined : path(inventory),
    retention,
    environments:
      retention?.shape === 'classes' ? retention.environments : (policy?.environments ?? new Map()),
    rails: {
      maxDeletes: inputs.maxDeletes,
      maxPercent: inputs.maxPercent,
      keepAtLeast: inputs.keepAtLeast,
    },
    planFile: path(inputs.planFile),
    auditFile: path(inputs.auditFile),
    restoreFile: path(inputs.restoreFile ?? inputs.auditFile),
    cacheFile: path(inputs.cacheFile),
    minAgeUntagged: inputs.minAgeUntagged,
    protectTags: [...(policy?.protect?.tags ?? []), ...(inputs.protect ?? [])],
    digestFiles: [...files, ...(inputs.protectDigests ?? [])],
    deployments: inputs.protectDeployed ?? inventory === undefined,
    deploymentRecords: sources.some(({ kind }) => kind === 'deployment-records'),
  };
}

function checkTargets({ mode, inventory, targets = [] }: Inputs<typeof cleanup>): void {
  if (inventory !== undefined) {
    if (mode !== 'plan') {
      throw new SuiteError(
        'INPUT_INVALID',
        `An inventory is a repository on paper, and "mode: ${mode}" needs a real one.`,
        {
          remedy: 'Remove "inventory" and give "targets", or set "mode" to "plan".',
        },
      );
    }
    if (targets.length > 0) {
      throw new SuiteError(
        'INPUT_INVALID',
        'Both "targets" and "inventory" are given, and a plan is of one of them.',
        {
          remedy: 'Give one of "targets" and "inventory".',
        },
      );
    }
    return;
  }
  if (targets.length > 0) return;
  throw new SuiteError('INPUT_INVALID', 'No target is given, so there is nothing to clean up.', {
    remedy: 'Give the repositories in "targets", or an "inventory" to try a policy on paper.',
  });
}

/** The input wins over the policy file. A text of one line that is a file's path is read as that file. */
async function readPolicy(
  text: string | undefined,
  policy: Policy | undefined,
  workspace: string,
): Promise<RetentionSource> {
  const environments = policy?.environments ?? new Map();
  if (text === undefined)
    return requireRetention(policy === undefined ? undefined : retentionOfPolicy(policy));
  if (/[\n{[]/.test(text)) return readRetention(text, { kind: 'input', name: 'retention' }, environments);
  const path = resolve(workspace, text);
  const bytes = await readBoundedFile(
    path,
    MAX_POLICY_BYTES,
    `The retention policy ${JSON.stringify(text)}`,
    { missing: 'Give a path from the workspace, or the policy itself.' },
  );
  return readRetention(String(bytes), { kind: 'file', name: text }, environments);
}
