import { nearest } from '@artifact-lifecycle/core';
import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Json, Verdict } from '../verdict/verdict.ts';
import { enumerate, fail, firstOf, pass, shorten } from '../verdict/verdicts.ts';

/** What was reported of a commit: the newest of its name by whoever reported it. */
export interface ReportedCheck {
  /** GitHub has two systems that know nothing of each other. */
  readonly kind: 'check-run' | 'status';
  /** A check run's name, a status' context. */
  readonly name: string;
  /** Slug of the app; a status names none. */
  readonly app: string | undefined;
  /** Login of who reported a status. */
  readonly creator: string | undefined;
  /** What it came to, or how far it is: `success`, `failure`, `skipped`, `in_progress`, `pending`, … */
  readonly state: string;
  readonly url: string | undefined;
}

/** Everything that was reported of the artifact's commit. */
export interface ChecksEvidence {
  readonly commit: string;
  readonly checks: readonly ReportedCheck[];
}

/** What is shown of a commit. */
const SHORT_COMMIT = 7;

/**
 * Judges the gate `checks`: each required name was reported, and whoever reported it last reported success. A name that
 * several apps report must be successful by each of them, unless `app` says whose word counts: else anybody who may
 * report would need only to report success as well. With `app` no status counts, since a status does not prove which
 * app it comes from.
 *
 * `neutral` and `skipped` are no success, though GitHub's branch protection lets them pass: one says that it has no
 * opinion, the other that nobody has looked.
 */
export function judgeChecks(
  { require, app }: GateSettings<'checks'>,
  { commit, checks }: ChecksEvidence,
): Verdict {
  const counting = checks.filter((check) => app === undefined || check.app === app);
  const found = require.map((name) => ({ name, reported: counting.filter((check) => check.name === name) }));
  const short = commit.slice(0, SHORT_COMMIT);
  const failing = found.flatMap(({ reported }) => reported.filter(({ state }) => state !== 'success'));
  const missing = found.filter(({ reported }) => reported.length === 0).map(({ name }) => name);
  const facts: EvidenceFacts = {
    commit,
    ...(app !== undefined && { app }),
    required: firstOf(require.map(shorten)),
    checks: firstOf(found.flatMap(({ reported }) => reported.map(describe))),
    missing: firstOf(missing.map(shorten)),
    reported: checks.length,
  };
  const problems = [
    ...failing.map((check) => `"${shorten(check.name)}" of ${short} ${told(check)}`),
    ...missing.map((name) => `"${shorten(name)}" of ${short} ${notReported(name, app, checks, counting)}`),
  ];
  if (problems.length > 0) return fail(`${enumerate(problems)}.`, facts);
  const names = enumerate(require.map((name) => `"${name}"`));
  return pass(`${names} of ${short} ${require.length === 1 ? 'is' : 'are'} successful.`, facts);
}

function describe({ kind, name, app, creator, state, url }: ReportedCheck): Json {
  return {
    ...{ kind, name: shorten(name), state: shorten(state) },
    ...(app !== undefined && { app: shorten(app) }),
    ...(creator !== undefined && { creator: shorten(creator) }),
    ...(url !== undefined && { url: shorten(url) }),
  };
}

function told({ state, app }: ReportedCheck): string {
  const by = app === undefined ? '' : ` by ${shorten(app)}`;
  switch (state) {
    case 'failure':
    case 'error':
      return `failed${by}`;
    case 'skipped':
      return `was skipped${by}, which proves nothing`;
    case 'neutral':
      return `is neutral${by}, which proves nothing`;
    default:
      return `is ${shorten(state)}${by}, not success`;
  }
}

function notReported(
  name: string,
  app: string | undefined,
  checks: readonly ReportedCheck[],
  counting: readonly ReportedCheck[],
): string {
  const others = checks.filter((check) => check.name === name);
  if (app !== undefined && others.length > 0) {
    const whose = [...new Set(others.map((other) => other.app ?? 'a commit status'))].sort();
    return `was not reported by ${shorten(app)}, but by ${enumerate(whose)}`;
  }
  const near = nearest(name, [...new Set(counting.map((check) => check.name))].sort());
  const by = app === undefined ? '' : ` by ${shorten(app)}`;
  return `was not reported${by}${near === undefined ? '' : `; "${shorten(near)}" was`}`;
}
