import {
  type Attached,
  type AttachOptions,
  attachReferrer,
  describeManifest,
  type Manifest,
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

/**
 * Attaches an SBOM to the manifest it describes, as an OCI 1.1 referrer. What is there already is left alone.
 *
 * @throws SuiteError those of `attachReferrer`
 */
export function attachDocument(
  registry: Registry,
  { subject, document, mediaType, fileName, created }: Attachment,
  options: AttachOptions = {},
): Promise<Attached> {
  return attachReferrer(
    registry,
    {
      subject: describeManifest(subject),
      mediaType,
      bytes: document,
      annotations: { 'org.opencontainers.image.created': created },
      layerAnnotations: { 'org.opencontainers.image.title': fileName },
    },
    options,
  );
}
