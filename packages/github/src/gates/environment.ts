import type { EnvironmentProtection } from '@artifact-lifecycle/gates';
import { type JsonObject, objectAt, objectsAt, textAt } from '../payload.ts';
import { answeredStatus } from './gate-error.ts';
import { expectObject, type GateQuestions } from './questions.ts';

/**
 * Reads how a GitHub environment is protected (REST API, "Get an environment"). One that is not there is told as such:
 * GitHub would make it, open to everybody, with the first job that names it.
 *
 * @throws SuiteError those of asking
 */
export async function readEnvironmentProtection(
  questions: GateQuestions,
  name: string,
): Promise<EnvironmentProtection> {
  const route = 'GET /repos/{owner}/{repo}/environments/{environment_name}';
  try {
    const parameters = { environment_name: name };
    const { data } = await questions.ask({ route, parameters, needs: ['actions: read'] });
    return readProtection(expectObject(data, 'environment'), name, questions.owner);
  } catch (error) {
    if (answeredStatus(error) !== 404) throw error;
    return {
      ...{ name, exists: false, reviewers: [], preventsSelfReview: false, waitTimer: 0 },
      branches: 'any',
    };
  }
}

function readProtection(data: JsonObject, asked: string, owner: string): EnvironmentProtection {
  const rules = objectsAt(data, 'protection_rules');
  const required = rules.filter((rule) => rule['type'] === 'required_reviewers');
  const reviewers = required
    .flatMap((rule) => objectsAt(rule, 'reviewers'))
    .flatMap((entry) => {
      const reviewer = objectAt(entry, 'reviewer');
      const slug = textAt(reviewer, 'slug');
      const login =
        entry['type'] === 'Team' && slug !== undefined ? `${owner}/${slug}` : textAt(reviewer, 'login');
      return login ?? [];
    });
  const timers = rules.map((rule) => rule['wait_timer']).filter((timer) => typeof timer === 'number');
  const policy = objectAt(data, 'deployment_branch_policy');
  return {
    name: textAt(data, 'name') ?? asked,
    exists: true,
    reviewers: [...new Set(reviewers)].sort(),
    preventsSelfReview: required.some((rule) => rule['prevent_self_review'] === true),
    waitTimer: Math.max(0, ...timers),
    branches:
      policy['protected_branches'] === true
        ? 'protected'
        : policy['custom_branch_policies'] === true
          ? 'custom'
          : 'any',
  };
}
