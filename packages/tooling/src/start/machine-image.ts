import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BlobContent,
  type LayerFile,
  type ManifestContent,
  makeImage,
  makeIndex,
} from '@artifact-lifecycle/testing';
import { packLayer } from '../bench/packed-layer.ts';
import { type InstalledPackage, readProductionPackages } from './production-packages.ts';
import { COMMIT } from './scene.ts';

/** What is on this machine, packed into layers. */
export interface MachineLayers {
  readonly packages: readonly InstalledPackage[];
  readonly runtime: MachineLayer;
  readonly dependencies: MachineLayer;
  readonly bundles: MachineLayer;
}

/** A layer, with what a person is told of it. Sizes are bytes. */
export interface MachineLayer {
  readonly title: string;
  readonly unpacked: number;
  readonly blob: BlobContent;
}

/** OCI names the machine's architecture as Go does. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
/** Fast, because people wait; fixed, because the digest depends on it. */
const GZIP_LEVEL = 1;
const SOURCE_LABELS = {
  'org.opencontainers.image.title': 'artifact-lifecycle',
  'org.opencontainers.image.licenses': 'Apache-2.0',
};

/**
 * Packs the Node runtime, the suite's bundles and their production dependencies as they are installed here. The
 * same files give the same digests.
 *
 * @param root the repository
 * @param directory where packed layers are kept
 * @param onBytes called with bytes that have been packed
 */
export async function packMachine(
  root: string,
  directory: string,
  onBytes: (count: number) => void,
): Promise<MachineLayers> {
  const packages = await readProductionPackages(root);
  const pack = async (title: string, name: string, files: readonly LayerFile[]): Promise<MachineLayer> => {
    const unpacked = files.reduce((sum, { content }) => sum + content.length, 0);
    const blob = await packLayer(files, join(directory, `${name}.tar.gz`), { level: GZIP_LEVEL, onBytes });
    return { title, blob, unpacked };
  };
  const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const trees = packages.map(({ path }) => readTree(join(root, path), `app/${path}`));
  return {
    packages,
    runtime: await pack(`Node ${process.versions.node}`, 'runtime', [
      { path: 'usr/local/bin/node', content: await readFile(node), mode: 0o755 },
    ]),
    dependencies: await pack(
      `${packages.length} production dependencies`,
      'dependencies',
      (await Promise.all(trees)).flat(),
    ),
    bundles: await pack('the bundles', 'bundles', await readTree(join(root, 'dist'), 'app/dist')),
  };
}

/**
 * Makes an image of two platforms of the layers. Only this machine's own runtime is here, so the other platform
 * goes without and shares the rest.
 *
 * @param version goes into the labels: another version is another digest with the same layers
 */
export function makeMachineImage(layers: MachineLayers, version: string): ManifestContent {
  const { runtime, dependencies, bundles } = layers;
  const own = ARCHITECTURES[process.arch] ?? 'amd64';
  return makeIndex(
    Object.values(ARCHITECTURES).map((architecture) =>
      makeImage({
        platform: { os: 'linux', architecture },
        layers: [...(architecture === own ? [runtime] : []), dependencies, bundles].map(({ blob }) => blob),
        config: {
          config: {
            Entrypoint: ['/usr/local/bin/node', '/app/dist/promote/index.js'],
            Labels: {
              ...SOURCE_LABELS,
              'org.opencontainers.image.version': version,
              'org.opencontainers.image.revision': COMMIT,
            },
          },
        },
      }),
    ),
  );
}

/** Reads a directory as files of a layer, in an order that does not depend on the machine. */
async function readTree(directory: string, path: string): Promise<readonly LayerFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  return Promise.all(
    files.map(async (file) => ({
      path: `${path}/${file.slice(directory.length + 1).replaceAll('\\', '/')}`,
      content: await readFile(file),
    })),
  );
}
