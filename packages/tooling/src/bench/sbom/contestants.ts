import { access, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ManifestContent } from '@artifact-lifecycle/testing';
import { MEDIA_TYPE } from '@artifact-lifecycle/testing';
import { runStep } from '../../start/runner.ts';
import { runChecked } from '../process.ts';
import { findSyft, SYFT_VERSION } from './peer.ts';

/** An image that is to be described, in a registry on loopback. */
export interface DescribedImage {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly repository: string;
  readonly content: ManifestContent;
}

/** Someone who reads an image. */
export interface Describer {
  readonly name: string;
  readonly version: string;
  /** What it is told to do, for the reader of the table. */
  readonly command: string;
  /**
   * Reads the image once; `under` is put before its program.
   *
   * @returns its CycloneDX document, where it writes one
   * @throws Error when it fails
   */
  describe(image: DescribedImage, under: readonly string[], directory: string): Promise<string | undefined>;
}

export const OURS = 'sbom';
export const SYFT = 'syft';
export const BARE = 'bare';
/** Not a goal: what both cores together can. */
export const BARE_PARALLEL = 'bare, layers in parallel';

/** A run that takes longer hangs, whatever the size that was asked for. */
const RUN_TIMEOUT = 30 * 60_000;

/** Gives everyone who can take part here. */
export async function findDescribers(root: string): Promise<readonly Describer[]> {
  const bundle = join(root, 'dist', 'sbom', 'index.js');
  const hasBundle = await access(bundle).then(
    () => true,
    () => false,
  );
  const syft = await findSyft();
  return [
    ...(hasBundle ? [ours(bundle)] : []),
    ...(syft === undefined ? [] : [theirs(syft)]),
    bare(BARE, 'serial'),
    bare(BARE_PARALLEL, 'parallel'),
  ];
}

function ours(main: string): Describer {
  return {
    name: OURS,
    version: `node ${process.versions.node}`,
    command: 'node dist/sbom/index.js',
    describe: async ({ host, repository, content }, under, directory) => {
      const inputs = {
        image: `${host}/${repository}@${content.digest}`,
        platforms: 'all',
        formats: 'cyclonedx-json',
        'output-dir': 'sbom',
      };
      const { exitCode, log } = await runStep({ main, inputs, directory, under });
      if (exitCode !== 0) throw new Error(`sbom failed:\n${log}`);
      const written = join(directory, 'workspace', 'sbom');
      const file = (await readdir(written)).find((name) => name.endsWith('.cdx.json'));
      if (file === undefined) throw new Error(`sbom wrote no document:\n${log}`);
      const text = await readFile(join(written, file), 'utf8');
      await rm(written, { recursive: true });
      return text;
    },
  };
}

function theirs(file: string): Describer {
  return {
    name: SYFT,
    // A program that Go installed does not know its own.
    version: SYFT_VERSION,
    command: 'syft registry:IMAGE --output cyclonedx-json',
    describe: async ({ host, repository, content }, under, directory) => {
      await mkdir(directory, { recursive: true });
      const target = join(directory, 'syft.cdx.json');
      const image = `registry:${host}/${repository}@${content.digest}`;
      const args = [image, '--output', `cyclonedx-json=${target}`, '--quiet'];
      const [program = file, ...rest] = [...under, file, ...args];
      // A home of its own: neither the settings nor the credentials of the person here take part.
      const env = {
        PATH: process.env['PATH'],
        HOME: directory,
        SYFT_CHECK_FOR_APP_UPDATE: 'false',
        SYFT_REGISTRY_INSECURE_USE_HTTP: 'true',
      };
      await runChecked(program, rest, { cwd: directory, env, timeout: RUN_TIMEOUT });
      return readFile(target, 'utf8');
    },
  };
}

const BARE_PROGRAM = fileURLToPath(new URL('./bare.ts', import.meta.url));

function bare(name: string, mode: 'serial' | 'parallel'): Describer {
  return {
    name,
    version: `node ${process.versions.node}`,
    command:
      mode === 'serial'
        ? 'gunzip and two SHA-256 of the layers, one after another, nothing else'
        : 'the same, all layers at once',
    describe: async ({ host, repository, content }, under) => {
      const layers = content.blobs.filter(
        ({ descriptor }) => descriptor.mediaType === MEDIA_TYPE.ociLayerGzip,
      );
      const urls = layers.map(
        ({ descriptor }) => `http://${host}/v2/${repository}/blobs/${descriptor.digest}`,
      );
      const args = [process.execPath, '--no-warnings', BARE_PROGRAM, mode, ...urls];
      const [program = process.execPath, ...rest] = [...under, ...args];
      const said = await runChecked(program, rest, { timeout: RUN_TIMEOUT });
      const diffIds = new Set(said.split('\n'));
      const wrong = layers.find(({ diffId }) => diffId !== undefined && !diffIds.has(diffId));
      if (wrong !== undefined) throw new Error(`${wrong.descriptor.digest} has another diffID`);
      return undefined;
    },
  };
}
