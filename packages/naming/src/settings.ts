import { SuiteError } from '@artifact-lifecycle/core';

/** What the environment says about naming: `DOCKER_METADATA_*` and `SOURCE_DATE_EPOCH`. */
export interface NamingSettings {
  /** A pull request's commit is its head, not the merge commit. */
  readonly prHeadSha: boolean;
  /** Characters of a short commit. */
  readonly shortShaLength: number;
  /** Where annotations go, in order: `manifest`, `index`, `manifest-descriptor`, `index-descriptor`. */
  readonly annotationLevels: readonly string[];
  /** Every output is an environment variable of the steps to come, too: `DOCKER_METADATA_OUTPUT_*`. */
  readonly setOutputEnv: boolean;
  /** Milliseconds since the epoch that stand for now (reproducible-builds.org, SOURCE_DATE_EPOCH). */
  readonly sourceDate: number | undefined;
}

/** What git shows; 7 holds for repositories of some ten thousand commits. */
const SHORT_SHA_LENGTH = 7;

/** docker buildx: type, and the platform it is for. */
const ANNOTATION_LEVEL = /^(?:manifest|index|manifest-descriptor|index-descriptor)(?:\[[\w/.-]+\])?$/;

/** The end of what a JavaScript Date can say, in seconds. */
const MAX_EPOCH_SECONDS = 8_640_000_000_000;

/**
 * Reads the settings from environment variables by name; what is unset or empty has its default.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): NamingSettings {
  const value = (name: string): string => environment[name]?.trim() ?? '';
  return {
    prHeadSha: /true/i.test(value('DOCKER_METADATA_PR_HEAD_SHA')),
    shortShaLength: parseLength(value('DOCKER_METADATA_SHORT_SHA_LENGTH')),
    annotationLevels: parseLevels(value('DOCKER_METADATA_ANNOTATIONS_LEVELS')),
    setOutputEnv: /^(?:true)?$/i.test(value('DOCKER_METADATA_SET_OUTPUT_ENV')),
    sourceDate: parseSourceDate(value('SOURCE_DATE_EPOCH')),
  };
}

function parseLength(text: string): number {
  if (text === '') return SHORT_SHA_LENGTH;
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw invalid(
    `DOCKER_METADATA_SHORT_SHA_LENGTH is not a valid number: ${text.slice(0, 50)}`,
    'Set it to a number of hex digits, such as 7 or 12.',
  );
}

/** `auto` annotates the index, where GitHub's registry looks for a description, and the manifests. */
function parseLevels(text: string): readonly string[] {
  if (text === '') return ['manifest'];
  const levels = text.split(',').map((level) => level.trim());
  const named = levels.flatMap((level) => (level === 'auto' ? ['index', 'manifest'] : [level]));
  const wrong = named.find((level) => !ANNOTATION_LEVEL.test(level));
  if (wrong === undefined) return [...new Set(named)];
  throw invalid(
    `DOCKER_METADATA_ANNOTATIONS_LEVELS holds ${JSON.stringify(wrong.slice(0, 50))}, which is no level.`,
    'Use manifest, index, manifest-descriptor, index-descriptor, or auto for index and manifest.',
  );
}

function parseSourceDate(text: string): number | undefined {
  if (text === '') return undefined;
  if (/^\d{1,13}$/.test(text) && Number(text) <= MAX_EPOCH_SECONDS) return Number(text) * 1000;
  throw invalid(
    `SOURCE_DATE_EPOCH is ${JSON.stringify(text.slice(0, 50))}, which is no number of seconds.`,
    'Set it to whole seconds since 1970, such as the output of git log -1 --pretty=%ct.',
  );
}

function invalid(message: string, remedy: string): SuiteError {
  return new SuiteError('INPUT_INVALID', message, { remedy });
}
