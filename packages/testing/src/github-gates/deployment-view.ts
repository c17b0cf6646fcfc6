import { type Json, viewAccount } from './account-view.ts';
import type { KeptDeployment, KeptDeploymentStatus } from './facts.ts';
import type { Repository } from './repository.ts';
import { urlOf } from './repository-view.ts';
import type { World } from './world.ts';

/** `deployment`. */
export function viewDeployment(
  world: World,
  repository: Repository,
  deployment: KeptDeployment,
  origin: string,
): Json {
  const { id, sha, ref, task, environment, payload, description, creator, createdAt } = deployment;
  const url = `${urlOf(repository, origin)}/deployments/${id}`;
  return {
    ...{ id, sha, ref, task, environment, payload, description, url, node_id: `DE_${id}` },
    original_environment: environment,
    creator: viewAccount(world.account(creator), origin),
    ...{ created_at: createdAt, updated_at: deployment.statuses[0]?.createdAt ?? createdAt },
    ...{ statuses_url: `${url}/statuses`, repository_url: urlOf(repository, origin) },
    transient_environment: deployment.isTransient,
    production_environment: deployment.isProduction,
    performed_via_github_app: null,
  };
}

/** `deployment-status`. */
export function viewDeploymentStatus(
  world: World,
  repository: Repository,
  deployment: KeptDeployment,
  status: KeptDeploymentStatus,
  origin: string,
): Json {
  const { id, state, description, environment, environmentUrl, logUrl, createdAt } = status;
  const url = `${urlOf(repository, origin)}/deployments/${deployment.id}`;
  return {
    ...{ id, state, description, environment, node_id: `DES_${id}`, url: `${url}/statuses/${id}` },
    creator: viewAccount(world.account(deployment.creator), origin),
    ...{ environment_url: environmentUrl, log_url: logUrl, target_url: logUrl },
    ...{ created_at: createdAt, updated_at: createdAt },
    ...{ deployment_url: url, repository_url: urlOf(repository, origin) },
    performed_via_github_app: null,
  };
}
