import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthOptions } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { type Eavesdropper, eavesdropOn } from '../support/eavesdropper.ts';
import { openStage, REPOSITORY, type Stage, VERSION } from '../support/stage.ts';

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
  let dev: Eavesdropper;
  let prod: Eavesdropper;
  beforeAll(async () => {
    stage = await openStage({ dev: { auth }, prod: { auth } });
    dev = await eavesdropOn(stage.dev.host);
    stage.workplace.onClose(() => dev.close());
    prod = await eavesdropOn(stage.prod.host);
    stage.workplace.onClose(() => prod.close());
  });
  afterAll(() => stage.workplace.close());

  const registries = (password: string): string =>
    [dev, prod]
      .map(({ host }) => `"${host}":\n  username: ${NAME}\n  password: ${JSON.stringify(password)}`)
      .join('\n');
  const promote = (
    destination: string,
    step: Readonly<Record<string, string>>,
    env = {},
  ): Promise<StepResult> =>
    stage.promote(
      {
        source: `${dev.host}/${REPOSITORY}:${VERSION}`,
        destination: `${prod.host}/prod/${destination}`,
        ...step,
      },
      { env: { RUNNER_DEBUG: '1', ...env } },
    );
  /** What the client sent to prove who it is: passwords with their names, and the tokens it got for them. */
  const sent = (): readonly string[] => [...dev.heard, ...prod.heard];

  it('are used and never shown', async () => {
    const result = await promote('used', { registries: registries(PASSWORD) });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(sent().length).toBeGreaterThan(0);
    expect(leaks(result, [...sent(), ...formsOf(PASSWORD)])).toEqual([]);
  }, 30_000);

  it('are not shown when they are refused', async () => {
    const result = await promote('refused', { registries: registries(WRONG) });
    expect(result.exitCode).toBe(1);
    expect(result.outputs.get('error-code')).toBe('UNAUTHORIZED');
    expect(leaks(result, [...sent(), ...formsOf(WRONG)])).toEqual([]);
  }, 30_000);

  it("are found in docker's configuration", async () => {
    const directory = await stage.workplace.place('docker');
    const login = Buffer.from(`${NAME}:${PASSWORD}`).toString('base64');
    const auths = Object.fromEntries([dev, prod].map(({ host }) => [host, { auth: login }]));
    await writeFile(join(directory, 'config.json'), JSON.stringify({ auths }));
    const result = await promote('docker', {}, { DOCKER_CONFIG: directory });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(leaks(result, [...sent(), ...formsOf(PASSWORD)])).toEqual([]);
  }, 30_000);
});

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
