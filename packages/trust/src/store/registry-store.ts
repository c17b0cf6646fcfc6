import { type Clock, SuiteError, systemClock } from '@artifact-lifecycle/core';
import {
  attachReferrer,
  type Digest,
  digestOf,
  formatLocation,
  KeyedQueue,
  type Registry,
  type RequestOptions,
  readBlobBytes,
} from '@artifact-lifecycle/registry';
import type { SignedStatement } from '../signing/attestor.ts';
import type { BundleOrigin } from '../verifying/evidence.ts';
import type { AttestationStore, ListOptions } from './attestation-store.ts';
import { BUNDLE_MEDIA_TYPE, BUNDLE_PREDICATE_ANNOTATION, MAX_BUNDLE_BYTES } from './bundle-limits.ts';
import { readBundleReferrers } from './bundle-referrers.ts';
import type { LegacyLayer } from './legacy-layer.ts';
import { readLegacyTags } from './legacy-tags.ts';
import { appendLegacyLayer } from './legacy-writing.ts';
import { signingTime } from './signing-time.ts';
import type { StoredEntry } from './stored-entry.ts';
import { readUnsignedChildren } from './unsigned-children.ts';

/**
 * A repository's bundles: referrers as cosign 3 and GitHub write them (cosign, "BUNDLE_SPEC"), and on request
 * cosign's older tags. The image has to be there.
 */
export class RegistryStore implements AttestationStore {
  readonly #registry: Registry;
  readonly #clock: Clock;
  readonly #legacyQueue = new KeyedQueue();

  constructor(registry: Registry, options: { readonly clock?: Clock | undefined } = {}) {
    this.#registry = registry;
    this.#clock = options.clock ?? systemClock;
  }

  /** Referrers first, then cosign's tags, then what is unsigned. */
  async list(subject: Digest, options: ListOptions = {}): Promise<readonly StoredEntry[]> {
    const { signal, legacy = false, unsigned = false, matters } = options;
    return [
      ...(await readBundleReferrers(this.#registry, subject, { signal, matters })),
      ...(legacy ? await readLegacyTags(this.#registry, subject, { signal }) : []),
      ...(unsigned ? await readUnsignedChildren(this.#registry, subject, { signal }) : []),
    ];
  }

  /**
   * @throws SuiteError `UNSUPPORTED` for a bundle that is not of version 0.3, `NOT_FOUND` where the image is not
   *   there, and those of `attachReferrer`
   */
  async put(
    subject: Digest,
    signed: SignedStatement,
    { signal }: RequestOptions = {},
  ): Promise<BundleOrigin> {
    const { bytes, bundle, statement } = signed;
    if (bundle.mediaType !== BUNDLE_MEDIA_TYPE) {
      throw new SuiteError(
        'UNSUPPORTED',
        `A registry keeps bundles of version 0.3, not ${bundle.mediaType}.`,
      );
    }
    if (bytes.length > MAX_BUNDLE_BYTES) throw tooLarge(bytes.length);
    const descriptor = await this.#registry.resolve(subject, { signal });
    if (descriptor === undefined) throw this.#missing(subject);
    const created = new Date(signingTime(bundle) ?? this.#clock.now());
    const { digest } = await attachReferrer(
      this.#registry,
      {
        subject: descriptor,
        mediaType: BUNDLE_MEDIA_TYPE,
        bytes,
        annotations: {
          'dev.sigstore.bundle.content':
            bundle.dsseEnvelope === undefined ? 'message-signature' : 'dsse-envelope',
          [BUNDLE_PREDICATE_ANNOTATION]: statement.predicateType,
          // cosign writes no fraction of a second.
          'org.opencontainers.image.created': created.toISOString().replace(/\.\d+Z$/, 'Z'),
        },
      },
      { signal, clock: this.#clock },
    );
    await this.#readBack(digest, bytes, signal);
    return { kind: 'referrer', digest };
  }

  /** Adds a signature or attestation to cosign's older tags. */
  async putLegacy(
    subject: Digest,
    layer: LegacyLayer,
    { signal }: RequestOptions = {},
  ): Promise<BundleOrigin> {
    const written = await this.#legacyQueue.run(`${subject}.${layer.kind}`, () =>
      appendLegacyLayer(this.#registry, subject, layer, { signal, clock: this.#clock }),
    );
    return { kind: 'legacy-tag', tag: written.tag, layer: written.layer };
  }

  /** The manifest has the digest it was written with, and with it the layer; what is left is whether both are there. */
  async #readBack(digest: Digest, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    const { content } = await this.#registry.fetchManifest(digest, { signal });
    const layer = content.kind === 'image' ? content.layers[0] : undefined;
    if (layer === undefined || layer.digest !== digestOf(bytes, 'sha256')) {
      throw new SuiteError('INTERNAL', `The manifest ${digest} does not hold the bundle it was made for.`);
    }
    await readBlobBytes(this.#registry, layer, MAX_BUNDLE_BYTES, { signal });
  }

  #missing(subject: Digest): SuiteError {
    const place = formatLocation(this.#registry.location);
    return new SuiteError('NOT_FOUND', `${place} has no ${subject} that could be attested to.`, {
      remedy: 'Push the image first; a bundle refers to a manifest that is there.',
    });
  }
}

function tooLarge(size: number): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `The bundle has ${size} bytes; the limit is ${MAX_BUNDLE_BYTES}.`, {
    remedy: 'Attest to a smaller predicate.',
  });
}
