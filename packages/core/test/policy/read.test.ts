import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_POLICY_BYTES, readPolicy } from '../../src/policy/index.ts';

let workspace = '';

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'policy-'));
  await mkdir(join(workspace, '.github'));
  await mkdir(join(workspace, 'directory'));
  await writeFile(join(workspace, '.github/artifact-lifecycle.yml'), 'version: 1\n');
  await writeFile(join(workspace, 'wrong.yml'), 'version: 1\nsoak: 1h\n');
  await writeFile(join(workspace, 'latin1.yml'), Uint8Array.of(0x23, 0xe9, 0x0a));
  await writeFile(join(workspace, 'bom.yml'), '\uFEFFversion: 1\n');
  await writeFile(join(workspace, 'large.yml'), `version: 1\n#${'x'.repeat(MAX_POLICY_BYTES)}`);
  await writeFile(join(workspace, 'empty.yml'), '');
});

afterAll(async () => {
  await rm(workspace, { recursive: true });
});

describe('readPolicy', () => {
  it('reads the file of the workspace', async () => {
    const path = '.github/artifact-lifecycle.yml';
    expect(await readPolicy({ path, explicit: false, workspace })).toEqual({ version: 1 });
  });

  it('reads an absolute path, and past a byte order mark', async () => {
    const path = join(workspace, 'bom.yml');
    expect(await readPolicy({ path, explicit: true, workspace: tmpdir() })).toEqual({ version: 1 });
  });

  it.each(['.github/other.yml', 'nowhere/policy.yml', 'wrong.yml/policy.yml'])(
    'finds nothing at %s unless it is named',
    async (path) => {
      expect(await readPolicy({ path, explicit: false, workspace })).toBeUndefined();
      await expect(readPolicy({ path, explicit: true, workspace })).rejects.toMatchObject({
        code: 'POLICY_INVALID',
        message: `The policy file "${path}" does not exist.`,
        remedy: expect.stringContaining('Check out the repository'),
      });
    },
  );

  it.each([
    ['directory', 'The policy file "directory" is a directory.'],
    ['latin1.yml', 'The policy file "latin1.yml" is not UTF-8 text.'],
    ['large.yml', 'The policy file "large.yml" is larger than 262144 bytes.'],
    ['empty.yml', 'empty.yml:1:1: the file is empty.'],
    ['loop.yml', 'The policy file "loop.yml" cannot be read (ELOOP).'],
  ])('refuses %s, also where it is not named', async (path, message) => {
    if (path === 'loop.yml') await symlink('loop.yml', join(workspace, 'loop.yml'));
    await expect(readPolicy({ path, explicit: false, workspace })).rejects.toMatchObject({
      code: 'POLICY_INVALID',
      message,
    });
  });

  it('gives the place of a mistake as an annotation needs it', async () => {
    await expect(readPolicy({ path: 'wrong.yml', explicit: true, workspace })).rejects.toMatchObject({
      code: 'POLICY_INVALID',
      position: { file: 'wrong.yml', line: 2, column: 1 },
    });
  });
});
