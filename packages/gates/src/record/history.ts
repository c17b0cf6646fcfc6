import { isSuiteError } from '@artifact-lifecycle/core';
import {
  type Digest,
  formatLocation,
  mapInParallel,
  READ_CONCURRENCY,
  type Tag,
} from '@artifact-lifecycle/registry';
import { type ChainEnd, readChain, strangeness } from './chain.ts';
import { isHeadTag } from './head-tag.ts';
import { findRecords, type RecordReader, type VerifiedRecord } from './verified-record.ts';

/** What is not as it should be in a history; an auditor wants to know. */
export type HistoryRemark =
  /** The chain ends before its start. */
  | { readonly kind: 'gap'; readonly end: Exclude<ChainEnd, { kind: 'start' | 'enough' }> }
  /** Two records name the same one before them: promotions at the same time. */
  | { readonly kind: 'fork'; readonly previous: string; readonly manifests: readonly Digest[] }
  /** A record that verifies and that the chain does not hold: the head was moved back, or never moved. */
  | { readonly kind: 'unchained'; readonly manifest: Digest }
  /** Something that claims to be a record and counts as none. */
  | { readonly kind: 'refused'; readonly manifest: string; readonly reason: string }
  /** The repository cannot be listed: it is not there yet, or these credentials may not see it. */
  | { readonly kind: 'unlisted'; readonly reason: string }
  /** An image under a tag, without a record of this environment. */
  | { readonly kind: 'unrecorded'; readonly tag: string; readonly digest: Digest };

/** What one environment has had in one repository. */
export interface EnvironmentHistory {
  readonly environment: string;
  /** `host/name`. */
  readonly repository: string;
  /** The newest first. */
  readonly entries: readonly VerifiedRecord[];
  readonly remarks: readonly HistoryRemark[];
}

/** How thoroughly to read. */
export interface HistoryOptions {
  readonly environment: string;
  /**
   * Whether every tag of the repository is looked at, too: finds what the chain does not hold, for one list and one
   * question a digest.
   */
  readonly thorough: boolean;
}

/** Reads what an environment has had in a repository: the chain of its records, and beside it what does not fit. */
export async function readHistory(
  { environment, thorough }: HistoryOptions,
  reader: RecordReader,
): Promise<EnvironmentHistory> {
  const repository = formatLocation(reader.registry.location);
  const { records, end } = await readChain({ environment }, reader);
  const remarks: HistoryRemark[] =
    end.kind === 'start' || end.kind === 'enough' ? [] : [{ kind: 'gap', end }];
  const entries = new Map(records.map((record) => [record.manifest, record]));
  if (thorough) {
    for (const found of await readTagged(environment, repository, reader)) {
      if ('kind' in found) {
        remarks.push(found);
      } else if (!entries.has(found.manifest)) {
        entries.set(found.manifest, found);
        remarks.push({ kind: 'unchained', manifest: found.manifest });
      }
    }
  }
  const sorted = [...entries.values()].toSorted(newestFirst);
  return { environment, repository, entries: sorted, remarks: [...remarks, ...findForks(sorted)] };
}

/** Records under the tags of a repository, and tags without one. */
async function readTagged(
  environment: string,
  repository: string,
  reader: RecordReader,
): Promise<readonly (VerifiedRecord | HistoryRemark)[]> {
  const { registry, signal: outer } = reader;
  const listed = await listTags(reader);
  if ('kind' in listed) return [listed];
  const tags = listed.filter((tag) => !isOwnTag(tag));
  const named = await mapInParallel(tags, READ_CONCURRENCY, outer, async (tag, signal) => ({
    tag,
    digest: (await registry.resolve(tag, { signal }))?.digest,
  }));
  const byDigest = new Map<Digest, string[]>();
  for (const { tag, digest } of named) {
    if (digest !== undefined) byDigest.set(digest, [...(byDigest.get(digest) ?? []), tag]);
  }
  const found = await mapInParallel(
    [...byDigest],
    READ_CONCURRENCY,
    outer,
    async ([digest, names], signal) => {
      const readings = await findRecords(digest, { ...reader, signal });
      const own = readings.filter(
        (one) => one.kind === 'verified' && strangeness(one, environment, repository) === undefined,
      );
      const refused = readings.flatMap((one): readonly HistoryRemark[] =>
        one.kind === 'refused' ? [{ kind: 'refused', manifest: one.manifest, reason: one.reason }] : [],
      );
      const unrecorded = names.map((tag): HistoryRemark => ({ kind: 'unrecorded', tag, digest }));
      const records = own.flatMap((one): readonly VerifiedRecord[] => {
        if (one.kind !== 'verified') return [];
        const { kind: _, ...record } = one;
        return [record];
      });
      return [...records, ...refused, ...(records.length === 0 ? unrecorded : [])];
    },
  );
  return found.flat();
}

/** An environment that nothing has come into yet has no repository; other registries say so of what they hide. */
async function listTags({
  registry,
  signal,
}: RecordReader): Promise<readonly Tag[] | Extract<HistoryRemark, { readonly kind: 'unlisted' }>> {
  try {
    return await registry.listTags({ ...(signal !== undefined && { signal }) });
  } catch (error) {
    if (isSuiteError(error, 'NOT_FOUND')) return { kind: 'unlisted', reason: error.message };
    throw error;
  }
}

/** Records' heads, and the tags by which registries and cosign attach things: none of them names an image. */
function isOwnTag(tag: string): boolean {
  return isHeadTag(tag) || /^sha(?:256|512)-[0-9a-f]{64,128}(?:\.\w+)?$/.test(tag);
}

function findForks(entries: readonly VerifiedRecord[]): readonly HistoryRemark[] {
  const byPrevious = new Map<string, Digest[]>();
  for (const { manifest, record } of entries) {
    const key = record.previous ?? '';
    byPrevious.set(key, [...(byPrevious.get(key) ?? []), manifest]);
  }
  return [...byPrevious].flatMap(([previous, manifests]) =>
    manifests.length > 1 ? [{ kind: 'fork' as const, previous, manifests: manifests.toSorted() }] : [],
  );
}

function newestFirst(a: VerifiedRecord, b: VerifiedRecord): number {
  if (a.record.time !== b.record.time) return a.record.time < b.record.time ? 1 : -1;
  return a.manifest < b.manifest ? -1 : 1;
}
