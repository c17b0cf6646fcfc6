import type { Answer } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import type { Serve } from '../registry/serve.ts';
import { receiveJson, type Service, startService } from '../sigstore/service.ts';
import { findBodyFaults } from './body-form.ts';
import { DEPLOYMENT_ROUTES } from './deployment-routes.ts';
import type { GatePermission, GateRepository, KeptArtifactRecord } from './facts.ts';
import { ORGANISATION_ROUTES } from './organisation-routes.ts';
import { COMMIT_ROUTES } from './repository-routes.ts';
import { type GateRoute, matchTemplate, refuse } from './route.ts';
import { RUN_ROUTES } from './run-routes.ts';
import { World } from './world.ts';

/** All operations that are served, for whoever holds them against GitHub's description. */
export const GATE_ROUTES: readonly GateRoute[] = [
  ...COMMIT_ROUTES,
  ...RUN_ROUTES,
  ...DEPLOYMENT_ROUTES,
  ...ORGANISATION_ROUTES,
];

/** What the token may do: by permission, or everything. */
export type GateToken = 'all' | Readonly<Partial<Record<GatePermission, 'read' | 'write'>>>;

/** How the API behaves. */
export interface GitHubGatesOptions {
  /** Milliseconds since 1970; the clock on the wall when absent. */
  readonly now?: (() => number) | undefined;
  /** The token the API takes; any when absent, but one there must be. */
  readonly token?: string | undefined;
  /** Owners that are users; all others are organisations. */
  readonly users?: readonly string[] | undefined;
  /** Who serves what is asked beside the gates: attestations, packages, a registry. */
  readonly beside?: ((exchange: Exchange) => Serve | undefined) | undefined;
}

/** What GitHub is asked by the gates, and what it is told of a promotion. */
export interface GitHubGates extends Service {
  /** What the token may do; a workflow's own has no `members`. Everything unless a test says otherwise. */
  may: GateToken;
  /** By `owner/name`; made when it is first named. */
  repository(name: string): GateRepository;
  /** A team `organisation/slug` with the states of its members. */
  addTeam(name: string, members: Readonly<Record<string, 'active' | 'pending'>>): void;
  readonly storageRecords: readonly KeptArtifactRecord[];
  readonly deploymentRecords: readonly KeptArtifactRecord[];
  /** Requests of routes or with parameters that GitHub's description does not have: a test must find none. */
  readonly unknown: readonly string[];
}

/**
 * Starts the part of GitHub's API that the gates ask, on 127.0.0.1: commits with their checks and statuses, runs with
 * their reviews, environments, teams, deployments, linked artifacts. It serves what GitHub's OpenAPI description has,
 * answers as that says, and remembers what is written. What it does not have is 404 and listed in `unknown`.
 */
export async function startGitHubGates(options: GitHubGatesOptions = {}): Promise<GitHubGates> {
  const world = new World(options.users ?? [], options.now ?? Date.now);
  const unknown: string[] = [];
  const find = (exchange: Exchange): Serve | undefined => {
    const found = findRoute(exchange);
    if (found !== undefined) return (asked) => answer(asked, found);
    const other = options.beside?.(exchange);
    if (other !== undefined) return other;
    return () => {
      unknown.push(`${exchange.method} ${exchange.rawPath}`);
      throw refuse(404, 'Not Found');
    };
  };
  const answer = async (exchange: Exchange, { route, path }: FoundRoute): Promise<Answer> => {
    authenticate(exchange, options.token);
    const strange = [...exchange.query.keys()].filter((name) => !route.query.includes(name));
    if (strange.length > 0) {
      unknown.push(`${route.method} ${route.template}?${strange.join('&')}`);
      throw refuse(422, `Invalid request: unknown parameters ${strange.join(', ')}.`);
    }
    permit(route, gates.may);
    const body = route.form === undefined ? {} : await readBody(exchange, route);
    return route.serve({ world, exchange, path, body });
  };
  const service = await startService(find);
  const gates: GitHubGates = {
    ...service,
    may: 'all',
    repository: (name) => world.open(name),
    addTeam: (name, members) => world.addTeam(name, members),
    storageRecords: world.storageRecords,
    deploymentRecords: world.deploymentRecords,
    unknown,
  };
  return gates;
}

interface FoundRoute {
  readonly route: GateRoute;
  readonly path: Readonly<Record<string, string>>;
}

function findRoute({ method, rawPath }: Exchange): FoundRoute | undefined {
  for (const route of GATE_ROUTES) {
    const path = route.method === method ? matchTemplate(route.template, rawPath) : undefined;
    if (path === undefined) continue;
    const numbers = ['run_id', 'attempt_number', 'deployment_id'].map((name) => path[name]);
    if (numbers.every((text) => text === undefined || /^\d+$/.test(text))) return { route, path };
  }
  return undefined;
}

function authenticate(exchange: Exchange, token: string | undefined): void {
  const [, given] = /^(?:token|bearer) (\S+)$/i.exec(exchange.header('authorization') ?? '') ?? [];
  if (given === undefined) throw refuse(401, 'Requires authentication');
  if (token !== undefined && given !== token) throw refuse(401, 'Bad credentials');
}

function permit({ permission }: GateRoute, may: GateToken): void {
  if (permission === undefined || may === 'all') return;
  const [name, access] = permission;
  const given = may[name];
  if (given === 'write' || (given === 'read' && access === 'read')) return;
  throw refuse(403, 'Resource not accessible by integration');
}

async function readBody(exchange: Exchange, { form = {}, template }: GateRoute) {
  const body = await receiveJson(exchange, () => refuse(400, 'Problems parsing JSON'));
  const faults = findBodyFaults(form, body, template.split('/').at(-1) ?? '');
  if (faults.length > 0) throw refuse(422, 'Validation Failed', { errors: faults });
  return body;
}
