import { type Clock, isSuiteError } from '@artifact-lifecycle/core';
import type { StoredImage } from '../image/stored-image.ts';
import { formatTime } from '../plan/approved-plan.ts';
import type { PlannedDeletion, PlannedTransition } from '../plan/plan.ts';
import type { RetentionService, ServiceOptions } from '../service/retention-service.ts';
import type { AuditLine, AuditSink } from './audit.ts';
import type { ItemOutcome } from './report.ts';

/** What an item of a plan is carried out with. */
export interface ItemContext {
  readonly service: RetentionService;
  readonly audit: AuditSink;
  readonly clock: Clock;
  readonly options: ServiceOptions;
}

/**
 * Carries out one item: looks whether the image is still what the plan saw, writes the audit line, and acts.
 *
 * @throws SuiteError what the service answers; the audit file then says that nothing was done
 */
export async function carryOut(
  item: PlannedDeletion | PlannedTransition,
  context: ItemContext,
): Promise<ItemOutcome> {
  const { service, options } = context;
  const image = await service.look({ id: item.id }, options);
  if (image === undefined) return { kind: 'gone' };
  const change = changeOf(item, image);
  if (change !== undefined) return { kind: 'skipped', reason: change };
  const line = lineOf(item, context);
  await context.audit.append(line);
  try {
    const outcome = await act(item, image, context);
    if (outcome.kind === 'gone') await context.audit.append({ ...lineOf(item, context), outcome: 'gone' });
    return outcome;
  } catch (error) {
    // Where the answer was lost, nobody knows whether it is done: then the line stays as it is.
    if (isSuiteError(error) && !isSuiteError(error, 'UNREACHABLE', 'CANCELLED', 'PROTOCOL_INVALID')) {
      await context.audit.append({ ...lineOf(item, context), outcome: 'undone' });
    }
    throw error;
  }
}

function changeOf(item: PlannedDeletion | PlannedTransition, image: StoredImage): string | undefined {
  if (image.isLocked === true) return 'The service has locked it.';
  const updatedAt = formatTime(image.updatedAt);
  if (item.updatedAt !== undefined && updatedAt !== undefined && updatedAt !== item.updatedAt) {
    return `It was changed at ${updatedAt}, after the plan was made.`;
  }
  const there = new Set(image.tags);
  const missing = item.tags.filter((tag) => !there.has(tag));
  if ('action' in item && item.action === 'untag') {
    if (missing.length > 0) return `It has lost the tag ${missing.join(', ')}.`;
    // The last tag would take the image with it.
    return image.tags.length > item.tags.length ? undefined : 'It has no other tag any more.';
  }
  const added = image.tags.filter((tag) => !item.tags.includes(tag));
  if (added.length > 0) return `It has got the tag ${added.join(', ')}.`;
  return missing.length > 0 ? `It has lost the tag ${missing.join(', ')}.` : undefined;
}

function lineOf(item: PlannedDeletion | PlannedTransition, { service, clock }: ItemContext): AuditLine {
  return {
    time: new Date(clock.now()).toISOString(),
    target: service.target,
    id: item.id,
    ...(item.digest === undefined ? {} : { digest: item.digest }),
    tags: item.tags,
    action: 'action' in item ? item.action : 'transition',
    rule: item.rule,
    outcome: 'started',
  };
}

async function act(
  item: PlannedDeletion | PlannedTransition,
  image: StoredImage,
  { service, options }: ItemContext,
): Promise<ItemOutcome> {
  if (!('action' in item)) {
    await service.transition(image, item.to, options);
    return { kind: 'transitioned' };
  }
  if (item.action === 'delete') return { kind: await service.delete(image, options) };
  let tags = image.tags;
  for (const tag of item.tags) {
    // As it is by then: without the tags that were taken away before.
    await service.untag({ ...image, tags }, tag, options);
    tags = tags.filter((other) => other !== tag);
  }
  return { kind: 'untagged' };
}
