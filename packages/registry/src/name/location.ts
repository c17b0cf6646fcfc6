import type { Digest } from './digest.ts';
import type { Tag } from './tag.ts';

/** A repository in a registry: host (with port where it has one) and name, by the distribution grammar. */
export interface Repository {
  readonly kind: 'registry';
  /** As it is dialled and shown: `ghcr.io`, `localhost:5000`, `[::1]:5000`, `docker.io`. */
  readonly host: string;
  /** `acme/app`; on docker.io always with its namespace: `library/alpine`. */
  readonly name: string;
}

/** An OCI layout directory, or a `docker save` archive. */
export type LocalLocation =
  | { readonly kind: 'layout'; readonly path: string }
  | { readonly kind: 'archive'; readonly path: string };

/** Where one repository's worth of content lives. */
export type Location = Repository | LocalLocation;

/**
 * A name someone typed: where, and which. Neither tag nor digest means the default of the place
 * (contract: "An image is written …").
 */
export interface Reference {
  readonly location: Location;
  readonly tag: Tag | undefined;
  readonly digest: Digest | undefined;
}
