import { styleText } from 'node:util';

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
]);

/** Shows a job summary on a terminal: headings in bold, tables in columns, HTML taken away, diagrams left out. */
export function renderSummary(markdown: string): string {
  const shown: string[] = [];
  let table: string[][] = [];
  let fence: string | undefined;
  const endTable = (): void => {
    shown.push(...alignTable(table));
    table = [];
  };
  for (const line of markdown.split('\n')) {
    const opened = /^(`{3,})(\S*)$/.exec(line);
    if (fence === undefined && opened !== null) fence = opened[0];
    else if (fence !== undefined && line === fence.replace(/[^`]+$/, '')) fence = undefined;
    else if (fence !== undefined) {
      if (!fence.endsWith('mermaid')) shown.push(`    ${line}`);
    } else if (line.startsWith('| ') && line.endsWith(' |')) {
      table.push(line.slice(2, -2).split(' | ').map(renderInline));
    } else {
      endTable();
      shown.push(renderTextLine(line));
    }
  }
  endTable();
  return shown
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function renderTextLine(line: string): string {
  const heading = /^#{1,6} (.*)$/.exec(line)?.[1];
  if (heading !== undefined) return styleText('bold', renderInline(heading));
  const title = /^<details><summary>(.*)<\/summary>$/.exec(line)?.[1];
  return title === undefined ? renderInline(line) : styleText('underline', renderInline(title));
}

function renderInline(text: string): string {
  return text
    .replaceAll('<br>', ' / ')
    .replace(/<\/?[a-z]+(?: [^>]*)?>/g, '')
    .replace(/&(?:#(\d{1,7})|([a-z]+));/g, (whole, number: string | undefined, name: string | undefined) =>
      number === undefined ? (ENTITIES.get(name ?? '') ?? whole) : String.fromCodePoint(Number(number)),
    );
}

function alignTable(rows: readonly (readonly string[])[]): readonly string[] {
  // The second row is the rule between header and body; a header may be empty, as that of bars is.
  const shown = rows.filter((row, index) => index !== 1 && row.some((cell) => cell !== ''));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...shown.map((row) => (row[column] ?? '').length)),
  );
  return shown.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
