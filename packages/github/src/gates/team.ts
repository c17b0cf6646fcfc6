import { SuiteError } from '@artifact-lifecycle/core';
import type { TeamMember } from '@artifact-lifecycle/gates';
import { mapInParallel } from '@artifact-lifecycle/registry';
import { textAt } from '../payload.ts';
import { answeredStatus } from './gate-error.ts';
import { expectObject, type GateQuestions } from './questions.ts';

/** Questions at a time. */
const CONCURRENCY = 8;

/** No `permissions` of a workflow reach an organisation's teams. */
const NEEDS =
  'A workflow\'s own token cannot read teams. Give one that can in the input "github-token": of a GitHub App with the organization permission "Members: read", or a classic token with the scope read:org.';

/**
 * Tells whether a user is an active member of a team; an invitation that waits is none. Members of child teams are
 * members (REST API, "Get team membership for a user").
 *
 * @param team `team` of the repository's owner, or `organisation/team`: the slug, as it stands in the team's address
 * @throws SuiteError `PERMISSION_MISSING` where the token may not read teams, `NOT_FOUND` where there is no such team or
 *   the token does not see it; and those of asking
 */
export async function isTeamMember(questions: GateQuestions, team: string, login: string): Promise<boolean> {
  const [organisation, slug] = team.includes('/') ? splitTeam(team) : [questions.owner, team];
  const parameters = { org: organisation, team_slug: slug };
  try {
    const { data } = await questions.ask({
      route: 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}',
      parameters: { ...parameters, username: login },
      needs: NEEDS,
    });
    return textAt(expectObject(data, 'team membership'), 'state') === 'active';
  } catch (error) {
    if (answeredStatus(error) !== 404) throw error;
  }
  // Neither a stranger nor a team that this token may not see is found: only who sees the team knows which it was.
  try {
    await questions.ask({ route: 'GET /orgs/{org}/teams/{team_slug}', parameters, needs: NEEDS });
    return false;
  } catch (error) {
    if (answeredStatus(error) !== 404) throw error;
    throw new SuiteError(
      'NOT_FOUND',
      `There is no team ${organisation}/${slug}, or this token does not see it.`,
      {
        remedy: `Check the team's name in the policy. ${NEEDS}`,
        cause: error,
      },
    );
  }
}

/** Which of these users are active members of which of these teams, in the order of the teams. */
export async function readTeamMembers(
  questions: GateQuestions,
  teams: readonly string[],
  logins: readonly string[],
): Promise<readonly TeamMember[]> {
  const pairs = teams.flatMap((team) => logins.map((login) => ({ team, login })));
  const found = await mapInParallel(pairs, CONCURRENCY, questions.signal, async (pair) =>
    (await isTeamMember(questions, pair.team, pair.login)) ? [pair] : [],
  );
  return found.flat();
}

function splitTeam(team: string): readonly [string, string] {
  const slash = team.indexOf('/');
  return [team.slice(0, slash), team.slice(slash + 1)];
}
