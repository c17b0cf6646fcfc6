import { type Descriptor, type Digest, formatPlatform, parseManifest } from '@artifact-lifecycle/registry';
import type { SlsaVerdict } from '../level/slsa-verdict.ts';
import type { Verification } from './evidence.ts';

/** A platform of an index, by the descriptor that the index has of it. */
export interface IndexPlatform {
  readonly digest: Digest;
  /** `linux/arm64`; `undefined` for one without platform. */
  readonly platform: string | undefined;
}

/** What verifying an index and each of its platforms came to. */
export interface IndexVerification extends Verification {
  /** The index alone. */
  readonly index: Verification;
  readonly platforms: readonly (IndexPlatform & { readonly verification: Verification | undefined })[];
}

/** An index as it was fetched. */
export interface IndexBytes {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
}

/**
 * The platforms of an index that must each be verified: all its manifests but the statements of buildkit, which
 * nobody runs, and which the index's own digest covers. Empty for what is no index.
 *
 * @throws SuiteError `DIGEST_MISMATCH` for bytes of another index: a platform that was swapped; `CONTENT_INVALID`
 */
export function platformsOf({ digest, bytes, mediaType }: IndexBytes): readonly IndexPlatform[] {
  const { content } = parseManifest({ bytes, mediaType, expected: digest, what: `index ${digest}` });
  if (content.kind !== 'index') return [];
  const platforms = content.manifests.filter((descriptor) => !isStatement(descriptor, content.manifests));
  return [...new Map(platforms.map(describe)).values()];
}

/**
 * Brings together what verifying an index and its platforms came to: all of them must be verified, each by its own
 * digest, and those verified must be those that the index lists. The level is the lowest of all.
 *
 * @param verified by digest; what it lacks, or has besides, is refused.
 * @throws as {@link platformsOf}
 */
export function combineIndex(
  index: IndexBytes,
  own: Verification,
  verified: ReadonlyMap<Digest, Verification>,
): IndexVerification {
  const platforms = platformsOf(index).map((platform) => ({
    ...platform,
    verification: verified.get(platform.digest),
  }));
  const listed = new Set(platforms.map(({ digest }) => digest));
  const unlisted = [...verified.keys()].filter((digest) => !listed.has(digest)).sort();
  const refusals = [
    ...own.refusals,
    ...unlisted.map((digest) => `The index ${index.digest} does not list ${digest}.`),
    ...platforms.flatMap(({ digest, platform, verification }) => {
      const name = platform ?? digest;
      if (verification === undefined) return [`${name}: It was not verified.`];
      return verification.refusals.map((refusal) => `${name}: ${refusal}`);
    }),
  ];
  const all = [own, ...platforms.flatMap(({ verification }) => verification ?? [])];
  return {
    verified: refusals.length === 0 && all.every((one) => one.verified),
    refusals,
    slsa: lowest(all.map(({ slsa }) => slsa)) ?? own.slsa,
    evidence: all.flatMap(({ evidence }) => evidence),
    index: own,
    platforms,
  };
}

function describe({ digest, platform }: Descriptor): readonly [Digest, IndexPlatform] {
  const isKnown = platform !== undefined && platform.os !== 'unknown';
  return [digest, { digest, platform: isKnown ? formatPlatform(platform) : undefined }];
}

/** What buildkit adds to an index: of no platform, and about a manifest beside it (buildkit, "attestation-storage"). */
function isStatement({ platform, annotations }: Descriptor, siblings: readonly Descriptor[]): boolean {
  if (platform?.os !== 'unknown' || platform.architecture !== 'unknown') return false;
  if (annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest') return false;
  const about = annotations['vnd.docker.reference.digest'];
  return siblings.some(({ digest, platform: other }) => digest === about && other?.os !== 'unknown');
}

function lowest(verdicts: readonly SlsaVerdict[]): SlsaVerdict | undefined {
  return [...verdicts].sort((a, b) => a.level - b.level)[0];
}
