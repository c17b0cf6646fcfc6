import { compilePattern, SuiteError } from '@artifact-lifecycle/core';
import type { Inputs } from '@artifact-lifecycle/core/action';
import type { Environment, Policy } from '@artifact-lifecycle/core/policy';
import {
  formatLocation,
  type Location,
  parseLocation,
  type Reference,
  type ReferrerFilter,
  sameLocation,
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
 * @throws SuiteError `INPUT_INVALID`, `UNSUPPORTED` for a destination that the policy guards by gates or promote-from
 */
export function readRequest(inputs: Inputs<typeof promote>, policy: Policy | undefined): PromotionRequest {
  const { source, destination, referrers } = inputs;
  const tags = [...new Set(inputs.tags ?? defaultTags(source))];
  const targets = destination.map((location) => {
    const environments = environmentsAt(location, policy);
    refuseGuarded(location, environments);
    const patterns = inputs.channels ?? environments.flatMap(({ channels }) => channels ?? []);
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

/**
 * The environments of the policy that have this repository, however it is written there (contract: `channels`,
 * "from the policy").
 */
function environmentsAt(location: Location, policy: Policy | undefined): readonly Environment[] {
  const environments = [...(policy?.environments?.values() ?? [])];
  return environments.filter(({ repository }) =>
    repository.some((text) => sameLocation(parseLocation(text, 'policy file'), location)),
  );
}

/** This version judges nothing, so it does not go around what the policy puts before a repository. */
function refuseGuarded(location: Location, environments: readonly Environment[]): void {
  const guards = environments.flatMap(({ gates, promoteFrom }) => [
    ...Object.keys(gates ?? {}),
    ...(promoteFrom === undefined ? [] : ['promote-from']),
  ]);
  if (guards.length === 0) return;
  throw new SuiteError(
    'UNSUPPORTED',
    `The policy puts conditions before ${formatLocation(location)} (${guards.join(', ')}), which this version cannot judge.`,
    { remedy: 'Promote to a repository without gates and promote-from, or use a version that judges them.' },
  );
}
