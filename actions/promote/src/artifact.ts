import type { Digest, ImageLabels, Manifest, Reference, Registry } from '@artifact-lifecycle/registry';

/** What is promoted: resolved once, and from then on only its digest is used. */
export interface Artifact {
  readonly registry: Registry;
  /** As it was named: what its tag is now is looked at again before anything is written. */
  readonly reference: Reference;
  readonly root: Manifest;
  readonly digest: Digest;
  /** Of each image in it; none where nobody asks for them. */
  readonly labels: readonly ImageLabels[];
  /** The commit its labels say, all of them the same; `undefined` where they say none. */
  readonly commit: string | undefined;
  /** `org.opencontainers.image.version`, all of them the same. */
  readonly version: string | undefined;
}
