/** How a registry words that a tag may not move. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string | undefined;
  /** Whether pushing the digest the tag already has is refused as well. */
  readonly sameDigest: 'accepted' | 'refused';
}

/** The registries whose refusals are known (reference: registry.md §2a). */
export type RefusalStyle = 'ecr' | 'gar' | 'harbor' | 'acr' | 'nexus';

/** Which tags may not move, and how the registry says so. */
export interface ImmutableTags {
  /** Says which tags are frozen once set; all when absent. */
  readonly matches?: ((repository: string, tag: string) => boolean) | undefined;
  readonly refusal: RefusalStyle | ((repository: string, tag: string) => Refusal);
}
