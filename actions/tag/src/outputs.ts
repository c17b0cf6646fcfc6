import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionContext, Inputs, Outputs } from '@artifact-lifecycle/core/action';
import {
  type BakeFiles,
  bakeFiles,
  type NamingSettings,
  namingJson,
  type OutputForm,
  writeOutputs,
} from '@artifact-lifecycle/naming';
import type { tag } from './inputs.ts';
import type { ArtifactNames } from './names.ts';

/** The outputs of a run before any tag is applied, for the runner and for the steps to come. */
export interface WrittenNames {
  readonly outputs: Outputs<typeof tag>;
  /** docker/metadata-action's outputs by their names, for `DOCKER_METADATA_OUTPUT_*`. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Writes the bake files, and forms the outputs. */
export function writeNames(
  { named, facts }: ArtifactNames,
  inputs: Inputs<typeof tag>,
  settings: NamingSettings,
  env: ActionContext['env'],
): WrittenNames {
  const form: OutputForm = {
    // Read as they were written: a blank is a separator.
    sepTags: env['INPUT_SEP-TAGS'] ?? '',
    sepLabels: env['INPUT_SEP-LABELS'] ?? '',
    sepAnnotations: env['INPUT_SEP-ANNOTATIONS'] ?? '',
    bakeTarget: inputs.bakeTarget,
  };
  const texts = writeOutputs(named, form, settings);
  const json = namingJson(named, settings);
  const files = writeBakeFiles(bakeFiles(named, form, settings), env);
  return {
    outputs: {
      version: texts.version,
      normalizedVersion: facts.normalized,
      prerelease: facts.isPrerelease,
      tags: { text: texts.tags, json: json.tags },
      tagNames: { text: texts['tag-names'], json: json['tag-names'] },
      labels: { text: texts.labels, json: json.labels },
      annotations: { text: texts.annotations, json: json.annotations },
      bakeFile: files['bake-file'],
      bakeFileTags: files['bake-file-tags'],
      bakeFileLabels: files['bake-file-labels'],
      bakeFileAnnotations: files['bake-file-annotations'],
    },
    texts: { ...texts, json: JSON.stringify(json), ...files },
  };
}

/** Each in a file by the name docker/metadata-action gives it, in a directory of this run's own. */
function writeBakeFiles(contents: BakeFiles, env: ActionContext['env']): BakeFiles {
  const directory = mkdtempSync(join(env['RUNNER_TEMP'] || tmpdir(), 'tag-'));
  const write = (name: keyof BakeFiles): string => {
    const path = join(directory, `docker-metadata-action-${name.replace('bake-file', 'bake')}.json`);
    writeFileSync(path, contents[name]);
    return path;
  };
  return {
    'bake-file': write('bake-file'),
    'bake-file-tags': write('bake-file-tags'),
    'bake-file-labels': write('bake-file-labels'),
    'bake-file-annotations': write('bake-file-annotations'),
  };
}
