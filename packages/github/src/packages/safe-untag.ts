import { randomUUID } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Digest,
  digestOf,
  type Manifest,
  MEDIA_TYPE,
  parseManifest,
  parseTag,
  pushBytes,
  type Registry,
} from '@artifact-lifecycle/registry';
import type { ServiceOptions, StoredImage } from '@artifact-lifecycle/retention';

/** What a dummy is an artifact of: whoever finds one left over may delete it. */
export const UNTAG_ARTIFACT_TYPE = 'application/vnd.artifact-lifecycle.untag.v1+json';

/** GitHub's lists lag behind a push by seconds, on bad days by a minute. */
const WAITS = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000];

/** GitHub lists the newest first, but does not promise it: after so many looks there, all pages are read. */
const PATIENT_ATTEMPTS = 3;

/** The content of the empty descriptor (image-spec, manifest.md, "Guidance for an Empty Descriptor"). */
const EMPTY = Buffer.from('{}');

/** What untagging needs of the package. */
export interface UntagPackage {
  readonly target: string;
  readonly registry: Registry;
  /** The version of a digest: among the newest, or where it is `thorough` among all. */
  find(digest: Digest, thorough: boolean, options: ServiceOptions): Promise<StoredImage | undefined>;
  look(image: Pick<StoredImage, 'id'>, options: ServiceOptions): Promise<StoredImage | undefined>;
  delete(image: StoredImage, options: ServiceOptions): Promise<unknown>;
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

/**
 * Takes one tag of several from an image that stays. GitHub can delete versions only, with all of their tags; so the tag
 * is moved to a manifest of our own, and that is deleted.
 *
 * What is deleted is found by the digest that was computed here, never by its tag: in a list that lags behind, the tag
 * still stands at the image that is to stay. Only when the dummy is seen with no other tag, and the image is seen with
 * all of its others, is the dummy deleted, by its id.
 *
 * @throws SuiteError `PLAN_STALE` where the tag names something else by now, or GitHub does not show in time what was
 *   pushed: then the tag stays at the dummy, and nothing is deleted
 */
export async function untagSafely(
  image: StoredImage,
  tag: string,
  its: UntagPackage,
  options: ServiceOptions,
): Promise<void> {
  const { target, registry } = its;
  const { digest } = image;
  const others = image.tags.filter((other) => other !== tag);
  if (digest === undefined || others.length === 0 || !image.tags.includes(tag)) {
    throw new SuiteError(
      'UNSUPPORTED',
      `${tag} of ${target} is not one tag of several: the image would go with it.`,
    );
  }
  const dummy = makeDummy(digest, tag);
  const empty = { mediaType: MEDIA_TYPE.ociEmpty, digest: digestOf(EMPTY), size: EMPTY.length };
  await pushBytes(registry, empty, EMPTY, options);
  // The registry's own word for what it took is held against the digest that was computed here.
  await registry.tagManifest(parseTag(tag, `tag of ${target}`), dummy, { ...options, replaces: digest });
  const seen = await seeMoved({ image, others, tag, dummy: dummy.digest }, its, options);
  await its.delete(seen, options);
}

interface Move {
  readonly image: StoredImage;
  readonly others: readonly string[];
  readonly tag: string;
  readonly dummy: Digest;
}

/** Waits until GitHub shows the dummy, and the image without the tag. */
async function seeMoved(move: Move, its: UntagPackage, options: ServiceOptions): Promise<StoredImage> {
  const { image, others, tag, dummy } = move;
  for (const [attempt, wait] of WAITS.entries()) {
    if (wait > 0) await its.sleep(wait, options.signal);
    const found = await its.find(dummy, attempt >= PATIENT_ATTEMPTS, options);
    // Without any tag, another run or a push has moved it on: it has left the image all the same.
    if (found === undefined || found.tags.some((other) => other !== tag)) continue;
    const kept = await its.look({ id: image.id }, options);
    if (kept !== undefined && kept.digest === image.digest && sameTags(kept.tags, others)) return found;
  }
  throw new SuiteError(
    'PLAN_STALE',
    `GitHub did not show in time that ${its.target}:${tag} has left ${image.digest}; it points to the empty manifest ${dummy} now, and nothing was deleted.`,
    { remedy: `Delete the version ${dummy} on the package's page when it shows the tag ${tag} alone.` },
  );
}

function sameTags(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && b.every((tag) => a.includes(tag));
}

/** An empty artifact that nobody else has: two untaggings must not meet in one version. */
function makeDummy(digest: Digest, tag: string): Manifest {
  const empty = { mediaType: MEDIA_TYPE.ociEmpty, digest: digestOf(EMPTY), size: EMPTY.length };
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociManifest,
      artifactType: UNTAG_ARTIFACT_TYPE,
      config: empty,
      layers: [empty],
      annotations: {
        'io.artifact-lifecycle.untag.from': digest,
        'io.artifact-lifecycle.untag.id': randomUUID(),
        'io.artifact-lifecycle.untag.tag': tag,
      },
    }),
  );
  return parseManifest({ bytes, mediaType: MEDIA_TYPE.ociManifest, what: `dummy for the tag ${tag}` });
}
