/** Claims of a token: GitHub writes texts; the times are numbers of seconds. */
export type Claims = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Claims to set; `null` removes one. */
export type ClaimChanges = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

/** A job of the ordinary kind: a workflow of the repository itself, on its main branch. */
export const GITHUB_CLAIMS: Claims = {
  actor: 'octocat',
  actor_id: '583231',
  base_ref: '',
  event_name: 'push',
  head_ref: '',
  job_workflow_ref: 'acme/app/.github/workflows/release.yml@refs/heads/main',
  job_workflow_sha: 'a'.repeat(40),
  ref: 'refs/heads/main',
  ref_protected: 'true',
  ref_type: 'branch',
  repository: 'acme/app',
  repository_id: '12345',
  repository_owner: 'acme',
  repository_owner_id: '678',
  repository_visibility: 'public',
  run_attempt: '1',
  run_id: '9876543210',
  run_number: '42',
  runner_environment: 'github-hosted',
  sha: 'a'.repeat(40),
  sub: 'repo:acme/app:ref:refs/heads/main',
  workflow: 'release',
  workflow_ref: 'acme/app/.github/workflows/release.yml@refs/heads/main',
  workflow_sha: 'a'.repeat(40),
};

/** What differs in a job of a reusable workflow of another repository, pinned by a tag. */
export const REUSABLE_WORKFLOW_CLAIMS: Claims = {
  job_workflow_ref: 'acme/builder/.github/workflows/build.yml@refs/tags/v1.2.3',
  job_workflow_sha: 'b'.repeat(40),
};

/** Applies changes one after another. */
export function changeClaims(claims: Claims, ...changes: readonly ClaimChanges[]): Claims {
  const result = new Map<string, Claims[string]>(Object.entries(claims));
  for (const [name, value] of changes.flatMap((change) => Object.entries(change))) {
    if (value === null) result.delete(name);
    else result.set(name, value);
  }
  return Object.fromEntries(result);
}
