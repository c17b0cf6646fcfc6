/** Which SLSA build level is proven, with what each higher one lacks (SLSA v1.2, "Build track"). */
export interface SlsaVerdict {
  readonly level: 0 | 1 | 2 | 3;
  /** For each level above, why it is not reached. */
  readonly missing: readonly { readonly level: 1 | 2 | 3; readonly reason: string }[];
  /** The provenance that proves it: `builder.id`. */
  readonly builder?: string | undefined;
}
