import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Manifest, parseManifest } from '../oci/manifest.ts';
import { isManifestType } from '../oci/media-type.ts';
import { describeReferrer } from '../oci/referrers-index.ts';
import type { LayoutIndex } from './layout-index.ts';

/** What a scan keeps of a manifest: enough to walk on and to list it as a referrer. */
interface ScannedManifest {
  readonly descriptor: Descriptor;
  readonly subject: Digest | undefined;
  readonly children: readonly Descriptor[];
}

/** Where the blobs of a layout are: a directory, or a tar of one. */
export interface LayoutBlobs {
  /** Names it in errors: `OCI layout images`. */
  readonly place: string;
  /** The bytes of a small blob, not verified; `undefined` where there is none. */
  readBlob(digest: Digest): Promise<Uint8Array | undefined>;
}

/** Each costs a file read once and some 500 bytes of memory; a layout is one repository's worth of content. */
const MAX_SCANNED_MANIFESTS = 100_000;

/**
 * What the manifests of a layout say. A layout has no list of referrers of its own: they are found by
 * reading all manifests that `index.json` leads to, as oras does; what regctl writes under a subject's
 * referrers tag is found so, too. Manifests never change, so each is read once.
 */
export class LayoutContent {
  readonly place: string;
  readonly #blobs: LayoutBlobs;
  readonly #scanned = new Map<Digest, ScannedManifest>();

  constructor(blobs: LayoutBlobs) {
    this.place = blobs.place;
    this.#blobs = blobs;
  }

  /**
   * Reads a manifest; `undefined` where there is no such blob.
   *
   * @throws SuiteError `DIGEST_MISMATCH`, `CONTENT_INVALID`, `UNSUPPORTED`, `LIMIT_EXCEEDED`
   */
  async read(digest: Digest, mediaType?: string): Promise<Manifest | undefined> {
    const bytes = await this.#blobs.readBlob(digest);
    if (bytes === undefined) return undefined;
    const what = `manifest ${digest} in the ${this.place}`;
    return parseManifest({ bytes, mediaType, expected: digest, what });
  }

  /** The manifest a digest names, or `undefined` where it names none: there may be a layer of that digest. */
  async readIfManifest(digest: Digest): Promise<Manifest | undefined> {
    try {
      return await this.read(digest);
    } catch (error) {
      if (isSuiteError(error, 'CONTENT_INVALID', 'UNSUPPORTED', 'LIMIT_EXCEEDED')) return undefined;
      throw error;
    }
  }

  /** Descriptors of the manifests whose subject is this digest, in the order they are found. */
  async referrersOf(subject: Digest, index: LayoutIndex): Promise<readonly Descriptor[]> {
    const reachable = await this.reach(index);
    return [...reachable.values()].flatMap((one) => (one.subject === subject ? one.descriptor : []));
  }

  /** All manifests that an index leads to. Children that are not there are passed over: an index may be sparse. */
  async reach(index: LayoutIndex): Promise<ReadonlyMap<Digest, ScannedManifest>> {
    const reached = new Map<Digest, ScannedManifest>();
    const waiting = [...index.roots];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (reached.has(next.digest) || !isManifestType(next.mediaType)) continue;
      const scanned = await this.#scan(next);
      if (scanned === undefined) continue;
      reached.set(next.digest, scanned);
      if (reached.size > MAX_SCANNED_MANIFESTS) {
        throw new SuiteError(
          'LIMIT_EXCEEDED',
          `The ${this.place} has more than ${MAX_SCANNED_MANIFESTS} manifests.`,
        );
      }
      waiting.push(...scanned.children);
    }
    return reached;
  }

  async #scan({ digest, mediaType }: Descriptor): Promise<ScannedManifest | undefined> {
    const known = this.#scanned.get(digest);
    if (known !== undefined) return known;
    const manifest = await this.read(digest, mediaType);
    if (manifest === undefined) return undefined;
    const { content } = manifest;
    const scanned: ScannedManifest = {
      descriptor: describeReferrer(manifest),
      subject: content.subject?.digest,
      children: content.kind === 'index' ? content.manifests : [],
    };
    this.#scanned.set(digest, scanned);
    return scanned;
  }
}
