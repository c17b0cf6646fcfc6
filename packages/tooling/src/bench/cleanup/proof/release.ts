import {
  cosignTag,
  fallbackTag,
  type ManifestContent,
  makeAttestationChild,
  makeFallbackIndex,
  makeImage,
  makeReferrer,
} from '@artifact-lifecycle/testing';
import type { ProofStage } from './stage.ts';

/** The digests of manifests with all that they hold, each once. */
export function digestsOf(...contents: readonly ManifestContent[]): readonly string[] {
  return [...new Set(contents.flatMap((one) => [one.digest, ...digestsOf(...one.children)]))];
}

/** An image of two platforms as builds push it. */
export interface Release {
  readonly index: ManifestContent;
  /** The first platform. */
  readonly platform: ManifestContent;
  /** All digests: of the index, of what it holds, and of what refers to any of it. */
  readonly all: readonly string[];
}

/**
 * Pushes an index of two platforms and buildkit's attestation, with an SBOM that refers to the index, one that refers to
 * a platform, the lists of both under their tags, and a signature by cosign's tag.
 */
export async function pushRelease(
  stage: ProofStage,
  name: string,
  days: number,
  tags: readonly string[],
): Promise<Release> {
  const platform = makeImage({ layers: [`${name} amd64`] });
  const index = stage.index(name, days, [platform, makeAttestationChild(platform, `{"of":"${name}"}`)]);
  await stage.push(index, days, tags);
  const referrers = [index, platform].map((subject) =>
    makeReferrer({ subject, artifactType: 'application/spdx+json' }),
  );
  const signature = makeReferrer({
    subject: index,
    artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
  });
  await stage.push(signature, days, [cosignTag(index.digest, 'sig')]);
  const lists: ManifestContent[] = [];
  for (const [at, subject] of [index, platform].entries()) {
    const list = makeFallbackIndex(referrers.slice(at, at + 1));
    await stage.push(list, days, [fallbackTag(subject.digest)]);
    lists.push(list);
  }
  return { index, platform, all: digestsOf(index, signature, ...lists) };
}

/** Pushes untagged images that nothing holds any more, old enough to go. */
export async function pushOrphans(stage: ProofStage, count: number): Promise<readonly string[]> {
  const orphans: ManifestContent[] = [];
  for (let number = 0; number < count; number += 1) {
    orphans.push(await stage.push(makeImage({ layers: [`orphan ${number}`] }), 20));
  }
  return digestsOf(...orphans);
}
