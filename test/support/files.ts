import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  type BlobContent,
  type LayerFile,
  type ManifestContent,
  tarLayer,
} from '@artifact-lifecycle/testing';

/**
 * Writes an image as an OCI layout directory (image-spec, image-layout.md), tagged, with what is attached to it
 * listed without a name beside it.
 */
export async function writeLayout(
  directory: string,
  image: ManifestContent,
  tag: string,
  attached: readonly ManifestContent[] = [],
): Promise<void> {
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const put = (digest: string, bytes: Uint8Array): Promise<void> =>
    writeFile(join(blobs, digest.replace('sha256:', '')), bytes);
  const write = async (content: ManifestContent): Promise<void> => {
    await put(content.digest, content.bytes);
    for (const blob of content.blobs) await put(blob.descriptor.digest, await readBlob(blob));
    for (const child of content.children) await write(child);
  };
  for (const content of [image, ...attached]) await write(content);
  const named = { ...image.descriptor, annotations: { 'org.opencontainers.image.ref.name': tag } };
  const manifests = [named, ...attached.map(({ descriptor }) => descriptor)];
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

/** Writes an archive as `docker save` did before it wrote layouts: one image, layers uncompressed. */
export async function writeDockerArchive(
  file: string,
  name: string,
  layers: readonly (readonly LayerFile[])[],
): Promise<void> {
  const tars = layers.map((files) => tarLayer(files, { gzip: false }));
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      config: { Cmd: ['/bin/app'] },
      rootfs: { type: 'layers', diff_ids: tars.map(({ descriptor }) => descriptor.digest) },
    }),
  );
  const layerFiles = await Promise.all(
    tars.map(async (tar, index) => ({ path: `layer-${index}/layer.tar`, content: await readBlob(tar) })),
  );
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: layerFiles.map(({ path }) => path) }];
  const archive = tarLayer(
    [
      { path: 'config.json', content: config },
      ...layerFiles,
      { path: 'manifest.json', content: JSON.stringify(manifest) },
    ],
    { gzip: false },
  );
  await writeFile(file, await readBlob(archive));
}

async function readBlob(blob: BlobContent): Promise<Buffer> {
  return readAll(blob.open());
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
