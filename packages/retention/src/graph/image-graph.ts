import { isHeadTag } from '@artifact-lifecycle/gates/names';
import type { StoredImage } from '../image/stored-image.ts';
import type { BlobFacts, ManifestFacts, NodeKey } from './manifest-facts.ts';

/** An image and what it lives and dies with; others are named by their place in the graph. */
export interface ImageNode {
  readonly key: NodeKey;
  readonly image: StoredImage;
  /** The indexes that hold it, each once. */
  readonly parents: readonly number[];
  readonly children: readonly number[];
  /** What it refers to: by `subject`, by its tag, or as an attestation beside what it is about. */
  readonly subjects: readonly number[];
  readonly referrers: readonly number[];
  /** Its tags but those that are computed from a digest, and those that name the records of environments. */
  readonly chosenTags: readonly string[];
  /** Whether it follows a subject that is here, by `subject` or by its tag. */
  readonly isFollower: boolean;
  /** Whether it names a subject that is not here any more. */
  readonly isOrphan: boolean;
  /** Whether it is the list of a subject's referrers (distribution-spec, "Referrers Tag Schema"). */
  readonly isReferrersList: boolean;
  /** Why nobody may judge it, a sentence. */
  readonly doubt: string | undefined;
  /** Layers and config, where its manifest was read. */
  readonly blobs: readonly BlobFacts[] | undefined;
}

/** The images of a repository with what binds them together. */
export interface ImageGraph {
  readonly nodes: readonly ImageNode[];
  /**
   * Images that could not be read, each with a sentence. What they need is not known: nothing that was there when
   * they were pushed may go.
   */
  readonly unread: ReadonlyMap<number, string>;
  /**
   * What refers to an image and claims to be its promotion record; `bundle` for what was not read and may be one.
   * Absent where nobody looked.
   */
  readonly records?: ReadonlyMap<number, 'record' | 'bundle'> | undefined;
}

/**
 * Whether a policy has a say about an image: nobody holds it and it follows nobody, or somebody chose a tag for
 * it. What only a head tag names is a record, and no image.
 */
export function isRoot({ parents, subjects, chosenTags, image }: ImageNode): boolean {
  if (chosenTags.length > 0) return true;
  return parents.length === 0 && subjects.length === 0 && !image.tags.some(isHeadTag);
}

/** What a graph is made of. */
export interface GraphParts {
  readonly images: readonly StoredImage[];
  /** What is known of an image; `undefined` for a leaf whose manifest was not read, and for what is gone. */
  readonly factsOf: (key: NodeKey) => ManifestFacts | undefined;
  /** Images that could not be read, each with a sentence. */
  readonly unread: ReadonlyMap<NodeKey, string>;
  /** Whether the images are all there are; else children that are not among them are added. */
  readonly isComplete: boolean;
}
