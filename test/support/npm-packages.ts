import { execFile } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { readTar, StreamReader } from '@artifact-lifecycle/registry';

/** A package of npm's registry at one version, and where an image has it. */
export interface PackedPackage {
  readonly name: string;
  readonly version: string;
  /** Folder in the image: `usr/local/lib/node_modules/npm`. */
  readonly folder: string;
}

/** What `node:20-alpine` brings of npm's world, each with all that it bundles. */
export const NODE_20_ALPINE: readonly PackedPackage[] = [
  { name: 'npm', version: '10.8.2', folder: 'usr/local/lib/node_modules/npm' },
  { name: 'corepack', version: '0.34.0', folder: 'usr/local/lib/node_modules/corepack' },
  { name: 'yarn', version: '1.22.22', folder: 'opt/yarn-v1.22.22' },
];

/**
 * Files of a package as they lie in an image, by path. Fetched with `npm pack` once, then taken from a folder beside
 * the tools.
 *
 * @param npm path of the program
 */
export async function unpackPackage(
  npm: string,
  { name, version, folder }: PackedPackage,
): Promise<ReadonlyMap<string, Buffer>> {
  const cache = join(dirname(process.env['ARTIFACT_LIFECYCLE_TOOLS'] ?? ''), 'npm-packages');
  const tarball = join(cache, `${name}-${version}.tgz`);
  if (!existsSync(tarball)) {
    await mkdir(cache, { recursive: true });
    await promisify(execFile)(npm, ['pack', `${name}@${version}`, '--pack-destination', cache, '--silent'], {
      cwd: cache,
    });
  }
  const files = new Map<string, Buffer>();
  for await (const entry of readTar(
    new StreamReader(createReadStream(tarball).pipe(createGunzip())),
    tarball,
  )) {
    if (entry.type !== 'file') continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry.content()) chunks.push(Uint8Array.from(chunk));
    // The first folder is `package`, or another one that the packer liked: npm strips it.
    files.set(`${folder}/${entry.name.slice(entry.name.indexOf('/') + 1)}`, Buffer.concat(chunks));
  }
  return files;
}
