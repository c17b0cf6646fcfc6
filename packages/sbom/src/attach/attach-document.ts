import { Readable } from 'node:stream';
import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Descriptor,
  type Digest,
  describeManifest,
  digestOf,
  formatLocation,
  type Manifest,
  MEDIA_TYPE,
  parseManifest,
  type Registry,
} from '@artifact-lifecycle/registry';

/** A document on its way to the manifest it describes. */
export interface Attachment {
  /** What it describes: the manifest of a platform, or an index. */
  readonly subject: Manifest;
  readonly document: Uint8Array;
  /** `application/vnd.cyclonedx+json`: the artifact type, and the type of the one layer. */
  readonly mediaType: string;
  /** Name of the file, for people who pull it (`org.opencontainers.image.title`). */
  readonly fileName: string;
  /** ISO 8601, the same for the same document: attaching it again makes the same manifest. */
  readonly created: string;
}

/** What became of an attachment. */
export interface Attached {
  /** The manifest that refers to the subject. */
  readonly digest: Digest;
  readonly outcome: 'created' | 'same';
}

/** The content of the empty descriptor (image-spec, manifest.md, "Guidance for an Empty Descriptor"). */
const EMPTY = Buffer.from('{}');

/**
 * The manifest by which a document refers to its subject (image-spec, manifest.md, "Guidelines for Artifact Usage"):
 * the empty config and one layer. The same attachment gives the same bytes.
 */
export function makeReferrerManifest(attachment: Attachment): Manifest {
  const { subject, mediaType, fileName, created } = attachment;
  const { digest, size, mediaType: subjectType } = describeManifest(subject);
  const layer = describeDocument(attachment);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociManifest,
      artifactType: mediaType,
      config: { mediaType: MEDIA_TYPE.ociEmpty, digest: digestOf(EMPTY, 'sha256'), size: EMPTY.length },
      layers: [{ ...layer, annotations: { 'org.opencontainers.image.title': fileName } }],
      subject: { mediaType: subjectType, digest, size },
      annotations: { 'org.opencontainers.image.created': created },
    }),
  );
  return parseManifest({ bytes, mediaType: MEDIA_TYPE.ociManifest, what: `SBOM manifest of ${digest}` });
}

/**
 * Attaches a document to the manifest it describes, as an OCI 1.1 referrer; where the registry lacks the referrers
 * API, the referrers tag learns of it. A document that is there already is left alone.
 *
 * @throws SuiteError of writing to a registry; `PROTOCOL_INVALID` where it took the manifest and does not list it
 */
export async function attachDocument(
  registry: Registry,
  attachment: Attachment,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Attached> {
  const manifest = makeReferrerManifest(attachment);
  const { digest } = attachment.subject;
  const isListed = async (): Promise<boolean> =>
    (await registry.listReferrers(digest, options)).some((referrer) => referrer.digest === manifest.digest);
  if ((await isListed()) && (await registry.resolve(manifest.digest, options)) !== undefined) {
    return { digest: manifest.digest, outcome: 'same' };
  }
  await pushBytes(registry, { mediaType: MEDIA_TYPE.ociEmpty, ...measure(EMPTY) }, EMPTY, options);
  await pushBytes(registry, describeDocument(attachment), attachment.document, options);
  await registry.pushManifest(manifest, options);
  if (await isListed()) return { digest: manifest.digest, outcome: 'created' };
  throw new SuiteError(
    'PROTOCOL_INVALID',
    `${formatLocation(registry.location)} took ${manifest.digest}, which refers to ${digest}, but does not list it.`,
    { remedy: 'Run it again; if it stays so, ask who runs the registry.' },
  );
}

function describeDocument({ document, mediaType }: Attachment): Descriptor {
  return { mediaType, ...measure(document) };
}

function measure(bytes: Uint8Array): { readonly digest: Digest; readonly size: number } {
  return { digest: digestOf(bytes, 'sha256'), size: bytes.length };
}

async function pushBytes(
  registry: Registry,
  blob: Descriptor,
  bytes: Uint8Array,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  await registry.pushBlob(blob, async (offset) => Readable.from([bytes.subarray(offset)]), options);
}
