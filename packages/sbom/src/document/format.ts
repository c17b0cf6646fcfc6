/** Formats of documents, as the input `formats` names them (contract: "sbom"). */
export const DOCUMENT_FORMATS = [
  'cyclonedx-json',
  'cyclonedx-json@1.7',
  'spdx-json',
  'spdx-json@3.0',
] as const;

export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

/** What a format is called elsewhere. */
export interface FormatFacts {
  /** For people: `CycloneDX 1.6`. */
  readonly title: string;
  /** End of file names (contract: `output-dir`). */
  readonly extension: string;
  /** Artifact type of a referrer, and type of its layer. */
  readonly mediaType: string;
}

/** Media types by IANA; SPDX 3 is JSON-LD, but registries and readers know SPDX by one type. */
export const FORMAT_FACTS: Readonly<Record<DocumentFormat, FormatFacts>> = {
  'cyclonedx-json': {
    title: 'CycloneDX 1.6',
    extension: '.cdx.json',
    mediaType: 'application/vnd.cyclonedx+json',
  },
  'cyclonedx-json@1.7': {
    title: 'CycloneDX 1.7',
    extension: '.cdx17.json',
    mediaType: 'application/vnd.cyclonedx+json',
  },
  'spdx-json': { title: 'SPDX 2.3', extension: '.spdx.json', mediaType: 'application/spdx+json' },
  'spdx-json@3.0': { title: 'SPDX 3.0', extension: '.spdx3.json', mediaType: 'application/spdx+json' },
};
