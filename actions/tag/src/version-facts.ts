import { SuiteError } from '@artifact-lifecycle/core';
import { type Ecosystem, parseVersion, type VersionReading } from '@artifact-lifecycle/versions';

/** What an ecosystem says of this run's version. */
export interface VersionFacts {
  /** Empty where the run has no version of the ecosystem. */
  readonly normalized: string;
  readonly isPrerelease: boolean;
  /** Why a git tag is no version, where somebody might have meant one. */
  readonly warning: string | undefined;
}

/** Where the version may come from, best first. */
export interface VersionSources {
  /** The input `version`, which stands in where the git tag is none. */
  readonly given: string | undefined;
  /** The git tag, without its prefix. */
  readonly gitTag: string | undefined;
  /** The first tag that was made. */
  readonly made: string | undefined;
}

/**
 * Judges the version by the rules of its ecosystem: what was given must be one; a git tag or the name of a branch
 * may be none.
 *
 * @throws SuiteError `INPUT_INVALID` for a given version that is none
 */
export function judgeVersion(ecosystem: Ecosystem, { given, gitTag, made }: VersionSources): VersionFacts {
  if (given !== undefined) {
    const reading = read(ecosystem, given);
    if (!reading.valid) {
      throw new SuiteError(
        'INPUT_INVALID',
        `Input "version": ${JSON.stringify(given.slice(0, 80))} ${reason(reading)}.`,
        {
          remedy: `Write a version by the rules of "ecosystem: ${ecosystem}", or name another ecosystem.`,
        },
      );
    }
    // It stands in where the event carries none. To images any git tag is a version, but few are meant as one.
    const own = gitTag === undefined ? undefined : read(ecosystem === 'oci' ? 'semver' : ecosystem, gitTag);
    if (gitTag === undefined || !own?.valid) return factsOf(reading);
  }
  const readings = [gitTag, made].flatMap((text) => (text === undefined ? [] : [read(ecosystem, text)]));
  const valid = readings.find((reading) => reading.valid);
  if (valid !== undefined) return factsOf(valid);
  const [first] = readings;
  const isMeant = gitTag !== undefined && ecosystem !== 'oci' && first !== undefined;
  return {
    normalized: '',
    isPrerelease: false,
    warning: isMeant ? `The git tag ${JSON.stringify(gitTag.slice(0, 80))} ${reason(first)}.` : undefined,
  };
}

/** Git tags begin with `v` by habit; only Go's versions do, so that there a missing one is put in front. */
function read(ecosystem: Ecosystem, text: string): VersionReading {
  const asIs = parseVersion(ecosystem, ecosystem === 'maven' ? text.replace(/^v(?=\d)/, '') : text);
  return asIs.valid || ecosystem !== 'go' || text.startsWith('v') ? asIs : parseVersion('go', `v${text}`);
}

function factsOf(reading: VersionReading): VersionFacts {
  return reading.valid
    ? { normalized: reading.normalized, isPrerelease: reading.prerelease, warning: undefined }
    : { normalized: '', isPrerelease: false, warning: undefined };
}

function reason(reading: VersionReading): string {
  return reading.valid ? '' : reading.reason;
}
