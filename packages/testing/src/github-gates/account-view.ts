import type { Account, Team, World } from './world.ts';

/** Whatever the API answers. */
export type Json = { readonly [key: string]: unknown };

/** Where pages of the site would lie; nothing ever asks for them. */
export const SITE = 'https://github.com';

/** `simple-user` of GitHub's description. */
export function viewAccount({ login, id, type }: Account, origin: string): Json {
  const url = `${origin}/users/${encodeURIComponent(login)}`;
  return {
    ...{ login, id, node_id: `U_${id}`, type, site_admin: false, gravatar_id: '' },
    avatar_url: `${SITE}/${login}.png`,
    html_url: `${SITE}/${login}`,
    url,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
  };
}

/** `nullable-integration`: an app by its slug. */
export function viewApp(world: World, slug: string | null, origin: string): Json | null {
  if (slug === null) return null;
  const { id } = world.account(`${slug}[bot]`);
  return {
    ...{ id, slug, node_id: `A_${id}`, name: slug, description: null },
    owner: viewAccount(world.account('github'), origin),
    external_url: `${SITE}/apps/${slug}`,
    html_url: `${SITE}/apps/${slug}`,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    permissions: { checks: 'write', metadata: 'read' },
    events: [],
  };
}

/** `team`. */
export function viewTeam({ id, organisation, slug }: Team, origin: string): Json {
  const url = `${origin}/orgs/${organisation}/teams/${slug}`;
  return {
    ...{ id, node_id: `T_${id}`, name: slug, slug, description: null, parent: null },
    ...{ privacy: 'closed', permission: 'pull', type: 'organization' },
    url,
    html_url: `${SITE}/orgs/${organisation}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
  };
}
