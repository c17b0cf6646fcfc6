import type { GitContext } from '../src/git-context.ts';
import type { ExistingTags } from '../src/highest.ts';
import { type NamingRequest, nameArtifact } from '../src/name-artifact.ts';
import type { NamedArtifact } from '../src/named-artifact.ts';
import { type NamingInputs, NO_INPUTS } from '../src/naming-inputs.ts';
import { parseSettings } from '../src/settings.ts';

/** The commit the tests build. */
export const SHA = '860c1904a1ce19322e91ac35af1ab07466440c37';

/** When the tests run. */
export const NOW = Date.parse('2020-01-10T00:30:00Z');

/** A push to the branch `dev` of a repository whose default branch is `main`. */
export const PUSH: GitContext = {
  source: 'workflow',
  eventName: 'push',
  ref: 'refs/heads/dev',
  sha: SHA,
  pullRequest: undefined,
  pushBaseRef: undefined,
  payloadDefaultBranch: 'main',
  repository: {
    name: 'app',
    description: 'An app',
    htmlUrl: 'https://github.com/acme/app',
    license: 'MIT',
    defaultBranch: 'main',
  },
  runNumber: 4521,
  runAttempt: 2,
  commitDate: async () => Date.parse('2019-12-31T23:59:58Z'),
  describe: async () => 'v1.2.3-4-g860c190',
};

/** A push of a git tag. */
export function tagPush(tag: string): GitContext {
  return { ...PUSH, ref: `refs/tags/${tag}` };
}

/** A pull request from `feature/x` into `main`. */
export const PULL_REQUEST: GitContext = {
  ...PUSH,
  eventName: 'pull_request',
  ref: 'refs/pull/15/merge',
  pullRequest: {
    number: 15,
    headRef: 'feature/x',
    headSha: '3370e228f2209994d57af4427fe64e71bb79ac96',
    baseRef: 'main',
  },
};

/** Tags that exist, as a list. */
export function existing(kind: ExistingTags['kind'], ...tags: readonly string[]): ExistingTags {
  return { kind, list: async () => tags };
}

const NEVER_ASKED: ExistingTags = {
  kind: 'registry',
  list: async () => {
    throw new Error('nobody should ask for the existing tags');
  },
};

/** Names an artifact; what is not given is a push to `dev` with the image acme/app. */
export async function name(
  inputs: Partial<NamingInputs>,
  context: GitContext = PUSH,
  rest: Partial<NamingRequest> & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<NamedArtifact> {
  const { env = {}, ...request } = rest;
  return nameArtifact({
    inputs: { ...NO_INPUTS, images: 'acme/app', ...inputs },
    context,
    settings: parseSettings(env),
    now: NOW,
    existingTags: NEVER_ASKED,
    ...request,
  });
}
