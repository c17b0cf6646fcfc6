import { Readable } from 'node:stream';
import { type Clock, SuiteError, systemClock } from '@artifact-lifecycle/core';
import { eventually } from '../copy/read-back.ts';
import { type Digest, digestOf } from '../name/digest.ts';
import { formatLocation } from '../name/reference.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Manifest, parseManifest } from '../oci/manifest.ts';
import { MEDIA_TYPE } from '../oci/media-type.ts';
import type { Registry, RequestOptions } from '../registry.ts';

/** A document on its way to the manifest it is about. */
export interface ReferrerDocument {
  readonly subject: Descriptor;
  /** `application/vnd.cyclonedx+json`: the artifact type, and the type of the one layer. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** Of the manifest; lists of referrers show them. With a time of the document's own, not of the day. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly layerAnnotations?: Readonly<Record<string, string>> | undefined;
}

/** What became of a document. */
export interface Attached {
  /** The manifest that refers to the subject. */
  readonly digest: Digest;
  readonly outcome: 'created' | 'same';
}

/** How to attach. */
export interface AttachOptions extends RequestOptions {
  readonly clock?: Clock | undefined;
}

/** The content of the empty descriptor (image-spec, manifest.md, "Guidance for an Empty Descriptor"). */
const EMPTY = Buffer.from('{}');

/**
 * The manifest by which a document refers to its subject (image-spec, manifest.md, "Guidelines for Artifact Usage"):
 * the empty config and one layer. The same document gives the same bytes.
 */
export function makeReferrerManifest(document: ReferrerDocument): Manifest {
  const { subject, mediaType, annotations, layerAnnotations } = document;
  const layer = describeDocument(document);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociManifest,
      artifactType: mediaType,
      config: { mediaType: MEDIA_TYPE.ociEmpty, ...measure(EMPTY) },
      layers: [layerAnnotations === undefined ? layer : { ...layer, annotations: layerAnnotations }],
      subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
      annotations,
    }),
  );
  const what = `manifest of what refers to ${subject.digest}`;
  return parseManifest({ bytes, mediaType: MEDIA_TYPE.ociManifest, what });
}

/**
 * Attaches a document to the manifest it is about, as an OCI 1.1 referrer; where the registry lacks the referrers
 * API, the referrers tag learns of it. Blobs come first, then the manifest, and at last it is asked for and has to be
 * listed: who dies in between leaves nothing half-written that a reader finds, and the next run finishes it. A
 * document that is there already is left alone.
 *
 * @throws SuiteError of writing to a registry; `PROTOCOL_INVALID` where it took the manifest and does not list it
 */
export async function attachReferrer(
  registry: Registry,
  document: ReferrerDocument,
  { signal, clock = systemClock }: AttachOptions = {},
): Promise<Attached> {
  const manifest = makeReferrerManifest(document);
  const { digest } = document.subject;
  const isThere = async (): Promise<boolean> => {
    const listed = await registry.listReferrers(digest, { signal });
    if (!listed.some((referrer) => referrer.digest === manifest.digest)) return false;
    return (await registry.resolve(manifest.digest, { signal })) !== undefined;
  };
  if (await isThere()) return { digest: manifest.digest, outcome: 'same' };
  await pushBytes(registry, { mediaType: MEDIA_TYPE.ociEmpty, ...measure(EMPTY) }, EMPTY, { signal });
  await pushBytes(registry, describeDocument(document), document.bytes, { signal });
  await registry.pushManifest(manifest, { signal });
  if (await eventually(isThere, clock, signal)) return { digest: manifest.digest, outcome: 'created' };
  throw new SuiteError(
    'PROTOCOL_INVALID',
    `${formatLocation(registry.location)} took ${manifest.digest}, which refers to ${digest}, but does not list it.`,
    { remedy: 'Run it again; if it stays so, ask who runs the registry.' },
  );
}

/** Brings bytes at hand to a repository, where they are not there yet. */
export async function pushBytes(
  registry: Registry,
  blob: Descriptor,
  bytes: Uint8Array,
  options: RequestOptions = {},
): Promise<void> {
  await registry.pushBlob(blob, async (offset) => Readable.from([bytes.subarray(offset)]), options);
}

function describeDocument({ bytes, mediaType }: ReferrerDocument): Descriptor {
  return { mediaType, ...measure(bytes) };
}

function measure(bytes: Uint8Array): { readonly digest: Digest; readonly size: number } {
  return { digest: digestOf(bytes, 'sha256'), size: bytes.length };
}
