import type { NamingSettings } from './settings.ts';

/** What GitHub knows of a repository; an empty text is a fact that is missing. */
export interface RepositoryFacts {
  readonly name: string;
  readonly description: string;
  /** The page of the repository: `https://github.com/octocat/Hello-World`. */
  readonly htmlUrl: string;
  /** An SPDX identifier: `MIT`. */
  readonly license: string;
  readonly defaultBranch: string;
}

/** What the event says of the pull request it is about. */
export interface PullRequestFacts {
  readonly number: number;
  /** The branch that asks to be merged: `feature/x`, in a fork as its owner called it. */
  readonly headRef: string;
  /** The commit at its tip, which is not the merge commit that is built. */
  readonly headSha: string;
  /** The branch it wants into: `main`. */
  readonly baseRef: string;
}

/** What an event, or the checkout, says; the only thing names are made from besides the inputs. */
export interface GitContext {
  /** Input `context`: of `git`, ref and sha are those of the checkout and are taken as they are. */
  readonly source: 'workflow' | 'git';
  /** `push`, `pull_request`, …; empty outside of a workflow. */
  readonly eventName: string;
  /** `refs/heads/main`, `refs/tags/v1.2.3`, `refs/pull/15/merge`; empty where there is none. */
  readonly ref: string;
  /** The commit in hex; empty where there is none. */
  readonly sha: string;
  readonly pullRequest: PullRequestFacts | undefined;
  /** `base_ref` of a push's payload: the branch a tag was pushed from, as GitHub guesses it. */
  readonly pushBaseRef: string | undefined;
  /** `repository.default_branch` of the payload, which says whether the ref is the default branch. */
  readonly payloadDefaultBranch: string | undefined;
  readonly repository: RepositoryFacts;
  readonly runNumber: number | undefined;
  readonly runAttempt: number | undefined;
  /** When a commit was made, in milliseconds since the epoch; asked only where `{{commit_date …}}` is written. */
  readonly commitDate: (sha: string) => Promise<number>;
  /** `git describe --tags`, asked only where `{{describe}}` is written; empty where no tag is reachable. */
  readonly describe: () => Promise<string>;
}

/**
 * The context as the rules see it: `pull_request_target` runs on the base branch and is named as its pull
 * request; with `DOCKER_METADATA_PR_HEAD_SHA` a pull request's commit is its head instead of the merge commit.
 */
export function effectiveContext(context: GitContext, settings: NamingSettings): GitContext {
  const { eventName, pullRequest } = context;
  if (context.source === 'git' || pullRequest === undefined) return context;
  const target = eventName.includes('pull_request_target');
  const headSha = settings.prHeadSha && eventName.includes('pull_request') && pullRequest.headSha !== '';
  return {
    ...context,
    ref: target ? `refs/pull/${pullRequest.number}/merge` : context.ref,
    sha: headSha ? pullRequest.headSha : context.sha,
  };
}

/** A branch by its ref, or `undefined` where the ref is none. */
export function branchOf(ref: string): string | undefined {
  return after(ref, 'refs/heads/');
}

/** A git tag by its ref, or `undefined` where the ref is none. */
export function gitTagOf(ref: string): string | undefined {
  return after(ref, 'refs/tags/');
}

/** `15` of `refs/pull/15/merge`, or `undefined` where the ref is none of a pull request. */
export function pullOf(ref: string): string | undefined {
  return after(ref, 'refs/pull/')?.replace(/\/merge$/, '');
}

/**
 * Whether what is built has not been merged yet: a pull request's, or a merge queue's. A pull request that was
 * merged runs on the branch it went into (GitHub Docs, "Default environment variables", `GITHUB_REF`); of a
 * checkout only the event says whose it is.
 */
export function isUnmerged({ eventName, ref, source }: GitContext): boolean {
  return (
    pullOf(ref) !== undefined ||
    eventName === 'merge_group' ||
    ref.startsWith('refs/heads/gh-readonly-queue/') ||
    (source === 'git' && eventName.includes('pull_request'))
  );
}

function after(ref: string, start: string): string | undefined {
  return ref.startsWith(start) ? ref.slice(start.length) : undefined;
}
