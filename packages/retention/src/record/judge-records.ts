import { formatDuration } from '@artifact-lifecycle/core/policy';
import type { VerifiedRecord } from '@artifact-lifecycle/gates';
import type { Digest } from '@artifact-lifecycle/registry';
import { describeAge } from '../image/image-time.ts';
import type { StoredImage } from '../image/stored-image.ts';
import { judgeTag } from '../policy/classes/class-verdict.ts';
import { branchNames } from '../policy/classes/tag-origin.ts';
import type { RetentionWorld } from '../policy/retention-decision.ts';
import { type EnvironmentRecords, sortRecords, timeOf, windowOf } from './environment-records.ts';
import { keptBy, type RecordHold } from './record-hold.ts';

/** What decides beside the records. */
export interface RecordWorld extends RetentionWorld {
  /** The image of a digest, with the tags that somebody chose. */
  readonly imageOf: (digest: Digest) => StoredImage | undefined;
}

/**
 * What an environment keeps in a repository, whatever tags and policies say: what its history needs for a rollback,
 * and what its retention keeps by the time of its record. Pure. Fewer records than there are keep more, never less:
 * an image can only rank newer among fewer.
 */
export function judgeRecords(
  { name, rule, chain, carried }: EnvironmentRecords,
  world: RecordWorld,
): ReadonlyMap<Digest, RecordHold> {
  const holds = new Map<Digest, RecordHold>();
  const hold = ({ subject, manifest }: VerifiedRecord, why: string): void => {
    if (!holds.has(subject)) holds.set(subject, keptBy(name, manifest, why));
  };
  const known = sortRecords([...(chain?.records ?? []), ...carried]);
  const [newest] = known;
  if (newest === undefined) return holds;
  // The head's word and the newest record's: they are one where nobody has moved the head.
  const withdrawn = new Set(newest.record.withdrawn);
  const present = new Set([
    newest.subject,
    ...(chain?.records.slice(0, 1) ?? []).map(({ subject }) => subject),
  ]);
  const holdWalked = (record: VerifiedRecord): void => {
    const { subject } = record;
    if (present.has(subject)) hold(record, 'It is there now.');
    else if (withdrawn.has(subject)) hold(record, 'The history that a rollback reads leads over it.');
    else hold(record, 'A rollback may go back to it.');
  };
  const isEnough = windowOf(rule);
  for (const record of known) {
    holdWalked(record);
    if (isEnough(record)) break;
  }
  for (const record of chain?.records ?? []) holdWalked(record);
  if (rule === undefined) return holds;
  const ranks = new Map<Digest, number>();
  for (const { subject } of known) if (!ranks.has(subject)) ranks.set(subject, ranks.size);
  const judged = { ...world, branchNames: world.branches && branchNames(world.branches) };
  const seen = new Set<Digest>();
  for (const record of known) {
    const image = world.imageOf(record.subject);
    // Of several records of an image the newest says since when it is there.
    if (image === undefined || seen.has(record.subject)) continue;
    seen.add(record.subject);
    const came = { ...image, pushedAt: Math.min(timeOf(record), world.now) };
    const of = { name, members: { kind: 'everything' }, rule } as const;
    const rank = ranks.get(record.subject) ?? 0;
    const tags = image.tags.length === 0 ? [undefined] : image.tags;
    const kept = tags
      .map((tag) => judgeTag({ of, image: came, tag, prefix: '', rank }, judged))
      .find(({ goes }) => !goes);
    if (kept === undefined) continue;
    const age = describeAge(world.now - came.pushedAt);
    if (rule.keepLast !== undefined && rank < rule.keepLast)
      hold(record, `It is one of the ${rule.keepLast} newest there.`);
    else if (rule.keep === 'forever') hold(record, 'What came in there is kept forever.');
    else if (rule.keep === undefined || rule.since === 'pulled') hold(record, kept.reason);
    else hold(record, `It came in ${age} ago, and stays for ${formatDuration(rule.keep)}.`);
  }
  return holds;
}
