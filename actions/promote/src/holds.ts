import { isSuiteError } from '@artifact-lifecycle/core';
import { type HeldContent, judgeHold, type Verdict, withdrawnOf } from '@artifact-lifecycle/gates';
import { mapInParallel, READ_CONCURRENCY, type Registry, tryParseDigest } from '@artifact-lifecycle/registry';
import { platformsOf } from '@artifact-lifecycle/trust';
import type { Artifact } from './artifact.ts';
import type { Desk } from './desk.ts';
import type { DestinationHead } from './heads.ts';

/** Withdrawn indexes that are looked into; of more, the digests themselves are held. */
const MAX_LOOKED_INTO = 100;

/** Implied gate `hold`. Of several regions each has its own history: withdrawn from one is withdrawn. */
export async function judgeHolds(
  artifact: Artifact,
  heads: readonly Pick<DestinationHead, 'registry' | 'record'>[],
  desk: Desk,
): Promise<Verdict> {
  const { releaseWithdrawn } = desk.inputs;
  const { root, digest } = artifact;
  const images = platformsOf(root).map((platform) => platform.digest);
  const verdicts = await Promise.all(
    heads.map(async ({ registry, record }) => {
      const withdrawn = [...withdrawnOf(record)];
      const withdrawnImages = await readImages(registry, withdrawn.slice(0, MAX_LOOKED_INTO), desk);
      return judgeHold(digest, record, releaseWithdrawn, { images, withdrawnImages });
    }),
  );
  const worst = verdicts.find(({ verdict }) => verdict !== 'pass');
  const released = verdicts.find(({ evidence }) => evidence['released'] === true);
  return worst ?? released ?? verdicts[0] ?? judgeHold(digest, undefined, false);
}

/** What is in indexes, by their digests; what is gone from the repository is in none. */
async function readImages(
  registry: Registry,
  digests: readonly string[],
  { context }: Desk,
): Promise<HeldContent['withdrawnImages']> {
  const found = await mapInParallel(digests, READ_CONCURRENCY, context.signal, async (text, signal) => {
    const digest = tryParseDigest(text);
    if (digest === undefined) return [];
    try {
      const manifest = await registry.fetchManifest(digest, { signal });
      return [[text, platformsOf(manifest).map((image) => image.digest)] as const];
    } catch (error) {
      if (isSuiteError(error, 'NOT_FOUND')) return [];
      throw error;
    }
  });
  return new Map(found.flat());
}
