import type { CredentialSource } from './credentials.ts';

/** The token of a workflow's run, and the GitHub it belongs to. */
export interface GitHubToken {
  readonly token: string;
  /** `GITHUB_SERVER_URL`: `https://github.com`, or where GitHub Enterprise stands. */
  readonly serverUrl: string;
  /** `GITHUB_ACTOR`; GitHub's registry takes any user name that is not empty. */
  readonly actor?: string | undefined;
}

/**
 * The one container registry that a GitHub token belongs to: `ghcr.io` for github.com, `containers.HOST` for
 * GitHub Enterprise Server and for data residency (`containers.acme.ghe.com`). A run on an enterprise server
 * has no business with its token at ghcr.io, nor the reverse.
 */
export function githubRegistryHost(serverUrl: string): string | undefined {
  if (!URL.canParse(serverUrl)) return undefined;
  const { host } = new URL(serverUrl);
  return host === 'github.com' ? 'ghcr.io' : `containers.${host}`;
}

/** Gives the workflow's token to GitHub's own registry, and to nobody else. */
export function githubSource(github: GitHubToken): CredentialSource {
  const host = githubRegistryHost(github.serverUrl);
  return {
    async find(repository) {
      if (github.token === '' || repository.host !== host) return undefined;
      const username = github.actor === undefined || github.actor === '' ? 'x-access-token' : github.actor;
      return { credentials: { kind: 'basic', username, password: github.token }, origin: 'github-token' };
    },
  };
}
