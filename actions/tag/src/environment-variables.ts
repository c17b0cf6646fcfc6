import * as core from '@actions/core';

/** An output by its name, as the steps to come see it. */
export type OutputTexts = Readonly<Record<string, string>>;

/**
 * Makes outputs environment variables of the steps to come, as docker/metadata-action does: `tag-names` is
 * `DOCKER_METADATA_OUTPUT_TAG_NAMES`. Bake files and scripts read them. Without a runner there are no such steps.
 */
export function exportOutputs(outputs: OutputTexts, env: Readonly<Record<string, string | undefined>>): void {
  if (!env['GITHUB_ENV']) return;
  for (const [name, value] of Object.entries(outputs)) {
    core.exportVariable(`DOCKER_METADATA_OUTPUT_${name.replace(/\W/g, '_').toUpperCase()}`, value);
  }
}
