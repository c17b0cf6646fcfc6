import { compilePattern, isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { TagStrategy } from '@artifact-lifecycle/core/policy';
import { gitTagOf, parseSettings, type StrategyFacts, strategyTag } from '@artifact-lifecycle/naming';
import { parseTag, type Tag } from '@artifact-lifecycle/registry';
import parse from 'semver/functions/parse.js';
import type { Artifact } from './artifact.ts';
import type { Desk } from './desk.ts';
import type { PromotionRequest } from './request.ts';
import type { Station } from './station.ts';

/** How an image is called at its destination. */
export interface Names {
  /** Tags that never move, and those that were named by hand. */
  readonly tags: readonly Tag[];
  /** Tags that may move, and do. */
  readonly channels: readonly Tag[];
  /** SemVer, where the image has one. */
  readonly version: string | undefined;
  readonly isChannel: (tag: string) => boolean;
}

/**
 * The tags under which an environment may have what is meant, what is surest first: the version itself as it is
 * stated; else what the environment's strategies make of version and commit of the event.
 */
export function candidateTags(
  { environment }: Station,
  version: string | undefined,
  desk: Desk,
): readonly (readonly Tag[])[] {
  const { event } = desk;
  const facts = factsOf(desk, event.sha, version ?? gitTagOf(event.ref));
  const made = (environment.tags ?? []).flatMap((strategy) => tryStrategy(strategy, facts));
  const stated = version === undefined ? [] : [version, version.replace(/^v(?=\d)/, '')].flatMap(tryTag);
  return [[...new Set(stated)], [...new Set(made)].filter((tag) => !stated.includes(tag))];
}

/**
 * Names an image at its destination: by the tags that are given, else by the environment's strategies, and by the
 * channels of its version beside them.
 *
 * @throws SuiteError `INPUT_INVALID` where a name cannot be made, or the image says it is of another version
 */
export function nameAtDestination(request: PromotionRequest, artifact: Artifact, desk: Desk): Names {
  const version = versionOf(request, artifact, desk);
  const matchers = request.channels.map((text) => compilePattern(text));
  const isChannel = (tag: string): boolean => matchers.some((matches) => matches(tag));
  if (request.tags !== undefined) {
    return { tags: [...new Set(request.tags)], channels: [], version, isChannel };
  }
  const strategies = request.to?.environment.tags ?? [];
  if (strategies.length === 0) {
    const own = artifact.reference.tag;
    if (own === undefined) {
      throw new SuiteError(
        'INPUT_INVALID',
        `The environment ${request.to?.name ?? ''} does not say how images are named, and the source names no tag.`,
        { remedy: 'Give the environment "tags" in the policy file, or set the input "tags".' },
      );
    }
    return { tags: [own], channels: channelsOf(request.channels, version), version, isChannel };
  }
  const facts = factsOf(desk, artifact.commit ?? commitInTag(artifact), version);
  const tags = strategies.map((strategy) => nameBy(strategy, facts, artifact));
  const channels = channelsOf(request.channels, version).filter((tag) => !tags.includes(tag));
  return { tags: [...new Set(tags)], channels, version, isChannel };
}

/** The version by the input, else the git tag of the event, else the image's label; they must not differ. */
function versionOf({ version }: PromotionRequest, artifact: Artifact, { event }: Desk): string | undefined {
  const stated = [version, gitTagOf(event.ref)].map(semver).find((one) => one !== undefined);
  const labelled = semver(artifact.version);
  if (stated !== undefined && labelled !== undefined && stated !== labelled) {
    throw new SuiteError(
      'INPUT_INVALID',
      `The version is to be ${stated}, and the image ${artifact.digest} says that it is ${labelled}.`,
      { remedy: 'Promote the image of that version, or name the version that it has.' },
    );
  }
  return stated ?? labelled;
}

/** Channels as they stand in the policy, of a version that is no prerelease: `2` and `2.1` for 2.1.0, and names. */
export function channelsOf(channels: readonly string[], version: string | undefined): readonly Tag[] {
  const read = version === undefined ? null : parse(version);
  if (read !== null && read.prerelease.length > 0) return [];
  return channels.flatMap((channel) => {
    if (/[*?{}[\],^$()|\\]/.test(channel) || channel.startsWith('/')) return [];
    const numbers = /^(v?)(\d+)(?:\.(\d+))?$/.exec(channel);
    if (numbers === null) return tryTag(channel);
    const [, , major, minor] = numbers;
    const isOfVersion =
      read !== null && Number(major) === read.major && (minor === undefined || Number(minor) === read.minor);
    return isOfVersion ? tryTag(channel) : [];
  });
}

function nameBy(strategy: TagStrategy, facts: StrategyFacts, { reference }: Artifact): Tag {
  const own = reference.tag;
  // The number is that of the run that built it, not of the one that promotes it.
  if (strategy === 'build-number' && own !== undefined && /-\d+$/.test(own)) return own;
  return strategyTag(strategy, facts);
}

/** A source that is named by its commit says which that is, where its labels do not. */
function commitInTag({ reference }: Artifact): string {
  return /^[0-9a-f]{7,64}$/.test(reference.tag ?? '') ? String(reference.tag) : '';
}

function tryStrategy(strategy: TagStrategy, facts: StrategyFacts): readonly Tag[] {
  try {
    return [strategyTag(strategy, facts)];
  } catch (error) {
    // The event has not what this form needs; another form may do.
    if (isSuiteError(error, 'INPUT_INVALID')) return [];
    throw error;
  }
}

function tryTag(text: string): readonly Tag[] {
  try {
    return [parseTag(text, 'version')];
  } catch (error) {
    if (isSuiteError(error, 'INPUT_INVALID')) return [];
    throw error;
  }
}

function semver(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (parse(text)?.version ?? undefined);
}

/** Of the event only commit and run number have a meaning here: a ref that is a tag is read as the version. */
function factsOf({ event, context }: Desk, sha: string, version: string | undefined): StrategyFacts {
  return {
    context: {
      ref: event.ref.startsWith('refs/tags/') ? '' : event.ref,
      sha,
      runNumber: /^\d{1,15}$/.test(event.runNumber) ? Number(event.runNumber) : undefined,
    },
    shortShaLength: parseSettings(context.env).shortShaLength,
    version,
    tagPrefix: '',
  };
}
