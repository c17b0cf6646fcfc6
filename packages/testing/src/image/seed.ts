import { digestAlgorithm } from '../registry/digest.ts';
import type { TestRegistry } from '../registry/test-registry.ts';
import type { ManifestContent } from './content.ts';
import { openPusher } from './push.ts';
import type { SeedTarget } from './seed-target.ts';

/** How to seed. */
export interface SeedOptions {
  /** Tags of the manifest itself; none when absent. */
  readonly tags?: readonly string[] | undefined;
  /** Value of `Authorization` where content is pushed to a URL. */
  readonly authorization?: string | undefined;
}

/**
 * Puts a manifest with its blobs and children into a repository: straight into a test registry's store
 * (neither logged nor validated), or by pushing to the URL of any registry. What is absent stays away;
 * referrers and subjects are seeded by themselves.
 */
export async function seed(
  target: Pick<TestRegistry, 'store'> | string,
  repository: string,
  content: ManifestContent,
  options: SeedOptions = {},
): Promise<void> {
  const opened =
    typeof target === 'string'
      ? openPusher(target, repository, options.authorization)
      : openStore(target, repository);
  await putContent(opened, content, options.tags ?? [], new Set());
}

async function putContent(
  target: SeedTarget,
  content: ManifestContent,
  tags: readonly string[],
  done: Set<string>,
): Promise<void> {
  for (const blob of content.blobs) {
    if (blob.absent === true || done.has(blob.descriptor.digest)) continue;
    done.add(blob.descriptor.digest);
    if (!(await target.hasBlob(blob))) await target.putBlob(blob);
  }
  for (const child of content.children) {
    if (done.has(child.digest)) continue;
    done.add(child.digest);
    await putContent(target, child, [], done);
  }
  await target.putManifest(content, tags);
}

function openStore({ store }: Pick<TestRegistry, 'store'>, repository: string): SeedTarget {
  return {
    hasBlob: async ({ descriptor }) => store.blob(repository, descriptor.digest) !== undefined,
    putBlob: async (blob) => {
      const { digest } = blob.descriptor;
      const stored = await store.putBlob(repository, blob.open(), digestAlgorithm(digest));
      if (stored.digest !== digest) throw new Error(`The blob ${digest} has the digest ${stored.digest}.`);
    },
    putManifest: async (manifest, tags) => {
      const algorithm = digestAlgorithm(manifest.digest);
      await store.putManifest(repository, manifest.mediaType, manifest.bytes, { tags, algorithm });
    },
  };
}
