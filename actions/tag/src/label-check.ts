import { SuiteError } from '@artifact-lifecycle/core';
import type { ImageLabels } from '@artifact-lifecycle/registry';
import type { VersionReading } from '@artifact-lifecycle/versions';

/** What an image must say of itself to get this run's tags. */
export interface ExpectedLabels {
  /** The event's commit. */
  readonly revision: string;
  /** The version of the event: its git tag, or the input `version`; `undefined` where it has none. */
  readonly event: string | undefined;
  /** The tags being given. */
  readonly tags: readonly string[];
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
  const versions = versionsOf(expected, readVersion);
  for (const { labels, platform, digest } of images) {
    const name = platform === undefined ? digest : `${digest} (${platform})`;
    const revision = labels.get(REVISION);
    if (!revision) warnings.push(`${name} has no label ${REVISION}: nothing says which commit it is from.`);
    else if (expected.revision === '') throw nameless(name, revision);
    else if (revision.toLowerCase() !== expected.revision.toLowerCase()) {
      throw differs(name, REVISION, revision, expected.revision);
    }
    const version = labels.get(VERSION);
    if (!version) warnings.push(`${name} has no label ${VERSION}.`);
    else if (isOther(version, versions, readVersion)) {
      throw differs(name, VERSION, version, versions.join(' or '));
    }
  }
  if (images.length === 0)
    warnings.push('What the tags are for is no image with labels: nothing was compared.');
  return [...new Set(warnings)];
}

/**
 * What the image may be called: the event's version, and the first of its tags that is SemVer. These differ where
 * more than the version is in a tag (`2.1.0-a1b2c3d`); an image is labelled with the one or the other.
 */
function versionsOf({ event, tags }: ExpectedLabels, readVersion: ReadVersion): readonly string[] {
  const first = tags.find((tag) => readVersion(tag).valid);
  const known = [event, first].flatMap((text) =>
    text === undefined ? [] : (withoutBuild(text, readVersion) ?? []),
  );
  return [...new Set(known)];
}

/** Only those that are SemVer can be told apart: an image of a branch is called by the branch. */
function isOther(label: string, versions: readonly string[], readVersion: ReadVersion): boolean {
  const one = withoutBuild(label, readVersion);
  return one !== undefined && versions.length > 0 && !versions.includes(one);
}

function withoutBuild(text: string, readVersion: ReadVersion): string | undefined {
  const reading = readVersion(text);
  return reading.valid ? reading.normalized.split('+')[0] : undefined;
}

/** A label that cannot be compared is not right: only a missing one warns. */
function nameless(image: string, revision: string): SuiteError {
  return new SuiteError(
    'NOT_VERIFIED',
    `${image} has the label ${REVISION}=${JSON.stringify(revision.slice(0, 200))}, but this run has no commit.`,
    {
      remedy:
        'Run it in a workflow, set GITHUB_SHA, or use "context: git"; or set "verify-labels: false" to compare nothing.',
    },
  );
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
