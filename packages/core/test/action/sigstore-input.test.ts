import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSigstore } from '../../src/action/sigstore-input.ts';
import { loadPolicy } from '../../src/policy/load.ts';

describe('whose Sigstore is meant', () => {
  let workspace = '';
  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'sigstore-'));
    await mkdir(join(workspace, 'ci'));
    await writeFile(
      join(workspace, 'ci/own.yml'),
      'fulcio-url: https://fulcio.acme.com\ntrusted-root: root.json\n',
    );
    await writeFile(join(workspace, 'ci/wrong.yml'), 'fulcio: https://fulcio.acme.com\n');
  });
  afterAll(() => rm(workspace, { recursive: true }));

  const policy = (sigstore: string) => loadPolicy(`version: 1\nsigstore: ${sigstore}\n`, 'policy.yml');

  it.each([
    { name: 'auto where nothing says more', input: 'auto', setting: undefined, expected: { kind: 'auto' } },
    { name: 'the input', input: 'github', setting: 'public-good', expected: { kind: 'github' } },
    {
      name: 'the policy, where the input is auto',
      input: 'auto',
      setting: 'github',
      expected: { kind: 'github' },
    },
  ])('is $name', async ({ input, setting, expected }) => {
    const found = await readSigstore(input, setting === undefined ? undefined : policy(setting), {
      workspace,
    });
    expect(found).toEqual(expected);
  });

  it('is read from a file, whose paths start where it lies', async () => {
    const expected = {
      kind: 'own',
      fulcioUrl: 'https://fulcio.acme.com',
      trustedRoot: join(workspace, 'ci', 'root.json'),
    };
    expect(await readSigstore('ci/own.yml', undefined, { workspace })).toEqual(expected);
    expect(await readSigstore('auto', policy('ci/own.yml'), { workspace })).toEqual(expected);
  });

  it('is refused where the file is not there or says something else', async () => {
    await expect(readSigstore('ci/none.yml', undefined, { workspace })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(readSigstore('ci/wrong.yml', undefined, { workspace })).rejects.toMatchObject({
      code: 'POLICY_INVALID',
    });
  });
});
