import { SuiteError } from '@artifact-lifecycle/core';
import type { ChecksEvidence, ReportedCheck } from '@artifact-lifecycle/gates';
import { type JsonObject, objectAt, textAt } from '../payload.ts';
import {
  expectNumber,
  expectObject,
  expectObjects,
  type GateQuestions,
  PAGE_SIZE,
  readWholeList,
  unexpected,
} from './questions.ts';

/** GitHub looks for check runs in so many suites of a commit, the newest (REST API, "List check runs for a Git reference"). */
const MAX_SUITES = 1000;

const CHECKS = ['checks: read', 'statuses: read'];

/**
 * Reads everything that was reported of a commit: check runs and commit statuses, two systems of GitHub's that know
 * nothing of each other. Of each check run's name and app the newest is given, of each status' context as well; a
 * later report replaces an earlier one, also while it is still running.
 *
 * @param commit in full
 * @throws SuiteError `LIMIT_EXCEEDED` where GitHub does not give all of them: what is missing may have failed; and those
 *   of asking
 */
export async function readChecks(questions: GateQuestions, commit: string): Promise<ChecksEvidence> {
  const [runs, statuses] = await Promise.all([
    readCheckRuns(questions, commit),
    readStatuses(questions, commit),
  ]);
  const checks = [...runs, ...statuses].sort((a, b) => compare(keyOf(a), keyOf(b)));
  return { commit, checks };
}

async function readCheckRuns(questions: GateQuestions, commit: string): Promise<readonly ReportedCheck[]> {
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
  const parameters = { ref: commit, filter: 'latest' };
  const listed = await readWholeList(questions, { route, parameters, needs: CHECKS }, (data) => {
    const list = expectObject(data, 'list of check runs');
    return {
      items: expectObjects(list['check_runs'], 'check runs'),
      total: expectNumber(list, 'total_count', 'list of check runs'),
    };
  });
  // Suites without a run are those of apps that report nothing: no 900 of them, so one page comes of few suites.
  if (listed.length > PAGE_SIZE) await refuseTooManySuites(questions, commit);
  return newestOf(listed, (run) => [textAt(run, 'name') ?? '', slugOf(run) ?? '']).map((run) => ({
    kind: 'check-run',
    name: expectText(run, 'name', 'check run'),
    app: slugOf(run),
    creator: undefined,
    state: stateOf(run),
    url: textAt(run, 'html_url') ?? textAt(run, 'details_url'),
  }));
}

async function refuseTooManySuites(questions: GateQuestions, commit: string): Promise<void> {
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-suites';
  const { data } = await questions.ask({ route, parameters: { ref: commit, per_page: 1 }, needs: CHECKS });
  const total = expectNumber(
    expectObject(data, 'list of check suites'),
    'total_count',
    'list of check suites',
  );
  if (total <= MAX_SUITES) return;
  throw new SuiteError(
    'LIMIT_EXCEEDED',
    `${commit} has ${total} check suites, and GitHub looks for check runs in the newest ${MAX_SUITES} only.`,
    {
      remedy:
        'Build a newer commit, and let workflows that run on a schedule not report on one commit for so long.',
    },
  );
}

async function readStatuses(questions: GateQuestions, commit: string): Promise<readonly ReportedCheck[]> {
  // The list, not the combined status: that names nobody who reported.
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}/statuses';
  const listed = await readWholeList(
    questions,
    { route, parameters: { ref: commit }, needs: CHECKS },
    (data) => ({ items: expectObjects(data, 'commit statuses') }),
  );
  return newestOf(listed, (status) => [textAt(status, 'context') ?? '']).map((status) => ({
    kind: 'status',
    name: expectText(status, 'context', 'commit status'),
    app: undefined,
    creator: textAt(objectAt(status, 'creator'), 'login'),
    state: expectText(status, 'state', 'commit status'),
    url: textAt(status, 'target_url'),
  }));
}

/** The entry with the highest number of each key: numbers grow, times of runs that are made again do not. */
function newestOf(
  entries: readonly JsonObject[],
  keyOfEntry: (entry: JsonObject) => readonly string[],
): readonly JsonObject[] {
  const newest = new Map<string, { readonly id: number; readonly entry: JsonObject }>();
  for (const entry of entries) {
    const id = expectNumber(entry, 'id', 'report about a commit');
    const key = JSON.stringify(keyOfEntry(entry));
    const known = newest.get(key);
    if (known === undefined || known.id < id) newest.set(key, { id, entry });
  }
  return [...newest.values()].map(({ entry }) => entry);
}

function slugOf(run: JsonObject): string | undefined {
  return textAt(objectAt(run, 'app'), 'slug');
}

/** How far a run is, and what it came to when it is done. */
function stateOf(run: JsonObject): string {
  const status = expectText(run, 'status', 'check run');
  return status === 'completed' ? (textAt(run, 'conclusion') ?? 'without a conclusion') : status;
}

function expectText(json: JsonObject, key: string, what: string): string {
  const text = textAt(json, key);
  if (text === undefined) throw unexpected(what);
  return text;
}

function keyOf({ kind, name, app }: ReportedCheck): readonly string[] {
  return [name, kind, app ?? ''];
}

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1;
}
