import type { GitContext } from './git-context.ts';
import { splitTexts } from './input-rows.ts';
import { quote } from './row-error.ts';
import { fillIn, type RowWorld } from './row-world.ts';

/** A label or annotation: key and value. */
export type Label = readonly [key: string, value: string];

/**
 * The labels of an artifact (OCI image-spec, "Pre-Defined Annotation Keys"), and those of the input over them:
 * sorted by key, the last of a key wins.
 *
 * @param text the input as it was written
 * @param version empty where there is none
 * @throws SuiteError `INPUT_INVALID`, naming the row
 */
export function makeLabels(
  text: string,
  input: 'labels' | 'annotations',
  version: string,
  world: RowWorld,
): readonly Label[] {
  const labels = new Map<string, string>(standardLabels(world.context, version, world.facts.now));
  for (const row of splitTexts(text, input)) {
    const rendered = fillIn(row, world, input, row).text;
    const equals = rendered.indexOf('=');
    if (equals === -1) {
      world.tell({
        level: 'notice',
        message: `${quote(row)} of input "${input}" has no "=" and is left out.`,
        row,
      });
      continue;
    }
    labels.set(rendered.slice(0, equals), rendered.slice(equals + 1));
  }
  return sortLabels([...labels]);
}

/** Keys whose order is the same by bytes and by words; asking for words loads a locale, which costs milliseconds. */
const PLAIN_KEY = /^[a-z0-9.-]+$/;

/** Sorts labels as docker/metadata-action does: by English words, not by bytes. */
export function sortLabels(labels: readonly Label[]): readonly Label[] {
  const isPlain = labels.every(([key]) => PLAIN_KEY.test(key));
  return [...labels].sort(([a], [b]) => (isPlain ? (a < b ? -1 : a > b ? 1 : 0) : a.localeCompare(b, 'en')));
}

/** A label as it is handed to a build. */
export function formatLabel([key, value]: Label): string {
  return `${key}=${value}`;
}

function standardLabels({ repository, sha }: GitContext, version: string, now: number): readonly Label[] {
  const name = (key: string): string => `org.opencontainers.image.${key}`;
  const labels: readonly Label[] = [
    [name('title'), repository.name],
    [name('description'), repository.description],
    [name('url'), repository.htmlUrl],
    [name('source'), repository.htmlUrl],
    [name('version'), version],
    [name('created'), new Date(now).toISOString()],
    [name('revision'), sha],
    [name('licenses'), repository.license],
  ];
  // The output has a label a line: what others write about the repository must not add lines to it.
  return labels.map(([key, value]) => [key, value.replace(/[\r\n]+/g, ' ')]);
}
