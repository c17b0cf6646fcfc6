import { SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import type { Tag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Manifest, namedByManifest } from '../oci/manifest.ts';
import { isForeignLayer, isManifestType } from '../oci/media-type.ts';
import type { CosignTagDecision } from './cosign-tag.ts';
import type { DestinationView } from './destination-view.ts';
import { MAX_GRAPH_DEPTH, MAX_GRAPH_MANIFESTS } from './limits.ts';

/** One manifest of what is to be copied. */
export interface GraphManifest {
  readonly descriptor: Descriptor;
  /** Read only where it is missing somewhere, or names other manifests. */
  readonly manifest: Manifest | undefined;
  /** Manifests that must be there before it: its children, and its subject. */
  readonly needs: ReadonlySet<Digest>;
  /** What it names besides manifests, without foreign layers. */
  readonly blobs: readonly Descriptor[];
  readonly missingAt: ReadonlySet<DestinationView>;
  /** Steps from the image to it. */
  readonly depth: number;
}

/** That one manifest of the graph refers to another. */
export interface GraphReferrer {
  readonly subject: Digest;
  readonly digest: Digest;
  readonly artifactType: string | undefined;
  readonly missingAt: ReadonlySet<DestinationView>;
}

/** That one of cosign's tags belongs to a manifest of the graph. */
export interface GraphCosignTag {
  readonly subject: Digest;
  readonly tag: Tag;
  readonly manifest: Manifest;
  readonly decisions: ReadonlyMap<DestinationView, CosignTagDecision>;
}

/** A manifest that was come to, and what is known of it by the way that led there. */
export interface GraphArrival {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest | undefined;
  readonly missingAt: ReadonlySet<DestinationView>;
  readonly needs?: Digest;
  readonly depth: number;
}

interface GrowingManifest extends GraphManifest {
  manifest: Manifest | undefined;
  blobs: readonly Descriptor[];
  readonly needs: Set<Digest>;
  readonly missingAt: Set<DestinationView>;
}

/** All that is to be at the destinations, and what of it is missing there; each manifest once. */
export class CopyGraph {
  readonly #manifests = new Map<Digest, GrowingManifest>();
  readonly #referrers: GraphReferrer[] = [];
  readonly #cosignTags: GraphCosignTag[] = [];
  readonly #warnings: string[] = [];

  get manifests(): ReadonlyMap<Digest, GraphManifest> {
    return this.#manifests;
  }

  get referrers(): readonly GraphReferrer[] {
    return this.#referrers.toSorted((a, b) => compare(a.subject, b.subject) || compare(a.digest, b.digest));
  }

  get cosignTags(): readonly GraphCosignTag[] {
    return this.#cosignTags.toSorted((a, b) => compare(a.tag, b.tag));
  }

  /** What was passed over, and why; sentences. */
  get warnings(): readonly string[] {
    return this.#warnings.toSorted();
  }

  /**
   * Notes a manifest, and gives it back where it is new; where it is known, what this way tells is added.
   *
   * @throws SuiteError `LIMIT_EXCEEDED`
   */
  enter({ descriptor, manifest, missingAt, needs, depth }: GraphArrival): GraphManifest | undefined {
    const { digest } = descriptor;
    const known = this.#manifests.get(digest);
    const node = known ?? {
      descriptor,
      manifest: undefined,
      needs: new Set<Digest>(),
      blobs: [],
      missingAt: new Set<DestinationView>(),
      depth,
    };
    if (manifest !== undefined && node.manifest === undefined) {
      node.manifest = manifest;
      node.blobs = blobsOf(manifest);
      for (const child of childrenOf(manifest)) node.needs.add(child.digest);
    }
    if (needs !== undefined) node.needs.add(needs);
    for (const view of missingAt) node.missingAt.add(view);
    if (known !== undefined) return undefined;
    if (depth > MAX_GRAPH_DEPTH) throw graphTooLarge(`reaches ${digest} only after ${MAX_GRAPH_DEPTH} steps`);
    this.#manifests.set(digest, node);
    if (this.#manifests.size > MAX_GRAPH_MANIFESTS) {
      throw graphTooLarge(`has more than ${MAX_GRAPH_MANIFESTS} manifests`);
    }
    return node;
  }

  addReferrer(referrer: GraphReferrer): void {
    this.#referrers.push(referrer);
  }

  addCosignTag(tag: GraphCosignTag): void {
    this.#cosignTags.push(tag);
  }

  warn(sentence: string): void {
    this.#warnings.push(sentence);
  }
}

/** The error for an image to which too much belongs. */
export function graphTooLarge(fact: string): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `What belongs to the image ${fact}.`, {
    remedy: 'Choose with "referrers" what goes with it, or clean up what is attached to it.',
  });
}

/** The manifests an index names. */
export function childrenOf({ content }: Manifest): readonly Descriptor[] {
  return content.kind === 'index' ? content.manifests.filter((child) => isManifestType(child.mediaType)) : [];
}

/**
 * The blobs that go with a manifest. Foreign layers stay where their `urls` lead, and registries take
 * manifests that name them; one without urls is a layer like any other. Build caches are indexes of blobs.
 */
export function blobsOf({ content }: Manifest): readonly Descriptor[] {
  return namedByManifest(content).filter(({ mediaType, urls }) => {
    if (content.kind === 'index') return !isManifestType(mediaType);
    return !(isForeignLayer(mediaType) && urls !== undefined && urls.length > 0);
  });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
