import { isSuiteError } from '@artifact-lifecycle/core';
import type { GitHubEvent } from '@artifact-lifecycle/github';
import { describe, expect, it } from '@jest/globals';
import { requireIdToken } from '../src/permission.ts';

const PERMITTED = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'y' };

function event(head: string, name = 'pull_request'): GitHubEvent {
  const repo = (full_name: string) => ({ repo: { full_name } });
  return {
    name,
    ref: 'refs/heads/main',
    sha: '',
    repository: 'acme/app',
    serverUrl: 'https://github.com',
    apiUrl: 'https://api.github.com',
    runNumber: '1',
    runAttempt: '1',
    headRef: '',
    baseRef: '',
    pullRequest: undefined,
    payload: { pull_request: { head: repo(head), base: repo('acme/app') } },
  };
}

function remedyOf(env: Readonly<Record<string, string>>, of: GitHubEvent, hasKey = false): string {
  try {
    requireIdToken(env, of, hasKey);
  } catch (error) {
    if (isSuiteError(error, 'PERMISSION_MISSING')) return `${error.message} ${error.remedy}`;
    throw error;
  }
  return 'permitted';
}

describe('the permission to sign', () => {
  it.each([
    { name: 'is there', env: PERMITTED, of: event('acme/app'), said: /^permitted$/ },
    { name: 'is missing in the workflow', env: {}, of: event('acme/app'), said: /id-token: write$/ },
    {
      name: 'is never given to a fork',
      env: {},
      of: event('evil/app'),
      said: /from a fork.*after the merge/s,
    },
    {
      name: 'is the workflow’s own on pull_request_target, wherever the pull request comes from',
      env: {},
      of: event('evil/app', 'pull_request_target'),
      said: /id-token: write$/,
    },
    {
      name: 'is half there',
      env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' },
      of: event('acme/app'),
      said: /id-token: write$/,
    },
  ])('$name', ({ env, of, said }) => {
    expect(remedyOf({ ...env }, of)).toMatch(said);
  });

  it('can be done without with a key, but for provenance', () => {
    expect(remedyOf({}, event('acme/app'), true)).toContain('Or set provenance to false.');
    expect(remedyOf({}, event('acme/app'), false)).not.toContain('provenance');
  });
});
