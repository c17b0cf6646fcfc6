import { isSuiteError } from '@artifact-lifecycle/core';
import {
  type Descriptor,
  type Digest,
  isIndexType,
  isManifestType,
  type ManifestContent,
  parseManifest,
  tryParseDigest,
} from '@artifact-lifecycle/registry';
import { claimOf } from './record-claim.ts';

/** What an image is known by in a graph: its digest, or the id of what has none. */
export type NodeKey = string;

/** What an index says of a child. */
export interface ChildFacts {
  readonly key: NodeKey;
  /**
   * `leaf`: an image that needs nothing else. What it is is not known of the others until they are read; of those a
   * `record` is a promotion record by the word of the index, and a `bundle` may be one, because nothing says what it
   * holds.
   */
  readonly kind: 'leaf' | 'unread' | 'record' | 'bundle';
  /** What it describes, where buildkit attached it as a child (`vnd.docker.reference.digest`). */
  readonly about: NodeKey | undefined;
  /** Whether the index names an artifact type, as every list of referrers does. */
  readonly isArtifact: boolean;
}

/** A layer or config. Sizes are bytes. */
export interface BlobFacts {
  readonly digest: Digest;
  readonly size: number;
}

/** What of a manifest decides who lives and dies together; as immutable as its digest. */
export interface ManifestFacts {
  /**
   * `opaque`: verified bytes that nobody here can read. All digests that they hold count as children. `record`: an
   * image that claims to hold the promotion record of its subject.
   */
  readonly kind: 'index' | 'image' | 'record' | 'opaque';
  readonly children: readonly ChildFacts[];
  readonly subject: NodeKey | undefined;
  /** Layers and config; `undefined` where nobody has said. */
  readonly blobs: readonly BlobFacts[] | undefined;
}

/** Where buildkit says what an attestation in the same index is about (buildkit, docs/attestations). */
const REFERENCE_DIGEST = 'vnd.docker.reference.digest';

/** More digests than an honest manifest names; each costs an edge. */
const MAX_OPAQUE_DIGESTS = 10_000;

/**
 * Reads a manifest's bytes.
 *
 * @throws SuiteError `DIGEST_MISMATCH` where the bytes are not what the digest names
 */
export function readManifestFacts(bytes: Uint8Array, digest: Digest): ManifestFacts {
  try {
    return factsOf(parseManifest({ bytes, expected: digest, what: `manifest ${digest}` }).content);
  } catch (error) {
    if (!isSuiteError(error, 'CONTENT_INVALID', 'UNSUPPORTED', 'LIMIT_EXCEEDED')) throw error;
    return readOpaque(bytes, digest);
  }
}

function factsOf(content: ManifestContent): ManifestFacts {
  const subject = content.subject?.digest;
  switch (content.kind) {
    case 'index':
      return { kind: 'index', children: content.manifests.map(childOf), subject, blobs: [] };
    case 'image': {
      const isRecord = subject !== undefined && claimOf(content) === 'record';
      const blobs = [content.config, ...content.layers].map(blobOf);
      return { kind: isRecord ? 'record' : 'image', children: [], subject, blobs };
    }
    case 'artifact':
      return { kind: 'image', children: [], subject, blobs: content.blobs.map(blobOf) };
  }
}

function childOf({ mediaType, digest, artifactType, annotations }: Descriptor): ChildFacts {
  const about = tryParseDigest(annotations?.[REFERENCE_DIGEST] ?? '');
  const isArtifact = artifactType !== undefined && artifactType !== '';
  const claim = claimOf({ artifactType, annotations });
  if (about === undefined && (claim === 'record' || (claim === 'bundle' && isArtifact)))
    return { key: digest, kind: claim, about, isArtifact };
  // An artifact may have a subject elsewhere, which only its manifest says; buildkit's name theirs here.
  const isLeaf = isManifestType(mediaType) && !isIndexType(mediaType) && (!isArtifact || about !== undefined);
  return { key: digest, kind: isLeaf ? 'leaf' : 'unread', about, isArtifact };
}

function blobOf({ digest, size }: Descriptor): BlobFacts {
  return { digest, size };
}

/**
 * What cannot be read as a manifest (docker's schema 1, types of tomorrow, broken ones) may still be pulled by
 * somebody, with whatever it names.
 */
function readOpaque(bytes: Uint8Array, digest: Digest): ManifestFacts {
  const text = new TextDecoder().decode(bytes);
  const found = new Set<string>();
  for (const [name] of text.matchAll(/sha(?:256:[a-f0-9]{64}|512:[a-f0-9]{128})(?![a-f0-9])/g)) {
    if (name !== digest) found.add(name);
    if (found.size >= MAX_OPAQUE_DIGESTS) break;
  }
  const children = Array.from(
    found,
    (key): ChildFacts => ({
      key,
      kind: 'unread',
      about: undefined,
      isArtifact: false,
    }),
  );
  return { kind: 'opaque', children, subject: undefined, blobs: undefined };
}
