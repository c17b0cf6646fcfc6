import { SuiteError } from '@artifact-lifecycle/core';
import type { TagStrategy } from '@artifact-lifecycle/core/policy';
import { parseTag, type Tag } from '@artifact-lifecycle/registry';
import { shortSha } from './expression-scope.ts';
import { branchOf, type GitContext, gitTagOf, pullOf } from './git-context.ts';
import { formatRelease, isPrerelease, readRelease } from './release.ts';
import { quote } from './row-error.ts';
import { sanitizeTag } from './tag-name.ts';

/** What the forms of the strategies are made of. */
export interface StrategyFacts {
  readonly context: Pick<GitContext, 'ref' | 'sha' | 'runNumber'>;
  readonly shortShaLength: number;
  /** The version where the event carries none; input `version`. */
  readonly version: string | undefined;
  /** What git tags start with in front of their version: `api/` of `api/v1.2.3`. */
  readonly tagPrefix: string;
}

/** distribution-spec, "Pulling manifests". */
const MAX_TAG_LENGTH = 128;

/**
 * The tag of a strategy (issue 4, "Strategies"): `git-sha` a1b2c3d, `semver` 2.1.0, `build-number` main-4521,
 * `combined` 2.1.0-a1b2c3d.
 *
 * @throws SuiteError `INPUT_INVALID` where the event has not what the form needs
 */
export function strategyTag(strategy: TagStrategy, facts: StrategyFacts): Tag {
  return parseTag(textOf(strategy, facts), `strategy "${strategy}"`);
}

/**
 * The version an artifact has by its event: the git tag, else the input. SemVer, without build metadata, which
 * a tag cannot hold.
 *
 * @throws SuiteError `INPUT_INVALID` where there is none, or none by SemVer
 */
export function strategyVersion(
  strategy: TagStrategy,
  { context, version, tagPrefix }: StrategyFacts,
): string {
  const gitTag = gitTagOf(context.ref);
  const own = gitTag?.startsWith(tagPrefix) ? gitTag.slice(tagPrefix.length) : undefined;
  const text = own ?? version;
  if (text === undefined || text === '') {
    throw missing(
      strategy,
      `a version, and ${context.ref === '' ? 'the event' : quote(context.ref)} carries none`,
      'Run on a git tag such as v2.1.0, or set the input "version".',
    );
  }
  const release =
    readRelease(text, 'semver') ?? (version === undefined ? undefined : readRelease(version, 'semver'));
  if (release !== undefined) return formatRelease(release);
  throw missing(
    strategy,
    `a version, and ${quote(text)} is not SemVer`,
    'Use MAJOR.MINOR.PATCH[-PRERELEASE], such as 2.1.0 or v2.1.0-rc.1.',
  );
}

/** Whether a version of {@link strategyVersion} is a prerelease. */
export function isPrereleaseVersion(version: string): boolean {
  const release = readRelease(version, 'semver');
  return release !== undefined && isPrerelease(release);
}

function textOf(strategy: TagStrategy, facts: StrategyFacts): string {
  switch (strategy) {
    case 'git-sha':
      return commitOf(strategy, facts);
    case 'semver':
      return strategyVersion(strategy, facts);
    case 'combined':
      return `${strategyVersion(strategy, facts)}-${commitOf(strategy, facts)}`;
    case 'build-number': {
      const { runNumber } = facts.context;
      if (runNumber === undefined) {
        throw missing(strategy, 'the number of a workflow run, and there is none', 'Run it in a workflow.');
      }
      const end = `-${runNumber}`;
      return `${safeRefName(strategy, facts.context).slice(0, MAX_TAG_LENGTH - end.length)}${end}`;
    }
  }
}

function commitOf(strategy: TagStrategy, { context, shortShaLength }: StrategyFacts): string {
  const sha = shortSha(context.sha, shortShaLength);
  if (sha !== '') return sha;
  throw missing(strategy, 'a commit, and there is none', 'Run it in a workflow or a git checkout.');
}

/**
 * The branch, as a tag can hold it. A pull request is `pr-15`: its branch may lie in a fork, where anybody may
 * call it `main`.
 */
function safeRefName(strategy: TagStrategy, { ref }: Pick<GitContext, 'ref'>): string {
  const pull = pullOf(ref);
  const name = pull === undefined ? (branchOf(ref) ?? gitTagOf(ref) ?? '') : `pr-${pull}`;
  const safe = sanitizeTag(name).replace(/^[.-]+|[.-]+$/g, '');
  if (safe !== '') return safe;
  throw missing(
    strategy,
    `a branch, and ${quote(ref)} names none that a tag can hold`,
    'Run it on a branch.',
  );
}

function missing(strategy: TagStrategy, problem: string, remedy: string): SuiteError {
  return new SuiteError('INPUT_INVALID', `The strategy "${strategy}" needs ${problem}.`, { remedy });
}
