import { formatLabel } from './labels.ts';
import type { NamedArtifact } from './named-artifact.ts';
import type { NamingSettings } from './settings.ts';

/** How outputs are written: inputs `sep-tags`, `sep-labels`, `sep-annotations`, `bake-target`; empty is unset. */
export interface OutputForm {
  readonly sepTags: string;
  readonly sepLabels: string;
  readonly sepAnnotations: string;
  readonly bakeTarget: string;
}

/** The outputs docker/metadata-action has as texts; bake files are {@link bakeFiles}. */
export interface NamingOutputs {
  readonly version: string;
  readonly tags: string;
  readonly 'tag-names': string;
  readonly labels: string;
  /** Each with its level: `manifest:key=value`. */
  readonly annotations: string;
}

/** The content of the output `json`. */
export interface NamingJson {
  readonly tags: readonly string[];
  readonly 'tag-names': readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: readonly string[];
}

/** Contents of the four bake definition files, by the name of their output. */
export interface BakeFiles {
  readonly 'bake-file': string;
  readonly 'bake-file-tags': string;
  readonly 'bake-file-labels': string;
  readonly 'bake-file-annotations': string;
}

/** docker/metadata-action's default `bake-target`. */
const BAKE_TARGET = 'docker-metadata-action';

/** Writes the outputs. */
export function writeOutputs(
  named: NamedArtifact,
  form: OutputForm,
  settings: NamingSettings,
): NamingOutputs {
  return {
    version: named.version.main ?? '',
    tags: named.tags.join(form.sepTags || '\n'),
    'tag-names': named.tagNames.join(form.sepTags || '\n'),
    labels: named.labels.map(formatLabel).join(form.sepLabels || '\n'),
    annotations: leveledAnnotations(named, settings.annotationLevels).join(form.sepAnnotations || '\n'),
  };
}

/** What is in the output `json`. */
export function namingJson(named: NamedArtifact, settings: NamingSettings): NamingJson {
  return {
    tags: named.tags,
    'tag-names': named.tagNames,
    labels: Object.fromEntries(named.labels),
    annotations: leveledAnnotations(named, settings.annotationLevels),
  };
}

/** The annotations once for each level, level by level: `index:key=value`. */
export function leveledAnnotations(named: NamedArtifact, levels: readonly string[]): readonly string[] {
  return levels.flatMap((level) => named.annotations.map((label) => `${level}:${formatLabel(label)}`));
}

/** Writes the bake definitions (docker buildx bake, "JSON file format") as docker/metadata-action v6 does. */
export function bakeFiles(named: NamedArtifact, form: OutputForm, settings: NamingSettings): BakeFiles {
  const { tags, images, version } = named;
  const labels = Object.fromEntries(named.labels);
  // Where there is no version, JSON leaves the argument out.
  const args = { DOCKER_META_IMAGES: images.join(','), DOCKER_META_VERSION: version.main };
  const file = (target: object): string =>
    JSON.stringify({ target: Object.fromEntries([[form.bakeTarget || BAKE_TARGET, target]]) }, null, 2);
  return {
    'bake-file': file({ tags, labels, args }),
    'bake-file-tags': file({ tags, args }),
    'bake-file-labels': file({ labels }),
    'bake-file-annotations': file({ annotations: leveledAnnotations(named, settings.annotationLevels) }),
  };
}
