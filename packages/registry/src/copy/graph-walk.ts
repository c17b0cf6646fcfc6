import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import type { Tag } from '../name/tag.ts';
import { type Descriptor, formatPlatform } from '../oci/descriptor.ts';
import { artifactTypeOf, describeManifest, type Manifest } from '../oci/manifest.ts';
import { isIndexType, isSchema1 } from '../oci/media-type.ts';
import { type CosignTagDecision, decideCosignTag } from './cosign-tag.ts';
import type { DestinationView } from './destination-view.ts';
import { blobsOf, CopyGraph, childrenOf, type GraphManifest } from './graph.ts';
import { acceptsCosignTag, acceptsReferrer, type ReferrerFilter } from './referrer-filter.ts';
import type { SourceView } from './source-view.ts';

/** What a walk works with. */
export interface WalkOptions {
  readonly source: SourceView;
  readonly destinations: readonly DestinationView[];
  readonly filter: ReferrerFilter;
}

/**
 * Walks over all that belongs to an image: children of indexes, referrers and their referrers, what cosign's
 * tags name; and finds out what of it each destination lacks. Nothing is written.
 *
 * @throws SuiteError `NOT_FOUND` for a child its index names and the source lacks, `LIMIT_EXCEEDED`, and
 *   whatever reading throws: what cannot be read is never left out
 */
export async function walkGraph(root: Manifest, options: WalkOptions): Promise<CopyGraph> {
  const walk = new GraphWalk(options);
  await walk.start(root);
  return walk.graph;
}

class GraphWalk {
  readonly graph = new CopyGraph();
  readonly #source: SourceView;
  readonly #filter: ReferrerFilter;
  /** Destinations that may lack something. */
  readonly #views: readonly DestinationView[];

  constructor({ source, destinations, filter }: WalkOptions) {
    this.#source = source;
    this.#filter = filter;
    this.#views = destinations.filter((view) => !view.isSource);
  }

  async start(root: Manifest): Promise<void> {
    const missingAt = await this.#lacking((view) => view.isSettled || view.hasManifest(root.digest));
    const node = this.graph.enter({
      descriptor: describeManifest(root),
      manifest: root,
      missingAt,
      depth: 0,
    });
    if (node !== undefined) await this.#expand(node);
  }

  async #expand(node: GraphManifest): Promise<void> {
    const withAttached = this.#filter !== 'none';
    const mayLack = this.#views.some((view) => !view.isSettled || node.missingAt.has(view));
    if (this.#views.length === 0 || (!withAttached && !mayLack)) return;
    await Promise.all([
      this.#expandChildren(node),
      ...(withAttached ? [this.#expandReferrers(node), this.#expandCosignTags(node)] : []),
    ]);
  }

  async #expandChildren(parent: GraphManifest): Promise<void> {
    const { manifest } = parent;
    if (manifest?.content.kind !== 'index') return;
    await Promise.all([
      ...childrenOf(manifest).map((child) => this.#arriveChild(child, parent)),
      ...(parent.missingAt.size === 0
        ? []
        : blobsOf(manifest).map((child) => this.#checkBlob(child, parent))),
    ]);
  }

  async #arriveChild(child: Descriptor, parent: GraphManifest): Promise<void> {
    const missingAt = await this.#lacking((view) => {
      const isTrusted = view.isSettled && !parent.missingAt.has(view);
      return isTrusted || view.hasManifest(child.digest);
    });
    const mustRead = missingAt.size > 0 || isIndexType(child.mediaType);
    const manifest = mustRead ? await this.#fetchChild(child, parent) : undefined;
    const node = this.graph.enter({ descriptor: child, manifest, missingAt, depth: parent.depth + 1 });
    if (node !== undefined) await this.#expand(node);
  }

  /** An index may be sparse; a copy of it would be an image that fails where that platform is wanted. */
  async #fetchChild(child: Descriptor, parent: GraphManifest): Promise<Manifest> {
    try {
      return await this.#source.fetch(child.digest);
    } catch (error) {
      if (!isSuiteError(error, 'NOT_FOUND')) throw error;
      const platform = child.platform === undefined ? '' : ` for ${formatPlatform(child.platform)}`;
      throw new SuiteError(
        'NOT_FOUND',
        `The index ${parent.descriptor.digest} names ${child.digest}${platform}, which ${this.#source.place} does not have.`,
        { remedy: 'Push the image with all its platforms, or an index without this one.', cause: error },
      );
    }
  }

  /** A child that is of no known manifest type has to be a blob. */
  async #checkBlob(child: Descriptor, parent: GraphManifest): Promise<void> {
    if (!isSchema1(child.mediaType) && (await this.#source.hasBlob(child))) return;
    throw new SuiteError(
      'UNSUPPORTED',
      `The index ${parent.descriptor.digest} names ${child.digest} of the type ${JSON.stringify(child.mediaType)}, which is neither a blob in ${this.#source.place} nor a manifest of a known type.`,
      { remedy: 'Use OCI or docker schema 2 manifests and indexes.' },
    );
  }

  async #expandReferrers(subject: GraphManifest): Promise<void> {
    const listed = await this.#source.referrersOf(subject.descriptor.digest);
    await Promise.all(listed.map((referrer) => this.#arriveReferrer(referrer, subject)));
  }

  async #arriveReferrer(referrer: Descriptor, subject: GraphManifest): Promise<void> {
    const { digest } = referrer;
    const subjectDigest = subject.descriptor.digest;
    const missingAt = await this.#lacking(async (view) => {
      if (subject.missingAt.has(view)) return false;
      // A manifest may be there and not be listed: a run may have ended between the two.
      if (!(await view.referrersOf(subjectDigest)).has(digest)) return false;
      return view.isSettled || view.hasManifest(digest);
    });
    const mustRead = missingAt.size > 0 || isIndexType(referrer.mediaType) || this.#filter !== 'all';
    const manifest = mustRead ? await this.#fetchReferrer(digest, subjectDigest) : undefined;
    if (mustRead && (manifest === undefined || !acceptsReferrer(this.#filter, manifest))) return;
    const artifactType = manifest === undefined ? referrer.artifactType : artifactTypeOf(manifest.content);
    this.graph.addReferrer({ subject: subjectDigest, digest, artifactType, missingAt });
    const node = this.graph.enter({
      descriptor: manifest === undefined ? referrer : describeManifest(manifest),
      manifest,
      missingAt,
      needs: subjectDigest,
      depth: subject.depth + 1,
    });
    if (node !== undefined) await this.#expand(node);
  }

  /** A list of referrers is a claim: entries that are dead, or name another subject, are passed over. */
  async #fetchReferrer(digest: Digest, subject: Digest): Promise<Manifest | undefined> {
    const claim = `${this.#source.place} lists ${digest} as referring to ${subject}`;
    const manifest = await this.#source.tryFetch(digest);
    if (manifest === undefined) {
      this.graph.warn(`${claim}, but does not have it.`);
      return undefined;
    }
    const named = manifest.content.subject?.digest;
    if (named === subject) return manifest;
    this.graph.warn(`${claim}, but it refers to ${named ?? 'nothing'}.`);
    return undefined;
  }

  async #expandCosignTags(subject: GraphManifest): Promise<void> {
    const tags = await this.#source.cosignTagsOf(subject.descriptor.digest);
    await Promise.all(tags.map((tag) => this.#arriveCosignTag(tag, subject)));
  }

  async #arriveCosignTag(tag: Tag, subject: GraphManifest): Promise<void> {
    const manifest = await this.#source.tryFetch(tag);
    if (manifest === undefined || !acceptsCosignTag(this.#filter, manifest)) return;
    const decisions = new Map<DestinationView, CosignTagDecision>();
    const missingAt = await this.#lacking(async (view) => {
      const current = await view.currentOf(tag);
      const decision = await decideCosignTag({
        current,
        readCurrent: () => view.fetchManifest(current ?? manifest.digest),
        wanted: manifest,
        isChannel: view.isChannel(tag),
      });
      decisions.set(view, decision);
      const isThere = decision.outcome === 'same' || decision.outcome === 'kept';
      return isThere || view.hasManifest(manifest.digest);
    });
    this.graph.addCosignTag({ subject: subject.descriptor.digest, tag, manifest, decisions });
    const descriptor = describeManifest(manifest);
    const node = this.graph.enter({ descriptor, manifest, missingAt, depth: subject.depth + 1 });
    if (node !== undefined) await this.#expand(node);
  }

  /** The destinations that do not have something. */
  async #lacking(
    has: (view: DestinationView) => boolean | Promise<boolean>,
  ): Promise<ReadonlySet<DestinationView>> {
    const answers = await Promise.all(this.#views.map(async (view) => ((await has(view)) ? [] : [view])));
    return new Set(answers.flat());
  }
}
