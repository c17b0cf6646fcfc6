import type { SemVer } from 'semver';
import parse from 'semver/functions/parse.js';
import { notValid, type VersionReading } from './version.ts';

/**
 * Reads a version by SemVer 2.0.0; a leading `v` is a habit of git tags and left out. What is normalised keeps
 * the build metadata, which SemVer ignores in order but not in identity.
 */
export function readSemver(text: string): VersionReading {
  const version = parse(text);
  if (version === null) return notValid('is not SemVer: MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD]');
  return { valid: true, normalized: withBuild(version), prerelease: version.prerelease.length > 0 };
}

/** Reads a version as npm does: `=v1.2.3beta` is 1.2.3-beta, and build metadata is dropped when it is published. */
export function readNpm(text: string): VersionReading {
  const version = parse(text, { loose: true });
  if (version === null) return notValid('is not a version npm takes: MAJOR.MINOR.PATCH[-PRERELEASE]');
  return { valid: true, normalized: version.version, prerelease: version.prerelease.length > 0 };
}

/** A SemVer text with its build metadata. */
export function withBuild({ version, build }: SemVer): string {
  return build.length === 0 ? version : `${version}+${build.join('.')}`;
}
