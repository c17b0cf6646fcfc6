import { readSemver } from './semver.ts';
import { notValid, type VersionReading } from './version.ts';

/** distribution-spec, "Pulling manifests". */
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/**
 * Reads a version as an image's: any tag is one. Where it is SemVer, it is normalised as such, with a hyphen for
 * the plus that no tag can hold.
 */
export function readOci(text: string): VersionReading {
  const semver = readSemver(text);
  const normalized = semver.valid ? semver.normalized.replaceAll('+', '-') : text;
  if (!TAG.test(normalized))
    return notValid('cannot be a tag: letters, digits, "_", "." and "-", 128 at most');
  return { valid: true, normalized, prerelease: semver.valid && semver.prerelease };
}
