import { defineOrder } from './order.ts';
import { compareSemverLike, readSemverLike, type SemverLike } from './semver.ts';

/** The Go project's own releases are no SemVer: `go1.22rc1`, which its vulnerability database writes `1.22.0-rc.1`. */
const TOOLCHAIN = /^(?:go)?(?<release>\d+(?:\.\d+){0,2})(?<phase>beta|rc)(?<number>\d+)$/;

/**
 * The order of Go modules and of the standard library (Go modules reference, "Versions"): SemVer's, in which
 * pseudo-versions are prereleases and `+incompatible` is build metadata.
 */
export const go = defineOrder(readGo, compareSemverLike);

function readGo(text: string): SemverLike | undefined {
  const groups = TOOLCHAIN.exec(text)?.groups;
  if (groups === undefined) return readSemverLike(text.replace(/^go(?=\d)/, ''));
  return readSemverLike(`${groups['release']}-${groups['phase']}.${groups['number']}`);
}
