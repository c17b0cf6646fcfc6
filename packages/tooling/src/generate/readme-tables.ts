import type { ActionSpec } from '@artifact-lifecycle/core/action';
import { describeDefault, describeInput } from './input-text.ts';

/** Puts an action's tables between the markers of its README. */
export function renderReadme(action: ActionSpec, readme: string): string {
  return replaceBetween(replaceBetween(readme, 'inputs', inputTable(action)), 'outputs', outputTable(action));
}

/**
 * Puts text between `<!-- start NAME -->` and `<!-- end NAME -->`, each on a line of its own.
 *
 * @throws Error where the markers are not both there, once and in order.
 */
export function replaceBetween(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- start ${name} -->\n`, `<!-- end ${name} -->\n`];
  const [before, rest, more] = text.split(start);
  const [replaced, after, evenMore] = (rest ?? '').split(end);
  if (
    before === undefined ||
    replaced === undefined ||
    after === undefined ||
    more !== undefined ||
    evenMore !== undefined
  ) {
    throw new Error(`The README needs one line "${start.trim()}" and, below it, one line "${end.trim()}".`);
  }
  return `${before}${start}\n${content}\n${end}${after}`;
}

function inputTable(action: ActionSpec): string {
  const rows = Object.entries(action.inputs).map(([name, input]) => [
    `\`${name}\``,
    describeDefault(input),
    describeInput(input),
  ]);
  return table(['input', 'default', 'meaning'], rows);
}

function outputTable(action: ActionSpec): string {
  const rows = Object.entries(action.outputs).map(([name, output]) => [
    `\`${name}\``,
    output.description,
    output.example === undefined ? '' : `\`${output.example}\``,
  ]);
  return table(['output', 'meaning', 'example'], rows);
}

/** Columns are padded to one width, as Biome's formatter writes tables: whichever runs last changes nothing. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  // A pipe ends a cell of a table even inside of code (GFM, section 4.10).
  const cells = [header, ...rows].map((row) =>
    row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')),
  );
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].map((row) => `| ${row.join(' | ')} |\n`).join('');
}
