/** What a token may do, by the names of a workflow's `permissions`; `members` is an organisation's, which no workflow's token has. */
export type GatePermission =
  | 'actions'
  | 'artifact-metadata'
  | 'checks'
  | 'contents'
  | 'deployments'
  | 'members'
  | 'pull-requests'
  | 'statuses';

/** A commit of a repository. */
export interface NewCommit {
  readonly sha: string;
  /** Logins; `null` where git's address is nobody's on GitHub. `octocat` when absent. */
  readonly author?: string | null | undefined;
  readonly committer?: string | null | undefined;
  readonly message?: string | undefined;
  /** RFC 3339. */
  readonly date?: string | undefined;
}

/** States of a check run (REST API, "Check runs"). */
export type CheckRunStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';

/** What a check run came to. */
export type CheckRunConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required';

/** A check run to be reported. */
export interface NewCheckRun {
  readonly sha: string;
  readonly name: string;
  /** Slug; `github-actions` when absent, `null` for a run without an app. */
  readonly app?: string | null | undefined;
  /** `completed` when absent. */
  readonly status?: CheckRunStatus | undefined;
  /** `success` when absent and completed. */
  readonly conclusion?: CheckRunConclusion | undefined;
  /** Its check suite: one of its own when absent. Of one suite, the latest run of a name is listed. */
  readonly suite?: number | undefined;
  readonly startedAt?: string | undefined;
}

/** A commit status to be reported. */
export interface NewStatus {
  readonly sha: string;
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  /** Login; `octocat` when absent. */
  readonly creator?: string | null | undefined;
}

/** A GitHub environment and its protection; without `reviewers` nobody is asked. */
export interface NewEnvironment {
  readonly name: string;
  /** Logins, and teams as `organisation/team`. */
  readonly reviewers?: readonly string[] | undefined;
  readonly preventSelfReview?: boolean | undefined;
  /** Minutes. */
  readonly waitTimer?: number | undefined;
  readonly branches?: 'protected' | 'custom' | undefined;
}

/** A workflow run at its first attempt. */
export interface NewRun {
  readonly id: number;
  readonly headSha: string;
  /** `octocat` when absent. */
  readonly actor?: string | undefined;
  readonly event?: string | undefined;
  /** RFC 3339; now when absent. */
  readonly startedAt?: string | undefined;
}

/** A review of a run's waiting jobs; GitHub keeps neither its time nor its attempt. */
export interface NewReview {
  readonly environments: readonly string[];
  /** `approved` when absent. */
  readonly state?: 'approved' | 'rejected' | 'pending' | undefined;
  readonly user: string;
  readonly comment?: string | undefined;
}

/** A deployment, as a waiting job makes it or the API. */
export interface NewDeployment {
  readonly sha: string;
  readonly environment: string;
  readonly ref?: string | undefined;
  readonly payload?: unknown;
  readonly description?: string | null | undefined;
  readonly creator?: string | undefined;
  readonly isProduction?: boolean | undefined;
  /** RFC 3339; now when absent. */
  readonly createdAt?: string | undefined;
}

/** A deployment as it is kept, with its statuses, the newest first. */
export interface KeptDeployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly environment: string;
  readonly task: string;
  readonly payload: unknown;
  readonly description: string | null;
  readonly creator: string;
  readonly isProduction: boolean;
  readonly isTransient: boolean;
  readonly createdAt: string;
  readonly statuses: readonly KeptDeploymentStatus[];
}

/** One status of a deployment. */
export interface KeptDeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly createdAt: string;
}

/** A record of the linked artifacts page, with the organisation it belongs to. */
export interface KeptArtifactRecord {
  readonly id: number;
  readonly organisation: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How one repository is set up, and what was written into it. */
export interface GateRepository {
  addCommit(commit: NewCommit): void;
  /** Gives its id. */
  addCheckRun(run: NewCheckRun): number;
  addStatus(status: NewStatus): number;
  addEnvironment(environment: NewEnvironment): void;
  addRun(run: NewRun): void;
  /** Begins the next attempt of a run. */
  rerun(run: number, by?: { readonly actor?: string; readonly startedAt?: string }): void;
  addReview(run: number, review: NewReview): void;
  addPullRequest(pull: {
    readonly number: number;
    readonly sha: string;
    readonly user: string;
    readonly isMerged?: boolean;
  }): void;
  addDeployment(deployment: NewDeployment): number;
  /** All, the oldest first. */
  readonly deployments: readonly KeptDeployment[];
}
