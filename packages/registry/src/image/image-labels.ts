import { SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import { type Descriptor, formatPlatform } from '../oci/descriptor.ts';
import { parseBoundedJson } from '../oci/json.ts';
import type { Manifest } from '../oci/manifest.ts';
import { VerifiedStream } from '../oci/verified-stream.ts';
import type { Registry } from '../registry.ts';

/** The labels in an image's config. */
export interface ImageLabels {
  /** `linux/amd64`; `undefined` for an image that is no part of an index. */
  readonly platform: string | undefined;
  readonly digest: Digest;
  readonly labels: ReadonlyMap<string, string>;
}

/** Configs are some kilobytes; the largest that builders write, with long histories, stay far below. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** Indexes of published images name up to some forty platforms. */
const MAX_PLATFORMS = 100;

/** An index may name an index, but builders write no deeper. */
const MAX_DEPTH = 4;

/**
 * Reads the labels of an image, or of each platform of an index: what is no image (attestations, artifacts) has
 * none. No layer is read.
 *
 * @throws SuiteError `LIMIT_EXCEEDED`, `CONTENT_INVALID`, and those of reading from a registry
 */
export async function readImageLabels(
  registry: Registry,
  root: Manifest,
  signal: AbortSignal,
): Promise<readonly ImageLabels[]> {
  const found: ImageLabels[] = [];
  let visited = 0;
  const visit = async (manifest: Manifest, entry: Descriptor | undefined, depth: number): Promise<void> => {
    // Each visit is a request; indexes that name indexes many times over would make millions of them.
    if (visited++ > MAX_PLATFORMS || depth > MAX_DEPTH) throw tooMany(root.digest);
    const { content } = manifest;
    if (content.kind === 'index') {
      for (const child of content.manifests) {
        if (isAttestation(child)) continue;
        await visit(await registry.fetchManifest(child.digest, { signal }), child, depth + 1);
      }
      return;
    }
    if (content.kind !== 'image' || content.artifactType !== undefined || !isConfig(content.config)) return;
    const platform = entry?.platform === undefined ? undefined : formatPlatform(entry.platform);
    const labels = await readConfigLabels(registry, content.config, signal);
    found.push({ platform, digest: manifest.digest, labels });
  };
  await visit(root, undefined, 0);
  return found;
}

/** BuildKit lists attestations among the platforms, as images for none. */
function isAttestation({ annotations, platform }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] !== undefined || platform?.os === 'unknown';
}

function isConfig({ mediaType }: Descriptor): boolean {
  return (
    mediaType === 'application/vnd.oci.image.config.v1+json' ||
    mediaType === 'application/vnd.docker.container.image.v1+json'
  );
}

async function readConfigLabels(
  registry: Registry,
  config: Descriptor,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const what = `config ${config.digest}`;
  if (config.size > MAX_CONFIG_BYTES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The ${what} has ${config.size} bytes; the limit is ${MAX_CONFIG_BYTES}.`,
      { remedy: 'Build the image with a smaller config; where labels need not be read, leave them unread.' },
    );
  }
  const stream = await registry.openBlob(config, 0, { signal });
  const chunks: Uint8Array[] = [];
  const verified = new VerifiedStream(config);
  stream.on('error', (error) => verified.destroy(error));
  for await (const chunk of stream.pipe(verified)) chunks.push(chunk);
  const labels = at(at(parseBoundedJson(Buffer.concat(chunks), what), 'config'), 'Labels');
  if (typeof labels !== 'object' || labels === null) return new Map();
  return new Map(
    Object.entries(labels).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    ),
  );
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function tooMany(digest: Digest): SuiteError {
  return new SuiteError(
    'LIMIT_EXCEEDED',
    `The index ${digest} names more than ${MAX_PLATFORMS} manifests, or nests deeper than ${MAX_DEPTH} levels.`,
    { remedy: 'Name one of its images; where labels need not be read, leave them unread.' },
  );
}
