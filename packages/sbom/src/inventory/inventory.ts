import type { Platform } from '@artifact-lifecycle/registry';
import type { OsRelease } from './os-release.ts';
import type { Package } from './package.ts';
import type { Unknown } from './unknown.ts';

/** A layer as it was read and verified. */
export interface LayerSummary {
  /** Digest of the bytes in the registry. */
  readonly digest: string;
  /** Digest of the tar in it. */
  readonly diffId: string;
  /** Bytes in the registry, and bytes of the tar. */
  readonly size: number;
  readonly uncompressedSize: number;
  readonly files: number;
}

/** What an inventory is of. */
export type Subject =
  | {
      readonly kind: 'image';
      /** `ghcr.io/acme/app`, without tag and digest; the directory's name of a layout. */
      readonly name: string;
      /** Tag it was named by, or version its labels say. */
      readonly version: string | undefined;
      /** Tag it was named by; the purl says it, where a version of labels is none. */
      readonly tag?: string | undefined;
      /** Of the platform's manifest. */
      readonly digest: string;
      readonly platform: Platform | undefined;
      readonly labels: Readonly<Record<string, string>>;
      /** ISO 8601, as the image's config says. */
      readonly created: string | undefined;
    }
  | { readonly kind: 'directory' | 'file'; readonly name: string; readonly version: string | undefined };

/** All that is known to be inside a subject. Sorted, so that the same content gives the same inventory. */
export interface Inventory {
  readonly subject: Subject;
  readonly os: OsRelease | undefined;
  /** Sorted by id. */
  readonly packages: readonly Package[];
  /** From the base up; empty outside of images. */
  readonly layers: readonly LayerSummary[];
  /** What could not be read, sorted by path. */
  readonly unknowns: readonly Unknown[];
}
