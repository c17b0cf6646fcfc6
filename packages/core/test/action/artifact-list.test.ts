import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readArtifactList, tellArtifact } from '../../src/action/index.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IMAGE = { name: 'ghcr.io/acme/app', digest: DIGEST, kind: 'oci' };
const FILE = { name: 'dist/app.tgz', digest: `sha512:${'b'.repeat(128)}`, kind: 'file' };

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'artifacts-'));
  file = join(directory, 'artifacts');
});
afterEach(() => rm(directory, { recursive: true }));

async function read(content: unknown): Promise<unknown> {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readArtifactList({ GITHUB_ARTIFACTS_LIST: file });
}

describe("the runner's list of artifacts", () => {
  it('gives images and files, each once, whatever else it says', async () => {
    const list = { version: 1, subjects: [{ ...IMAGE, more: 1 }, FILE, IMAGE], other: {} };
    expect(await read(list)).toEqual([IMAGE, FILE]);
  });

  it.each([
    { name: 'no runner knows of it', env: {} },
    { name: 'the name of its file is empty', env: { GITHUB_ARTIFACTS_LIST: '' } },
    { name: 'its file is not there yet', env: { GITHUB_ARTIFACTS_LIST: '/nowhere/list' } },
  ])('is empty where $name', async ({ env }) => {
    expect(await readArtifactList(env)).toEqual([]);
  });

  it.each([
    { name: 'an empty file', content: '' },
    { name: 'a blank file', content: '\n' },
    { name: 'no artifacts', content: { version: 1, subjects: [] } },
  ])('is empty: $name', async ({ content }) => {
    expect(await read(content)).toEqual([]);
  });

  it.each([
    { name: 'no JSON', content: 'oci://x', code: 'INPUT_INVALID' },
    { name: 'another version', content: { version: 2, subjects: [] }, code: 'UNSUPPORTED' },
    { name: 'no version', content: { subjects: [] }, code: 'UNSUPPORTED' },
    { name: 'no list', content: { version: 1, subjects: {} }, code: 'INPUT_INVALID' },
    { name: 'no name', content: { version: 1, subjects: [{ ...IMAGE, name: '' }] }, code: 'INPUT_INVALID' },
    {
      name: 'a short digest',
      content: { version: 1, subjects: [{ ...IMAGE, digest: 'sha256:aa' }] },
      code: 'INPUT_INVALID',
    },
    {
      name: 'a digest in capitals',
      content: { version: 1, subjects: [{ ...IMAGE, digest: DIGEST.toUpperCase() }] },
      code: 'INPUT_INVALID',
    },
    {
      name: 'another kind',
      content: { version: 1, subjects: [{ ...IMAGE, kind: 'wheel' }] },
      code: 'INPUT_INVALID',
    },
    { name: 'null', content: { version: 1, subjects: [null] }, code: 'INPUT_INVALID' },
    {
      name: 'a prototype',
      content: '{"version":1,"subjects":[{"__proto__":{"name":"x"}}]}',
      code: 'INPUT_INVALID',
    },
    { name: 'too many', content: { version: 1, subjects: Array(10_001).fill(0) }, code: 'LIMIT_EXCEEDED' },
  ])('is refused: $name', async ({ content, code }) => {
    await expect(read(content)).rejects.toMatchObject({ code });
  });

  it('is refused where it is larger than any, or no file', async () => {
    await writeFile(file, '');
    await truncate(file, 4 * 1024 * 1024 + 1);
    const env = { GITHUB_ARTIFACTS_LIST: file };
    await expect(readArtifactList(env)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await expect(readArtifactList({ GITHUB_ARTIFACTS_LIST: directory })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});

describe('the runner is told of an image', () => {
  it('in a line for each', async () => {
    const env = { GITHUB_ARTIFACTS: file };
    await tellArtifact('ghcr.io/acme/app', DIGEST, env);
    await tellArtifact('ghcr.io/acme/other', DIGEST, env);
    expect(await readFile(file, 'utf8')).toBe(
      `oci://ghcr.io/acme/app@${DIGEST}\noci://ghcr.io/acme/other@${DIGEST}\n`,
    );
  });

  it('or not, where it does not listen, or would reject it', async () => {
    await tellArtifact('ghcr.io/acme/app', DIGEST, {});
    await tellArtifact('ghcr.io/acme/app=x', DIGEST, { GITHUB_ARTIFACTS: file });
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
    const env = { GITHUB_ARTIFACTS: directory };
    await expect(tellArtifact('ghcr.io/acme/app', DIGEST, env)).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
