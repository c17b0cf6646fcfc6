import { compilePattern, SuiteError } from '@artifact-lifecycle/core';
import type { Inputs } from '@artifact-lifecycle/core/action';
import type { Environment, Policy } from '@artifact-lifecycle/core/policy';
import {
  formatLocation,
  type Location,
  type Reference,
  type ReferrerFilter,
  type Tag,
} from '@artifact-lifecycle/registry';
import type { promote } from './inputs.ts';

/** One place to promote to. */
export interface Target {
  readonly location: Location;
  readonly tags: readonly Tag[];
  /** Whether a tag may move there. */
  readonly isChannel: (tag: Tag) => boolean;
}

/** A promotion as it was asked for, before anything outside was looked at. */
export interface PromotionRequest {
  readonly source: Reference;
  readonly targets: readonly Target[];
  readonly referrers: ReferrerFilter;
}

/**
 * Makes one request of inputs and policy.
 *
 * @throws SuiteError `INPUT_INVALID`, `UNSUPPORTED` for a destination that the policy guards by gates
 */
export function readRequest(inputs: Inputs<typeof promote>, policy: Policy | undefined): PromotionRequest {
  const { source, destination, referrers } = inputs;
  const tags = [...new Set(inputs.tags ?? defaultTags(source))];
  const targets = destination.map((location) => {
    const environment = environmentAt(location, policy);
    refuseGuarded(location, environment);
    const patterns = inputs.channels ?? environment?.channels ?? [];
    const matchers = patterns.map((text) => compilePattern(text));
    return { location, tags, isChannel: (tag: Tag) => matchers.some((matches) => matches(tag)) };
  });
  return { source, targets, referrers };
}

/** The tags of a promotion that names none (contract: `tags`, "the source's tag"). */
function defaultTags(source: Reference): readonly Tag[] {
  if (source.tag !== undefined) return [source.tag];
  throw new SuiteError('INPUT_INVALID', 'The source names no tag, so its copy would have no name.', {
    remedy: 'Set the input "tags" to the tags at the destination.',
  });
}

/** The environment of the policy whose repository this is (contract: `channels`, "from the policy"). */
function environmentAt(location: Location, policy: Policy | undefined): Environment | undefined {
  const name = formatLocation(location);
  const environments = [...(policy?.environments?.values() ?? [])];
  return environments.find(({ repository }) => repository.includes(name));
}

/** This version judges no gates, so it does not go around those that the policy puts before a repository. */
function refuseGuarded(location: Location, environment: Environment | undefined): void {
  const gates = Object.keys(environment?.gates ?? {});
  if (gates.length === 0) return;
  throw new SuiteError(
    'UNSUPPORTED',
    `The policy puts gates before ${formatLocation(location)} (${gates.join(', ')}), which this version cannot judge.`,
    { remedy: 'Promote to a repository without gates, or use a version that judges them.' },
  );
}
