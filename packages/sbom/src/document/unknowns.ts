import type { Unknown } from '../inventory/unknown.ts';

/** One sentence on what could not be read. */
export function formatUnknown({ path, layer, by, reason }: Unknown): string {
  return `${path}: ${reason} (${by}${layer === undefined ? '' : `, layer ${layer}`})`;
}
