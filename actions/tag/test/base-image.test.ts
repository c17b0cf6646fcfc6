import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRegistries } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import { readBaseLabels } from '../src/base-image.ts';

const ignore = (): void => undefined;
const { connections } = connectRegistries({
  action: 'test',
  registries: new Map(),
  githubToken: undefined,
  context: {
    env: {},
    clock: { now: () => 0, sleep: async () => undefined },
    log: { mask: ignore, warning: ignore, debug: ignore },
  },
});

function read(prepare: (path: string) => void): Promise<Readonly<Record<string, string>>> {
  const workspace = mkdtempSync(join(tmpdir(), 'base-image-test-'));
  prepare(join(workspace, 'Dockerfile'));
  return readBaseLabels('Dockerfile', workspace, connections, new AbortController().signal);
}

describe('the labels of what a Dockerfile is built on', () => {
  it('need no registry where it names a digest', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(await read((path) => writeFileSync(path, `FROM ghcr.io/acme/base:1@${digest}\n`))).toEqual({
      'org.opencontainers.image.base.name': 'ghcr.io/acme/base:1',
      'org.opencontainers.image.base.digest': digest,
    });
  });

  it('are none of an image from nothing', async () => {
    expect(await read((path) => writeFileSync(path, 'FROM scratch\n'))).toEqual({});
  });

  it.each([
    ['is not there', ignore, 'INPUT_INVALID'],
    ['is larger than any', (path: string) => writeFileSync(path, '#'.repeat(2 ** 20 + 1)), 'LIMIT_EXCEEDED'],
  ])('are refused of a file that %s', async (_, prepare, code) => {
    await expect(read(prepare)).rejects.toMatchObject({ code });
  });

  const itWhereDevicesAre = process.platform === 'win32' ? it.skip : it;
  itWhereDevicesAre('are refused of a link to a device that never ends', async () => {
    await expect(read((path) => symlinkSync('/dev/zero', path))).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });
});
