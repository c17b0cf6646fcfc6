import {
  type ActionContext,
  DEFAULT_POLICY_PATH,
  type Inputs,
  readPolicyInputs,
} from '@artifact-lifecycle/core/action';
import type { Registries } from '@artifact-lifecycle/core/policy';
import type { tag } from './inputs.ts';
import { readRequest, type TagRequest } from './request.ts';

/** What inputs and policy ask for, together. */
export interface Demand {
  readonly request: TagRequest;
  readonly registries: Registries;
}

/**
 * Reads what is asked for. The policy is read where something comes from it: for names alone it has no say, so
 * that a workflow of docker/metadata-action runs as it did.
 *
 * @throws SuiteError `INPUT_INVALID`, `POLICY_INVALID`
 */
export async function readDemand(
  inputs: Inputs<typeof tag>,
  context: Pick<ActionContext, 'workspace' | 'log'>,
): Promise<Demand> {
  const { environment, source, dockerfile, policy, registries, flavor } = inputs;
  const asksRegistry = source ?? dockerfile ?? flavor?.find((row) => row.includes('highest'));
  const isNamed = policy !== DEFAULT_POLICY_PATH || registries !== undefined;
  if (environment === undefined && asksRegistry === undefined && !isNamed) {
    return { request: readRequest(inputs, undefined), registries: new Map() };
  }
  const read = await readPolicyInputs(inputs, context);
  return { request: readRequest(inputs, read.policy), registries: read.registries };
}
