import type {
  CheckRunConclusion,
  CheckRunStatus,
  GateRepository,
  KeptDeployment,
  KeptDeploymentStatus,
  NewCheckRun,
  NewCommit,
  NewDeployment,
  NewEnvironment,
  NewReview,
  NewRun,
  NewStatus,
} from './facts.ts';

/** Where numbers and times come from. */
export interface Counter {
  nextId(): number;
  /** RFC 3339. */
  now(): string;
}

/** A check run as it is kept. */
export interface CheckRun {
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  readonly app: string | null;
  readonly suite: number;
  readonly status: CheckRunStatus;
  readonly conclusion: CheckRunConclusion | null;
  readonly startedAt: string;
}

/** A commit status as it is kept. */
export interface CommitStatus extends Required<NewStatus> {
  readonly id: number;
  readonly creator: string | null;
  readonly createdAt: string;
}

/** One attempt of a run. */
export interface RunAttempt {
  readonly number: number;
  readonly startedAt: string;
  readonly triggeringActor: string;
}

/** A run with all its attempts, the first one first. */
export interface WorkflowRun {
  readonly id: number;
  readonly headSha: string;
  readonly actor: string;
  readonly event: string;
  readonly attempts: readonly RunAttempt[];
  readonly reviews: readonly NewReview[];
}

/** A repository: what tests say of it, and what the API wrote. */
export class Repository implements GateRepository {
  readonly id: number;
  readonly name: string;
  readonly commits = new Map<string, NewCommit>();
  readonly environments = new Map<string, NewEnvironment & { readonly id: number }>();
  readonly checkRuns: CheckRun[] = [];
  readonly statuses: CommitStatus[] = [];
  readonly runs = new Map<number, WorkflowRun>();
  readonly pulls: Parameters<GateRepository['addPullRequest']>[0][] = [];
  readonly #counter: Counter;
  #deployments: readonly KeptDeployment[] = [];

  constructor(counter: Counter, name: string) {
    this.#counter = counter;
    this.id = counter.nextId();
    this.name = name;
  }

  get deployments(): readonly KeptDeployment[] {
    return this.#deployments;
  }

  addCommit(commit: NewCommit): void {
    this.commits.set(commit.sha, commit);
  }

  addCheckRun({ sha, name, app, suite, status = 'completed', conclusion, startedAt }: NewCheckRun): number {
    this.#knowCommit(sha);
    const id = this.#counter.nextId();
    this.checkRuns.push({
      ...{ id, sha, name, status },
      app: app === undefined ? 'github-actions' : app,
      suite: suite ?? this.#counter.nextId(),
      conclusion: status === 'completed' ? (conclusion ?? 'success') : null,
      startedAt: startedAt ?? this.#counter.now(),
    });
    return id;
  }

  addStatus({ sha, context, state, creator }: NewStatus): number {
    this.#knowCommit(sha);
    const id = this.#counter.nextId();
    const who = creator === undefined ? 'octocat' : creator;
    this.statuses.push({ id, sha, context, state, creator: who, createdAt: this.#counter.now() });
    return id;
  }

  addEnvironment(environment: NewEnvironment): void {
    this.environments.set(environment.name.toLowerCase(), { ...environment, id: this.#counter.nextId() });
  }

  addRun({ id, headSha, actor = 'octocat', event = 'workflow_dispatch', startedAt }: NewRun): void {
    this.#knowCommit(headSha);
    const first = { number: 1, startedAt: startedAt ?? this.#counter.now(), triggeringActor: actor };
    this.runs.set(id, { id, headSha, actor, event, attempts: [first], reviews: [] });
  }

  rerun(id: number, by: { readonly actor?: string; readonly startedAt?: string } = {}): void {
    const run = this.#run(id);
    const next = {
      number: run.attempts.length + 1,
      startedAt: by.startedAt ?? this.#counter.now(),
      triggeringActor: by.actor ?? run.actor,
    };
    this.runs.set(id, { ...run, attempts: [...run.attempts, next] });
  }

  addReview(id: number, review: NewReview): void {
    const run = this.#run(id);
    this.runs.set(id, { ...run, reviews: [...run.reviews, review] });
  }

  addPullRequest(pull: Parameters<GateRepository['addPullRequest']>[0]): void {
    this.#knowCommit(pull.sha);
    this.pulls.push(pull);
  }

  addDeployment(
    deployment: NewDeployment & { readonly task?: string; readonly isTransient?: boolean },
  ): number {
    const { sha, environment } = deployment;
    this.#knowCommit(sha);
    const id = this.#counter.nextId();
    const made: KeptDeployment = {
      ...{ id, sha, environment },
      ref: deployment.ref ?? sha,
      task: deployment.task ?? 'deploy',
      payload: deployment.payload ?? {},
      description: deployment.description ?? null,
      creator: deployment.creator ?? 'github-actions[bot]',
      isProduction: deployment.isProduction ?? environment === 'production',
      isTransient: deployment.isTransient ?? false,
      createdAt: deployment.createdAt ?? this.#counter.now(),
      statuses: [],
    };
    this.#deployments = [...this.#deployments, made];
    return id;
  }

  /**
   * Adds a status. With `autoInactive` a success ends the earlier successful deployments of the same environment, but
   * none of production (REST API, "Create a deployment status").
   */
  addDeploymentStatus(
    id: number,
    status: Omit<KeptDeploymentStatus, 'id' | 'createdAt'>,
    autoInactive: boolean,
  ): KeptDeploymentStatus {
    const made = { ...status, id: this.#counter.nextId(), createdAt: this.#counter.now() };
    const inactive = (): KeptDeploymentStatus => ({
      ...{ ...made, state: 'inactive', description: '', logUrl: '', environmentUrl: '' },
      id: this.#counter.nextId(),
    });
    this.#deployments = this.#deployments.map((one) => {
      if (one.id === id) return { ...one, statuses: [made, ...one.statuses] };
      const isEnded =
        autoInactive &&
        status.state === 'success' &&
        one.id < id &&
        one.environment === status.environment &&
        !one.isTransient &&
        !one.isProduction &&
        one.statuses[0]?.state === 'success';
      return isEnded ? { ...one, statuses: [inactive(), ...one.statuses] } : one;
    });
    return made;
  }

  #run(id: number): WorkflowRun {
    const run = this.runs.get(id);
    if (run === undefined) throw new Error(`There is no run ${id} of ${this.name}.`);
    return run;
  }

  #knowCommit(sha: string): void {
    if (!this.commits.has(sha)) this.commits.set(sha, { sha });
  }
}
