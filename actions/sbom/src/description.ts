import type { Manifest, Reference, Registry } from '@artifact-lifecycle/registry';
import type {
  DescribedImage,
  DocumentFormat,
  Inventory,
  InventoryDiff,
  ReadDocument,
} from '@artifact-lifecycle/sbom';
import type { VulnerabilityResult } from './vulnerability-result.ts';

/** What was found inside: of an image an inventory for each platform, of a path the one. */
export type Description =
  | DescribedIndex
  | {
      readonly kind: 'path';
      readonly inventories: readonly Inventory[];
      /** Where the path is a document: what it says itself. */
      readonly document: ReadDocument | undefined;
    };

/** An image with what is inside each of its platforms. */
export interface DescribedIndex {
  readonly kind: 'image';
  readonly registry: Registry;
  readonly reference: Reference;
  /** What the reference was resolved to: an image or an index. */
  readonly root: Manifest;
  readonly images: readonly DescribedImage[];
  readonly inventories: readonly Inventory[];
}

/** A document, written for one inventory. */
export interface SbomDocument {
  readonly inventory: Inventory;
  readonly format: DocumentFormat;
  readonly bytes: Uint8Array;
  /** `api-linux-amd64.cdx.json`. */
  readonly fileName: string;
  /** From the workspace, where it lies in it, with slashes: `sbom/api-linux-amd64.cdx.json`. */
  readonly path: string;
  /** Hexadecimal digits. */
  readonly sha256: string;
  /** ISO 8601: the time that stands in the document. */
  readonly created: string;
}

/** What became of one document at the registry. */
export interface AttachedDocument {
  /** The document; `undefined` for the one that leads from an index to those of its platforms. */
  readonly document: SbomDocument | undefined;
  readonly format: DocumentFormat;
  /** Digest of what it describes. */
  readonly subject: string;
  /** Digest of the manifest that refers to it. */
  readonly referrer: string;
  readonly outcome: 'created' | 'same';
}

/** What has changed, and since what. */
export interface Comparison {
  readonly before: string;
  readonly diff: InventoryDiff;
}

/** A run as it is told to people and programs. */
export interface SbomReport {
  readonly isDryRun: boolean;
  readonly description: Description;
  readonly documents: readonly SbomDocument[];
  readonly attached: readonly AttachedDocument[];
  readonly diff: Comparison | undefined;
  /** `undefined` where nothing was asked. */
  readonly vulnerabilities: VulnerabilityResult | undefined;
}
