import { parseReference, parseRepository } from '@artifact-lifecycle/registry';
import type { ImageRow } from './image-row.ts';
import { quote } from './row-error.ts';

/**
 * The names of the enabled images, lower case, as they were written otherwise.
 *
 * @throws SuiteError `INPUT_INVALID` for a name that is none by the distribution grammar
 */
export function imageNames(rows: readonly ImageRow[]): readonly string[] {
  return rows
    .filter(({ enable }) => enable)
    .map(({ name, text }) => {
      const lower = name.toLowerCase();
      parseRepository(lower, `input "images", row ${quote(text)}`);
      return lower;
    });
}

/** References of all images with all tags; without images the tags alone, as docker/metadata-action has it. */
export function imageReferences(images: readonly string[], tags: readonly string[]): readonly string[] {
  if (images.length === 0) return tags;
  const references = images.flatMap((image) => tags.map((tag) => `${image}:${tag}`));
  // Image and tag are read; together they are what a registry is asked for.
  for (const reference of references) parseReference(reference, 'output "tags"');
  return [...new Set(references)];
}
