import { compilePattern, SuiteError } from '@artifact-lifecycle/core';
import { type Inputs, nearest } from '@artifact-lifecycle/core/action';
import type { Environment, Policy, TagStrategy } from '@artifact-lifecycle/core/policy';
import type { tag } from './inputs.ts';

/** What is asked of this run, of inputs and policy together. */
export interface TagRequest {
  /** Rows of `images`. */
  readonly images: readonly string[];
  /** Empty where `tags` rules. */
  readonly strategies: readonly TagStrategy[];
  /** Whether `latest` and other tags that move are only made where they are listed. */
  readonly channels: readonly string[];
  readonly isChannel: (tag: string) => boolean;
}

/** How environments name what they get unless the policy says otherwise (issue 4, "Strategies"). */
const USUAL_STRATEGIES: ReadonlyMap<string, readonly TagStrategy[]> = new Map([
  ['dev', ['build-number']],
  ['staging', ['git-sha']],
  ['production', ['semver', 'combined']],
]);

/**
 * Makes one request of inputs and policy; an input wins over the policy.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function readRequest(inputs: Inputs<typeof tag>, policy: Policy | undefined): TagRequest {
  const { environment: name, strategy, tags } = inputs;
  if (strategy !== undefined && tags !== undefined) {
    throw new SuiteError('INPUT_INVALID', 'Both "strategy" and "tags" say how to name the artifact.', {
      remedy: 'Give one of them.',
    });
  }
  const environment = name === undefined ? undefined : findEnvironment(name, inputs, policy);
  const channels = inputs.channels ?? environment?.channels ?? [];
  const matchers = channels.map((pattern) => compilePattern(pattern));
  return {
    images: inputs.images ?? environment?.repository.map(imageOf) ?? sourceImage(inputs.source),
    strategies: strategy ?? (tags === undefined && name !== undefined ? usualFor(name, environment) : []),
    channels,
    isChannel: (one) => matchers.some((matches) => matches(one)),
  };
}

function findEnvironment(
  name: string,
  { images, tags, strategy, source, policy: path }: Inputs<typeof tag>,
  policy: Policy | undefined,
): Environment | undefined {
  const environments = policy?.environments ?? new Map<string, Environment>();
  const environment = environments.get(name);
  if (environment !== undefined) return environment;
  // Without a policy, inputs may say everything else.
  const isKnown = USUAL_STRATEGIES.has(name) || tags !== undefined || strategy !== undefined;
  if (environments.size === 0 && isKnown && (images !== undefined || source !== undefined)) return undefined;
  if (policy === undefined) {
    throw new SuiteError(
      'INPUT_INVALID',
      `The environment ${JSON.stringify(name)} is not known: there is no policy file ${path}.`,
      {
        remedy:
          'Check the repository out before this step, and describe the environment in that file; or give "images" in its place.',
      },
    );
  }
  const names = [...environments.keys()];
  const meant = nearest(name, names);
  throw new SuiteError('INPUT_INVALID', `The policy has no environment ${JSON.stringify(name)}.`, {
    remedy:
      meant === undefined
        ? names.length === 0
          ? 'Add it to "environments" in the policy file.'
          : `Name one of ${names.join(', ')}.`
        : `Did you mean "${meant}"?`,
  });
}

function usualFor(name: string, environment: Environment | undefined): readonly TagStrategy[] {
  const strategies = environment?.tags ?? USUAL_STRATEGIES.get(name);
  if (strategies !== undefined) return strategies;
  throw new SuiteError(
    'INPUT_INVALID',
    `The environment ${JSON.stringify(name)} does not say how images are named.`,
    {
      remedy: 'Add "tags" to it in the policy file, or give the input "strategy" or "tags".',
    },
  );
}

/** An OCI layout has no name that a tag could be put behind: tags stay bare. */
function imageOf(repository: string): string {
  return repository.startsWith('oci:') ? `name=${repository},enable=false` : repository;
}

/** The repository of the image that the tags are applied to, by its text; a local one has no name. */
function sourceImage(source: string | undefined): readonly string[] {
  if (source === undefined || /^(?:oci|docker-archive):/.test(source)) return [];
  const named = source.replace(/@.*$/, '');
  const colon = named.lastIndexOf(':');
  return [colon > named.lastIndexOf('/') ? named.slice(0, colon) : named];
}
