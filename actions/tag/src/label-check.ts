import { SuiteError } from '@artifact-lifecycle/core';
import type { VersionReading } from '@artifact-lifecycle/versions';
import type { ImageLabels } from './image-labels.ts';

/** What an image must say of itself to get this run's tags. */
export interface ExpectedLabels {
  /** The event's commit. */
  readonly revision: string;
  /** The version being given; `undefined` where the event makes none. */
  readonly version: string | undefined;
}

/** Reads a version as SemVer. */
export type ReadVersion = (text: string) => VersionReading;

const REVISION = 'org.opencontainers.image.revision';
const VERSION = 'org.opencontainers.image.version';

/**
 * Compares an image's labels with the run: a tag must not name what was built from another commit. Gives a
 * warning for each label that is missing.
 *
 * @throws SuiteError `NOT_VERIFIED` with both values
 */
export function checkLabels(
  images: readonly ImageLabels[],
  expected: ExpectedLabels,
  readVersion: ReadVersion,
): readonly string[] {
  const warnings: string[] = [];
  for (const { labels, platform, digest } of images) {
    const name = platform === undefined ? digest : `${digest} (${platform})`;
    const revision = labels.get(REVISION);
    if (!revision) warnings.push(`${name} has no label ${REVISION}: nothing says which commit it is from.`);
    else if (expected.revision === '') warnings.push('The run has no commit to compare the image with.');
    else if (revision.toLowerCase() !== expected.revision.toLowerCase()) {
      throw differs(name, REVISION, revision, expected.revision);
    }
    const version = labels.get(VERSION);
    if (!version) warnings.push(`${name} has no label ${VERSION}.`);
    else if (expected.version !== undefined && isOther(version, expected.version, readVersion)) {
      throw differs(name, VERSION, version, expected.version);
    }
  }
  if (images.length === 0)
    warnings.push('What the tags are for is no image with labels: nothing was compared.');
  return [...new Set(warnings)];
}

/** Only two that both are SemVer can be told apart: an image of a branch is called by the branch. */
function isOther(label: string, wanted: string, readVersion: ReadVersion): boolean {
  const [one, other] = [readVersion(label), readVersion(wanted)];
  return one.valid && other.valid && one.normalized.split('+')[0] !== other.normalized.split('+')[0];
}

function differs(image: string, label: string, actual: string, wanted: string): SuiteError {
  return new SuiteError(
    'NOT_VERIFIED',
    `${image} has the label ${label}=${JSON.stringify(actual.slice(0, 200))}, but this run is ${JSON.stringify(wanted)}.`,
    {
      remedy:
        'Name the image that was built from this commit in "source"; or set "verify-labels: false" if another one is meant.',
    },
  );
}
