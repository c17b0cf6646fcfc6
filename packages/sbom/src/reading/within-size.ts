import type { Cataloguer } from '../cataloguers/cataloguer.ts';
import type { Wants } from './file-matcher.ts';
import type { Finding } from './finding.ts';

/** Parts those who take a file of this size from those for whom it is too large, which is listed as unknown. */
export function withinSize(
  cataloguers: readonly Cataloguer<unknown>[],
  wants: Wants,
  file: { readonly path: string; readonly size: number; readonly order: number },
): { readonly within: Wants; readonly beyond: readonly Finding[] } {
  const { path, size, order } = file;
  const within: number[] = [];
  const beyond: Finding[] = [];
  for (const by of wants) {
    const limit = cataloguers[by]?.selects.maxBytes ?? 0;
    if (size <= limit) within.push(by);
    else {
      const reasons = [`It has ${size} bytes; at most ${limit} are read.`];
      beyond.push({ path, by, facts: undefined, reasons, order });
    }
  }
  return { within, beyond };
}
