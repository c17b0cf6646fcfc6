import parse from 'semver/functions/parse.js';
import { notValid, type VersionReading } from './version.ts';

/** What the Go command makes of a commit without a tag (Go modules reference, "Pseudo-versions"). */
const PSEUDO_VERSION =
  /^v\d+\.\d+\.\d+-(?:[0-9A-Za-z.-]{1,200}\.)?(?:0\.)?\d{14}-[0-9a-f]{12}(?:\+incompatible)?$/;

/** From this major version on a module says so in its path, unless it is `+incompatible`. */
const FIRST_MAJOR_IN_PATH = 2;

/**
 * Reads a module's version (Go modules reference, "Versions"): SemVer behind a `v`, without build metadata but
 * for `+incompatible`. Pseudo-versions are prereleases.
 */
export function readGo(text: string): VersionReading {
  if (!text.startsWith('v')) return notValid('does not start with the "v" of Go\'s versions');
  const version = parse(text.slice(1));
  if (version === null || text[1] === 'v' || text[1] === '=') {
    return notValid('is not a version of a Go module: vMAJOR.MINOR.PATCH[-PRERELEASE]');
  }
  const build = version.build.join('.');
  if (build !== '' && build !== 'incompatible') {
    return notValid('has build metadata, which Go takes for nothing but "+incompatible"');
  }
  if (build !== '' && version.major < FIRST_MAJOR_IN_PATH) {
    return notValid('is "+incompatible", which only versions from v2 on are');
  }
  return {
    valid: true,
    normalized: `v${version.version}${build === '' ? '' : '+incompatible'}`,
    prerelease: version.prerelease.length > 0,
  };
}

/** Whether a version was made by the Go command from a commit, and names no release. */
export function isPseudoVersion(text: string): boolean {
  return PSEUDO_VERSION.test(text) && readGo(text).valid;
}
