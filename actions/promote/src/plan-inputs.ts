import { SuiteError } from '@artifact-lifecycle/core';
import type { Inputs } from '@artifact-lifecycle/core/action';
import type { Policy } from '@artifact-lifecycle/core/policy';
import { formatLocation, parseLocation, parseReference, parseTag } from '@artifact-lifecycle/registry';
import type { promote } from './inputs.ts';
import type { PlanEntry, PromotionPlan } from './plan-file.ts';
import { type PromotionRequest, readRequests } from './request.ts';

/**
 * What a run that carries a plan out has to do: what is not named comes from the plan, and what is promoted is the digest
 * of the plan, whatever its tag is by now. `to` and `destination` pick what this run does of it; where an image is named
 * all is as it is named, and held against the plan afterwards.
 *
 * @throws SuiteError `INPUT_INVALID` where the plan has nothing of what is picked, `CONTENT_INVALID`, and those of
 *   `readRequests`
 */
export function requestsOfPlan(
  inputs: Inputs<typeof promote>,
  policy: Policy | undefined,
  plan: PromotionPlan,
): readonly PromotionRequest[] {
  const { source, from, version } = inputs;
  if (source !== undefined || from !== undefined || version !== undefined) {
    return readRequests(inputs, policy);
  }
  const requests = plan.promotions.flatMap((entry) => {
    const destination = pickDestinations(entry, inputs);
    if (destination.length === 0) return [];
    const reference = parseReference(
      `${entry.source}${entry.tag === null ? '' : `:${entry.tag}`}@${entry.digest}`,
      'plan',
    );
    const own = readRequests(
      {
        ...inputs,
        ...{ source: [reference], destination, version: entry.version ?? undefined },
        ...(entry.environment === null
          ? { to: undefined, tags: inputs.tags ?? tagsOf(entry) }
          : { to: [entry.environment] }),
      },
      policy,
    );
    return own.map((request) => ({
      ...request,
      source: { kind: 'reference' as const, reference, isPlanned: true },
    }));
  });
  if (requests.length > 0) return requests;
  throw new SuiteError('INPUT_INVALID', 'The plan has nothing that goes there.', {
    remedy: 'Give "to" and "destination" as the output "matrix" of the plan has them, or plan anew.',
  });
}

/** The destinations of an entry that this run is for. */
function pickDestinations(
  { environment, destinations }: PlanEntry,
  { to, destination }: Inputs<typeof promote>,
): readonly string[] {
  if (to !== undefined && (environment === null || !to.includes(environment))) return [];
  const places = destinations.map((one) => one.destination);
  const picked = destination?.map((text) => formatLocation(parseLocation(text, 'input "destination"')));
  return picked === undefined ? places : places.filter((place) => picked.includes(place));
}

function tagsOf({ destinations }: PlanEntry): ReturnType<typeof parseTag>[] {
  return (destinations[0]?.tags ?? []).map(({ tag }) => parseTag(tag, 'plan'));
}
