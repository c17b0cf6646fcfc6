import { type JsonObject, objectAt, textAt } from '../payload.ts';
import { answeredStatus } from './gate-error.ts';
import { expectObject, expectObjects, type GateQuestions, readWholeList } from './questions.ts';
import type { RunFacts } from './run.ts';

/** Who made a change, for `not-the-author`. */
export interface ChangeAuthors {
  /** Logins, each once, sorted. */
  readonly logins: readonly string[];
  /** False where the address of the commit's author belongs to nobody on GitHub: then nobody knows who it is. */
  readonly isAuthorKnown: boolean;
  /** Whether the authors of its pull requests are among them; false where the token may not read those. */
  readonly withPullRequests: boolean;
}

/**
 * Reads who made a change: author and committer of the commit, who opened the pull requests that brought it, and who
 * started the run, in its first attempt and in this one. Whoever merges is the author of a merge commit, so a
 * pull request's author is asked for as well; where the token may not read pull requests (`pull-requests: read`), that
 * is told and the others stand.
 *
 * @param run the run that is to be approved
 * @throws SuiteError those of asking
 */
export async function readAuthors(
  questions: GateQuestions,
  { commit, run }: { readonly commit: string; readonly run?: RunFacts | undefined },
): Promise<ChangeAuthors> {
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}';
  const [{ data }, pulls] = await Promise.all([
    questions.ask({ route, parameters: { ref: commit }, needs: ['contents: read'] }),
    readPullAuthors(questions, commit),
  ]);
  const author = loginAt(expectObject(data, 'commit'), 'author');
  const committer = loginAt(expectObject(data, 'commit'), 'committer');
  const all = [author, committer, run?.actor, run?.triggeringActor, ...(pulls ?? [])];
  return {
    logins: [...new Set(all.filter((login) => login !== undefined))].sort(),
    isAuthorKnown: author !== undefined,
    withPullRequests: pulls !== undefined,
  };
}

/** Authors of the pull requests of a commit; `undefined` where they may not be read. */
async function readPullAuthors(
  questions: GateQuestions,
  commit: string,
): Promise<readonly string[] | undefined> {
  try {
    const route = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';
    const question = { route, parameters: { commit_sha: commit }, needs: ['pull-requests: read'] };
    const pulls = await readWholeList(questions, question, (data) => ({
      items: expectObjects(data, 'pull requests'),
    }));
    return pulls.flatMap((pull) => loginAt(pull, 'user') ?? []);
  } catch (error) {
    const status = answeredStatus(error);
    if (status === 403 || status === 404) return undefined;
    throw error;
  }
}

function loginAt(json: JsonObject, key: string): string | undefined {
  return textAt(objectAt(json, key), 'login');
}
