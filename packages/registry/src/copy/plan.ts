import { SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import type { Reference } from '../name/location.ts';
import { formatLocation, formatReference, sameLocation } from '../name/reference.ts';
import type { Tag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { Registry } from '../registry.ts';
import type { CosignTagDecision } from './cosign-tag.ts';
import { type CopyDestination, DestinationView, type PlannedTag } from './destination-view.ts';
import type { CopyGraph, GraphManifest } from './graph.ts';
import { walkGraph } from './graph-walk.ts';
import { Limiter } from './limiter.ts';
import { PLAN_CONCURRENCY } from './limits.ts';
import { orderManifests } from './order.ts';
import type { ReferrerFilter } from './referrer-filter.ts';
import { resolveSource } from './source.ts';
import { SourceView } from './source-view.ts';
import { type RefusedTag, tagRefusal } from './tag-decision.ts';
import { TagLists } from './tag-lists.ts';

/** What to copy where. */
export interface CopyRequest {
  readonly source: Registry;
  /** Which of the source's manifests; its location is the source's. */
  readonly reference: Reference;
  /** The manifest that the reference names, where it was resolved already: it is not resolved a second time. */
  readonly root?: Manifest | undefined;
  readonly destinations: readonly CopyDestination[];
  /** What goes with the image of that which is attached to it; default `all`. */
  readonly referrers?: ReferrerFilter | undefined;
  /** Lists of tags that copies which are planned together share. */
  readonly lists?: TagLists | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One of cosign's tags at one destination, and what it is to point to. */
export interface PlannedCosignTag {
  readonly tag: Tag;
  readonly manifest: Manifest;
  readonly decision: CosignTagDecision;
}

/** Something that refers to a manifest of the image, and is at a destination or will be. */
export interface PlannedReferrer {
  readonly subject: Digest;
  readonly digest: Digest;
  readonly artifactType: string | undefined;
  readonly isMissing: boolean;
}

/** What one destination gets. */
export interface DestinationPlan {
  readonly registry: Registry;
  /** In the order given. */
  readonly tags: readonly PlannedTag[];
  readonly cosignTags: readonly PlannedCosignTag[];
  readonly referrers: readonly PlannedReferrer[];
  /** Manifests that are missing, each after all it needs; those of one level may be written together. */
  readonly levels: readonly (readonly Manifest[])[];
  /** Blobs of those manifests, each once, the largest first. Some may turn out to be there. */
  readonly blobs: readonly Descriptor[];
}

/** What a copy will do, and all it needs to do it. Nothing has been written yet. */
export interface CopyPlan {
  readonly source: Registry;
  readonly root: Manifest;
  readonly destinations: readonly DestinationPlan[];
  /** What was passed over, and why; sentences. */
  readonly warnings: readonly string[];
}

/**
 * Plans a copy by reading alone: resolves the source, the one time; decides about every destination's tags;
 * finds all that belongs to the image, and what of it is missing where.
 *
 * @throws SuiteError `INPUT_INVALID`, `TAG_EXISTS` for tags that may not move (all of them are named, with
 *   both digests), `NOT_FOUND`, `UNSUPPORTED`, `LIMIT_EXCEEDED`, and what reading throws
 */
export async function planCopy(request: CopyRequest): Promise<CopyPlan> {
  checkDestinations(request);
  const stopping = new AbortController();
  const { signal = stopping.signal } = request;
  try {
    return await readPlan(request, AbortSignal.any([signal, stopping.signal]));
  } catch (error) {
    // What is still being asked for, or waits for its turn, is of no use any more.
    stopping.abort(error);
    throw error;
  }
}

async function readPlan(
  { source, reference, root: resolved, destinations, referrers = 'all', lists = new TagLists() }: CopyRequest,
  signal: AbortSignal,
): Promise<CopyPlan> {
  const limiter = new Limiter(PLAN_CONCURRENCY);
  const root = resolved ?? (await resolveSource(source, reference, { signal }));
  const options = { source, root, limiter, signal };
  const views = await Promise.all(destinations.map((one) => DestinationView.open(one, options)));
  refuseTags(views.flatMap((view) => refusedTags(view, root)));
  const graph = await walkGraph(root, {
    source: new SourceView({ source, tag: reference.tag, lists, limiter, signal }),
    destinations: views,
    filter: referrers,
  });
  refuseTags(views.flatMap((view) => refusedCosignTags(view, graph)));
  const levels = orderManifests(graph);
  return {
    source,
    root,
    destinations: views.map((view) => planDestination(view, graph, levels)),
    warnings: graph.warnings,
  };
}

function checkDestinations({ source, reference, destinations }: CopyRequest): void {
  if (destinations.length === 0) throw new SuiteError('INPUT_INVALID', 'There is no destination to copy to.');
  for (const [at, { registry, tags }] of destinations.entries()) {
    const name = formatLocation(registry.location);
    if (destinations.slice(0, at).some((other) => sameLocation(other.registry.location, registry.location))) {
      throw new SuiteError('INPUT_INVALID', `The destination ${name} is given twice.`, {
        remedy: 'Name each destination once.',
      });
    }
    if (registry.location.kind === 'archive') {
      throw new SuiteError('UNSUPPORTED', `${name} is an archive, which can only be read.`, {
        remedy: 'Write to a registry or to an OCI layout (oci:DIRECTORY).',
      });
    }
    const isSource = sameLocation(registry.location, source.location);
    if (isSource && reference.tag !== undefined && tags.includes(reference.tag)) {
      const itself = formatReference({ ...reference, digest: undefined });
      throw new SuiteError('INPUT_INVALID', `The source ${itself} is also the destination.`, {
        remedy: 'Name another repository as the destination, or another tag.',
      });
    }
  }
}

function refusedTags({ registry, tags }: DestinationView, root: Manifest): readonly RefusedTag[] {
  return tags.flatMap(({ tag, decision }) =>
    decision.outcome === 'refused'
      ? { location: registry.location, tag, previous: decision.previous, wanted: root.digest }
      : [],
  );
}

function refusedCosignTags(view: DestinationView, graph: CopyGraph): readonly RefusedTag[] {
  return graph.cosignTags.flatMap(({ tag, manifest, decisions }) => {
    const decision = decisions.get(view);
    if (decision?.outcome !== 'refused') return [];
    const { location } = view.registry;
    return { location, tag, previous: decision.previous, wanted: manifest.digest };
  });
}

function refuseTags(refused: readonly RefusedTag[]): void {
  if (refused.length > 0) throw tagRefusal(refused);
}

function planDestination(
  view: DestinationView,
  graph: CopyGraph,
  levels: readonly (readonly GraphManifest[])[],
): DestinationPlan {
  const missing = levels.map((level) => level.filter(({ missingAt }) => missingAt.has(view)));
  return {
    registry: view.registry,
    tags: view.tags,
    cosignTags: graph.cosignTags.flatMap(({ tag, manifest, decisions }) => {
      const decision = decisions.get(view);
      return decision === undefined ? [] : { tag, manifest, decision };
    }),
    referrers: graph.referrers.map(({ subject, digest, artifactType, missingAt }) => ({
      subject,
      digest,
      artifactType,
      isMissing: missingAt.has(view),
    })),
    levels: missing.filter((level) => level.length > 0).map((level) => level.map(readManifest)),
    blobs: collectBlobs(missing.flat()),
  };
}

function readManifest({ manifest, descriptor }: GraphManifest): Manifest {
  if (manifest !== undefined) return manifest;
  throw new SuiteError(
    'INTERNAL',
    `The manifest ${descriptor.digest} is missing somewhere, but was not read.`,
  );
}

/** The largest first: a large one that starts last is what everything waits for at the end. */
function collectBlobs(manifests: readonly GraphManifest[]): readonly Descriptor[] {
  const blobs = new Map<Digest, Descriptor>();
  for (const blob of manifests.flatMap((manifest) => manifest.blobs)) {
    const known = blobs.get(blob.digest);
    if (known !== undefined && known.size !== blob.size) {
      throw new SuiteError(
        'CONTENT_INVALID',
        `The blob ${blob.digest} is said to have ${known.size} bytes, and also ${blob.size}.`,
      );
    }
    if (known === undefined) blobs.set(blob.digest, blob);
  }
  return [...blobs.values()].toSorted((a, b) => b.size - a.size || (a.digest < b.digest ? -1 : 1));
}
