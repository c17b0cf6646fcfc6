import { createHash } from 'node:crypto';

/** Where a picture is taken, as raw as the protocol is: nothing of the suite's own client takes part. */
export interface Repository {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly name: string;
  /** An `Authorization` header, where the registry wants one. */
  readonly authorization?: string | undefined;
}

interface PictureDescriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
}

interface PictureManifest {
  readonly mediaType?: string;
  readonly config?: PictureDescriptor;
  readonly layers?: readonly PictureDescriptor[];
  readonly manifests?: readonly PictureDescriptor[];
}

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const COSIGN_SUFFIXES = ['sig', 'att', 'sbom'];

/**
 * Takes a picture of an image: a sorted line for every manifest, blob, referrer and cosign tag that can be
 * reached from a tag or digest, each read whole and hashed. Equal pictures are equal content.
 *
 * @throws Error where anything is missing or does not hash to its name
 */
export async function takePicture(repository: Repository, reference: string): Promise<readonly string[]> {
  const lines = new Set<string>();
  const seen = new Set<string>();
  const blob = async ({ digest, size }: PictureDescriptor): Promise<void> => {
    if (seen.has(digest)) return;
    seen.add(digest);
    const bytes = await read(repository, `blobs/${digest}`);
    if (bytes === undefined) throw new Error(`blob ${digest} is missing`);
    expectDigest(bytes, digest);
    if (bytes.length !== size) throw new Error(`blob ${digest} has ${bytes.length} bytes, not ${size}`);
    lines.add(`blob ${digest} ${size}`);
  };
  const manifest = async (named: string): Promise<string> => {
    const bytes = await read(repository, `manifests/${named}`);
    if (bytes === undefined) throw new Error(`manifest ${named} is missing`);
    const digest = digestOf(bytes);
    if (named.startsWith('sha256:')) expectDigest(bytes, named);
    if (seen.has(digest)) return digest;
    seen.add(digest);
    const content: PictureManifest = JSON.parse(bytes.toString('utf8'));
    lines.add(`manifest ${digest} ${bytes.length} ${content.mediaType ?? 'without a type'}`);
    for (const child of content.manifests ?? []) await manifest(child.digest);
    for (const piece of [content.config, ...(content.layers ?? [])]) {
      if (piece !== undefined) await blob(piece);
    }
    for (const referrer of await listReferrers(repository, digest)) {
      lines.add(`referrer ${referrer.digest} of ${digest} ${referrer.artifactType ?? 'without a type'}`);
      await manifest(referrer.digest);
    }
    for (const suffix of COSIGN_SUFFIXES) {
      const tag = `${digest.replace(':', '-')}.${suffix}`;
      if ((await read(repository, `manifests/${tag}`)) === undefined) continue;
      lines.add(`cosign ${tag} ${await manifest(tag)}`);
    }
    return digest;
  };
  lines.add(`root ${await manifest(reference)}`);
  return [...lines].toSorted();
}

/** The referrers of a digest: by the API, or by the tag of the fallback where there is no API. */
async function listReferrers(repository: Repository, digest: string): Promise<readonly PictureDescriptor[]> {
  const index =
    (await read(repository, `referrers/${digest}`)) ??
    (await read(repository, `manifests/${digest.replace(':', '-')}`));
  if (index === undefined) return [];
  const content: PictureManifest = JSON.parse(index.toString('utf8'));
  return content.manifests ?? [];
}

/** The digest a tag points to, or `undefined` where there is no such tag. */
export async function digestOfTag(repository: Repository, tag: string): Promise<string | undefined> {
  const bytes = await read(repository, `manifests/${tag}`);
  return bytes === undefined ? undefined : digestOf(bytes);
}

/** The tags of a repository; none where the repository does not exist. */
export async function listTags(repository: Repository): Promise<readonly string[]> {
  const bytes = await read(repository, 'tags/list');
  if (bytes === undefined) return [];
  const { tags }: { readonly tags: readonly string[] | null } = JSON.parse(bytes.toString('utf8'));
  return (tags ?? []).toSorted();
}

async function read(repository: Repository, path: string): Promise<Buffer | undefined> {
  const response = await fetch(`http://${repository.host}/v2/${repository.name}/${path}`, {
    headers: {
      accept: ACCEPT,
      ...(repository.authorization === undefined ? {} : { authorization: repository.authorization }),
    },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.ok) return bytes;
  if (response.status === 404) return undefined;
  throw new Error(`GET ${path} at ${repository.host}: ${response.status} ${bytes.toString('utf8', 0, 500)}`);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function expectDigest(bytes: Uint8Array, digest: string): void {
  const actual = digestOf(bytes);
  if (actual !== digest) throw new Error(`${digest} has content that hashes to ${actual}`);
}
