import { systemClock } from '@artifact-lifecycle/core';
import { createHttpClient, type HttpClient } from '@artifact-lifecycle/core/http';
import {
  findPackages,
  GitHubPackagesService,
  PackagesClient,
  type PackageTarget,
  parsePackageTarget,
  readBranches,
  readDeployed,
  readDeploymentRecords,
  readOpenPullRequests,
} from '@artifact-lifecycle/github/packages';
import { createConnections, parseDigest, parseRepository } from '@artifact-lifecycle/registry';
import { type GitHubPackages, makeImage, seed, startGitHubPackages } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runChecked } from '../../packages/tooling/src/bench/process.ts';
import { Description } from '../support/github-description.ts';
import { describeWithTools } from '../support/tools.ts';

const MINUTES = 60_000;
const DIGEST = parseDigest(`sha256:${'a'.repeat(64)}`, 'test');
const NOT_THERE = 999_999;

describeWithTools("GitHub's own description of its API", ['github-openapi'], (tools) => {
  let description: Description;
  let github: GitHubPackages;
  let client: PackagesClient;
  const http = createHttpClient({ userAgent: 'artifact-lifecycle/test', environment: {} });
  /** Requests of the API as they go out. */
  const asked: { readonly method: string; readonly path: string; readonly query: URLSearchParams }[] = [];
  const recording: HttpClient = {
    statistics: http.statistics,
    close: () => http.close(),
    send: (request) => {
      const { pathname, searchParams } = new URL(request.url);
      asked.push({ method: request.method ?? 'GET', path: pathname, query: searchParams });
      return http.send(request);
    },
  };

  beforeAll(async () => {
    description = new Description(await runChecked(tools['github-openapi'], []));
    github = await startGitHubPackages({ users: ['jane'] });
    client = new PackagesClient({ http: recording, apiUrl: github.url, token: 'token', clock: systemClock });
    const facts = github.repository('acme/app');
    const deployment = { sha: 'f'.repeat(40), ref: 'main', environment: 'production' };
    facts.deployments = [{ ...deployment, id: 1, description: DIGEST, statuses: [{ state: 'success' }] }];
    facts.branches = ['main'];
    facts.openPullRequests = [{ number: 7, head: 'feature' }];
    const record = { id: 1, logical_environment: 'prod', deployment_name: 'app', digest: DIGEST };
    github.deploymentRecords('acme').push(record);
    github.addPackage('acme', 'npm', 'lib', [{ name: '1.0.0' }, { name: '1.1.0' }]);
    github.addPackage('jane', 'rubygems', 'gem', [{ name: '1.0.0' }, { name: '1.1.0' }]);
    for (const [layer, tags] of [
      ['one', ['v1', 'sha-1']],
      ['two', ['v2']],
      ['three', []],
    ] as const) {
      await seed(github, 'acme/team/app', makeImage({ layers: [layer] }), { tags });
    }
  }, MINUTES);
  afterAll(async () => {
    http.close();
    await github.close();
  });

  const targetOf = (text: string, owner = 'acme'): PackageTarget => {
    const target = parsePackageTarget(text, { owner, registryHost: github.host });
    if (target === undefined) throw new Error(`${text} is no package`);
    return target;
  };
  const open = (text: string, owner?: string): GitHubPackagesService => {
    const target = targetOf(text, owner);
    const connections = createConnections({ http, credentials: [] });
    const registry =
      target.type === 'container' ? connections.open(parseRepository(text, 'test')) : undefined;
    return new GitHubPackagesService({ client, target, registry });
  };

  it('has every request that a cleanup makes, with its parameters', async () => {
    const container = open(`${github.host}/acme/team/app`);
    const images = await container.list({ isDecisive: true });
    const shared = images.find(({ tags }) => tags.length === 2);
    const untagged = images.find(({ tags }) => tags.length === 0);
    if (shared === undefined || untagged === undefined) throw new Error('they are not there');
    await container.untag(shared, 'sha-1');
    await container.look(untagged);
    await container.delete(untagged);
    await container.restore(untagged);
    await container.delete({ ...untagged, id: String(NOT_THERE) });
    for (const service of [open('npm:@acme/lib'), open('rubygems:gem', 'jane')]) {
      const [first] = await service.list();
      if (first === undefined) throw new Error('there is no version');
      await service.look(first);
      await service.delete(first);
      await service.restore(first);
    }
    await findPackages(client, targetOf('npm:@acme/*'));
    await findPackages(client, targetOf('rubygems:*', 'jane'));
    await readDeployed(client, 'acme/app');
    await readDeploymentRecords(client, 'acme', [DIGEST]);
    await readBranches(client, 'acme/app');
    await readOpenPullRequests(client, 'acme/app');

    const faults = asked.flatMap(({ method, path, query }) => {
      const operation = description.find(method, path);
      if (operation === undefined) return [`${method} ${path} is unknown`];
      return description.queryFaults(operation, query).map((fact) => `${method} ${operation.path}: ${fact}`);
    });
    // Those of organisations and one's own have pages; that a user's have them, too, the description does not say.
    const paged = 'GET /users/{username}/packages/{package_type}/{package_name}/versions';
    const known = ['page', 'per_page'].map((name) => `${paged}: ${name} is unknown`);
    expect([...new Set(faults)].filter((fault) => !known.includes(fault))).toEqual([]);
    // That it was a cleanup: lists, looks, deletions, restores, and what is in use.
    const operations = new Set(
      asked.map(({ method, path }) => `${method} ${description.find(method, path)?.path}`),
    );
    expect([...operations].sort()).toEqual([
      'DELETE /orgs/{org}/packages/{package_type}/{package_name}/versions/{package_version_id}',
      'DELETE /users/{username}/packages/{package_type}/{package_name}/versions/{package_version_id}',
      'GET /orgs/{org}/artifacts/{subject_digest}/metadata/deployment-records',
      'GET /orgs/{org}/packages',
      'GET /orgs/{org}/packages/{package_type}/{package_name}/versions',
      'GET /orgs/{org}/packages/{package_type}/{package_name}/versions/{package_version_id}',
      'GET /repos/{owner}/{repo}/branches',
      'GET /repos/{owner}/{repo}/deployments',
      'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      'GET /repos/{owner}/{repo}/pulls',
      'GET /users/{username}/packages',
      'GET /users/{username}/packages/{package_type}/{package_name}/versions',
      'GET /users/{username}/packages/{package_type}/{package_name}/versions/{package_version_id}',
      'POST /orgs/{org}/packages/{package_type}/{package_name}/versions/{package_version_id}/restore',
      'POST /users/{username}/packages/{package_type}/{package_name}/versions/{package_version_id}/restore',
    ]);
  });

  it('would complain about what it does not know', () => {
    expect(description.find('GET', '/orgs/acme/packages/debian/app/versions')).toBeUndefined();
    expect(description.find('PATCH', '/orgs/acme/packages/npm/app')).toBeUndefined();
    const operation = description.find('GET', '/orgs/acme/packages');
    if (operation === undefined) throw new Error('it is not there');
    expect(description.queryFaults(operation, new URLSearchParams({ kind: 'npm' }))).toEqual([
      'package_type is missing',
      'kind is unknown',
    ]);
    expect(description.answerFaults(operation, 200, '[{"id":1,"nom":"app"}]', true)).not.toEqual([]);
    expect(description.answerFaults(operation, 418, '', true)).toEqual([
      '/orgs/{org}/packages does not answer 418',
    ]);
  });

  describe('the fake answers by it', () => {
    const version = (): string => {
      const [first] = github.versions('acme', 'container', 'team/app');
      return `/orgs/acme/packages/container/team%2Fapp/versions/${first?.id}`;
    };
    const missing = `/orgs/acme/packages/npm/lib/versions/${NOT_THERE}`;
    it.each([
      { name: 'a list of packages', ask: () => 'GET /orgs/acme/packages?package_type=npm' },
      { name: 'a package', ask: () => 'GET /orgs/acme/packages/container/team%2Fapp' },
      { name: 'a list of containers', ask: () => 'GET /orgs/acme/packages/container/team%2Fapp/versions' },
      { name: 'a list of versions', ask: () => 'GET /orgs/acme/packages/npm/lib/versions' },
      {
        name: 'a list of what was deleted',
        ask: () => 'GET /orgs/acme/packages/container/team%2Fapp/versions?state=deleted',
      },
      { name: 'a list of nothing that is there', ask: () => 'GET /orgs/acme/packages/npm/none/versions' },
      { name: 'a version', ask: () => `GET ${version()}` },
      { name: 'a deletion of nothing that is there', ask: () => `DELETE ${missing}` },
      { name: 'a restore of nothing that is there', ask: () => `POST ${missing}/restore` },
      { name: 'a deletion', ask: () => `DELETE ${version()}` },
      { name: 'a deletion by a stranger', ask: () => `DELETE ${missing}`, token: '' },
      { name: 'deployments', ask: () => 'GET /repos/acme/app/deployments', isPart: true },
      { name: 'statuses', ask: () => 'GET /repos/acme/app/deployments/1/statuses', isPart: true },
      {
        name: 'deployment records',
        ask: () => `GET /orgs/acme/artifacts/${encodeURIComponent(DIGEST)}/metadata/deployment-records`,
      },
      { name: 'branches', ask: () => 'GET /repos/acme/app/branches', isPart: true },
      { name: 'branches of nothing that is there', ask: () => 'GET /repos/acme/none/branches' },
      { name: 'pull requests', ask: () => 'GET /repos/acme/app/pulls', isPart: true },
    ])('$name', async ({ ask, token = 'token', isPart = false }) => {
      const [method = '', target = ''] = ask().split(' ');
      const answer = await fetch(new URL(target, github.url), {
        method,
        headers: token === '' ? {} : { authorization: `Bearer ${token}` },
      });
      const operation = description.find(method, target.replace(/\?.*/, ''));
      if (operation === undefined) throw new Error(`${target} is unknown`);
      expect(description.answerFaults(operation, answer.status, await answer.text(), !isPart)).toEqual([]);
    });
  });
});
