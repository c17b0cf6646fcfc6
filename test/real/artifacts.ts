import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChecked } from '../../packages/tooling/src/bench/process.ts';
import type { Clients } from '../support/clients.ts';
import { ROOT } from '../support/runner.ts';

/** Something that other people's clients pushed: where, and its digest. */
export interface Pushed {
  /** `host/name`. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** The tags of what is pushed here. */
const VERSION = '1.4.0';

/**
 * Pushes an image as a project would have it after a year: amd64 and arm64 in an index inside an index, with
 * layers of this project's own files; an SBOM on the index, a signature on the SBOM, provenance on one
 * platform, and a signature in cosign's old tag. crane builds it, oras and regctl attach.
 */
export async function pushImage(clients: Clients, repository: string): Promise<Pushed> {
  const layers = await packLayers(clients.directory);
  for (const [platform, layer] of [
    ['amd64', layers.amd64],
    ['arm64', layers.arm64],
  ] as const) {
    const plain = `${repository}:plain-${platform}`;
    await clients.crane('append', '--oci-empty-base', '-f', layers.shared, '-f', layer, '-t', plain);
    const labelled = [
      '--label',
      'org.opencontainers.image.source=https://github.com/acme/api',
      '--entrypoint',
      '/app',
    ];
    const named = ['--set-platform', `linux/${platform}`, '-t', `${repository}:${platform}`];
    await clients.crane('mutate', plain, ...labelled, ...named);
  }
  const platforms = ['-m', `${repository}:amd64`, '-m', `${repository}:arm64`];
  await clients.crane('index', 'append', ...platforms, '-t', `${repository}:platforms`);
  const outer = ['--flatten=false', '-m', `${repository}:platforms`];
  await clients.crane('index', 'append', ...outer, '-t', `${repository}:${VERSION}`);
  const digest = await clients.crane('digest', `${repository}:${VERSION}`);

  const sbom = await attach(clients, `${repository}@${digest}`, 'application/vnd.cyclonedx+json', {
    'sbom.cdx.json': JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [] }),
  });
  await attach(clients, `${repository}@${sbom}`, 'application/vnd.dev.sigstore.bundle.v0.3+json', {
    'sbom.sigstore.json': JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }),
  });
  const platform = await clients.crane('digest', `${repository}:amd64`);
  const provenance = join(clients.directory, 'provenance.json');
  await writeFile(provenance, JSON.stringify({ _type: 'https://in-toto.io/Statement/v1' }));
  await clients.regctl(
    ...['artifact', 'put', '--artifact-type', 'application/vnd.in-toto+json'],
    ...['--file', provenance, '--subject', `${repository}@${platform}`],
  );
  await writeFile(join(clients.directory, 'payload.json'), JSON.stringify({ critical: { image: digest } }));
  await writeFile(join(clients.directory, 'empty.json'), '{}');
  await clients.oras(
    ...['push', `${repository}:${digest.replace(':', '-')}.sig`],
    ...['--config', 'empty.json:application/vnd.oci.image.config.v1+json'],
    'payload.json:application/vnd.dev.cosign.simplesigning.v1+json',
  );
  return { repository, tag: VERSION, digest };
}

/** Packs real files of the project into layers: one for both platforms, one for each. */
async function packLayers(
  directory: string,
): Promise<{ readonly shared: string; readonly amd64: string; readonly arm64: string }> {
  const pack = async (name: string, ...paths: readonly string[]): Promise<string> => {
    const file = join(directory, `${name}.tar`);
    await runChecked('tar', ['-cf', file, '-C', ROOT, ...paths]);
    return file;
  };
  return {
    shared: await pack('shared', 'node_modules/yaml', 'node_modules/zod'),
    amd64: await pack('amd64', 'package.json', 'biome.json'),
    arm64: await pack('arm64', 'package.json', 'jest.config.js'),
  };
}

/** Attaches files to a subject with oras, and gives the digest of the new referrer. */
async function attach(
  clients: Clients,
  subject: string,
  artifactType: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(clients.directory, name), text);
  const said: { readonly digest: string } = JSON.parse(
    await clients.oras(
      ...['attach', '--format', 'json', '--artifact-type', artifactType, subject],
      ...Object.keys(files).map((name) => `${name}:${artifactType}`),
    ),
  );
  return said.digest;
}

/**
 * Pushes a model as CNCF ModelPack packs it (modelpack/model-spec, docs/spec.md and specs-go/v1/mediatype.go):
 * weights unpacked and uncompressed, their configuration and the documentation as tar, and the model's
 * configuration with the hash of each layer.
 */
export async function pushModel(clients: Clients, repository: string): Promise<Pushed> {
  const weights = Buffer.alloc(3_000_000, 'weights of a very small model. ');
  await writeFile(join(clients.directory, 'model.safetensors'), weights);
  await mkdir(join(clients.directory, 'model'), { recursive: true });
  await writeFile(join(clients.directory, 'model', 'tokenizer.json'), '{"version":"1.0"}');
  await writeFile(join(clients.directory, 'model', 'README.md'), '# A very small model\n');
  await runChecked('tar', [
    '-cf',
    join(clients.directory, 'config.tar'),
    '-C',
    join(clients.directory, 'model'),
    'tokenizer.json',
  ]);
  await runChecked('tar', [
    '-cf',
    join(clients.directory, 'doc.tar'),
    '-C',
    join(clients.directory, 'model'),
    'README.md',
  ]);
  const layers = [
    ['model.safetensors', 'application/vnd.cncf.model.weight.v1.raw'],
    ['config.tar', 'application/vnd.cncf.model.weight.config.v1.tar'],
    ['doc.tar', 'application/vnd.cncf.model.doc.v1.tar'],
  ] as const;
  const configuration = {
    descriptor: { name: 'very-small', version: VERSION, licenses: ['Apache-2.0'] },
    config: { architecture: 'transformer', format: 'safetensors', paramSize: '1m', precision: 'fp16' },
    modelfs: {
      type: 'layers',
      diffIds: await Promise.all(layers.map(([name]) => hashFile(join(clients.directory, name)))),
    },
  };
  await writeFile(join(clients.directory, 'model.json'), JSON.stringify(configuration));
  return push(clients, repository, [
    ...['--artifact-type', 'application/vnd.cncf.model.manifest.v1+json'],
    ...['--config', 'model.json:application/vnd.cncf.model.config.v1+json'],
    ...layers.map(([name, type]) => `${name}:${type}`),
  ]);
}

/** Pushes a built documentation site as a plain OCI artifact with annotations. */
export async function pushDocumentation(clients: Clients, repository: string): Promise<Pushed> {
  await runChecked('tar', [
    '-czf',
    join(clients.directory, 'site.tar.gz'),
    '-C',
    ROOT,
    'package.json',
    'biome.json',
  ]);
  return push(clients, repository, [
    ...['--artifact-type', 'application/vnd.acme.documentation.v1'],
    ...['--annotation', 'org.opencontainers.image.title=API guide'],
    'site.tar.gz:application/vnd.acme.documentation.site.v1.tar+gzip',
  ]);
}

async function push(clients: Clients, repository: string, args: readonly string[]): Promise<Pushed> {
  await clients.oras('push', `${repository}:${VERSION}`, ...args);
  return { repository, tag: VERSION, digest: await clients.oras('resolve', `${repository}:${VERSION}`) };
}

/** Packs a chart and pushes it with helm, which names the repository after the chart. */
export async function pushChart(clients: Clients, parent: string): Promise<Pushed> {
  const chart = join(clients.directory, 'web');
  await mkdir(join(chart, 'templates'), { recursive: true });
  await writeFile(
    join(chart, 'Chart.yaml'),
    `apiVersion: v2\nname: web\nversion: ${VERSION}\nappVersion: "1"\n`,
  );
  await writeFile(
    join(chart, 'templates', 'config.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {greeting: hello}\n',
  );
  await clients.helm('package', chart, '--destination', clients.directory);
  await clients.helm(
    'push',
    join(clients.directory, `web-${VERSION}.tgz`),
    `oci://${parent}`,
    '--plain-http',
  );
  const repository = `${parent}/web`;
  return { repository, tag: VERSION, digest: await clients.crane('digest', `${repository}:${VERSION}`) };
}

/** The digest of a file's bytes. */
export async function hashFile(file: string): Promise<string> {
  return `sha256:${createHash('sha256')
    .update(await readFile(file))
    .digest('hex')}`;
}
