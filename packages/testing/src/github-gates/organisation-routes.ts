import { answerJson } from '../registry/answer.ts';
import { type Json, viewTeam } from './account-view.ts';
import { DEPLOYMENT_RECORD_FORM, STORAGE_RECORD_FORM } from './body-form.ts';
import type { KeptArtifactRecord } from './facts.ts';
import { type Asked, type GateRoute, refuse } from './route.ts';
import type { Team } from './world.ts';

/** Routes of an organisation: its teams, and the linked artifacts page. */
export const ORGANISATION_ROUTES: readonly GateRoute[] = [
  {
    method: 'GET',
    template: '/orgs/{org}/teams/{team_slug}',
    query: [],
    permission: ['members', 'read'],
    serve: (asked) => answerJson(200, viewTeam(teamOf(asked), asked.exchange.origin)),
  },
  {
    method: 'GET',
    template: '/orgs/{org}/teams/{team_slug}/memberships/{username}',
    query: [],
    permission: ['members', 'read'],
    serve: (asked) => {
      const { organisation, slug, members } = teamOf(asked);
      const login = asked.path['username'] ?? '';
      const state = members.get(login.toLowerCase());
      if (state === undefined) throw refuse(404, 'Not Found');
      const url = `${asked.exchange.origin}/orgs/${organisation}/teams/${slug}/memberships/${login}`;
      return answerJson(200, { url, role: 'member', state });
    },
  },
  {
    method: 'POST',
    template: '/orgs/{org}/artifacts/metadata/storage-record',
    query: [],
    form: STORAGE_RECORD_FORM,
    permission: ['artifact-metadata', 'write'],
    serve: (asked) => {
      const record = keep(asked, asked.world.storageRecords);
      const date = asked.world.now();
      const { name, digest, artifact_url, registry_url, repository, status = 'active' } = record.body;
      const shown = { id: record.id, name, digest, artifact_url, registry_url, repository, status };
      return answerJson(200, {
        total_count: 1,
        storage_records: [{ ...shown, created_at: date, updated_at: date }],
      });
    },
  },
  {
    method: 'POST',
    template: '/orgs/{org}/artifacts/metadata/deployment-record',
    query: [],
    form: DEPLOYMENT_RECORD_FORM,
    permission: ['artifact-metadata', 'write'],
    serve: (asked) => {
      // A record is one deployment: a later one of the same name in the same place takes its place.
      const records = asked.world.deploymentRecords;
      const place = placeOf(asked.path['org'] ?? '', asked.body);
      const before = records.findIndex(({ organisation, body }) => placeOf(organisation, body) === place);
      if (before >= 0) records.splice(before, 1);
      const record = keep(asked, records);
      const date = asked.world.now();
      const { digest, logical_environment, physical_environment, cluster, deployment_name } = record.body;
      const shown = { digest, logical_environment, physical_environment, cluster, deployment_name };
      return answerJson(200, {
        total_count: 1,
        deployment_records: [{ id: record.id, ...shown, created_at: date, updated_at: date }],
      });
    },
  },
];

function teamOf({ world, path }: Asked): Team {
  const team = world.team(path['org'] ?? '', path['team_slug'] ?? '');
  if (team === undefined) throw refuse(404, 'Not Found');
  return team;
}

function keep({ world, path, body }: Asked, records: KeptArtifactRecord[]): KeptArtifactRecord {
  const organisation = path['org'] ?? '';
  if (!world.isOrganisation(organisation)) throw refuse(404, 'Not Found');
  const record = { id: world.nextId(), organisation, body };
  records.push(record);
  return record;
}

function placeOf(organisation: string, body: Json): string {
  const names = ['logical_environment', 'physical_environment', 'cluster', 'deployment_name'];
  return JSON.stringify([organisation.toLowerCase(), ...names.map((name) => body[name] ?? '')]);
}
