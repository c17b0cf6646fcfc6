import type { AuditLine, PlannedDeletion, RetentionPlan } from '@artifact-lifecycle/retention';
import type { Applied } from '../plan-run.ts';
import type { Expectation } from './scenario.ts';
import type { Holdings } from './walker.ts';

/** What is judged: what was planned, what runs say of it, and what is there. */
export interface Case {
  readonly plan: RetentionPlan;
  readonly applied: readonly Applied[];
  /** All that the audit file says. */
  readonly lines: readonly AuditLine[];
  readonly expected: Expectation;
  readonly start: Holdings;
  readonly after: Holdings;
  readonly wasKilled: boolean;
}

/** What came of a plan; lists are of digests, tags or sentences, and empty where all is well. */
export interface Judgement {
  readonly gone: number;
  readonly passedOver: number;
  readonly left: readonly string[];
  readonly wronglyGone: readonly string[];
  readonly differences: readonly string[];
}

/** Compares what is gone with what was to go, with the plan, with what the runs say and with the audit file. */
export function judge({ plan, applied, lines, expected, start, after, wasKilled }: Case): Judgement {
  const goneDigests = [...start.manifests.keys()].filter((digest) => !after.manifests.has(digest));
  const goneTags = [...start.tags].flatMap(([tag, digest]) =>
    after.tags.get(tag) === digest || !after.manifests.has(digest) ? [] : [tag],
  );
  const goes = new Set([...expected.goes, ...(expected.tagsGo ?? [])]);
  const gone = new Set([...goneDigests, ...goneTags]);
  const planned = new Set(plan.delete.flatMap(namesOf));
  const audited = new Set(lines.flatMap((line) => (line.outcome === 'started' ? namesOf(line) : [])));
  const excused = new Set(applied.flatMap(passedOverBy));
  const stayed = [...planned].filter((one) => !gone.has(one));
  const added = [...after.manifests.keys()].filter((digest) => !start.manifests.has(digest));
  return {
    gone: gone.size,
    passedOver: stayed.length,
    left: [...goes].filter((one) => !gone.has(one)).sort(),
    wronglyGone: [...gone].filter((one) => !goes.has(one)).sort(),
    differences: [
      ...[...gone].filter((one) => !planned.has(one)).map((one) => `${one} is gone and was not planned.`),
      ...[...gone]
        .filter((one) => !audited.has(one))
        .map((one) => `${one} is gone, and no audit line says so.`),
      ...stayed
        .filter((one) => expected.passesOver !== true || !excused.has(one))
        .map((one) => `${one} was planned and is there, and nobody says why.`),
      ...(expected.passesOver === true && stayed.length === 0 ? ['Nothing was passed over.'] : []),
      // A run that is killed while it takes a tag away leaves the tag at an empty manifest, which ages as any other.
      ...(wasKilled ? [] : added.map((one) => `${one} was left behind.`)),
    ],
  };
}

function namesOf({ action, digest = '', tags }: PlannedDeletion | AuditLine): readonly string[] {
  return action === 'untag' ? tags : [digest];
}

/** What a run says it did not do: it was dropped when it was looked at again, or skipped when its turn came. */
function passedOverBy({ plan, report }: Applied): readonly string[] {
  const dropped = plan.keep.flatMap(({ digest = '' }) => [digest]);
  const skipped = report.deletions.flatMap(({ item, outcome: { kind } }) =>
    kind === 'skipped' || kind === 'failed' ? namesOf(item) : [],
  );
  return [...dropped, ...skipped];
}
