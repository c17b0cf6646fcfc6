import { type Digest, digestAlgorithm, digestHex } from '../registry/digest.ts';
import { MEDIA_TYPE } from '../registry/media-type.ts';
import { type BlobContent, type DescriptorJson, type ManifestContent, makeBlob } from './content.ts';
import { makeImage, makeIndex } from './image.ts';

/** What an artifact that refers to a subject is made of. */
export interface ReferrerOptions {
  readonly subject: ManifestContent | DescriptorJson;
  readonly artifactType: string;
  /** Bytes become layers of the artifact type; one small layer when absent. */
  readonly layers?: readonly (BlobContent | Uint8Array | string)[] | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** Makes an artifact manifest with a subject and the empty config (image-spec, manifest.md, guidance). */
export function makeReferrer(options: ReferrerOptions): ManifestContent {
  const { subject, artifactType, annotations } = options;
  const layers = (options.layers ?? [`{"about":"${subject.digest}"}`]).map((layer) =>
    typeof layer === 'object' && 'descriptor' in layer ? layer : makeBlob(layer, artifactType),
  );
  return makeImage({ artifactType, layers, subject, annotations });
}

/** Makes what buildkit lists beside an image: `unknown/unknown`, with annotations that name the image. */
export function makeAttestationChild(image: ManifestContent, statement?: string): ManifestContent {
  const predicateType = 'https://slsa.dev/provenance/v0.2';
  const text = statement ?? JSON.stringify({ _type: 'https://in-toto.io/Statement/v0.1', predicateType });
  const layer = makeBlob(text, 'application/vnd.in-toto+json', {
    annotations: { 'in-toto.io/predicate-type': predicateType },
  });
  const child = makeImage({ layers: [layer], platform: { os: 'unknown', architecture: 'unknown' } });
  const annotations = {
    'vnd.docker.reference.digest': image.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  };
  return { ...child, descriptor: { ...child.descriptor, annotations } };
}

/** Makes the index that a fallback tag points to, listing these referrers (distribution-spec, "Referrers Tag Schema"). */
export function makeFallbackIndex(referrers: readonly ManifestContent[]): ManifestContent {
  return makeIndex(
    referrers.map((child) => {
      const { annotations } = readAnnotations(child);
      const { mediaType, digest, size, artifactType } = child.descriptor;
      const descriptor: DescriptorJson = {
        mediaType,
        digest,
        size,
        artifactType: artifactType ?? child.blobs[0]?.descriptor.mediaType ?? MEDIA_TYPE.ociConfig,
        ...(annotations === undefined ? {} : { annotations }),
      };
      return { ...child, descriptor };
    }),
  );
}

/** Names the fallback tag of a subject: the algorithm cut to 32 characters, the hex cut to 64. */
export function fallbackTag(subject: Digest): string {
  return `${digestAlgorithm(subject)}-${digestHex(subject).slice(0, 64)}`;
}

/** Names the tag under which cosign before version 3 keeps what belongs to a digest. */
export function cosignTag(subject: Digest, kind: 'sig' | 'att' | 'sbom'): string {
  return `${digestAlgorithm(subject)}-${digestHex(subject)}.${kind}`;
}

function readAnnotations(manifest: ManifestContent): Pick<DescriptorJson, 'annotations'> {
  const json: Pick<DescriptorJson, 'annotations'> = JSON.parse(manifest.bytes.toString('utf8'));
  return json;
}
