import { isSuiteError } from '@artifact-lifecycle/core';
import { findRecords, isHeadTag, type RecordVerifier } from '@artifact-lifecycle/gates';
import {
  type Digest,
  mapInParallel,
  READ_CONCURRENCY,
  type Registry,
  type Tag,
} from '@artifact-lifecycle/registry';
import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';
import type { Artifact } from './artifact.ts';
import type { Desk } from './desk.ts';
import type { Names } from './naming.ts';
import { openReader } from './records.ts';

/** Which channels move, and which stay because a newer version is there. */
export interface SettledChannels {
  readonly moving: readonly Tag[];
  readonly kept: readonly { readonly tag: Tag; readonly version: string }[];
}

/**
 * Decides which channels a version moves. One that points to a newer version stays: 2.0.9, a fix of the older line,
 * takes `2.0` and not `2`. Which version is there, says its promotion record; without one the channel moves.
 */
export async function settleChannels(
  names: Names,
  artifact: Artifact,
  registry: Registry,
  verify: RecordVerifier | undefined,
  desk: Desk,
): Promise<SettledChannels> {
  const { channels, version } = names;
  const own = version === undefined ? null : parse(version);
  if (own === null || verify === undefined) return { moving: channels, kept: [] };
  const kept: { tag: Tag; version: string }[] = [];
  const moving: Tag[] = [];
  for (const tag of channels) {
    const current = await resolveIfThere(registry, tag, desk.context.signal);
    const there =
      current === undefined || current === artifact.digest
        ? []
        : await findRecords(current, openReader(registry, verify, desk));
    const versions = there.flatMap((one) =>
      one.kind === 'verified' && one.record.version !== null ? (parse(one.record.version) ?? []) : [],
    );
    const newer = versions.find((one) => compare(one, own) > 0);
    if (newer === undefined) moving.push(tag);
    else kept.push({ tag, version: newer.version });
  }
  return { moving, kept };
}

/** A channel, and what it points to. */
interface PointingChannel {
  readonly tag: Tag;
  readonly digest: Digest;
}

/** The channels of a repository that point to a digest now, sorted. */
export async function channelsAt(
  digest: Digest,
  registry: Registry,
  isChannel: (tag: string) => boolean,
  signal: AbortSignal,
): Promise<readonly Tag[]> {
  const channels = await readChannels(registry, isChannel, signal);
  return channels.filter((channel) => channel.digest === digest).map(({ tag }) => tag);
}

/** What the channels of a repository point to now, each digest once; none where there is no repository yet. */
export async function digestsOfChannels(
  registry: Registry,
  isChannel: (tag: string) => boolean,
  signal: AbortSignal,
): Promise<readonly Digest[]> {
  try {
    return [...new Set((await readChannels(registry, isChannel, signal)).map(({ digest }) => digest))];
  } catch (error) {
    if (isSuiteError(error, 'NOT_FOUND')) return [];
    throw error;
  }
}

async function readChannels(
  registry: Registry,
  isChannel: (tag: string) => boolean,
  signal: AbortSignal,
): Promise<readonly PointingChannel[]> {
  const tags = (await registry.listTags({ signal })).filter((tag) => isChannel(tag) && !isHeadTag(tag));
  const found = await mapInParallel(tags.toSorted(), READ_CONCURRENCY, signal, async (tag, inner) => ({
    tag,
    digest: (await registry.resolve(tag, { signal: inner }))?.digest,
  }));
  return found.flatMap(({ tag, digest }) => (digest === undefined ? [] : [{ tag, digest }]));
}

async function resolveIfThere(
  registry: Registry,
  tag: Tag,
  signal: AbortSignal,
): Promise<Artifact['digest'] | undefined> {
  try {
    return (await registry.resolve(tag, { signal }))?.digest;
  } catch (error) {
    if (isSuiteError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}
