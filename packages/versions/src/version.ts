/** Whose rules a version is read by (contract: "tag", `ecosystem`). */
export const ECOSYSTEMS = ['oci', 'semver', 'pep440', 'maven', 'npm', 'helm', 'go'] as const;

/** One of {@link ECOSYSTEMS}. */
export type Ecosystem = (typeof ECOSYSTEMS)[number];

/** What an ecosystem says of a text. */
export type VersionReading =
  | {
      readonly valid: true;
      /** As the ecosystem's tools write it: the same version is the same text. */
      readonly normalized: string;
      /** Whether tools pass it over unless they are asked for prereleases. */
      readonly prerelease: boolean;
    }
  | {
      readonly valid: false;
      /** What is wrong with it, to be put behind the version: `has no patch number`. */
      readonly reason: string;
    };

/** Longer texts are no version of anybody; it bounds the work on hostile ones. */
export const MAX_VERSION_LENGTH = 256;

/** The answer for a text that is no version. */
export function notValid(reason: string): VersionReading {
  return { valid: false, reason };
}
