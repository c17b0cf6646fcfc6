import type { Clock } from '@artifact-lifecycle/core';
import type { AuditLine, AuditSink } from '../../src/execute/audit.ts';
import { executePlan } from '../../src/execute/execute-plan.ts';
import { DigestCache } from '../../src/graph/digest-cache.ts';
import { readGraph } from '../../src/graph/read-graph.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { RetentionPlan } from '../../src/plan/plan.ts';
import type { Rails } from '../../src/plan/rails.ts';
import { type ProtectionRules, protectionOf } from '../../src/policy/protection.ts';
import { readRetention, retentionFor } from '../../src/policy/read-retention.ts';
import type { RetentionService } from '../../src/service/retention-service.ts';
import { DAY, NOW } from './image.ts';

export const CLOCK: Clock = { now: () => NOW, sleep: async () => undefined };
export const NO_RAILS: Rails = { maxDeletes: 1_000_000, maxPercent: 100, keepAtLeast: 0 };

/** Audit lines in memory. */
export class AuditLog implements AuditSink {
  readonly lines: AuditLine[] = [];

  async append(line: AuditLine): Promise<void> {
    this.lines.push(line);
  }
}

export interface CleanupOptions {
  readonly policy: string;
  readonly protect?: Partial<ProtectionRules>;
  readonly cache?: DigestCache;
  readonly approved?: RetentionPlan;
}

export async function planFor(
  service: RetentionService,
  { policy, protect, cache = new DigestCache(), approved }: CleanupOptions,
): Promise<RetentionPlan> {
  const images = await service.list();
  const { graph } = await readGraph(service, images, { now: NOW, cache });
  return makePlan({
    target: service.target,
    graph,
    policy: retentionFor(readRetention(policy, { kind: 'input', name: 'retention' }), service.target),
    protection: protectionOf({ tags: [], digests: new Map(), minAgeUntagged: DAY, ...protect }),
    abilities: service.abilities,
    world: {
      now: NOW,
      branches: undefined,
      openPullRequests: undefined,
      tellsPullTime: service.abilities.tellsPullTime,
    },
    approved,
  });
}

export async function apply(service: RetentionService, plan: RetentionPlan, audit = new AuditLog()) {
  return executePlan({ service, plan, rails: NO_RAILS, audit, clock: CLOCK });
}
