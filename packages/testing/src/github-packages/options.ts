import type { RegistryStore } from '../registry/store.ts';
import type { Service } from '../sigstore/service.ts';
import type { PackageType, PackageVersion } from './package-record.ts';

/** What a token may do with the packages. */
export type PackageAccess =
  /** Read, write and delete: the repository has the Admin role on the package. */
  | 'admin'
  /** `packages: write` without the Admin role: deleting is 403. */
  | 'write'
  /** `packages: read`: deleting is 403, "Resource not accessible by integration". */
  | 'read'
  /** 404, as for anything a token may not see. */
  | 'none';

/** GitHub's primary limit: so many requests up to an hour's end. */
export interface PrimaryLimit {
  readonly limit: number;
  /** Left at the start; all when absent. */
  readonly remaining?: number | undefined;
  /** Milliseconds since 1970; an hour from the start when absent. */
  readonly resetsAt?: number | undefined;
  /** What a request past it gets: 403 when absent, as GitHub mostly says. */
  readonly status?: 403 | 429 | undefined;
}

/** GitHub's secondary limit: points a minute, 1 for reading, 5 for writing (GitHub Docs, "Rate limits for the REST API"). */
export interface SecondaryLimit {
  /** GitHub's are 900. */
  readonly pointsPerMinute: number;
  readonly status?: 403 | 429 | undefined;
  /** Seconds; 60 when absent. */
  readonly retryAfter?: number | undefined;
}

/** How the service behaves. Without options everybody may do everything that GitHub does at all. */
export interface GitHubPackagesOptions {
  /** Milliseconds since 1970; the clock on the wall when absent. */
  readonly now?: (() => number) | undefined;
  /** The token the API takes; any when absent, but one there must be. */
  readonly token?: string | undefined;
  readonly access?: PackageAccess | undefined;
  /** Whether the token may list packages; a workflow's own may not. True when absent. */
  readonly listsPackages?: boolean | undefined;
  /** Accounts that are users; all others are organisations. */
  readonly users?: readonly string[] | undefined;
  /** Whom the token belongs to, for paths under `/user`. */
  readonly me?: string | undefined;
  /** `newest` first as GitHub mostly answers, or in no order. */
  readonly order?: 'newest' | 'shuffled' | undefined;
  /** So many lists after a change show what was there before it; none when absent. */
  readonly staleLists?: number | undefined;
  readonly primaryLimit?: PrimaryLimit | undefined;
  readonly secondaryLimit?: SecondaryLimit | undefined;
}

/** A version to be seeded. */
export interface NewVersion {
  readonly name: string;
  readonly createdAt?: number | undefined;
  readonly downloads?: number | undefined;
}

/** A deployment of a repository, with its statuses, the newest first. */
export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly environment: string;
  readonly payload?: unknown;
  readonly description?: string | undefined;
  readonly statuses: readonly {
    readonly state: string;
    readonly description?: string | undefined;
    readonly environment_url?: string | undefined;
    readonly log_url?: string | undefined;
  }[];
}

/** A record of the linked artifacts page (REST API, "Artifact metadata"). */
export interface DeploymentRecord {
  readonly id: number;
  readonly digest: string;
  readonly logical_environment: string;
  readonly physical_environment?: string | undefined;
  readonly cluster?: string | undefined;
  readonly deployment_name: string;
  /** GitHub leaves out what was decommissioned from some answers, and says so in others. */
  readonly status?: 'deployed' | 'decommissioned' | undefined;
}

/** What is known of a repository; tests change it as they like. */
export interface RepositoryFacts {
  deployments: readonly Deployment[];
  branches: readonly string[];
  openPullRequests: readonly { readonly number: number; readonly head: string }[];
}

/** When the service stops to answer. */
export interface Outage {
  /** Requests that got no answer. */
  readonly hits: number;
  /** Answers again. */
  end(): void;
}

/** GitHub's Packages API, the parts of its REST API that tell what is in use, and its container registry in one. */
export interface GitHubPackages extends Service {
  /** `127.0.0.1:PORT`: the registry, as it stands before an image's name. */
  readonly host: string;
  /** What the registry holds: names are `owner/name`. Seeding here makes versions as a push does. */
  readonly store: RegistryStore;
  /** Requests left of the primary limit; for tests to take away. */
  readonly quota: { remaining: number };
  /** Makes a package of another type, or one that has no version yet. */
  addPackage(owner: string, type: PackageType, name: string, versions?: readonly NewVersion[]): void;
  setVisibility(owner: string, type: PackageType, name: string, visibility: 'public' | 'private'): void;
  /** Sorted by id. */
  versions(
    owner: string,
    type: PackageType,
    name: string,
    state?: 'active' | 'deleted',
  ): readonly PackageVersion[];
  /** Changes what is told of a version: how old it is, how often it was downloaded. */
  setVersion(
    owner: string,
    type: PackageType,
    name: string,
    version: string,
    facts: { readonly createdAt?: number; readonly updatedAt?: number; readonly downloads?: number },
  ): void;
  /** What npm's registry, on the same address, calls versions of `owner/name`: `latest` → `1.2.0`. */
  readonly distTags: Map<string, Readonly<Record<string, string>>>;
  /** By `owner/name`; empty until it is changed. */
  repository(name: string): RepositoryFacts;
  /** By organisation. */
  deploymentRecords(organisation: string): DeploymentRecord[];
  /**
   * Answers so many requests more, then none: as if the client had been killed then. With `answer` the next one is
   * still carried out, and its answer is lost.
   */
  stopAfter(requests: number, at?: 'request' | 'answer'): Outage;
}
