import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  REAL_REGISTRIES,
  type RealRegistry,
  type RealRegistryKind,
  startRealRegistry,
} from '../../packages/tooling/src/bench/real-registry.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { CLIENT_TOOLS, type Clients, makeClients } from '../support/clients.ts';
import { type Repository, takePicture } from '../support/picture.ts';
import { runAction } from '../support/runner.ts';
import { describeWithTools } from '../support/tools.ts';
import { hashFile, type Pushed, pushChart, pushDocumentation, pushImage, pushModel } from './artifacts.ts';

const KINDS = ['distribution', 'docker-registry', 'crane'] as const;
const PAIRS = KINDS.flatMap((source) =>
  KINDS.map((destination) => ({
    source,
    destination,
    name: `${REAL_REGISTRIES[source].title} to ${REAL_REGISTRIES[destination].title}`,
  })),
);
const MINUTES = 60_000;

describeWithTools(
  'promotes between real registries',
  ['registry', 'docker-registry', ...CLIENT_TOOLS],
  (tools) => {
    let workplace: Workplace;
    let clients: Clients;
    const sources = new Map<RealRegistryKind, RealRegistry>();
    const destinations = new Map<RealRegistryKind, RealRegistry>();
    const images = new Map<RealRegistryKind, Pushed>();

    beforeAll(async () => {
      workplace = await openWorkplace('real');
      for (const kind of KINDS) {
        for (const role of [sources, destinations]) {
          const file = tools[REAL_REGISTRIES[kind].tool];
          const registry = await startRealRegistry(kind, file, await workplace.place(kind));
          workplace.onClose(() => registry.stop());
          role.set(kind, registry);
        }
      }
      const hosts = [...sources.values(), ...destinations.values()].map(({ host }) => host);
      clients = makeClients(tools, await workplace.place('clients'), hosts);
      for (const [kind, { host }] of sources) {
        images.set(kind, await pushImage(clients, `${host}/dev/api`));
      }
    }, 3 * MINUTES);
    afterAll(() => workplace.close());

    const host = (role: ReadonlyMap<RealRegistryKind, RealRegistry>, kind: RealRegistryKind): string => {
      const registry = role.get(kind);
      if (registry === undefined) throw new Error(`${kind} does not run`);
      return registry.host;
    };
    const promote = async (source: string, destination: string): Promise<ReadonlyMap<string, string>> => {
      const result = await runAction('promote', {
        inputs: { source, destination },
        directory: await workplace.place('job'),
      });
      if (result.exitCode !== 0) throw new Error(`promote ${source} to ${destination}:\n${result.log}`);
      return result.outputs;
    };

    it.each(PAIRS)(
      '$name: every client reads the same digests and referrers',
      async ({ source, destination }) => {
        const image = images.get(source);
        if (image === undefined) throw new Error(`no image at ${source}`);
        const target = `${host(destinations, destination)}/prod/from-${source}`;
        const outputs = await promote(`${image.repository}:${image.tag}`, target);
        expect(outputs.get('promoted')).toBe('true');
        expect(outputs.get('digest')).toBe(image.digest);
        expect(outputs.get('references')).toBe(`${target}:${image.tag}@${image.digest}`);

        // Raw HTTP: every manifest, blob, referrer and cosign tag.
        expect(await takePicture(at(target), image.tag)).toEqual(
          await takePicture(at(image.repository), image.tag),
        );
        await readsTheSame(clients, image, target, await workplace.place('pulled'));
      },
      2 * MINUTES,
    );

    it.each(KINDS)(
      'promotes within one %s without moving a byte',
      async (kind) => {
        const image = images.get(kind);
        if (image === undefined) throw new Error(`no image at ${kind}`);
        const target = `${host(sources, kind)}/prod/mounted`;
        const outputs = await promote(
          `${image.repository}@${image.digest}`.replace('@', `:${image.tag}@`),
          target,
        );
        const statistics: Readonly<Record<string, number>> = JSON.parse(outputs.get('statistics') ?? '{}');
        expect(statistics).toMatchObject({ bytesCopied: 0 });
        // crane keeps one store of blobs for all its repositories: they are there before anything is mounted.
        expect(statistics[kind === 'crane' ? 'blobsSkipped' : 'blobsMounted']).toBeGreaterThan(0);
        expect(await takePicture(at(target), image.tag)).toEqual(
          await takePicture(at(image.repository), image.tag),
        );
      },
      MINUTES,
    );

    it.each(PAIRS)(
      '$name: helm pulls a promoted chart, oras a promoted model and documentation',
      async ({ source, destination }) => {
        const from = `${host(sources, source)}/${destination}`;
        const to = `${host(destinations, destination)}/${source}`;
        const directory = await workplace.place('artifacts');
        const files = await workplace.place('files');
        const own = makeClients(
          tools,
          files,
          [from, to].map((name) => name.split('/')[0] ?? ''),
        );

        const chart = await pushChart(own, `${from}/charts`);
        await promote(`${chart.repository}:${chart.tag}`, `${to}/charts/web`);
        const pulled = ['--version', chart.tag, '--plain-http', '--destination', directory];
        await own.helm('pull', `oci://${to}/charts/web`, ...pulled);
        const samePulled = async (name: string): Promise<void> =>
          expect(await hashFile(join(directory, name))).toBe(await hashFile(join(files, name)));
        await samePulled(`web-${chart.tag}.tgz`);

        const model = await pushModel(own, `${from}/model`);
        await promote(`${model.repository}:${model.tag}`, `${to}/model`);
        const manifest = JSON.parse(await own.oras('manifest', 'fetch', `${to}/model:${model.tag}`));
        expect(manifest).toMatchObject({ artifactType: 'application/vnd.cncf.model.manifest.v1+json' });
        expect(await own.oras('resolve', `${to}/model:${model.tag}`)).toBe(model.digest);
        await own.oras('pull', `${to}/model:${model.tag}`, '--output', directory);
        await samePulled('model.safetensors');

        const documentation = await pushDocumentation(own, `${from}/docs`);
        await promote(`${documentation.repository}:${documentation.tag}`, `${to}/docs`);
        await own.oras('pull', `${to}/docs:${documentation.tag}`, '--output', directory);
        await samePulled('site.tar.gz');
      },
      2 * MINUTES,
    );
  },
);

function at(reference: string): Repository {
  const slash = reference.indexOf('/');
  return { host: reference.slice(0, slash), name: reference.slice(slash + 1) };
}

/** Has crane, regctl, oras and skopeo read an image at its destination, and compares with its source. */
async function readsTheSame(
  clients: Clients,
  image: Pushed,
  target: string,
  directory: string,
): Promise<void> {
  const source = `${image.repository}:${image.tag}`;
  const promoted = `${target}:${image.tag}`;
  expect(await clients.crane('digest', promoted)).toBe(image.digest);
  expect(await clients.crane('manifest', promoted)).toBe(await clients.crane('manifest', source));
  // crane pulls every layer of every platform and hashes it.
  await clients.crane('validate', '--remote', promoted);

  const tree = async (reference: string): Promise<string> =>
    (await clients.regctl('artifact', 'tree', '--digest-tags', reference)).replace(/^Ref: .*$/m, '');
  const promotedTree = await tree(promoted);
  expect(promotedTree).toBe(await tree(source));
  expect(promotedTree).toContain('application/vnd.cyclonedx+json');

  const discovered = async (reference: string, repository: string): Promise<unknown> =>
    JSON.parse(
      (await clients.oras('discover', '--format', 'json', reference)).replaceAll(repository, 'repository'),
    );
  expect(await discovered(promoted, target)).toEqual(await discovered(source, image.repository));

  const raw = (reference: string): Promise<string> =>
    clients.skopeo('inspect', '--raw', `docker://${reference}`);
  const listed = async (reference: string): Promise<readonly string[]> => {
    const index: { readonly manifests: readonly { readonly digest: string }[] } = JSON.parse(
      await raw(reference),
    );
    return index.manifests.map(({ digest }) => digest);
  };
  expect(await raw(promoted)).toBe(await raw(source));
  // skopeo reads no index inside an index, so it pulls the inner one with all it holds. It writes that index
  // anew without what it does not know, but the platforms' manifests and blobs as they are, hashed.
  const inner = (await listed(promoted))[0];
  await clients.skopeo('copy', '--all', `docker://${target}@${inner}`, `oci:${directory}:pulled`);
  const pulled = (await readdir(join(directory, 'blobs', 'sha256'))).map((hex) => `sha256:${hex}`);
  const platforms = await listed(`${target}@${inner}`);
  expect(platforms).toHaveLength(2);
  expect(pulled).toEqual(expect.arrayContaining([...platforms]));
}
