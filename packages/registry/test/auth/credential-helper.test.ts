import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { isSuiteError } from '@artifact-lifecycle/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askCredentialHelper, spawnHelper } from '../../src/auth/credential-helper.ts';

// A helper on Windows is an .exe, which a test cannot write.
const onPosix = process.platform === 'win32' ? describe.skip : describe;

onPosix('a credential helper', () => {
  let directory = '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'credential-helper-'));
    const helper = async (name: string, script: string): Promise<void> => {
      const file = join(directory, `docker-credential-${name}`);
      await writeFile(file, `#!${process.execPath}\n${script}`);
      await chmod(file, 0o755);
    };
    await helper(
      'echo',
      `const chunks = []; process.stdin.on('data', (c) => chunks.push(c)).on('end', () => {
        const server = Buffer.concat(chunks).toString().trim();
        console.log(JSON.stringify({ ServerURL: server, Username: process.argv[2] + ' ' + server, Secret: process.env.HELPER_SECRET ?? 'none' }));
      });`,
    );
    await helper(
      'none',
      `process.stdout.write('credentials not found in native keychain\\n'); process.exitCode = 1;`,
    );
    await helper('deaf', `process.stdin.destroy(); console.log('{"Username":"me","Secret":"pw"}');`);
    await helper(
      'flood',
      `const text = 'x'.repeat(65536); const more = () => process.stdout.write(text, more); more();`,
    );
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  const runner = () =>
    spawnHelper({ PATH: `${directory}${delimiter}${process.env['PATH'] ?? ''}`, HELPER_SECRET: 'pw' });

  it('is told the registry on its standard input, and inherits the environment', async () => {
    expect(await askCredentialHelper('echo', 'ghcr.io', runner())).toEqual({
      kind: 'basic',
      username: 'get ghcr.io',
      password: 'pw',
    });
  });

  it('may know nothing', async () => {
    expect(await askCredentialHelper('none', 'ghcr.io', runner())).toBeUndefined();
  });

  it('need not read what it is told', async () => {
    expect(await askCredentialHelper('deaf', 'ghcr.io', runner())).toMatchObject({ password: 'pw' });
  });

  it('is stopped when it writes without end', async () => {
    await expect(askCredentialHelper('flood', 'ghcr.io', runner())).rejects.toThrow(/was killed/);
  });

  it('that is not installed is an error with a remedy', async () => {
    const error = await askCredentialHelper('absent', 'ghcr.io', runner()).catch((thrown: unknown) => thrown);
    expect(isSuiteError(error, 'UNAUTHORIZED')).toBe(true);
    expect(error).toMatchObject({
      message: 'The credential helper docker-credential-absent, asked about ghcr.io, cannot be started.',
      remedy: expect.stringContaining('Install docker-credential-absent'),
    });
  });
});
