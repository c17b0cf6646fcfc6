import { readGo } from './go.ts';
import { readHelm } from './helm.ts';
import { readMaven } from './maven.ts';
import { readOci } from './oci.ts';
import { readPep440 } from './pep440.ts';
import { readNpm, readSemver } from './semver.ts';
import { type Ecosystem, MAX_VERSION_LENGTH, notValid, type VersionReading } from './version.ts';

const READERS: Readonly<Record<Ecosystem, (text: string) => VersionReading>> = {
  oci: readOci,
  semver: readSemver,
  pep440: readPep440,
  maven: readMaven,
  npm: readNpm,
  helm: readHelm,
  go: readGo,
};

/** Reads a version by the rules of an ecosystem: whether it is one, how it is written there, whether it is a prerelease. */
export function parseVersion(ecosystem: Ecosystem, text: string): VersionReading {
  if (text.length > MAX_VERSION_LENGTH) return notValid(`has more than ${MAX_VERSION_LENGTH} characters`);
  return READERS[ecosystem](text);
}
