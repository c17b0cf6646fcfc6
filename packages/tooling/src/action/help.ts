import type { ActionMetadata, InputMetadata } from './metadata.ts';

/** Written narrower, descriptions become a column of single words. */
const MIN_WIDTH = 60;

/** Lists what an action takes, for a terminal of so many columns. */
export function renderHelp(action: ActionMetadata, columns: number): string {
  const width = Math.max(columns, MIN_WIDTH);
  const inputs = action.inputs.map(
    (input) => `${renderFlag(input)}\n${wrap(plain(input.description), width, '      ')}`,
  );
  return [
    `npm run action -- ${action.name} [--input value …]`,
    '',
    wrap(plain(action.description), width, ''),
    '',
    ...inputs,
    '',
    wrap(
      'A flag given several times makes a list. GITHUB_TOKEN of the environment is the github-token.',
      width,
      '',
    ),
    '',
  ].join('\n');
}

function renderFlag({ name, required, isBoolean, default: literal }: InputMetadata): string {
  const value = isBoolean ? '' : ' <value>';
  if (required) return `  --${name}${value}  (required)`;
  return `  --${name}${value}${literal === undefined ? '' : `  (default: ${literal.split('\n').join(', ')})`}`;
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}

function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line].join('\n');
}
