import type { Log } from '@artifact-lifecycle/core/action';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import { loadPolicy } from '@artifact-lifecycle/core/policy';
import { createConnections } from '@artifact-lifecycle/registry';
import { type RetentionSource, readRetention, retentionOfPolicy } from '@artifact-lifecycle/retention';
import { type GitHubPackages, startGitHubPackages } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GitHub, openGitHub } from '../src/github.ts';
import { openTargets } from '../src/targets.ts';
import { readWorld } from '../src/world.ts';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const CLOCK = { now: () => NOW, sleep: () => Promise.resolve() };
const SIGNAL = new AbortController().signal;

const nothing = (): void => {};
const SILENT: Log = new Proxy({} as Log, { get: () => nothing });

const classes = (rule: string): RetentionSource =>
  readRetention(`classes: { a: { match: { tags: ["*"] }, ${rule} } }\n`, {
    kind: 'input',
    name: 'retention',
  });

describe('what a cleanup asks GitHub', () => {
  let github: GitHubPackages;
  const http = createHttpClient({ userAgent: 'test', environment: {} });
  beforeAll(async () => {
    github = await startGitHubPackages({ now: CLOCK.now });
    github.repository('acme/app').branches = ['main'];
    github.repository('acme/app').openPullRequests = [{ number: 7, head: 'feature' }];
    for (const name of ['lib', 'other']) github.addPackage('acme', 'npm', name, [{ name: '1.0.0' }]);
  });
  afterAll(async () => {
    http.close();
    await github.close();
  });
  const open = (token?: string, repository = 'acme/app'): GitHub => {
    const env = { GITHUB_API_URL: github.url, GITHUB_REPOSITORY: repository };
    return openGitHub(http, token, { env, clock: CLOCK });
  };
  const asked = async (work: () => Promise<unknown>): Promise<number> => {
    const before = github.log.requests.length;
    await work();
    return github.log.requests.length - before;
  };

  describe('of the world', () => {
    const world = (source: RetentionSource, token: string | undefined = 'token') =>
      readWorld(source, open(token), { clock: CLOCK, signal: SIGNAL });

    it('is nothing where no rule asks, so that no token is needed', async () => {
      const quiet = () => world(classes('keep: 1d'), '');
      expect(await asked(quiet)).toBe(0);
      expect(await quiet()).toMatchObject({ now: NOW, branches: undefined, openPullRequests: undefined });
    });

    it('is the branches, and the open pull requests, each for the rule that asks', async () => {
      const { branches, openPullRequests } = await world(classes('delete-when: branch-gone'));
      expect([...(branches ?? [])]).toEqual(['main']);
      expect(openPullRequests).toBeUndefined();
      expect((await world(classes('delete-when: pr-closed'))).openPullRequests).toBeDefined();
    });

    it('is asked by the retention of an environment, too', async () => {
      const policy = loadPolicy(
        'version: 1\nenvironments:\n  dev:\n    repository: ghcr.io/acme/app\n    retention: { delete-when: branch-gone }\n',
        'policy.yml',
      );
      expect((await world(retentionOfPolicy(policy))).branches).toBeDefined();
    });

    it('is an error where GitHub cannot be asked: every branch would seem to be gone', async () => {
      const source = classes('delete-when: branch-gone');
      await expect(world(source, '')).rejects.toMatchObject({ code: 'PERMISSION_MISSING' });
      const elsewhere = open('token', 'acme/hidden');
      await expect(readWorld(source, elsewhere, { clock: CLOCK, signal: SIGNAL })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });
  });

  describe('of targets', () => {
    const targets = async (texts: readonly string[], token: string | undefined = 'token') => {
      const services = await openTargets(texts, {
        github: open(token),
        connections: createConnections({ http, credentials: [] }),
        clouds: { awsKeysFor: () => Promise.reject(new Error('Nobody asks for them.')) },
        registries: new Map(),
        http,
        context: { signal: SIGNAL, clock: CLOCK, log: SILENT },
      });
      return services.map(({ target }) => target);
    };

    it.each([
      {
        name: 'as they are written',
        texts: ['npm:@acme/other', 'npm:@acme/lib'],
        opened: ['npm:@acme/other', 'npm:@acme/lib'],
      },
      { name: 'by a pattern', texts: ['npm:@acme/*'], opened: ['npm:@acme/lib', 'npm:@acme/other'] },
      {
        name: 'once each',
        texts: ['npm:@acme/lib', 'npm:@acme/*', 'npm:@Acme/Lib'],
        opened: ['npm:@acme/lib', 'npm:@acme/other'],
      },
      {
        name: 'that are plain registries',
        texts: ['registry.example/acme/app'],
        opened: ['registry.example/acme/app'],
      },
      {
        name: 'once however they are written',
        texts: ['registry.example/acme/app', 'Registry.Example/acme/app'],
        opened: ['registry.example/acme/app'],
      },
    ])('opens them $name', async ({ texts, opened }) => {
      expect(await targets(texts)).toEqual(opened);
    });

    it.each([
      { name: 'what nothing matches', texts: ['npm:@acme/no-*'], code: 'NOT_FOUND' },
      { name: 'what is no name', texts: ['registry.example/a b'], code: 'INPUT_INVALID' },
      { name: 'packages without a token', texts: ['npm:@acme/lib'], token: '', code: 'PERMISSION_MISSING' },
    ])('refuses $name', async ({ texts, token, code }) => {
      await expect(targets(texts, token)).rejects.toMatchObject({ code });
    });
  });
});
