import { APPROVAL_DEFAULTS } from '@artifact-lifecycle/core/policy';
import type { RecordedApproval } from '../record/record.ts';
import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import { cannotTell, count, enumerate, fail, firstOf, pass, shorten } from '../verdict/verdicts.ts';

/** How a GitHub environment is protected. */
export interface EnvironmentProtection {
  readonly name: string;
  /** False where the repository has no such environment: GitHub makes it, open, with the first job that names it. */
  readonly exists: boolean;
  /** Logins, and teams as `organisation/team`, sorted; one of them must approve. Nobody is asked where there are none. */
  readonly reviewers: readonly string[];
  readonly preventsSelfReview: boolean;
  /** Minutes. */
  readonly waitTimer: number;
  readonly branches: 'any' | 'protected' | 'custom';
}

/** A review of the run's waiting jobs. */
export interface RunReview {
  readonly state: 'approved' | 'rejected' | 'pending';
  readonly login: string;
  readonly id: number;
  readonly comment: string;
}

/** Somebody who is an active member of a team, as the policy writes the team. */
export interface TeamMember {
  readonly team: string;
  readonly login: string;
}

/** Who has approved what. */
export interface ApprovalEvidence {
  readonly environment: EnvironmentProtection;
  /** The run this is, as GitHub tells of it. */
  readonly run: { readonly id: number; readonly attempt: number; readonly commit: string };
  /** Reviews of this run that name the environment, in GitHub's order. */
  readonly reviews: readonly RunReview[];
  /** At most so many of them were made for an earlier attempt; nobody can tell which. */
  readonly maybeEarlier: number;
  /** Logins of the change's authors; asked for with `not-the-author` only. */
  readonly authors: readonly string[];
  /** False where the commit's author is nobody on GitHub; matters with `not-the-author` only. */
  readonly isAuthorKnown: boolean;
  /** Memberships of those who have approved; asked for with `teams` only. */
  readonly members: readonly TeamMember[];
}

/**
 * Judges the gate `approval`: enough different people have approved this run attempt through the environment's
 * protection rules. `users` and `teams` together say who counts; without them everybody whom GitHub lets review, to
 * which belong administrators who bypass the rules.
 *
 * GitHub does not say in which attempt an approval was given. Where some may be of an earlier one, as many are taken
 * away as may be, those whose absence costs most: what is left is proven. A rejection stops, of whichever attempt it is.
 */
export function judgeApproval(settings: GateSettings<'approval'>, evidence: ApprovalEvidence): Verdict {
  const { environment, run, reviews, maybeEarlier } = evidence;
  const { atLeast = APPROVAL_DEFAULTS.atLeast } = settings;
  const name = shorten(environment.name);
  const counting = findApprovals(settings, evidence);
  const others = othersThan(counting, reviews);
  const proven = provenOf(countReviews(counting, reviews), maybeEarlier);
  const facts: EvidenceFacts = {
    environment: {
      ...{ name, reviewers: firstOf(environment.reviewers.map(shorten)) },
      preventsSelfReview: environment.preventsSelfReview,
      ...{ waitTimer: environment.waitTimer, branches: environment.branches },
    },
    ...{ run: run.id, attempt: run.attempt, commit: run.commit, atLeast },
    approvals: firstOf(counting.map(({ login, id, comment }) => ({ login, id, comment: shorten(comment) }))),
    notCounted: firstOf(others.map(shorten)),
    maybeEarlier,
  };
  if (!environment.exists) return cannotTell(`There is no environment ${name}: nobody is asked.`, facts);
  if (environment.reviewers.length === 0) {
    return cannotTell(`The environment ${name} has no required reviewers: nobody is asked.`, facts);
  }
  const rejected = [
    ...new Set(reviews.filter(({ state }) => state === 'rejected').map(({ login }) => login)),
  ];
  if (rejected.length > 0) return fail(`${enumerate(rejected.sort())} rejected it for ${name}.`, facts);
  if (settings.notTheAuthor === true && !evidence.isAuthorKnown) {
    return cannotTell(
      "The address of the commit's author belongs to nobody on GitHub: whether the author approved cannot be told.",
      facts,
    );
  }
  const wanted = `${count(atLeast, 'approval')} for ${name} ${atLeast === 1 ? 'is' : 'are'} asked for`;
  const who = counting.map(({ login }) => login);
  if (proven >= atLeast) return pass(`Approved for ${name} by ${enumerate(who)}; ${wanted}.`, facts);
  if (counting.length >= atLeast) {
    return cannotTell(
      `${wanted}, and those by ${enumerate(who)} may be of an earlier attempt than ${run.attempt}, which GitHub does not tell: start a new run instead.`,
      facts,
    );
  }
  const given = who.length === 0 ? 'none counts' : `only ${enumerate(who)} approved`;
  const beside = others.length === 0 ? '' : `; ${enumerate(others)} may not`;
  return fail(`${wanted}, and ${given}${beside}.`, facts);
}

/** Who has approved and counts, each once, sorted by login; with the first comment that was left. */
export function findApprovals(
  settings: GateSettings<'approval'>,
  { reviews, authors, members }: ApprovalEvidence,
): readonly RecordedApproval[] {
  const { notTheAuthor = APPROVAL_DEFAULTS.notTheAuthor, users, teams } = settings;
  const excluded = new Set(notTheAuthor ? authors.map(lower) : []);
  const listed = new Set((users ?? []).map(lower));
  const wanted = new Set((teams ?? []).map(lower));
  const inTeams = new Set(
    members.filter(({ team }) => wanted.has(lower(team))).map(({ login }) => lower(login)),
  );
  const isAnybody = users === undefined && teams === undefined;
  const byId = new Map<number, RecordedApproval>();
  for (const { state, login, id, comment } of reviews) {
    const who = lower(login);
    const counts = (isAnybody || listed.has(who) || inTeams.has(who)) && !excluded.has(who);
    if (state !== 'approved' || !counts) continue;
    const known = byId.get(id);
    if (known === undefined) byId.set(id, { login, id, comment });
    else if (known.comment === '') byId.set(id, { ...known, comment });
  }
  return [...byId.values()].sort((a, b) => (lower(a.login) < lower(b.login) ? -1 : 1));
}

/** How often each of them approved. */
function countReviews(
  counting: readonly RecordedApproval[],
  reviews: readonly RunReview[],
): readonly number[] {
  return counting.map(
    ({ id }) => reviews.filter((review) => review.state === 'approved' && review.id === id).length,
  );
}

/** How many people are left at the worst, where so many reviews may not be of this attempt. */
function provenOf(reviewsOfEach: readonly number[], maybeEarlier: number): number {
  let budget = maybeEarlier;
  let left = reviewsOfEach.length;
  for (const reviews of reviewsOfEach.toSorted((a, b) => a - b)) {
    if (budget < reviews) break;
    budget -= reviews;
    left -= 1;
  }
  return left;
}

/** Logins of those who approved and do not count, sorted. */
function othersThan(counting: readonly RecordedApproval[], reviews: readonly RunReview[]): readonly string[] {
  const ids = new Set(counting.map(({ id }) => id));
  const others = reviews.filter(({ state, id }) => state === 'approved' && !ids.has(id));
  return [...new Set(others.map(({ login }) => login))].sort();
}

/** Logins are the same in any case (GitHub Docs, "Username considerations"). */
function lower(login: string): string {
  return login.toLowerCase();
}
