import { symlink as linkFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  type BlobContent,
  digestOf,
  MEDIA_TYPE,
  makeBlob,
  makeImage,
  seed,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  buildTar,
  type Entry,
  file,
  hardLink,
  pax,
  symlink,
} from '../../packages/sbom/test/reading/tar-builder.ts';
import { makeZip } from '../../packages/sbom/test/support/zip.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { runAction } from '../support/runner.ts';
import { jsonOf } from '../support/stage.ts';

/** What one run may take: the bound for an image of 1 GB, and seconds where a bomb would take hours. */
const MAX_RSS_BYTES = 300 * 1024 * 1024;
const MAX_MILLISECONDS = 20_000;

const MANIFEST = 'Manifest-Version: 1.0\nImplementation-Version: 1.0\n';

/** The rest, which has to be complete whatever else is there. */
const GOOD: readonly Entry[] = [
  file('etc/os-release', 'ID=alpine\nVERSION_ID=3.20.3\n'),
  file('lib/apk/db/installed', 'P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\no:musl\n\n'),
  file('app/node_modules/left/package.json', '{"name":"left","version":"1.0.0"}'),
  file(
    'opt/good-2.0.jar',
    makeZip({ 'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\nImplementation-Version: 2.0\n' }),
  ),
];
const GOOD_PURLS = [
  'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3',
  'pkg:maven/good@2.0',
  'pkg:npm/left@1.0.0',
];

interface Unknown {
  readonly path: string;
  readonly by: string;
  readonly reason: string;
}

interface Row {
  readonly name: string;
  readonly entries: () => readonly Entry[];
  /** Path and reason of each, sorted by path. */
  readonly unknowns: readonly (readonly [path: string, reason: RegExp])[];
}

const deepJson = '{"a":'.repeat(100_000);
const deepXml = `<project>${'<a>'.repeat(100_000)}`;
const bombYaml = Array.from({ length: 30 }, (_, at) => `a${at}: &a${at} [*a${at - 1}, *a${at - 1}]`)
  .join('\n')
  .replace('[*a-1, *a-1]', '[x]');

const ROWS: readonly Row[] = [
  {
    name: 'a jar that inflates to a thousand times its size',
    entries: () => [
      file(
        'opt/bomb-1.0.jar',
        makeZip({ 'META-INF/MANIFEST.MF': MANIFEST, 'lib/zeros.jar': Buffer.alloc(300 * 1024 * 1024) }),
      ),
    ],
    unknowns: [['opt/bomb-1.0.jar', /lib\/zeros\.jar.*inflated at once/]],
  },
  {
    name: 'a jar whose entries claim less than they inflate to',
    entries: () => [
      file(
        'opt/liar-1.0.jar',
        makeZip({
          'META-INF/MANIFEST.MF': MANIFEST,
          'lib/liar.jar': { content: Buffer.alloc(200 * 1024 * 1024), claimedSize: 100 },
        }),
      ),
    ],
    unknowns: [['opt/liar-1.0.jar', /lib\/liar\.jar.*cannot be inflated to 100 bytes/]],
  },
  {
    name: 'jars nested a hundred deep',
    entries: () => {
      let jar = makeZip({ 'META-INF/MANIFEST.MF': MANIFEST });
      for (let depth = 0; depth < 100; depth++) {
        jar = makeZip({ 'META-INF/MANIFEST.MF': MANIFEST, 'x.jar': { content: jar, isStored: true } });
      }
      return [file('opt/nested-1.0.jar', jar)];
    },
    unknowns: [['opt/nested-1.0.jar', /archives deep/]],
  },
  {
    name: 'links in circles',
    entries: () => [
      symlink('a', 'b'),
      symlink('b', 'a'),
      symlink('self', 'self'),
      symlink('usr/lib', '../usr/lib'),
      file('usr/lib/node_modules/x/package.json', '{"name":"x","version":"1.0.0"}'),
      symlink('app/node_modules/loop', '../node_modules/loop'),
      file('app/package.json', '{"name":"app","version":"1.0.0","dependencies":{"loop":"1","left":"1"}}'),
      hardLink('srv/package.json', 'srv/b'),
      hardLink('srv/b', 'srv/package.json'),
    ],
    unknowns: [['srv/package.json', /hard link/]],
  },
  {
    name: 'names that lead out of the tree',
    entries: () => [
      file('../../etc/passwd', 'root'),
      file('app/../../package.json', '{"name":"evil","version":"1.0.0"}'),
      symlink('etc/out', '../../../../../../etc'),
      hardLink('lib/package.json', '../../etc/passwd'),
    ],
    unknowns: [
      ['../../etc/passwd', /"\.\."/],
      ['app/../../package.json', /"\.\."/],
      ['lib/package.json', /"\.\."/],
    ],
  },
  {
    name: 'broken databases of every distribution',
    entries: () => [
      file(
        'var/lib/rpm/rpmdb.sqlite',
        Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(5000, 7)]),
      ),
      file('var/lib/rpm/Packages', Buffer.alloc(8192, 1)),
      file('var/lib/rpm/Packages.db', Buffer.concat([Buffer.from('RpmP'), Buffer.alloc(5000, 255)])),
      file('var/lib/dpkg/status', Buffer.alloc(5000, 0)),
    ],
    unknowns: [
      ['var/lib/dpkg/status', /./],
      ['var/lib/rpm/Packages', /./],
      ['var/lib/rpm/Packages.db', /./],
      ['var/lib/rpm/rpmdb.sqlite', /./],
    ],
  },
  {
    name: 'a package.json of 2 GB, nearly all of it a hole',
    entries: () => [
      pax([
        ['GNU.sparse.size', String(2 ** 31)],
        ['GNU.sparse.map', '0,2'],
      ]),
      file('app/node_modules/huge/package.json', '{}'),
    ],
    unknowns: [['app/node_modules/huge/package.json', /2147483648 bytes/]],
  },
  {
    name: 'JSON and XML a hundred thousand levels deep, and YAML that refers to itself',
    entries: () => [
      file('app/node_modules/deep/package.json', deepJson),
      file('app/node_modules/.package-lock.json', deepJson),
      file('app/app.deps.json', deepJson),
      file('app/vendor/composer/installed.json', deepJson),
      file('opt/conda/conda-meta/x-1.0-0.json', deepJson),
      file('opt/bitnami/redis/.spdx-redis.spdx', deepJson),
      file('opt/deep-1.0.jar', makeZip({ 'META-INF/maven/a/b/pom.xml': deepXml })),
      file('charts/x/Chart.yaml', `apiVersion: v2\nname: x\nversion: 1.0.0\n${bombYaml}\n`),
    ],
    unknowns: [
      ['app/app.deps.json', /deeper than/],
      ['app/node_modules/.package-lock.json', /deeper than/],
      ['app/node_modules/deep/package.json', /deeper than/],
      ['app/vendor/composer/installed.json', /deeper than/],
      ['opt/bitnami/redis/.spdx-redis.spdx', /deeper than/],
      ['opt/conda/conda-meta/x-1.0-0.json', /deeper than/],
      ['opt/deep-1.0.jar', /pom\.xml/],
    ],
  },
];

describe('hostile content, through the whole action', () => {
  let workplace: Workplace;
  let registry: TestRegistry;

  beforeAll(async () => {
    workplace = await openWorkplace('e2e');
    registry = await startRegistry();
    workplace.onClose(() => registry.close());
  });
  afterAll(() => workplace.close());

  const measured = async (
    inputs: Readonly<Record<string, string>>,
    place?: string,
  ): Promise<{ result: StepResult; directory: string; rss: number }> => {
    const directory = place ?? (await workplace.place('job'));
    const meter = join(directory, 'meter.cjs');
    const reading = join(directory, 'rss');
    await writeFile(meter, meterOf(reading));
    const result = await runAction('sbom', {
      inputs,
      directory,
      env: { NODE_OPTIONS: `--require=${meter}` },
    });
    return { result, directory, rss: Number(await readFile(reading, 'utf8')) };
  };

  it.each(ROWS)(
    'lists $name as unknown, within bounds, and the rest complete',
    async ({ name, entries, unknowns }) => {
      const repository = `hostile/case-${ROWS.findIndex((row) => row.name === name)}`;
      const image = makeImage({
        platform: { os: 'linux', architecture: 'amd64' },
        layers: [layerOf([...GOOD, ...entries()])],
      });
      await seed(registry, repository, image, { tags: ['1'] });

      const { result, directory, rss } = await measured({ image: `${registry.host}/${repository}:1` });

      expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
      expect(result.milliseconds).toBeLessThan(MAX_MILLISECONDS);
      expect(rss).toBeLessThan(MAX_RSS_BYTES);
      const listed = jsonOf(result)['unknowns'] as readonly Unknown[];
      expect(listed.map(({ path, reason }) => [path, reason])).toEqual(
        unknowns.map(([path, reason]) => [path, expect.stringMatching(reason)]),
      );
      const [{ path } = { path: '' }] = JSON.parse(result.outputs.get('sboms') ?? '[]');
      const document = JSON.parse(await readFile(join(directory, 'workspace', path), 'utf8'));
      const purls = document.components.map(({ purl }: { purl?: string }) => purl);
      expect(purls).toEqual(expect.arrayContaining(GOOD_PURLS));
      expect(purls.join()).not.toContain('evil');
      const stated = (document.metadata.properties ?? []).map(({ value }: { value: string }) => value);
      for (const unknown of listed) {
        expect(stated.some((text: string) => text.startsWith(`${unknown.path}: `))).toBe(true);
        expect(result.summary).toContain(unknown.path.split('/').at(-1));
      }
      expect(document.compositions[0].aggregate).toBe(unknowns.length > 0 ? 'incomplete' : 'complete');
    },
    60_000,
  );

  it('refuses a layer that is cut off, and writes no document', async () => {
    const tar = buildTar([
      ...GOOD,
      file('app/node_modules/late/package.json', '{"name":"late","version":"1.0.0"}'),
    ]);
    const image = makeImage({
      platform: { os: 'linux', architecture: 'amd64' },
      layers: [layerOfTar(tar.subarray(0, tar.length - 1024 - 512 - 100))],
    });
    await seed(registry, 'hostile/cut', image, { tags: ['1'] });
    const { result, directory } = await measured({ image: `${registry.host}/hostile/cut:1` });
    expect(result.exitCode).toBe(1);
    expect(result.outputs.get('error-code')).toBe('CONTENT_INVALID');
    expect(result.log).toContain('cut off');
    await expect(readFile(join(directory, 'workspace', 'sbom', 'cut-linux-amd64.cdx.json'))).rejects.toThrow(
      'ENOENT',
    );
  });

  it('reads a directory of hostile lock files and links, within bounds', async () => {
    const directory = await workplace.place('job');
    const files: Readonly<Record<string, string>> = {
      'good/package-lock.json': JSON.stringify({
        lockfileVersion: 3,
        packages: { '': {}, 'node_modules/left': { version: '1.0.0' } },
      }),
      'a/package-lock.json': deepJson,
      'b/composer.lock': deepJson,
      'c/Pipfile.lock': deepJson,
      'd/packages.lock.json': deepJson,
      'e/pom.xml': deepXml,
      'f/pnpm-lock.yaml': `lockfileVersion: '9.0'\n${bombYaml}\n`,
      'g/Cargo.lock': `a = ${'['.repeat(100_000)}`,
      'h/poetry.lock': `a = ${'{a='.repeat(100_000)}`,
      'i/yarn.lock': `# yarn lockfile v1\n\n${'"a@1", '.repeat(100_000)}`,
      'j/deno.lock': deepJson,
      'k/bun.lock': deepJson,
      'l/.github/workflows/x.yml': `on: push\n${bombYaml}\n`,
    };
    for (const [path, content] of Object.entries(files)) {
      const target = join(directory, 'workspace', 'src', path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    const root = join(directory, 'workspace', 'src');
    await linkFile('..', join(root, 'good', 'up'));
    await linkFile('loop', join(root, 'loop'));
    await linkFile('/etc/passwd', join(root, 'requirements.txt'));

    const { result, rss } = await measured({ path: 'src' }, directory);

    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(result.milliseconds).toBeLessThan(MAX_MILLISECONDS);
    expect(rss).toBeLessThan(MAX_RSS_BYTES);
    const listed = jsonOf(result)['unknowns'] as readonly Unknown[];
    const paths = [...new Set(listed.map(({ path }) => path))];
    expect(paths).toEqual(
      expect.arrayContaining([
        ...['a/package-lock.json', 'b/composer.lock', 'c/Pipfile.lock', 'd/packages.lock.json', 'e/pom.xml'],
        ...['h/poetry.lock', 'i/yarn.lock', 'j/deno.lock', 'k/bun.lock', 'requirements.txt'],
      ]),
    );
    expect(paths.filter((path) => path.startsWith('good/'))).toEqual([]);
    expect(jsonOf(result)['ecosystems']).toMatchObject({ npm: 1 });
  }, 60_000);
});

/**
 * A script that writes down at its process's end how much memory that had at most. Linux counts what the parent had
 * at the start into `maxRSS`, and says the truth in `VmHWM`.
 */
function meterOf(reading: string): string {
  return `const { readFileSync, writeFileSync } = require('node:fs');
process.on('exit', () => {
  let bytes = process.resourceUsage().maxRSS * 1024;
  try {
    bytes = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {}
  writeFileSync(${JSON.stringify(reading)}, String(bytes));
});
`;
}

function layerOf(entries: readonly Entry[]): BlobContent {
  return layerOfTar(buildTar(entries));
}

function layerOfTar(tar: Buffer): BlobContent {
  return { ...makeBlob(gzipSync(tar, { level: 1 }), MEDIA_TYPE.ociLayerGzip), diffId: digestOf(tar) };
}
