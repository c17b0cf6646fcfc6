import { SuiteError } from '@artifact-lifecycle/core';
import type { Inputs } from '@artifact-lifecycle/core/action';
import { parseReference, parseTag } from '@artifact-lifecycle/registry';
import type { promote } from './inputs.ts';
import type { PromotionPlan } from './plan-file.ts';

/**
 * The inputs of a run that carries a plan out: what is not named comes from the plan, and what is promoted is the digest
 * of the plan, whatever its tag is by now. `to` and `destination` pick what this run does of it; where an image is named
 * all stays as it is, and is held against the plan afterwards.
 *
 * @throws SuiteError `INPUT_INVALID` for a plan of several promotions that needs more than one run
 */
export function inputsOfPlan(inputs: Inputs<typeof promote>, plan: PromotionPlan): Inputs<typeof promote> {
  const { source, from, to, version, destination } = inputs;
  if (source !== undefined || from !== undefined || version !== undefined) return inputs;
  const [first] = plan.promotions;
  if (first === undefined) {
    throw new SuiteError('CONTENT_INVALID', 'The plan has no promotion.', { remedy: 'Make a plan anew.' });
  }
  const isOf = (entry: (typeof plan.promotions)[number]): boolean =>
    (to === undefined || (entry.environment !== null && to.includes(entry.environment))) &&
    (destination === undefined || entry.destinations.some((one) => destination.includes(one.destination)));
  const own = plan.promotions.filter(isOf);
  const sources = new Set(own.map((entry) => `${entry.source}@${entry.digest}`));
  const versions = new Set(own.map((entry) => entry.version));
  const environments = new Set(own.map(({ environment }) => environment));
  if (own.length === 0 || (environments.has(null) && (environments.size > 1 || own.length > 1))) {
    throw new SuiteError(
      'INPUT_INVALID',
      own.length === 0
        ? 'The plan has nothing that goes there.'
        : 'The plan is of several promotions to repositories of no environment.',
      { remedy: 'Give "source" and "destination" as they were given to the plan.' },
    );
  }
  const [entry = first] = own;
  return {
    ...inputs,
    source: [...sources].map((text) => parseReference(text, 'plan')),
    ...(entry.environment === null
      ? {
          destination: destination ?? entry.destinations.map((one) => one.destination),
          tags: inputs.tags ?? (entry.destinations[0]?.tags ?? []).map(({ tag }) => parseTag(tag, 'plan')),
        }
      : { to: [...environments].flatMap((name) => name ?? []) }),
    // Images of several versions say themselves which they are.
    version: versions.size === 1 ? (entry.version ?? undefined) : undefined,
  };
}
