import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cosignTag,
  type GitHubPackages,
  makeImage,
  makeIndex,
  makeReferrer,
  seed,
  startGitHubPackages,
  startRegistry,
} from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { runAction } from '../support/runner.ts';
import { jsonOf } from '../support/stage.ts';

const DAY = 86_400_000;

/** Everything untagged goes at once, and builds after a month; releases stay. */
const RETENTION = `
classes:
  releases: { match: { tags: ["v*"] }, keep: forever }
  builds: { match: { tags: ["sha-*"] }, keep: 30d }
  untagged: { match: { untagged: true }, keep: 7d }
`;

describe('cleaning up, as the runner sees it', () => {
  let workplace: Workplace;
  let github: GitHubPackages;
  let directory: string;
  let now: number;

  beforeEach(async () => {
    workplace = await openWorkplace('e2e');
    now = Date.now();
    github = await startGitHubPackages({ now: () => now });
    workplace.onClose(() => github.close());
    github.repository('acme/app');
    directory = await workplace.place('job');
  });
  afterEach(async () => {
    await workplace.close();
    expect(github.defects).toEqual([]);
  });

  const run = (inputs: Readonly<Record<string, string>>): Promise<StepResult> =>
    runAction('cleanup', {
      directory,
      inputs: {
        targets: `${github.host}/acme/app`,
        retention: RETENTION,
        registries: `{"${github.host}":{"kind":"ghcr","username":"x","password":"token"}}`,
        'github-token': 'token',
        'max-percent': '100',
        ...inputs,
      },
      env: {
        GITHUB_API_URL: github.url,
        GITHUB_REPOSITORY: 'acme/app',
        GITHUB_REPOSITORY_OWNER: 'acme',
      },
    });
  const tags = (): readonly string[] => [...github.store.tags('acme/app')].map(([tag]) => tag).sort();
  const digests = (): readonly string[] =>
    github.versions('acme', 'container', 'app').map(({ name }) => name);
  const read = (name: string): Promise<string> => readFile(join(directory, 'workspace', name), 'utf8');

  /** An index of two platforms with a signature by cosign's tag, so many days old. */
  const push = async (
    tag: string,
    days: number,
  ): Promise<{ readonly digest: string; readonly all: readonly string[] }> => {
    const today = now;
    now -= days * DAY;
    const platforms = [makeImage({ layers: [`${tag} amd64`] }), makeImage({ layers: [`${tag} arm64`] })];
    const index = makeIndex(platforms);
    const signature = makeReferrer({
      subject: index,
      artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
    });
    await seed(github, 'acme/app', index, { tags: [tag] });
    await seed(github, 'acme/app', signature, { tags: [cosignTag(index.digest, 'sig')] });
    now = today;
    return { digest: index.digest, all: [index, ...platforms, signature].map(({ digest }) => digest) };
  };

  it('deletes old builds with their platforms and signatures, by the plan it has written, and keeps the rest', async () => {
    const release = await push('v1', 400);
    const old = await push('sha-1111111', 40);
    const young = await push('sha-2222222', 3);
    const planned = await run({ mode: 'plan' });
    expect(planned.log).toContain('4 deletions are planned');
    expect(planned.exitCode).toBe(0);
    expect(digests()).toHaveLength(12);
    const plan = JSON.parse(await read('retention-plan.json'));
    expect(plan.delete.map(({ digest }: { digest: string }) => digest).sort()).toEqual([...old.all].sort());

    const applied = await run({ mode: 'apply' });
    expect(applied.exitCode).toBe(0);
    expect(Object.fromEntries(applied.outputs)).toMatchObject({
      planned: '4',
      deleted: '4',
      kept: '8',
      remaining: '0',
      plan: 'retention-plan.json',
    });
    expect([...digests()].sort()).toEqual([...release.all, ...young.all].sort());
    const audit = (await read('retention-audit.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(audit.map(({ id }: { id: string }) => id)).toEqual(
      plan.delete.map(({ id }: { id: string }) => id),
    );
    expect(applied.summary).toContain('Deleted 4 images');

    const restored = await run({ mode: 'restore' });
    expect(restored.exitCode).toBe(0);
    expect(digests()).toHaveLength(12);
  });

  it('keeps what is deployed by its digest, its commit, and what files name', async () => {
    const commit = '3333333aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    const byDigest = await push('sha-1111111', 40);
    const byCommit = await push(`sha-${commit.slice(0, 7)}`, 40);
    await push('sha-2222222', 40);
    const [first, second] = [1, 2].map((id) => ({
      ...{ id, sha: id === 2 ? commit : 'b'.repeat(40), ref: 'main', environment: `site ${id}` },
      payload: id === 1 ? { image: byDigest.digest } : {},
      statuses: [{ state: 'success' }],
    }));
    github.repository('acme/app').deployments = [first, second].flatMap((one) => one ?? []);
    const { exitCode, outputs } = await run({ mode: 'apply' });
    expect({ exitCode, deleted: outputs.get('deleted') }).toEqual({ exitCode: 0, deleted: '4' });
    expect([...digests()].sort()).toEqual([...byDigest.all, ...byCommit.all].sort());
  });

  it('deletes nothing where GitHub does not say what is deployed', async () => {
    await push('sha-1111111', 40);
    const result = await runAction('cleanup', {
      directory,
      inputs: {
        targets: `${github.host}/acme/app`,
        retention: RETENTION,
        registries: `{"${github.host}":{"kind":"ghcr"}}`,
        'github-token': 'token',
        mode: 'apply',
      },
      env: { GITHUB_API_URL: github.url, GITHUB_REPOSITORY: 'acme/nothing', GITHUB_REPOSITORY_OWNER: 'acme' },
    });
    expect(result.exitCode).toBe(1);
    expect(digests()).toHaveLength(4);
  });

  it('writes a plan past a rail, and deletes nothing', async () => {
    await push('sha-1111111', 40);
    await push('v1', 40);
    const { exitCode, outputs } = await run({ mode: 'apply', 'max-deletes': '2' });
    expect({ exitCode, code: outputs.get('error-code') }).toEqual({ exitCode: 1, code: 'RAIL_EXCEEDED' });
    expect(digests()).toHaveLength(8);
    expect(JSON.parse(await read('retention-plan.json')).delete).toHaveLength(4);
  });

  it('tells of the targets before the one that fails', async () => {
    await push('sha-1111111', 40);
    await push('v1', 40);
    const { exitCode, outputs, summary } = await run({
      targets: `${github.host}/acme/app\n${github.host}/acme/nothing`,
      mode: 'apply',
    });
    expect(exitCode).toBe(1);
    expect(outputs.get('deleted')).toBe('4');
    expect(summary).toContain('Deleted 4 images');
  });

  it('removes one tag of several and keeps the image', async () => {
    const today = now;
    now -= 40 * DAY;
    const image = makeImage({ layers: ['both'] });
    await seed(github, 'acme/app', image, { tags: ['v1', 'sha-1111111'] });
    now = today;
    const { exitCode } = await run({ mode: 'apply' });
    expect(exitCode).toBe(0);
    expect(tags()).toEqual(['v1']);
    expect(digests()).toEqual([image.digest]);
  });

  it('writes nothing in a dry run', async () => {
    await push('sha-1111111', 40);
    await push('v1', 40);
    const { exitCode, outputs } = await run({ mode: 'apply', 'dry-run': 'true' });
    expect({ exitCode, planned: outputs.get('planned') }).toEqual({ exitCode: 0, planned: '4' });
    expect(digests()).toHaveLength(8);
    await expect(read('retention-plan.json')).rejects.toThrow('ENOENT');
  });

  it('cleans up packages of other kinds', async () => {
    github.addPackage('acme', 'npm', 'lib', [
      { name: '1.0.0', createdAt: now - 400 * DAY },
      { name: '1.1.0', createdAt: now - DAY },
    ]);
    const retention = 'classes: { all: { match: { tags: ["*"] }, keep: 90d } }';
    const { exitCode, log } = await run({ targets: 'npm:@acme/lib', retention, mode: 'apply' });
    expect(exitCode === 0 ? '' : log).toBe('');
    expect(github.versions('acme', 'npm', 'lib').map(({ name }) => name)).toEqual(['1.1.0']);
  });

  it('cleans up a plain registry by its tags, with platforms and referrers', async () => {
    const registry = await startRegistry();
    workplace.onClose(() => registry.close());
    const created = (days: number): string => new Date(now - days * DAY).toISOString();
    for (const [tag, days] of [
      ['sha-1111111', 40],
      ['sha-2222222', 3],
    ] as const) {
      const index = makeIndex([makeImage({ layers: [tag] })], {
        annotations: { 'org.opencontainers.image.created': created(days) },
      });
      await seed(registry, 'acme/app', index, { tags: [tag] });
      await seed(
        registry,
        'acme/app',
        makeReferrer({ subject: index, artifactType: 'application/spdx+json' }),
      );
    }
    const { exitCode, log, outputs } = await run({
      targets: `${registry.host}/acme/app`,
      mode: 'apply',
      'protect-deployed': 'false',
    });
    expect(exitCode === 0 ? '' : log).toBe('');
    expect(log).toContain('Images without a tag cannot be listed here');
    expect(outputs.get('deleted')).toBe('3');
    expect([...registry.store.tags('acme/app')].map(([tag]) => tag)).toEqual(['sha-2222222']);
  });

  it('deletes nothing by a plan that was made before something was protected, or by another policy', async () => {
    const build = await push('sha-1111111', 40);
    await push('v1', 40);
    expect((await run({ mode: 'plan' })).exitCode).toBe(0);
    for (const inputs of [{ protect: 'sha-1*' }, { retention: RETENTION.replace('30d', '39d') }]) {
      const { exitCode, outputs } = await run({ mode: 'apply', ...inputs });
      expect({ exitCode, code: outputs.get('error-code') }).toEqual({ exitCode: 1, code: 'PLAN_STALE' });
    }
    // What came into use since is kept by the plan that there is.
    await writeFile(join(directory, 'workspace', 'deploy.yaml'), `image: app@${build.digest}\n`);
    const { exitCode, outputs } = await run({ mode: 'apply', 'protect-digests': 'deploy.yaml' });
    expect({ exitCode, deleted: outputs.get('deleted') }).toEqual({ exitCode: 0, deleted: '0' });
    expect(digests()).toHaveLength(8);
  });

  it('says that an old plan has nothing left to do, and deletes nothing that it does not name', async () => {
    await push('sha-1111111', 40);
    await push('v1', 40);
    await run({ mode: 'apply' });
    await push('sha-2222222', 40);
    const { exitCode, outputs, log } = await run({ mode: 'apply' });
    expect({ exitCode, deleted: outputs.get('deleted') }).toEqual({ exitCode: 0, deleted: '0' });
    expect(log).toContain('has nothing left to do');
    await rm(join(directory, 'workspace', 'retention-plan.json'));
    expect((await run({ mode: 'apply' })).outputs.get('deleted')).toBe('4');
  });

  it('deletes nothing of a package that came to be after the plans were made', async () => {
    const seedOld = async (name: string): Promise<void> => {
      const today = now;
      now -= 40 * DAY;
      for (const tag of ['v1', 'sha-1111111']) {
        await seed(github, `acme/${name}`, makeImage({ layers: [name, tag] }), { tags: [tag] });
      }
      now = today;
    };
    const targets = `${github.host}/acme/*`;
    await seedOld('app');
    expect((await run({ targets, mode: 'plan' })).exitCode).toBe(0);
    await seedOld('late');
    const first = await run({ targets, mode: 'apply' });
    expect(first.exitCode === 0 ? '' : first.log).toBe('');
    expect(first.outputs.get('deleted')).toBe('1');
    expect(first.log).toContain(`${github.host}/acme/late has no plan`);
    expect(github.versions('acme', 'container', 'late')).toHaveLength(2);
    const second = await run({ targets, mode: 'apply' });
    expect(second.outputs.get('deleted')).toBe('1');
  });

  it('cleans up once what is named twice', async () => {
    await push('sha-1111111', 40);
    await push('v1', 40);
    github.addPackage('acme', 'npm', 'lib', [{ name: '1.0.0' }]);
    const targets = `${github.host}/acme/app\n${github.host}/acme/app\nnpm:@acme/lib\nnpm:@Acme/Lib`;
    const { exitCode, log, outputs } = await run({ targets });
    expect(exitCode === 0 ? '' : log).toBe('');
    expect({ planned: outputs.get('planned'), kept: outputs.get('kept') }).toEqual({
      planned: '4',
      kept: '5',
    });
  });

  it('tries a policy on paper', async () => {
    const { exitCode, log, outputs } = await run({ targets: '', inventory: 'none.json' });
    expect({ exitCode, code: outputs.get('error-code') }).toEqual({ exitCode: 1, code: 'NOT_FOUND' });
    expect(log).toContain('none.json');
  });

  it('tells all in its output', async () => {
    await push('sha-1111111', 40);
    expect(jsonOf(await run({}))).toMatchObject({ planned: 4, deleted: 0, dryRun: false });
  });
});
