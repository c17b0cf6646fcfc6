import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Digest,
  digestAlgorithm,
  digestOf,
  field,
  isIndexType,
  isJsonObject,
  type JsonObject,
  tryParseDigest,
} from '@artifact-lifecycle/registry';
import type { StoredImage } from '../../image/stored-image.ts';
import type { ServiceOptions } from '../retention-service.ts';
import { unexpectedEcr } from './ecr-image.ts';

/** `BatchGetImage` takes so many (API reference). */
const MAX_BATCH = 100;

/** Carries out `BatchGetImage`. */
export type GetImages = (imageIds: readonly JsonObject[], options: ServiceOptions) => Promise<JsonObject>;

/**
 * Manifests by digest. Who reads one index of a repository reads the next ones, too: a hundred come in one answer, in
 * the order in which a graph asks for them, the newest first.
 */
export class EcrManifests {
  readonly #get: GetImages;
  /** Indexes that nobody has asked for yet, the newest last. */
  #indexes: Digest[] = [];
  readonly #fetched = new Map<Digest, Promise<Uint8Array | undefined>>();

  constructor(get: GetImages) {
    this.#get = get;
  }

  /** Takes note of what a list holds. */
  expect(images: readonly StoredImage[]): void {
    this.#indexes = images
      .filter(({ mediaType, storageClass }) => isIndexType(mediaType ?? '') && storageClass !== 'archive')
      .toSorted((a, b) => a.pushedAt - b.pushedAt)
      .flatMap(({ digest }) => (digest === undefined ? [] : [digest]));
  }

  /** @throws SuiteError `DIGEST_MISMATCH` and what ECR answers */
  fetch(digest: Digest, options: ServiceOptions): Promise<Uint8Array | undefined> {
    const known = this.#fetched.get(digest);
    // Each is asked for once: what was handed out is not held.
    this.#fetched.delete(digest);
    return known ?? this.#fetchWithNext(digest, options);
  }

  #fetchWithNext(digest: Digest, options: ServiceOptions): Promise<Uint8Array | undefined> {
    const isExpected = this.#indexes.includes(digest);
    const batch = [digest];
    while (isExpected && batch.length < MAX_BATCH) {
      const next = this.#indexes.pop();
      if (next === undefined) break;
      if (next !== digest && !this.#fetched.has(next)) batch.push(next);
    }
    this.#indexes = this.#indexes.filter((other) => other !== digest);
    const getting = this.#getAll(batch, options);
    for (const other of batch.slice(1)) {
      const one = getting.then((all) => all.get(other));
      // It may never be asked for.
      one.catch(() => undefined);
      this.#fetched.set(other, one);
    }
    return getting.then((all) => all.get(digest));
  }

  async #getAll(
    digests: readonly Digest[],
    options: ServiceOptions,
  ): Promise<ReadonlyMap<Digest, Uint8Array>> {
    const answer = await this.#get(
      digests.map((imageDigest) => ({ imageDigest })),
      options,
    );
    const found = new Map<Digest, Uint8Array>();
    const images = field(answer, 'images');
    if (!Array.isArray(images)) throw unexpectedEcr('list of images');
    for (const image of images) {
      const manifest = isJsonObject(image) ? field(image, 'imageManifest') : undefined;
      const id = isJsonObject(image) ? field(image, 'imageId') : undefined;
      const named = isJsonObject(id) ? field(id, 'imageDigest') : undefined;
      const digest = tryParseDigest(typeof named === 'string' ? named : '');
      if (typeof manifest !== 'string' || digest === undefined) throw unexpectedEcr('image');
      found.set(digest, verify(digest, Buffer.from(manifest)));
    }
    refuseFailures(answer);
    return found;
  }
}

function verify(digest: Digest, bytes: Uint8Array): Uint8Array {
  const actual = digestOf(bytes, digestAlgorithm(digest));
  if (actual === digest) return bytes;
  throw new SuiteError('DIGEST_MISMATCH', `Amazon ECR gave the bytes of ${actual} for the image ${digest}.`);
}

/** What is not there is no failure; everything else must not look like it. */
function refuseFailures(answer: JsonObject): void {
  for (const failure of readFailures(answer)) {
    if (failure.code === 'ImageNotFound') continue;
    throw new SuiteError(
      'UNREACHABLE',
      `Amazon ECR could not give an image: ${failure.code} ${failure.reason}.`,
    );
  }
}

/** Why ECR did not do something with an image of a batch (API reference, `ImageFailure`). */
export interface EcrFailure {
  readonly code: string;
  readonly reason: string;
}

/** Reads the failures of a batch. */
export function readFailures(answer: JsonObject): readonly EcrFailure[] {
  const failures = field(answer, 'failures') ?? [];
  if (!Array.isArray(failures)) throw unexpectedEcr('list of failures');
  return failures.filter(isJsonObject).map((failure) => {
    const text = (key: string): string => {
      const value = field(failure, key);
      return typeof value === 'string' ? value.slice(0, 200) : '';
    };
    return { code: text('failureCode'), reason: text('failureReason').replace(/\.$/, '') };
  });
}
