import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthOptions, TestRegistry } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { openStage, type Stage } from '../support/stage.ts';

const NAME = 'release-robot';
const PASSWORD = 'correct horse+battery/staple=';
const WRONG = 'a password of some other registry';
const USERS = [{ name: NAME, password: PASSWORD }];

const KINDS: readonly { readonly name: string; readonly auth: AuthOptions }[] = [
  { name: 'basic', auth: { kind: 'basic', users: USERS } },
  { name: 'bearer', auth: { kind: 'bearer', users: USERS } },
  { name: 'bearer by GET', auth: { kind: 'bearer', users: USERS, post: false, field: 'token' } },
];

describe.each(KINDS)('credentials of a registry with $name authorisation', ({ auth }) => {
  let stage: Stage;
  const seen = new Set<string>();
  beforeAll(async () => {
    stage = await openStage({ dev: { auth }, prod: { auth } });
    for (const registry of [stage.dev, stage.prod]) rememberSecrets(registry, seen);
  });
  afterAll(() => stage.workplace.close());

  const registries = (password: string): string =>
    [stage.dev, stage.prod]
      .map(({ host }) => `"${host}":\n  username: ${NAME}\n  password: ${JSON.stringify(password)}`)
      .join('\n');
  const promote = (password: string, env: Readonly<Record<string, string>> = {}): Promise<StepResult> =>
    stage.promote(
      {
        source: stage.source,
        destination: `${stage.prod.host}/prod/api`,
        ...(password === '' ? {} : { registries: registries(password) }),
      },
      { env },
    );

  it('are used and never shown', async () => {
    const result = await promote(PASSWORD, { RUNNER_DEBUG: '1' });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(seen.size).toBeGreaterThan(0);
    expect(leaks(result, [...seen, ...formsOf(PASSWORD)])).toEqual([]);
  }, 30_000);

  it('are not shown when they are refused', async () => {
    const result = await promote(WRONG, { RUNNER_DEBUG: '1' });
    expect(result.exitCode).toBe(1);
    expect(result.outputs.get('error-code')).toBe('UNAUTHORIZED');
    expect(leaks(result, [...seen, ...formsOf(WRONG)])).toEqual([]);
  }, 30_000);

  it("are found in docker's configuration", async () => {
    const directory = await stage.workplace.place('docker');
    await mkdir(directory, { recursive: true });
    const login = Buffer.from(`${NAME}:${PASSWORD}`).toString('base64');
    const auths = Object.fromEntries([stage.dev, stage.prod].map(({ host }) => [host, { auth: login }]));
    await writeFile(join(directory, 'config.json'), JSON.stringify({ auths }));
    const result = await promote('', { DOCKER_CONFIG: directory, RUNNER_DEBUG: '1' });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(leaks(result, [...seen, ...formsOf(PASSWORD)])).toEqual([]);
  }, 30_000);
});

/** Keeps what clients send to prove who they are: the registry's log does not. */
function rememberSecrets(registry: TestRegistry, seen: Set<string>): void {
  registry.faults.add(
    {},
    {
      kind: 'hook',
      run: ({ headers }) => {
        const credentials = headers['authorization']?.split(' ')[1];
        if (credentials !== undefined) seen.add(credentials);
      },
    },
  );
}

function formsOf(password: string): readonly string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return [password, encodeURIComponent(password), base64(password), base64(`${NAME}:${password}`)];
}

/** Where a step shows a secret: anywhere but in the command that has the runner hide it. */
function leaks(result: StepResult, secrets: readonly string[]): readonly string[] {
  const shown = result.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  const texts = [...shown, result.summary, ...result.outputs.values()];
  return texts.filter((text) => secrets.some((secret) => text.includes(secret)));
}
