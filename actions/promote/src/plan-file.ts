import { writeFile } from 'node:fs/promises';
import { isSuiteError, readBoundedFile, SuiteError } from '@artifact-lifecycle/core';
import {
  field,
  formatLocation,
  isJsonObject,
  parseBoundedJson,
  sameLocation,
} from '@artifact-lifecycle/registry';
import type { PlannedPromotion } from './preparation.ts';

/** A tag as a plan has it. */
interface PlanTag {
  readonly tag: string;
  readonly outcome: string;
  readonly previous: string | null;
}

/** One destination of a plan; `head` is the newest record there. */
interface PlanDestination {
  readonly destination: string;
  readonly head: string | null;
  readonly tags: readonly PlanTag[];
}

/** One promotion of a plan. */
export interface PlanEntry {
  readonly environment: string | null;
  readonly source: string;
  readonly tag: string | null;
  readonly digest: string;
  readonly version: string | null;
  readonly destinations: readonly PlanDestination[];
}

/** The plan file: what a run is to do, and on which state it stands. */
export interface PromotionPlan {
  readonly version: 1;
  readonly promotions: readonly PlanEntry[];
}

/** A plan of a thousand destinations has some hundred kilobytes. */
const MAX_PLAN_BYTES = 8 * 1024 * 1024;

/** Makes the plan of what was planned: the same state gives the same plan. */
export function makePlan(promotions: readonly PlannedPromotion[]): PromotionPlan {
  return {
    version: 1,
    promotions: promotions.map(({ request, artifact, names, heads, plan }) => ({
      environment: request.to?.name ?? null,
      source: formatLocation(artifact.registry.location),
      tag: artifact.reference.tag ?? null,
      digest: artifact.digest,
      version: names.version ?? null,
      destinations: plan.destinations.map(({ registry, tags }) => ({
        destination: formatLocation(registry.location),
        head:
          heads?.find((head) => sameLocation(head.registry.location, registry.location))?.manifest ?? null,
        tags: tags.map(({ tag, decision }) => ({
          tag,
          outcome: decision.outcome,
          previous: 'previous' in decision ? decision.previous : null,
        })),
      })),
    })),
  };
}

export async function writePlan(plan: PromotionPlan, path: string): Promise<void> {
  await writeFile(path, `${JSON.stringify(plan, undefined, 2)}\n`);
}

/**
 * Reads a plan, where one is there.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export async function readPlan(path: string): Promise<PromotionPlan | undefined> {
  try {
    const what = `The plan ${JSON.stringify(path)}`;
    const json = parseBoundedJson(await readBoundedFile(path, MAX_PLAN_BYTES, what), what);
    if (isPlan(json)) return json;
  } catch (error) {
    if (isSuiteError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
  throw new SuiteError('CONTENT_INVALID', `${JSON.stringify(path)} is no plan of a promotion.`, {
    remedy: 'Make it by "mode: plan", or name another file as "plan-file".',
  });
}

/**
 * Holds what is to be done now against the plan: of every destination that this run has, exactly what the plan says of it.
 *
 * @throws SuiteError `PLAN_STALE` that names the first difference
 */
export function refuseStale(plan: PromotionPlan, ready: readonly PlannedPromotion[], path: string): void {
  for (const [index, entry] of makePlan(ready).promotions.entries()) {
    const before = plan.promotions.find(
      ({ environment, digest, source }) =>
        environment === entry.environment && digest === entry.digest && source === entry.source,
    );
    if (before === undefined) {
      throw stale(
        path,
        `it promotes no ${entry.digest} of ${entry.source}${entry.environment === null ? '' : ` to ${entry.environment}`}`,
      );
    }
    if (before.version !== entry.version) {
      throw stale(path, `the version was ${before.version ?? 'none'}, and is ${entry.version ?? 'none'}`);
    }
    for (const destination of entry.destinations) {
      const planned = before.destinations.find((one) => one.destination === destination.destination);
      if (planned === undefined) throw stale(path, `it has no ${destination.destination}`);
      if (planned.head !== destination.head && !isOwnHead(planned, ready[index])) {
        throw stale(
          path,
          `something has come into ${destination.destination} since: its newest record was ${planned.head ?? 'none'}, and is ${destination.head ?? 'none'}`,
        );
      }
      const [was, is] = [planned.tags, destination.tags].map(describeTags);
      // What another job of the same plan has done meanwhile, is as planned.
      if (was !== is && !isDone(planned.tags, destination.tags)) {
        throw stale(path, `tags at ${destination.destination} were to be ${was ?? ''}, and are ${is ?? ''}`);
      }
    }
  }
}

/**
 * What is thrown where a planned tag was published by somebody else meanwhile; other errors are thrown as they are.
 *
 * @throws SuiteError
 */
export function asStale(path: string): (error: unknown) => never {
  return (error) => {
    if (isSuiteError(error, 'TAG_EXISTS')) throw stale(path, error.message.replace(/\.$/, ''));
    throw error;
  };
}

/** An earlier run of the same plan came as far as its record, and not to its end. */
function isOwnHead({ destination, head }: PlanDestination, ready: PlannedPromotion | undefined): boolean {
  const now = ready?.heads?.find(({ registry }) => formatLocation(registry.location) === destination)?.record;
  return (
    now?.record.event === 'promotion' &&
    now.subject === ready?.artifact.digest &&
    now.record.previous === head
  );
}

function describeTags(tags: readonly PlanTag[]): string {
  return tags
    .map(({ tag, outcome, previous }) => `${tag} ${outcome}${previous === null ? '' : ` from ${previous}`}`)
    .join(', ');
}

/** A tag that was to be set, and is there by now at the planned digest. */
function isDone(planned: readonly PlanTag[], now: readonly PlanTag[]): boolean {
  return (
    planned.length === now.length &&
    planned.every((one, index) => {
      const is = now[index];
      return (
        is !== undefined &&
        is.tag === one.tag &&
        (is.outcome === 'same' || (is.outcome === one.outcome && is.previous === one.previous))
      );
    })
  );
}

function stale(path: string, difference: string): SuiteError {
  return new SuiteError(
    'PLAN_STALE',
    `The plan ${JSON.stringify(path)} does not hold any more: ${difference}.`,
    {
      remedy: 'Plan anew, and look at the new plan; or remove the file where no plan is meant.',
    },
  );
}

function isPlan(json: unknown): json is PromotionPlan {
  if (!isJsonObject(json) || field(json, 'version') !== 1) return false;
  const promotions = field(json, 'promotions');
  return Array.isArray(promotions) && promotions.every(isEntry);
}

function isEntry(entry: unknown): entry is PlanEntry {
  if (!isJsonObject(entry)) return false;
  const destinations = field(entry, 'destinations');
  return (
    ['source', 'digest'].every((key) => typeof field(entry, key) === 'string') &&
    ['environment', 'tag', 'version'].every((key) => hasTextOrNull(entry, key)) &&
    Array.isArray(destinations) &&
    destinations.every(isDestination)
  );
}

function isDestination(value: unknown): value is PlanDestination {
  if (!isJsonObject(value)) return false;
  const tags = field(value, 'tags');
  return (
    typeof field(value, 'destination') === 'string' &&
    hasTextOrNull(value, 'head') &&
    Array.isArray(tags) &&
    tags.every(
      (tag) =>
        isJsonObject(tag) &&
        typeof field(tag, 'tag') === 'string' &&
        typeof field(tag, 'outcome') === 'string' &&
        hasTextOrNull(tag, 'previous'),
    )
  );
}

/** `field` gives `undefined` for `null`, which here says something. */
function hasTextOrNull(object: Readonly<Record<string, unknown>>, key: string): boolean {
  return Object.hasOwn(object, key) && (object[key] === null || typeof object[key] === 'string');
}
