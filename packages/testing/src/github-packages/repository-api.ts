import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import type { Serve } from '../registry/serve.ts';
import { refuse } from './catalogue.ts';
import type { Deployment, DeploymentRecord, RepositoryFacts } from './options.ts';
import { answerPage } from './page.ts';

/** What the API is asked about beside packages. */
export interface RepositoryContext {
  readonly repositories: ReadonlyMap<string, RepositoryFacts>;
  readonly records: ReadonlyMap<string, readonly DeploymentRecord[]>;
}

const REPOSITORY = /^\/repos\/([^/]+\/[^/]+)\/(deployments|branches|pulls)(?:\/(\d+)\/statuses)?$/;
const RECORDS = /^\/orgs\/([^/]+)\/artifacts\/([^/]+)\/metadata\/deployment-records$/;

/** Finds who serves a path of deployments, branches, pull requests or deployment records. */
export function findRepositoryRoute(
  context: RepositoryContext,
  { method, path }: Exchange,
): Serve | undefined {
  if (method !== 'GET') return undefined;
  const [, organisation, digest] = RECORDS.exec(path) ?? [];
  if (organisation !== undefined && digest !== undefined) {
    return () => answerRecords(context.records.get(organisation) ?? [], digest);
  }
  const [, name, list, id] = REPOSITORY.exec(path) ?? [];
  if (name === undefined) return undefined;
  return (exchange) => {
    const facts = context.repositories.get(name);
    if (facts === undefined) throw refuse(404, 'Not Found');
    if (id !== undefined) return answerStatuses(exchange, facts, Number(id));
    return answerList(exchange, facts, list ?? '');
  };
}

function answerList(exchange: Exchange, facts: RepositoryFacts, list: string): Answer {
  switch (list) {
    case 'deployments': {
      const environment = exchange.query.get('environment');
      const asked = facts.deployments.filter(
        (one) => environment === null || one.environment === environment,
      );
      return answerPage(
        exchange,
        asked.map(({ statuses: _statuses, ...deployment }: Deployment) => ({
          ...{ task: 'deploy', payload: {}, description: null },
          ...deployment,
        })),
      );
    }
    case 'branches':
      return answerPage(
        exchange,
        facts.branches.map((name) => ({ name, protected: false })),
      );
    default:
      // GitHub's default is `open`, too.
      return answerPage(
        exchange,
        facts.openPullRequests.map(({ number, head }) => ({ number, state: 'open', head: { ref: head } })),
      );
  }
}

function answerStatuses(exchange: Exchange, { deployments }: RepositoryFacts, id: number): Answer {
  const deployment = deployments.find((one) => one.id === id);
  if (deployment === undefined) throw refuse(404, 'Not Found');
  return answerPage(exchange, deployment.statuses);
}

function answerRecords(records: readonly DeploymentRecord[], digest: string): Answer {
  const found = records.filter((record) => record.digest === digest);
  return answerJson(200, { total_count: found.length, deployment_records: found });
}
