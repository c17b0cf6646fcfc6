import { isSuiteError } from '@artifact-lifecycle/core';
import { type AttachedSbom, describeSbom, type SbomDescription } from '@artifact-lifecycle/gates';
import {
  type Descriptor,
  type Digest,
  field,
  isJsonObject,
  type Manifest,
  parseBoundedJson,
  readBlobBytes,
  readReferrers,
} from '@artifact-lifecycle/registry';
import { MAX_DOCUMENT_BYTES } from '@artifact-lifecycle/sbom';
import { MAX_BUNDLE_BYTES, SBOM_TYPES } from '@artifact-lifecycle/trust';
import type { Scene } from './scene.ts';

/** Media types of SBOMs that are attached as they are. */
const SBOM_MEDIA_TYPE = /^(?:application\/vnd\.cyclonedx\+json|(?:application|text)\/spdx\+json)(?:;.*)?$/;

/** Media types of Sigstore bundles. */
const BUNDLE_MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.bundle/;

/**
 * The SBOMs that refer to a digest, whoever wrote them: documents as they are, and predicates of bundles, of which
 * nobody asks who signed them. What cannot be read as one is in the list without a description.
 */
export async function readAttachedSboms(
  subject: Digest,
  { artifact, desk }: Scene,
): Promise<readonly AttachedSbom[]> {
  const { signal } = desk.context;
  const found: AttachedSbom[] = [];
  for (const referrer of await readReferrers(artifact.registry, subject, { signal })) {
    if (referrer.kind === 'broken') continue;
    const layer = sbomLayer(referrer.manifest);
    if (layer === undefined) continue;
    const isBundle = BUNDLE_MEDIA_TYPE.test(layer.mediaType);
    try {
      const bytes = await readBlobBytes(
        artifact.registry,
        layer,
        isBundle ? MAX_BUNDLE_BYTES : MAX_DOCUMENT_BYTES,
        { signal },
      );
      const document = describe(bytes, isBundle);
      // A bundle says only inside that it holds no SBOM.
      if (document !== undefined || !isBundle) found.push({ digest: referrer.digest, document });
    } catch (error) {
      if (!isSuiteError(error, 'CONTENT_INVALID', 'LIMIT_EXCEEDED', 'DIGEST_MISMATCH')) throw error;
      found.push({ digest: referrer.digest, document: undefined });
    }
  }
  return found;
}

function sbomLayer({ content }: Manifest): Descriptor | undefined {
  if (content.kind !== 'image') return undefined;
  return content.layers.find(
    ({ mediaType }) => SBOM_MEDIA_TYPE.test(mediaType) || BUNDLE_MEDIA_TYPE.test(mediaType),
  );
}

function describe(bytes: Uint8Array, isBundle: boolean): SbomDescription | undefined {
  const json = parseBoundedJson(Buffer.from(bytes), 'SBOM');
  if (!isBundle) return describeSbom(json);
  const envelope = isJsonObject(json) ? field(json, 'dsseEnvelope') : undefined;
  const payload = isJsonObject(envelope) ? field(envelope, 'payload') : undefined;
  if (typeof payload !== 'string') return undefined;
  const statement = parseBoundedJson(Buffer.from(payload, 'base64'), 'statement');
  if (!isJsonObject(statement)) return undefined;
  const type = field(statement, 'predicateType');
  return typeof type === 'string' && SBOM_TYPES.includes(type)
    ? describeSbom(field(statement, 'predicate'))
    : undefined;
}
