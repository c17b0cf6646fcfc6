import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seed, startRegistry, type TestRegistry } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { makePackageImage } from '../support/package-image.ts';
import { runAction } from '../support/runner.ts';
import { jsonOf, writesOf } from '../support/stage.ts';

const REPOSITORY = 'acme/app';

interface Entry {
  readonly platform: string;
  readonly digest: string;
  readonly format: string;
  readonly path: string;
  readonly sha256: string;
  readonly packages: number;
  readonly referrer?: string;
}

const sbomsOf = (result: StepResult): readonly Entry[] => JSON.parse(result.outputs.get('sboms') ?? '[]');

describe('a list of what is inside, as the runner sees it', () => {
  const image = makePackageImage();
  const later = makePackageImage({
    left: '1.1.0',
    more: [{ path: 'app/node_modules/new/package.json', content: '{"name":"new","version":"0.1.0"}' }],
  });
  let workplace: Workplace;
  let registry: TestRegistry;
  let reference: string;

  beforeAll(async () => {
    workplace = await openWorkplace('e2e');
    registry = await startRegistry();
    workplace.onClose(() => registry.close());
    await seed(registry, REPOSITORY, image, { tags: ['1.0'] });
    await seed(registry, REPOSITORY, later, { tags: ['1.1'] });
    reference = `${registry.host}/${REPOSITORY}:1.0`;
  });
  afterAll(() => workplace.close());

  const run = async (
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
    directory?: string,
  ): Promise<StepResult & { readonly directory: string }> => {
    const place = directory ?? (await workplace.place('job'));
    return { ...(await runAction('sbom', { inputs, directory: place, env })), directory: place };
  };

  const read = async (result: { readonly directory: string }, path: string): Promise<Buffer> =>
    readFile(join(result.directory, 'workspace', path));

  it('writes a document for each platform, and says so in outputs, summary and log', async () => {
    const result = await run({ image: reference });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    const sboms = sbomsOf(result);
    expect(
      sboms.map(({ platform, format, path, packages }) => ({ platform, format, path, packages })),
    ).toEqual([
      {
        platform: 'linux/amd64',
        format: 'cyclonedx-json',
        path: 'sbom/app-linux-amd64.cdx.json',
        packages: 4,
      },
      {
        platform: 'linux/arm64',
        format: 'cyclonedx-json',
        path: 'sbom/app-linux-arm64.cdx.json',
        packages: 4,
      },
    ]);
    expect(sboms.map(({ digest }) => digest)).toEqual(image.children.map(({ digest }) => digest));
    expect(result.outputs.get('sbom')).toBe('sbom/app-linux-amd64.cdx.json');
    // The two npm packages are the same on both platforms; the distribution's are of an architecture each.
    expect(result.outputs.get('packages')).toBe('6');
    expect(jsonOf(result)).toMatchObject({ unknowns: [], ecosystems: { apk: 4, npm: 2 } });
    expect(result.summary).toContain('6 packages on 2 platforms');
    const document = JSON.parse((await read(result, 'sbom/app-linux-amd64.cdx.json')).toString());
    expect(document).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    const purls = document.components.map(({ purl }: { purl?: string }) => purl);
    expect(purls).toEqual(expect.arrayContaining(['pkg:npm/left@1.0.0', 'pkg:npm/%40acme/right@2.1.0']));
    expect(purls.join()).not.toContain('gone');
  });

  it('writes every format, each by its name', async () => {
    const formats = 'cyclonedx-json, cyclonedx-json@1.7\nspdx-json\nspdx-json@3.0';
    const result = await run({ image: reference, platforms: 'linux/arm64', formats });
    expect(sbomsOf(result).map(({ path }) => path)).toEqual([
      'sbom/app-linux-arm64.cdx.json',
      'sbom/app-linux-arm64.cdx17.json',
      'sbom/app-linux-arm64.spdx.json',
      'sbom/app-linux-arm64.spdx3.json',
    ]);
    const [, next, spdx, spdx3] = await Promise.all(
      sbomsOf(result).map(async ({ path }) => JSON.parse((await read(result, path)).toString())),
    );
    expect(next.specVersion).toBe('1.7');
    expect(spdx.spdxVersion).toBe('SPDX-2.3');
    expect(spdx3['@context']).toContain('3.0.1');
  });

  it('gives the same bytes for the same image, from wherever it is read', async () => {
    const formats = 'cyclonedx-json\nspdx-json\nspdx-json@3.0';
    const first = await run({ image: reference, formats });
    const layout = join(await workplace.place('layout'), 'app');
    await runAction('promote', {
      inputs: { source: reference, destination: `oci:${layout}`, tags: '1.0' },
      directory: await workplace.place('job'),
    });
    const again = await run({ image: reference, formats });
    const hashes = (result: StepResult) => sbomsOf(result).map(({ sha256 }) => sha256);
    expect(hashes(again)).toEqual(hashes(first));
    const read = await run({ image: `oci:${layout}:1.0`, formats });
    expect({ exit: read.exitCode, log: read.log }).toMatchObject({ exit: 0 });
    // The image has another name there, and nothing else differs.
    expect(sbomsOf(read).map(({ packages }) => packages)).toEqual(
      sbomsOf(first).map(({ packages }) => packages),
    );
  }, 30_000);

  it('honours SOURCE_DATE_EPOCH, and refuses one that is no number', async () => {
    const result = await run({ image: reference }, { SOURCE_DATE_EPOCH: '1700000000' });
    const document = JSON.parse((await read(result, 'sbom/app-linux-amd64.cdx.json')).toString());
    expect(document.metadata.timestamp).toMatch(/^2023-11-14T22:13:20/);
    const refused = await run({ image: reference }, { SOURCE_DATE_EPOCH: 'yesterday' });
    expect(refused.outputs.get('error-code')).toBe('INPUT_INVALID');
  });

  it('attaches each document to its platform and one to the index, and the second time nothing', async () => {
    const result = await run({ image: reference, attach: 'true' });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    for (const { digest, referrer = '' } of sbomsOf(result)) {
      expect(registry.store.referrers(REPOSITORY, asDigest(digest))).toEqual([referrer]);
    }
    expect(registry.store.referrers(REPOSITORY, image.digest)).toHaveLength(1);
    registry.log.clear();
    const again = await run({ image: reference, attach: 'true' });
    expect(again.exitCode).toBe(0);
    expect(writesOf(registry)).toEqual([]);
    expect(sbomsOf(again)).toEqual(sbomsOf(result));
  }, 30_000);

  it('writes nothing in a dry run', async () => {
    registry.log.clear();
    const result = await run({
      image: `${registry.host}/${REPOSITORY}:1.1`,
      attach: 'true',
      'dry-run': 'true',
    });
    expect(result.exitCode).toBe(0);
    expect(result.outputs.get('packages')).toBe('7');
    expect(writesOf(registry)).toEqual([]);
    await expect(read(result, 'sbom/app-linux-amd64.cdx.json')).rejects.toThrow('ENOENT');
  });

  it.each([
    { name: 'an image', before: () => `${registry.host}/${REPOSITORY}:1.0` },
    { name: 'a CycloneDX document', before: () => 'before.cdx.json' },
  ])(
    'says what has changed since $name',
    async ({ before }) => {
      const directory = await workplace.place('job');
      const old = await run({ image: reference });
      await mkdir(join(directory, 'workspace'), { recursive: true });
      await writeFile(
        join(directory, 'workspace', 'before.cdx.json'),
        await read(old, 'sbom/app-linux-amd64.cdx.json'),
      );
      const result = await run(
        {
          image: `${registry.host}/${REPOSITORY}:1.1`,
          platforms: 'linux/amd64',
          'diff-with': before(),
        },
        {},
        directory,
      );
      expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
      const diff = JSON.parse(result.outputs.get('diff') ?? '{}');
      expect(diff).toMatchObject({
        added: [{ type: 'npm', name: 'new', versions: ['0.1.0'] }],
        removed: [],
        changed: [{ type: 'npm', name: 'left', before: ['1.0.0'], after: ['1.1.0'] }],
      });
      expect(result.summary).toContain('1 added, 0 removed, 1 changed');
    },
    30_000,
  );

  it('describes a directory by its lock files', async () => {
    const directory = await workplace.place('job');
    await mkdir(join(directory, 'workspace', 'app'), { recursive: true });
    await writeFile(
      join(directory, 'workspace', 'app', 'package-lock.json'),
      JSON.stringify({
        name: 'app',
        version: '1.0.0',
        lockfileVersion: 3,
        packages: {
          '': { name: 'app', version: '1.0.0', dependencies: { left: '^1.0.0' } },
          'node_modules/left': { version: '1.0.0', resolved: 'https://registry.example/left-1.0.0.tgz' },
        },
      }),
    );
    const result = await run({ path: 'app' }, {}, directory);
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    const [{ path, platform, digest } = { path: '' }] = sbomsOf(result);
    expect({ path, platform, digest }).toEqual({ path: 'sbom/app.cdx.json' });
    const document = JSON.parse((await read(result, path)).toString());
    const purls = document.components.map(({ purl }: { purl?: string }) => purl);
    expect(purls).toContain('pkg:npm/left@1.0.0');
  });

  it.each([
    { name: 'neither image nor path', inputs: () => ({}), code: 'INPUT_INVALID', says: 'Neither' },
    { name: 'both', inputs: () => ({ image: reference, path: '.' }), code: 'INPUT_INVALID', says: 'Both' },
    {
      name: 'a format nobody knows',
      inputs: () => ({ image: reference, formats: 'swid' }),
      code: 'INPUT_INVALID',
      says: 'swid',
    },
    {
      name: 'a platform that is not there',
      inputs: () => ({ image: reference, platforms: 'linux/s390x' }),
      code: 'NOT_FOUND',
      says: 'linux/amd64, linux/arm64',
    },
    {
      name: 'attaching to a path',
      inputs: () => ({ path: '.', attach: 'true' }),
      code: 'INPUT_INVALID',
      says: '"path" is none',
    },
    {
      name: 'a mode of vulnerabilities that is none',
      inputs: () => ({ image: reference, vulnerabilities: 'block' }),
      code: 'INPUT_INVALID',
      says: 'Input "vulnerabilities" is "block"',
    },
    {
      name: 'a document that is not there',
      inputs: () => ({ image: reference, 'diff-with': 'x.json' }),
      code: 'NOT_FOUND',
      says: 'x.json',
    },
  ])('refuses $name', async ({ inputs, code, says }) => {
    const result = await run(inputs());
    expect(result.exitCode).toBe(1);
    expect(result.outputs.get('error-code')).toBe(code);
    expect(result.log).toContain(says);
  });

  it('refuses a layer that does not add up, and writes no document', async () => {
    const { digest } = image.children[0]?.blobs[1]?.descriptor ?? {};
    registry.faults.add(
      { method: 'GET', path: new RegExp(`/blobs/${digest}$`) },
      { kind: 'corrupt', offset: 100 },
    );
    const result = await run({ image: reference });
    expect(result.exitCode).toBe(1);
    expect(result.outputs.get('error-code')).toBe('DIGEST_MISMATCH');
    await expect(read(result, 'sbom/app-linux-amd64.cdx.json')).rejects.toThrow('ENOENT');
  });
});

function asDigest(text: string): `sha256:${string}` {
  return `sha256:${text.slice('sha256:'.length)}`;
}
