import { isObject, type JsonObject, objectAt, textAt } from '../payload.ts';
import { expectNumber, expectObject, expectObjects, type GateQuestions, unexpected } from './questions.ts';

const NEEDS = ['deployments: write'];

/** GitHub Docs, "Create a deployment status": a longer description is refused. */
const MAX_DESCRIPTION_LENGTH = 140;

/** References of one promotion that a payload names; what GitHub keeps of one is not documented, some 60 KiB work. */
const MAX_REFERENCES = 100;

/** Earlier deployments of one environment that are looked at: one of them is the one before, unless others came in. */
const MAX_EARLIER = 30;

/** Stands in the payload of each deployment that is made here. */
const CLIENT = 'artifact-lifecycle';

/** A deployment that tells of a promotion. */
export interface PromotionDeployment {
  /** The artifact's commit, in full; it has to be in this repository. */
  readonly commit: string;
  readonly environment: string;
  /** Whether users see what runs there; GitHub decides by the name `production` where it is left out. */
  readonly isProduction?: boolean | undefined;
  /** What is promoted, apart from its version and place: `app`. Later deployments of it follow earlier ones. */
  readonly name: string;
  readonly digest: string;
  /** `host/name:tag@digest`. */
  readonly references: readonly string[];
  readonly version?: string | undefined;
}

/** What became of a deployment. */
export interface PromotionStatus {
  readonly state: 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
  readonly description?: string | undefined;
  /** The run's page. */
  readonly logUrl?: string | undefined;
  /** Where users find what runs there. */
  readonly environmentUrl?: string | undefined;
}

/**
 * Tells GitHub of a promotion as a deployment of the artifact's commit, and gives its number (REST API, "Create a
 * deployment"). Nothing is merged, and no checks are asked for: the gates were judged already.
 *
 * @throws SuiteError `PERMISSION_MISSING`, `UNSUPPORTED` where GitHub refuses it (the commit is not in this repository);
 *   and those of asking
 */
export async function createDeployment(
  questions: GateQuestions,
  { commit, environment, isProduction, name, digest, references, version }: PromotionDeployment,
): Promise<number> {
  const what = version === undefined ? name : `${name} ${version}`;
  const { data } = await questions.ask({
    route: 'POST /repos/{owner}/{repo}/deployments',
    parameters: {
      ...{ ref: commit, environment, auto_merge: false, required_contexts: [] },
      description: shorten(`${what} ${digest}`),
      payload: {
        ...{ client: CLIENT, name, digest },
        references: references.slice(0, MAX_REFERENCES),
        ...(version !== undefined && { version }),
      },
      ...(isProduction !== undefined && { production_environment: isProduction }),
    },
    needs: NEEDS,
  });
  // 202 says that something was merged, which nobody asked for: that has no number.
  return expectNumber(expectObject(data, 'deployment'), 'id', 'deployment');
}

/**
 * Tells GitHub what became of a deployment (REST API, "Create a deployment status").
 *
 * @throws SuiteError as {@link createDeployment}
 */
export async function createDeploymentStatus(
  questions: GateQuestions,
  deployment: number,
  { state, description, logUrl, environmentUrl }: PromotionStatus,
): Promise<void> {
  await questions.ask({
    route: 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    parameters: {
      ...{ deployment_id: deployment, state },
      ...(description !== undefined && { description: shorten(description) }),
      ...(logUrl !== undefined && { log_url: logUrl }),
      ...(environmentUrl !== undefined && { environment_url: environmentUrl }),
      // What ran before is ended by `endEarlierDeployment`: GitHub would end those of other artifacts, too.
      auto_inactive: false,
    },
    needs: NEEDS,
  });
}

/**
 * Ends the deployment of the same artifact that this one follows, and gives its number; `undefined` where there is none.
 * GitHub ends none of a production environment by itself, and elsewhere those of all artifacts alike.
 *
 * @throws SuiteError as {@link createDeployment}
 */
export async function endEarlierDeployment(
  questions: GateQuestions,
  {
    deployment,
    environment,
    name,
  }: {
    readonly deployment: number;
    readonly environment: string;
    readonly name: string;
  },
): Promise<number | undefined> {
  const { data } = await questions.ask({
    route: 'GET /repos/{owner}/{repo}/deployments',
    parameters: { environment, per_page: MAX_EARLIER },
    needs: NEEDS,
  });
  const earlier = expectObjects(data, 'deployments')
    .filter((one) => isOwnDeployment(one) && textAt(payloadOf(one), 'name') === name)
    .map((one) => expectNumber(one, 'id', 'deployment'))
    .filter((id) => id < deployment)
    .sort((a, b) => b - a);
  for (const id of earlier) {
    const state = await readState(questions, id);
    if (state === 'inactive') return undefined;
    if (state !== 'success') continue;
    await createDeploymentStatus(questions, id, { state: 'inactive' });
    return id;
  }
  return undefined;
}

/** The newest status of a deployment comes first. */
async function readState(questions: GateQuestions, deployment: number): Promise<string | undefined> {
  const { data } = await questions.ask({
    route: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    parameters: { deployment_id: deployment, per_page: 1 },
    needs: NEEDS,
  });
  const [newest] = expectObjects(data, 'statuses of a deployment');
  if (newest === undefined) return undefined;
  const state = textAt(newest, 'state');
  if (state === undefined) throw unexpected('status of a deployment');
  return state;
}

/** Whether a deployment was made here, not by a job that GitHub let wait. */
export function isOwnDeployment(deployment: JsonObject): boolean {
  return textAt(payloadOf(deployment), 'client') === CLIENT;
}

/** GitHub gives a payload as the object it was, or as a text of JSON. */
function payloadOf(deployment: JsonObject): JsonObject {
  const text = textAt(deployment, 'payload');
  if (text === undefined) return objectAt(deployment, 'payload');
  try {
    const payload: unknown = JSON.parse(text);
    return isObject(payload) ? payload : {};
  } catch {
    return {};
  }
}

function shorten(text: string): string {
  return text.length > MAX_DESCRIPTION_LENGTH ? `${text.slice(0, MAX_DESCRIPTION_LENGTH - 1)}…` : text;
}
