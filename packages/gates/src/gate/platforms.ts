import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import { cannotTell, count, enumerate, fail, firstOf, pass, shorten } from '../verdict/verdicts.ts';

/** What there is: the platforms of the index by its descriptors, or of the one image by its config. */
export interface PlatformsEvidence {
  readonly kind: 'index' | 'image';
  /** `os/architecture[/variant]`, as `formatPlatform` writes them; without what has none. */
  readonly platforms: readonly string[];
}

/** Variants that mean the architecture without one (containerd, "platforms", Normalize). */
const IMPLIED = new Map([
  ['arm64', 'v8'],
  ['amd64', 'v1'],
  ['arm', 'v7'],
]);

/** Judges the gate `platforms`: the index holds all that are named. An image that is no index holds one. */
export function judgePlatforms(
  { require }: GateSettings<'platforms'>,
  { kind, platforms }: PlatformsEvidence,
): Verdict {
  const missing = require.filter((wanted) => !platforms.some((found) => isPlatform(found, wanted)));
  const facts: EvidenceFacts = {
    kind,
    found: firstOf(platforms.map(shorten)),
    foundCount: platforms.length,
    missing: firstOf(missing),
  };
  if (platforms.length === 0) return cannotTell(`The ${kind} names no platform.`, facts);
  if (missing.length === 0) return pass(`The ${kind} holds all of ${enumerate(require, 10)}.`, facts);
  return fail(
    `The ${kind} lacks ${enumerate(missing, 10)}; it holds ${count(platforms.length, 'platform')}: ${enumerate(platforms, 10)}.`,
    facts,
  );
}

/**
 * Whether a platform is one that is wanted. Without a variant any variant is; a variant that its architecture implies
 * may be left out on either side.
 */
export function isPlatform(found: string, wanted: string): boolean {
  const [os, architecture, variant] = found.split('/');
  const [wantedOs, wantedArchitecture, wantedVariant] = wanted.split('/');
  if (os !== wantedOs || architecture !== wantedArchitecture || architecture === undefined) return false;
  return wantedVariant === undefined || (variant ?? IMPLIED.get(architecture)) === wantedVariant;
}
