import { readSemver } from './semver.ts';
import { notValid, type VersionReading } from './version.ts';

/**
 * Reads a chart's version: SemVer, where an underscore may stand for the plus that no OCI tag can hold
 * (Helm documentation, "OCI registry support"). What is normalised is the tag under which Helm looks for it.
 */
export function readHelm(text: string): VersionReading {
  const reading = readSemver(chartVersion(text));
  if (!reading.valid) return notValid('is not a chart version, which is SemVer');
  return { ...reading, normalized: chartTag(reading.normalized) };
}

/** The tag of a chart's version: `1.2.3+build` is `1.2.3_build`. */
export function chartTag(version: string): string {
  return version.replaceAll('+', '_');
}

/** The version of a chart's tag: `1.2.3_build` is `1.2.3+build`. SemVer itself has no underscore. */
export function chartVersion(tag: string): string {
  return tag.replaceAll('_', '+');
}
