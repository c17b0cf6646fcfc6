import { type Clock, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import type { PlannedDeletion, PlannedTransition, RetentionPlan } from '../plan/plan.ts';
import { enforceRails, type Rails } from '../plan/rails.ts';
import type { RetentionService, ServiceOptions } from '../service/retention-service.ts';
import type { AuditSink } from './audit.ts';
import { splitComponents } from './components.ts';
import { carryOut, type ItemContext } from './item.ts';
import { QuotaGate } from './quota-gate.ts';
import { type ExecutionReport, endsRun, type ItemOutcome, summarizeExecution } from './report.ts';

/** GitHub counts a deletion as five reads and allows 180 a minute: more at a time only run into its limits. */
const CONCURRENCY = 5;

/** A service that fails so often one after the other is not asked again in this run. */
const MAX_FAILURES_IN_A_ROW = 10;

export interface Execution extends ServiceOptions {
  readonly service: RetentionService;
  /** A plan of this run, or one that `makePlan` has narrowed to what still holds. */
  readonly plan: RetentionPlan;
  readonly rails: Rails;
  readonly audit: AuditSink;
  readonly clock: Clock;
  /** Told after each item. */
  readonly onItem?: ((item: PlannedDeletion | PlannedTransition, outcome: ItemOutcome) => void) | undefined;
}

/**
 * Carries out a plan, exactly it: each image is looked at once more, its audit line is written, then it is deleted;
 * what hangs together goes in the order of the plan. Stopped anywhere, nothing that stays lacks anything.
 *
 * @throws SuiteError `RAIL_EXCEEDED` before anything is deleted; `UNAUTHORIZED`, `CANCELLED`
 */
export async function executePlan(execution: Execution): Promise<ExecutionReport> {
  const { plan, rails } = execution;
  requireTarget(execution);
  enforceRails(plan, rails);
  return new Run(execution).run();
}

function requireTarget({ plan, service }: Execution): void {
  if (plan.target === service.target) return;
  throw new SuiteError('PLAN_STALE', `The plan is for ${plan.target}, not for ${service.target}.`);
}

class Run {
  readonly #execution: Execution;
  readonly #gate: QuotaGate;
  readonly #outcomes = new Map<PlannedDeletion | PlannedTransition, ItemOutcome>();
  /** Ids of the plan that are still there: skipped, failed, or not begun. */
  readonly #left: Set<string>;
  #failures = 0;
  /** What ended the run; others that are under way end with it. */
  #fatal: unknown;

  constructor(execution: Execution) {
    this.#execution = execution;
    this.#gate = new QuotaGate(() => execution.service.quota());
    this.#left = new Set(
      execution.plan.delete.flatMap(({ id, action }) => (action === 'delete' ? [id] : [])),
    );
  }

  async run(): Promise<ExecutionReport> {
    const { plan } = this.#execution;
    const parts = splitComponents(plan.delete);
    let next = 0;
    const work = async (): Promise<void> => {
      while (this.#fatal === undefined) {
        const part = parts[next];
        if (part === undefined) return;
        next += 1;
        await this.#runPart(part);
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, parts.length) }, work));
    // One after the other: an index before its children.
    if (this.#fatal === undefined) await this.#runPart(plan.transition);
    if (this.#fatal !== undefined) throw this.#fatal;
    const reportOf = <Item extends PlannedDeletion | PlannedTransition>(item: Item) => ({
      item,
      outcome: this.#outcomes.get(item) ?? ({ kind: 'remaining' } as const),
    });
    return summarizeExecution(plan.delete.map(reportOf), plan.transition.map(reportOf));
  }

  async #runPart(part: readonly (PlannedDeletion | PlannedTransition)[]): Promise<void> {
    if (part.length === 0 || !this.#gate.begin(part.length)) return;
    let done = 0;
    try {
      for (const item of part) {
        if (this.#fatal !== undefined || !this.#gate.next()) return;
        throwIfCancelled(this.#execution.signal);
        await this.#runItem(item);
        this.#gate.done();
        done += 1;
      }
    } catch (error) {
      this.#fatal ??= error;
    } finally {
      this.#gate.done(part.length - done);
    }
  }

  async #runItem(item: PlannedDeletion | PlannedTransition): Promise<void> {
    const outcome = await this.#attempt(item);
    if (outcome.kind === 'remaining') return;
    if (outcome.kind === 'deleted' || outcome.kind === 'gone') this.#left.delete(item.id);
    this.#outcomes.set(item, outcome);
    this.#execution.onItem?.(item, outcome);
  }

  async #attempt(item: PlannedDeletion | PlannedTransition): Promise<ItemOutcome> {
    const blocker = 'action' in item ? item.after?.find((id) => this.#left.has(id)) : undefined;
    if (blocker !== undefined) {
      return { kind: 'skipped', reason: `It goes after ${blocker}, which is still there.` };
    }
    try {
      const outcome = await carryOut(item, this.#context());
      this.#failures = 0;
      return outcome;
    } catch (error) {
      if (!(error instanceof SuiteError) || endsRun(error)) throw error;
      if (error.code === 'RATE_LIMITED') {
        this.#gate.close();
        return { kind: 'remaining' };
      }
      // What the service keeps for good is no failure: nobody can mend it, and the next run would meet it again.
      if (error.code === 'UNSUPPORTED') return { kind: 'skipped', reason: error.message };
      this.#failures += 1;
      if (this.#failures >= MAX_FAILURES_IN_A_ROW) this.#gate.close();
      return { kind: 'failed', error };
    }
  }

  #context(): ItemContext {
    const { service, audit, clock, signal } = this.#execution;
    return { service, audit, clock, options: signal === undefined ? {} : { signal } };
  }
}
