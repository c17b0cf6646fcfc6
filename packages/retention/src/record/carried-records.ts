import { isSuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '@artifact-lifecycle/registry';
import type { DigestCache } from '../graph/digest-cache.ts';
import type { ImageGraph } from '../graph/image-graph.ts';
import { readManifestFacts } from '../graph/manifest-facts.ts';
import type { RetentionPlan } from '../plan/plan.ts';
import type { RetentionService, ServiceOptions } from '../service/retention-service.ts';

/** An image that would lose something, and what refers to it and claims to be its promotion record. */
export interface Carrier {
  /** Place in the graph. */
  readonly at: number;
  readonly digest: Digest;
  readonly records: readonly Digest[];
}

/** What is not in a graph already is asked for here. */
export interface CarrierReading extends ServiceOptions {
  readonly service: Pick<RetentionService, 'fetchManifest'>;
  readonly cache: DigestCache;
}

/**
 * Finds the images of a plan that carry what claims to be a promotion record. Of what stays nobody has to know. A
 * request only for what lists name without saying what it is, once in its life.
 */
export async function findCarriers(
  { delete: deletions, transition }: RetentionPlan,
  graph: ImageGraph,
  reading: CarrierReading,
): Promise<readonly Carrier[]> {
  const { records } = graph;
  if (records === undefined || records.size === 0) return [];
  const going = new Set([...deletions, ...transition].map(({ id }) => id));
  const carriers: Carrier[] = [];
  for (const [at, { image, referrers }] of graph.nodes.entries()) {
    if (image.digest === undefined || referrers.length === 0 || !going.has(image.id)) continue;
    const found: Digest[] = [];
    for (const referrer of referrers) {
      const claim = records.get(referrer);
      const digest = graph.nodes[referrer]?.image.digest;
      if (claim === undefined || digest === undefined) continue;
      if (claim === 'record' || (await saysRecord(digest, reading))) found.push(digest);
    }
    if (found.length > 0) carriers.push({ at, digest: image.digest, records: found.sort() });
  }
  return carriers;
}

/** What cannot be read may be one: whoever verifies it says why it counts or not. */
async function saysRecord(digest: Digest, { service, cache, signal }: CarrierReading): Promise<boolean> {
  try {
    const bytes = await service.fetchManifest?.(digest, { signal });
    if (bytes === undefined) return false;
    const facts = readManifestFacts(bytes, digest);
    cache.put(digest, facts);
    return facts.kind === 'record';
  } catch (error) {
    if (isSuiteError(error, 'DIGEST_MISMATCH', 'CONTENT_INVALID', 'LIMIT_EXCEEDED', 'UNSUPPORTED'))
      return true;
    throw error;
  }
}
