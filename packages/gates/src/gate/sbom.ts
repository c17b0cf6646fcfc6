import type { Verification } from '@artifact-lifecycle/trust';
import { proofFacts } from '../proof/proof-facts.ts';
import { describeSbom, formatSbom, meetsFormat, type SbomDescription } from '../proof/sbom-description.ts';
import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import { cannotTell, count, enumerate, fail, firstOf, pass } from '../verdict/verdicts.ts';

/** SBOMs of one platform; an image that is no index is its own one platform. */
export interface PlatformSboms {
  /** `linux/arm64`; `undefined` where the index does not say. */
  readonly platform: string | undefined;
  readonly digest: string;
  /** By what `demandsOf` demands; `undefined` where the gate names no signer. */
  readonly verification: Verification | undefined;
  /**
   * SBOMs that are attached to it, whoever wrote them, signed or not: referrers, predicates of bundles, buildkit's. Read
   * where the gate names no signer; then only these count.
   */
  readonly attached: readonly AttachedSbom[];
}

/** An SBOM that nobody had to sign. */
export interface AttachedSbom {
  /** Of the manifest that carries it. */
  readonly digest: string;
  /** By `describeSbom`; `undefined` for what is neither CycloneDX nor SPDX. */
  readonly document: SbomDescription | undefined;
}

/** Judges the gate `sbom`: each platform has its SBOM, of the format and by the signer that are named. */
export function judgeSbom(
  { signer, format }: GateSettings<'sbom'>,
  platforms: readonly PlatformSboms[],
): Verdict {
  const judged = platforms.map((platform) => {
    const found = signer === undefined ? attachedTo(platform) : signedFor(platform);
    return { platform, found, fitting: found.filter((one) => meetsFormat(one, format)) };
  });
  const facts: EvidenceFacts = {
    signed: signer !== undefined,
    format: format ?? null,
    platforms: firstOf(
      judged.map(({ platform: { platform, digest, verification }, found, fitting }) => ({
        platform: platform ?? null,
        digest,
        found: firstOf(found.map(formatSbom)),
        fitting: fitting.length,
        ...(verification === undefined ? {} : proofFacts(verification)),
      })),
    ),
  };
  if (platforms.length === 0) return cannotTell('No platform is known that could have an SBOM.', facts);
  const lacking = judged.filter(({ fitting }) => fitting.length === 0);
  if (lacking.length === 0) {
    const by = signer === undefined ? '' : ', signed by who must have';
    return pass(`Each of ${count(platforms.length, 'platform')} has its SBOM${by}.`, facts);
  }
  return fail(
    `${enumerate(lacking.map(({ platform, found }) => whatLacks(platform, found, format)))}.`,
    facts,
  );
}

/** Where nobody has to sign, what somebody did sign counts as well. */
function attachedTo(platform: PlatformSboms): readonly SbomDescription[] {
  return [...platform.attached.flatMap(({ document }) => document ?? []), ...signedFor(platform)];
}

function signedFor({ verification }: PlatformSboms): readonly SbomDescription[] {
  if (verification?.verified !== true) return [];
  return verification.evidence.flatMap(({ verdict, statement }) =>
    verdict === 'accepted' ? (describeSbom(statement?.predicate) ?? []) : [],
  );
}

function whatLacks(
  { platform, digest, verification }: PlatformSboms,
  found: readonly SbomDescription[],
  format: string | undefined,
): string {
  const name = platform ?? digest;
  if (found.length > 0) return `${name} has ${found.map(formatSbom).join(', ')}, not ${format}`;
  const [refusal] = verification?.refusals ?? [];
  return refusal === undefined ? `${name} has no SBOM` : `${name} has no SBOM that counts (${refusal})`;
}
