import { type Json, SITE, viewAccount } from './account-view.ts';
import type { Repository } from './repository.ts';
import type { World } from './world.ts';

/** Addresses of a repository, by what stands before `_url` and below the repository's own. */
const ADDRESSES: Readonly<Record<string, string>> = {
  archive: '{archive_format}{/ref}',
  assignees: 'assignees{/user}',
  blobs: 'git/blobs{/sha}',
  branches: 'branches{/branch}',
  collaborators: 'collaborators{/collaborator}',
  comments: 'comments{/number}',
  commits: 'commits{/sha}',
  compare: 'compare/{base}...{head}',
  contents: 'contents/{+path}',
  contributors: 'contributors',
  deployments: 'deployments',
  downloads: 'downloads',
  events: 'events',
  forks: 'forks',
  git_commits: 'git/commits{/sha}',
  git_refs: 'git/refs{/sha}',
  git_tags: 'git/tags{/sha}',
  hooks: 'hooks',
  issue_comment: 'issues/comments{/number}',
  issue_events: 'issues/events{/number}',
  issues: 'issues{/number}',
  keys: 'keys{/key_id}',
  labels: 'labels{/name}',
  languages: 'languages',
  merges: 'merges',
  milestones: 'milestones{/number}',
  notifications: 'notifications{?since,all,participating}',
  pulls: 'pulls{/number}',
  releases: 'releases{/id}',
  stargazers: 'stargazers',
  statuses: 'statuses/{sha}',
  subscribers: 'subscribers',
  subscription: 'subscription',
  tags: 'tags',
  teams: 'teams',
  trees: 'git/trees{/sha}',
};

/** Where the API has a repository. */
export function urlOf({ name }: Repository, origin: string): string {
  return `${origin}/repos/${name}`;
}

/** `minimal-repository`. */
export function viewRepository(world: World, repository: Repository, origin: string): Json {
  const [owner = '', name = ''] = repository.name.split('/');
  const url = urlOf(repository, origin);
  const addresses = Object.entries(ADDRESSES).map(([key, path]) => [`${key}_url`, `${url}/${path}`]);
  return {
    ...{ id: repository.id, node_id: `R_${repository.id}`, name, full_name: repository.name, url },
    ...{ private: false, fork: false, description: null },
    owner: viewAccount(world.owner(owner), origin),
    html_url: `${SITE}/${repository.name}`,
    ...Object.fromEntries(addresses),
  };
}

/** `full-repository`. */
export function viewFullRepository(world: World, repository: Repository, origin: string): Json {
  const page = `${SITE}/${repository.name}`;
  const date = '2024-01-01T00:00:00Z';
  return {
    ...viewRepository(world, repository, origin),
    ...{ clone_url: `${page}.git`, git_url: `git://github.com/${repository.name}.git` },
    ...{ ssh_url: `git@github.com:${repository.name}.git`, svn_url: page, mirror_url: null },
    ...{ default_branch: 'main', visibility: 'public', homepage: null, language: null, license: null },
    ...{ forks: 0, forks_count: 0, open_issues: 0, open_issues_count: 0, size: 1, network_count: 0 },
    ...{ stargazers_count: 0, watchers: 0, watchers_count: 0, subscribers_count: 0 },
    ...{ has_issues: true, has_projects: false, has_wiki: false, has_pages: false, has_discussions: false },
    ...{ archived: false, disabled: false, created_at: date, updated_at: date, pushed_at: date },
  };
}
