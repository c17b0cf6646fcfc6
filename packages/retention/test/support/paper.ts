import { INVENTORY_ABILITIES, readInventory } from '../../src/inventory/read-inventory.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { RetentionPlan } from '../../src/plan/plan.ts';
import { protectionOf } from '../../src/policy/protection.ts';
import { readRetention, retentionFor } from '../../src/policy/read-retention.ts';
import type { RetentionWorld } from '../../src/policy/retention-decision.ts';
import type { ServiceAbilities } from '../../src/service/retention-service.ts';
import { DAY, NOW } from './image.ts';

/** Nothing is protected but young images without a tag. */
export const UNPROTECTED = protectionOf({ tags: [], digests: new Map(), minAgeUntagged: DAY });

/** An image of an inventory that was pushed so many days ago. */
export interface PaperImage {
  readonly id: string;
  readonly tags?: readonly string[];
  readonly days: number;
  readonly children?: readonly string[];
  readonly subject?: string;
  readonly size?: number;
  readonly isLocked?: boolean;
}

export interface PaperOptions {
  readonly world?: Partial<RetentionWorld>;
  readonly protect?: readonly string[];
  readonly abilities?: Partial<ServiceAbilities>;
  readonly approved?: RetentionPlan;
  readonly target?: string;
}

export function inventoryOf(images: readonly PaperImage[]) {
  const text = JSON.stringify({
    now: new Date(NOW).toISOString(),
    images: images.map(({ days, ...image }) => ({
      ...image,
      pushedAt: new Date(NOW - days * DAY).toISOString(),
    })),
  });
  return readInventory(Buffer.from(text), 'inventory.json');
}

/** Plans on paper: a policy's text and images. */
export function planOnPaper(
  policy: string,
  images: readonly PaperImage[],
  { world, protect = [], abilities, approved, target = 'ghcr.io/acme/app' }: PaperOptions = {},
): RetentionPlan {
  const { graph } = inventoryOf(images);
  return makePlan({
    target,
    graph,
    policy: retentionFor(readRetention(policy, { kind: 'input', name: 'retention' }), target),
    protection: protectionOf({ tags: protect, digests: new Map(), minAgeUntagged: DAY }),
    abilities: { ...INVENTORY_ABILITIES, ...abilities },
    world: { now: NOW, branches: undefined, openPullRequests: undefined, ...world },
    approved,
  });
}
