import type { AuditLine, RetentionPlan } from '@artifact-lifecycle/retention';
import { type Applied, applyPlan, planCleanup, type RecordOptions } from '../plan-run.ts';
import { judge } from './judge.ts';
import type { Course, ProofScenario } from './scenario.ts';
import { ProofStage } from './stage.ts';
import { findDamage, type Holdings } from './walker.ts';

/** What came of a scenario. Lists are of digests or sentences; empty ones are what is hoped for. */
export interface ProofResult {
  readonly name: string;
  /** Manifests that were there. */
  readonly versions: number;
  /** Of images and tags, by the plan. */
  readonly planned: number;
  /** Images and tags that are gone. */
  readonly gone: number;
  /** What the plan named, and the service refused or a run passed over. */
  readonly passedOver: number;
  /** How often a plan was carried out. */
  readonly runs: number;
  readonly brokenTags: readonly string[];
  readonly lostReferrers: readonly string[];
  /** What was to go, and is there. */
  readonly left: readonly string[];
  /** What was to stay, and is gone. */
  readonly wronglyGone: readonly string[];
  /** Where what is gone is not what was planned, less what was passed over; and other broken promises. */
  readonly differences: readonly string[];
}

const HOUR = 3_600_000;

/** More runs than this, and something does not end. */
const MAX_ROUNDS = 50;
const MAX_KILLS = 500;

/**
 * Runs a scenario: plan, then apply, and judges what is left.
 *
 * @param stride of the requests after which a run is killed, every so many: tests have less time than the bench
 */
export async function prove(scenario: ProofScenario, stride = 1): Promise<ProofResult> {
  if (scenario.course.kind !== 'killed') return (await proveOnce(scenario)).result;
  const results: ProofResult[] = [];
  for (const at of ['request', 'answer'] as const) {
    for (let requests = 0; requests < MAX_KILLS; requests += stride) {
      const { result, wasKilled } = await proveOnce(scenario, { requests, at });
      results.push(result);
      if (!wasKilled) break;
    }
  }
  const [first] = results;
  if (first === undefined) throw new Error(`${scenario.name} was not run.`);
  const all = (pick: (result: ProofResult) => readonly string[]): readonly string[] => [
    ...new Set(results.flatMap(pick)),
  ];
  return {
    ...first,
    runs: results.reduce((sum, { runs }) => sum + runs, 0),
    brokenTags: all(({ brokenTags }) => brokenTags),
    lostReferrers: all(({ lostReferrers }) => lostReferrers),
    left: all(({ left }) => left),
    wronglyGone: all(({ wronglyGone }) => wronglyGone),
    differences: all(({ differences }) => differences),
  };
}

interface Kill {
  readonly requests: number;
  readonly at: 'request' | 'answer';
}

async function proveOnce(
  scenario: ProofScenario,
  kill?: Kill,
): Promise<{ readonly result: ProofResult; readonly wasKilled: boolean }> {
  const stage = await ProofStage.open(scenario);
  try {
    const expected = await scenario.seed(stage);
    const before = stage.holdings();
    const { service } = stage.run();
    const records = recordsOf(scenario, stage);
    const plan = await planCleanup(service, { now: stage.clock.now(), records });
    await scenario.meanwhile?.(stage);
    const pushed = stage.holdings();
    const start = { ...pushed, manifests: new Map([...before.manifests, ...pushed.manifests]) };
    const lines: AuditLine[] = [];
    const killed =
      kill === undefined ? undefined : await applyUntilKilled(stage, plan, kill, start, { lines, records });
    const wasKilled = killed?.wasKilled === true;
    const applied =
      killed !== undefined && !wasKilled
        ? killed.applied
        : await carryOut(stage, plan, scenario.course, { lines, records });
    const after = stage.holdings();
    const judged = judge({ plan, applied, lines, expected, start, after, wasKilled });
    const damage = findDamage(start, after);
    const early = killed?.damage;
    const result: ProofResult = {
      name: scenario.name,
      versions: start.manifests.size,
      planned: countItems(plan),
      runs: applied.length + (wasKilled ? 1 : 0),
      ...judged,
      brokenTags: [...damage.brokenTags, ...(early?.brokenTags ?? [])],
      lostReferrers: [...damage.lostReferrers, ...(early?.lostReferrers ?? [])],
      differences: [
        ...judged.differences,
        ...stage.server.defects.map(({ message }) => `The server is at fault: ${message}`),
        ...(scenario.course.kind === 'hourly' && applied.length < scenario.course.rounds
          ? [`It took ${applied.length} runs, and was to take ${scenario.course.rounds}.`]
          : []),
      ],
    };
    return { result, wasKilled };
  } finally {
    await stage.close();
  }
}

function countItems({ delete: items }: RetentionPlan): number {
  return items.reduce((sum, { action, tags }) => sum + (action === 'untag' ? tags.length : 1), 0);
}

/** What runs write, and by whose records they keep images. */
interface Ledger {
  readonly lines: AuditLine[];
  readonly records: RecordOptions | undefined;
}

function recordsOf(
  { environments, hasNoSigner = false }: ProofScenario,
  stage: ProofStage,
): RecordOptions | undefined {
  if (environments === undefined) return undefined;
  return {
    environments: environments(stage.place),
    openSource: async () =>
      hasNoSigner ? { kind: 'unverifiable', reason: 'Nobody is named.' } : stage.promotions.openSource(),
  };
}

async function applyUntilKilled(
  stage: ProofStage,
  plan: RetentionPlan,
  kill: Kill,
  start: Holdings,
  { lines, records }: Ledger,
) {
  const outage = stage.github.stopAfter(kill.requests, kill.at);
  const applied = await applyPlan(stage.run().service, plan, stage.clock, lines, records).then(
    (one) => [one],
    (): readonly Applied[] => [],
  );
  const wasKilled = outage.hits > 0;
  outage.end();
  return { wasKilled, applied, damage: findDamage(start, stage.holdings()) };
}

async function carryOut(
  stage: ProofStage,
  plan: RetentionPlan,
  course: Course,
  { lines, records }: Ledger,
): Promise<readonly Applied[]> {
  const apply = (of: RetentionPlan): Promise<Applied> =>
    applyPlan(stage.run().service, of, stage.clock, lines, records);
  if (course.kind === 'parallel') {
    const other = await planCleanup(stage.run().service, { now: stage.clock.now(), records });
    return Promise.all([apply(plan), apply(other)]);
  }
  const applied = [await apply(plan)];
  while (course.kind === 'hourly' && applied.at(-1)?.report.remaining !== 0 && applied.length < MAX_ROUNDS) {
    stage.clock.move(HOUR);
    applied.push(await apply(plan));
  }
  return applied;
}
