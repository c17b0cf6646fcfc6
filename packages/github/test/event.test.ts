import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { pushedCommitDate, readEvent, repositoryByName, repositoryOfEvent } from '../src/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'event-test-'));
let count = 0;

function eventFile(payload: unknown): string {
  const path = join(directory, `event-${count++}.json`);
  writeFileSync(path, typeof payload === 'string' ? payload : JSON.stringify(payload));
  return path;
}

const WHOLE = {
  name: 'api',
  description: null,
  html_url: 'https://github.com/acme/api',
  default_branch: 'main',
  license: { spdx_id: 'Apache-2.0' },
};

describe('readEvent', () => {
  it('reads a pull request with its number, branches and head commit', async () => {
    const event = await readEvent({
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF: 'refs/pull/15/merge',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_REPOSITORY: 'acme/api',
      GITHUB_EVENT_PATH: eventFile({
        number: 15,
        pull_request: { head: { sha: 'b'.repeat(40), ref: 'topic' }, base: { ref: 'main' } },
      }),
    });
    expect(event).toMatchObject({
      name: 'pull_request',
      ref: 'refs/pull/15/merge',
      headRef: 'topic',
      baseRef: 'main',
      pullRequest: { number: 15, headSha: 'b'.repeat(40), headRef: 'topic', baseRef: 'main' },
    });
  });

  it('takes pull_request_target for its pull request, not the branch it runs on', async () => {
    const event = await readEvent({
      GITHUB_EVENT_NAME: 'pull_request_target',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_EVENT_PATH: eventFile({ number: 7, pull_request: {} }),
    });
    expect(event.ref).toBe('refs/pull/7/merge');
  });

  it('reads nothing where there is no event', async () => {
    expect(await readEvent({})).toMatchObject({ name: '', ref: '', sha: '', repository: '', payload: {} });
  });

  it.each([
    ['not JSON', '{', 'INPUT_INVALID'],
    ['a list', '[]', 'INPUT_INVALID'],
  ])('refuses a file that is %s', async (_, text, code) => {
    await expect(readEvent({ GITHUB_EVENT_PATH: eventFile(text) })).rejects.toMatchObject({ code });
  });

  it('refuses a file that is not there, and one that is larger than any event', async () => {
    await expect(readEvent({ GITHUB_EVENT_PATH: join(directory, 'none') })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    const large = eventFile(`{"a":"${' '.repeat(27 * 1024 * 1024)}"}`);
    await expect(readEvent({ GITHUB_EVENT_PATH: large })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it.each([
    ['a number for a name', { repository: { full_name: 1 } }],
    ['a list for a pull request', { pull_request: [] }],
    ['a prototype', JSON.parse('{"__proto__":{"pull_request":{"number":1}}}')],
  ])('is not led astray by %s', async (_, payload) => {
    const event = await readEvent({ GITHUB_EVENT_PATH: eventFile(payload) });
    expect(event).toMatchObject({ repository: '', pullRequest: undefined });
  });
});

describe('what an event says beside its names', () => {
  it('is the repository, where it is told whole', async () => {
    const whole = await readEvent({ GITHUB_EVENT_PATH: eventFile({ repository: WHOLE }) });
    expect(repositoryOfEvent(whole)).toEqual({
      name: 'api',
      description: '',
      htmlUrl: 'https://github.com/acme/api',
      defaultBranch: 'main',
      licence: 'Apache-2.0',
    });
    const { license: _, ...part } = WHOLE;
    const partial = await readEvent({ GITHUB_EVENT_PATH: eventFile({ repository: part }) });
    expect(repositoryOfEvent(partial)).toBeUndefined();
  });

  it('is the name and page of the repository, where nobody can be asked', async () => {
    const event = await readEvent({
      GITHUB_REPOSITORY: 'acme/api',
      GITHUB_SERVER_URL: 'https://ghe.example',
    });
    expect(repositoryByName(event)).toMatchObject({ name: 'api', htmlUrl: 'https://ghe.example/acme/api' });
  });

  it.each([
    [
      'among the pushed commits',
      { commits: [{ id: 'x' }, { id: 'abc', timestamp: '2024-01-01T00:00:00Z' }] },
    ],
    ['as the head commit', { head_commit: { id: 'abc', timestamp: '2024-01-01T00:00:00Z' } }],
  ])('is the date of its commit %s', async (_, payload) => {
    const event = await readEvent({ GITHUB_SHA: 'abc', GITHUB_EVENT_PATH: eventFile(payload) });
    expect(pushedCommitDate(event)).toBe('2024-01-01T00:00:00Z');
  });
});
