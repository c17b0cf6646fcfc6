import { isSuiteError } from '@artifact-lifecycle/core';
import {
  findRecords,
  isHeadTag,
  type PromotionRecord,
  type RecordReader,
  type RecordVerifier,
  type VerifiedRecord,
} from '@artifact-lifecycle/gates';
import {
  type Digest,
  mapInParallel,
  READ_CONCURRENCY,
  type Registry,
  type Tag,
} from '@artifact-lifecycle/registry';
import type { SemVer } from 'semver';
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

/** A destination, the newest record of its environment there, and whose records count. */
export interface ChannelPlace {
  readonly registry: Registry;
  readonly head: VerifiedRecord | undefined;
  readonly verify: RecordVerifier | undefined;
}

/**
 * Decides which channels a version moves. One that points to a newer version stays: 2.0.9, a fix of the older line,
 * takes `2.0` and not `2`. Which version is there, says its promotion record; without one the channel moves.
 */
export async function settleChannels(
  { channels, version }: Names,
  artifact: Artifact,
  { registry, head, verify }: ChannelPlace,
  desk: Desk,
): Promise<SettledChannels> {
  const own = version === undefined ? null : parse(version);
  if (own === null || verify === undefined) return { moving: channels, kept: [] };
  const reader = openReader(registry, verify, desk);
  const kept: { tag: Tag; version: string }[] = [];
  const moving: Tag[] = [];
  // Channels mostly point to the same few images.
  const known = new Map<Digest, readonly SemVer[]>();
  if (head !== undefined && head.record.version !== null) known.set(head.subject, versionsIn([head.record]));
  for (const tag of channels) {
    const current = await resolveIfThere(registry, tag, desk.context.signal);
    if (current === undefined || current === artifact.digest) {
      moving.push(tag);
      continue;
    }
    const versions = known.get(current) ?? versionsIn(await readRecords(current, reader));
    known.set(current, versions);
    const newer = versions.find((one) => compare(one, own) > 0);
    if (newer === undefined) moving.push(tag);
    else kept.push({ tag, version: newer.version });
  }
  return { moving, kept };
}

async function readRecords(digest: Digest, reader: RecordReader): Promise<readonly PromotionRecord[]> {
  const found = await findRecords(digest, reader);
  return found.flatMap((one) => (one.kind === 'verified' ? [one.record] : []));
}

function versionsIn(records: readonly PromotionRecord[]): readonly SemVer[] {
  return records.flatMap(({ version }) => (version === null ? [] : (parse(version) ?? [])));
}

/** A channel, and what it points to. */
export interface PointingChannel {
  readonly tag: Tag;
  readonly digest: Digest;
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

/** The channels of a repository with what they point to now, sorted. */
export async function readChannels(
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
