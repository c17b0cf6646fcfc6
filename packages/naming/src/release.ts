import {
  comparePep440,
  formatPep440,
  isPep440Prerelease,
  type Pep440Version,
  parsePep440,
} from '@artifact-lifecycle/versions';
import type { SemVer } from 'semver';
import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';

/** A version with the order it belongs to. */
export type Release =
  | { readonly scheme: 'semver'; readonly version: SemVer }
  | { readonly scheme: 'pep440'; readonly version: Pep440Version };

/** Reads a version by a scheme, or gives `undefined` where the text is none. */
export function readRelease(text: string, scheme: Release['scheme']): Release | undefined {
  if (scheme === 'semver') {
    const version = parse(text);
    return version === null ? undefined : { scheme, version };
  }
  const version = parsePep440(text);
  return version === undefined ? undefined : { scheme, version };
}

/** Whether tools take a version only when they are asked for prereleases. */
export function isPrerelease(release: Release): boolean {
  return release.scheme === 'semver'
    ? release.version.prerelease.length > 0
    : isPep440Prerelease(release.version);
}

/** Major, minor and patch; what a version leaves out is 0. */
export function numbersOf(release: Release): readonly [number, number, number] {
  if (release.scheme === 'semver') {
    const { major, minor, patch } = release.version;
    return [major, minor, patch];
  }
  const [major = 0, minor = 0, patch = 0] = release.version.release.map(Number);
  return [major, minor, patch];
}

/** A version in its normal form; SemVer without build metadata. */
export function formatRelease(release: Release): string {
  return release.scheme === 'semver' ? release.version.version : formatPep440(release.version);
}

/** Negative where `a` comes first; versions of two schemes have no order. */
export function compareReleases(a: Release, b: Release): number {
  if (a.scheme === 'semver' && b.scheme === 'semver') return compare(a.version, b.version);
  if (a.scheme === 'pep440' && b.scheme === 'pep440') return comparePep440(a.version, b.version);
  return Number.NaN;
}
