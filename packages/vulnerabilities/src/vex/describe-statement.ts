import type { VexStatement } from './statement.ts';

/** Longer remarks belong into the document. */
const MAX_NOTE = 300;

/** Says in one sentence whose statement it is and what it says: what reports name as the reason of a verdict. */
export function describeStatement({ status, justification, note, origin }: VexStatement): string {
  const who = origin.author === undefined ? '' : ` by ${origin.author}`;
  const why = [justification?.replaceAll('_', ' '), note].filter((one) => one !== undefined && one !== '');
  const reason = why.length === 0 ? '' : `: ${why.join('. ').slice(0, MAX_NOTE)}`;
  return `${status.replaceAll('_', ' ')}${reason} (${origin.document}, ${origin.place}${who})`;
}
