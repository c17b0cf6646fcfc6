export { compareDigits, withoutZeros } from './digits.ts';
export { isPseudoVersion } from './go.ts';
export { chartTag, chartVersion } from './helm.ts';
export { compareMaven, isSnapshot } from './maven.ts';
export { parseVersion } from './parse-version.ts';
export {
  comparePep440,
  formatPep440,
  isPep440Prerelease,
  type Pep440Phase,
  type Pep440Version,
  parsePep440,
} from './pep440.ts';
export { ECOSYSTEMS, type Ecosystem, MAX_VERSION_LENGTH, type VersionReading } from './version.ts';
