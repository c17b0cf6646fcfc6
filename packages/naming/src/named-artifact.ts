import type { Label } from './labels.ts';
import type { Remark } from './remark.ts';
import type { MadeTag } from './tagging.ts';

/** The version docker/metadata-action speaks of: the first tag, and the others. */
export interface ArtifactVersion {
  /** `undefined` where no row made a tag. */
  readonly main: string | undefined;
  readonly partial: readonly string[];
  readonly latest: boolean;
}

/** What an artifact is called, and what is said of it. */
export interface NamedArtifact {
  readonly version: ArtifactVersion;
  /** Enabled repositories, lower case, without tags. */
  readonly images: readonly string[];
  /** References `image:tag`, image by image; without images the bare tags. */
  readonly tags: readonly string[];
  readonly tagNames: readonly string[];
  /** Which row made which tag; of `latest` the row is `latest`. */
  readonly made: readonly MadeTag[];
  readonly labels: readonly Label[];
  readonly annotations: readonly Label[];
  readonly remarks: readonly Remark[];
}
