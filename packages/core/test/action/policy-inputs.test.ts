import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY_PATH } from '../../src/action/common-inputs.ts';
import { createLog } from '../../src/action/log.ts';
import { readPolicyInputs } from '../../src/action/policy-inputs.ts';
import { recordRunner } from './recording-runner.ts';

const POLICY = `version: 1
registries:
  a.example: { username: file, password: from-the-file }
  b.example: { token: token-of-the-file }
`;

async function read(path: string, registries?: string, files: Readonly<Record<string, string>> = {}) {
  const workspace = mkdtempSync(join(tmpdir(), 'policy-inputs-test-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, file)), { recursive: true });
    writeFileSync(join(workspace, file), text);
  }
  const runner = recordRunner();
  const yaml = registries === undefined ? undefined : { text: registries, value: undefined };
  const read = await readPolicyInputs(
    { policy: path, registries: yaml },
    { workspace, log: createLog(runner) },
  );
  return { ...read, masks: runner.masks };
}

describe('the policy file and the input registries', () => {
  it('may both be missing where no file is named', async () => {
    const { policy, registries } = await read(DEFAULT_POLICY_PATH);
    expect(policy).toBeUndefined();
    expect(registries.size).toBe(0);
  });

  it('are an error where a named file is missing', async () => {
    await expect(read('ci/policy.yml')).rejects.toThrow('ci/policy.yml');
  });

  it('come together, and for a host in both the input wins', async () => {
    const { registries } = await read(
      DEFAULT_POLICY_PATH,
      'a.example: { username: input, password: p4ssword }',
      {
        [DEFAULT_POLICY_PATH]: POLICY,
      },
    );
    expect([...registries.keys()].sort()).toEqual(['a.example', 'b.example']);
    expect(registries.get('a.example')?.username).toBe('input');
    expect(registries.get('a.example')?.password?.reveal()).toBe('p4ssword');
    expect(registries.get('b.example')?.token?.reveal()).toBe('token-of-the-file');
  });

  it('have the secrets in them masked', async () => {
    const { masks } = await read(DEFAULT_POLICY_PATH, undefined, { [DEFAULT_POLICY_PATH]: POLICY });
    expect(masks).toEqual(expect.arrayContaining(['from-the-file', 'token-of-the-file']));
  });

  it('refuse an input that is no such settings, by its name', async () => {
    await expect(read(DEFAULT_POLICY_PATH, 'a.example: { pasword: x }')).rejects.toThrow(
      /registries.*pasword/,
    );
  });
});
