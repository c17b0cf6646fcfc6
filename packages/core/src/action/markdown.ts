/** A piece of a line: plain text, text in the face of code, strong text, or a link. */
export type Inline =
  | string
  | number
  | { readonly code: string }
  | { readonly strong: string }
  | { readonly link: string; readonly to: string };

/** A line of text, or of pieces of it. */
export type Line = Inline | readonly Inline[];

/**
 * Characters that Markdown, its GitHub extensions (tables, maths, strike-through) or HTML give a meaning. An
 * underscore within a word has none (GFM, section 6.2), so that `TAG_EXISTS` can be found by its name; a
 * parenthesis or exclamation mark has one only beside a bracket.
 */
const MEANINGFUL = /[&<>\\`*[\]#|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** Characters that reorder or hide the text around them, and control characters other than white space. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const DECEIVING = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Writes any text so that GitHub shows it as it is: on one line, with no markup, no HTML and no link of its own.
 * Entities are used in place of backslashes, because they hold inside HTML tags and table cells, too.
 */
export function escapeText(text: string): string {
  return text
    .trim()
    .replace(DECEIVING, '\ufffd')
    .replace(MEANINGFUL, entity)
    .replace(/:\/\//g, '&#58;//')
    .replace(/www\./gi, (match) => `${match.slice(0, 3)}&#46;`)
    .replace(/\r\n|[\r\n\v\f\u0085\u2028\u2029]/g, '<br>')
    .replace(/\t/g, ' ');
}

/** Writes a line of Markdown that stands behind something on its line: in a cell, a heading, a tag. */
export function formatLine(line: Line): string {
  return typeof line === 'object' && 'length' in line ? line.map(formatInline).join('') : formatInline(line);
}

/** Writes a line of Markdown that starts a block, where a dash or a number and a dot would make a list of it. */
export function formatBlock(line: Line): string {
  return formatLine(line).replace(
    /^(\s*)([-+=]|\d{1,9}[.)](?!\d))/,
    (_, indent: string, mark: string) => indent + mark.slice(0, -1) + entity(mark.slice(-1)),
  );
}

/** A fenced block whose fence no line of the code can end; the lines are given apart from the fences. */
export function fenceCode(
  code: string,
  language: string,
): { open: string; lines: readonly string[]; close: string } {
  const clean = code.replace(DECEIVING, '\ufffd').replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  const longest = (clean.match(/`+/g) ?? []).reduce((length, run) => Math.max(length, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return { open: fence + language.replace(/[^a-z0-9-]/gi, ''), lines: clean.split('\n'), close: fence };
}

/** Writes a text as a label of a Mermaid diagram, in quotes, with all that Mermaid gives a meaning as entities. */
export function mermaidLabel(text: string): string {
  const plain = text.replace(DECEIVING, '\ufffd').replace(/\s+/g, ' ').trim();
  return `"${plain.replace(/[#"<>&`%;{}[\]()\\|]/g, (character) => `#${character.codePointAt(0)};`)}"`;
}

function formatInline(piece: Inline): string {
  if (typeof piece === 'number') return String(piece);
  if (typeof piece === 'string') return keepEdges(piece, escapeText(piece));
  if ('code' in piece) return `<code>${escapeText(piece.code)}</code>`;
  if ('strong' in piece) return `<strong>${escapeText(piece.strong)}</strong>`;
  const target = safeTarget(piece.to);
  return target === undefined ? escapeText(piece.link) : `<a href="${target}">${escapeText(piece.link)}</a>`;
}

/** White space at the edges of a piece parts it from its neighbours. */
function keepEdges(piece: string, escaped: string): string {
  if (escaped === '') return piece === '' ? '' : ' ';
  return `${/^\s/.test(piece) ? ' ' : ''}${escaped}${/\s$/.test(piece) ? ' ' : ''}`;
}

/** A link leads to https or http, or to another page of the same site. */
function safeTarget(to: string): string | undefined {
  if (!/^(?:https?:\/\/|\/(?!\/)|#|\.\.?\/)/i.test(to)) return undefined;
  return to.replace(DECEIVING, '').replace(/[\s"'<>&`\\|]/g, entity);
}

function entity(character: string): string {
  return ENTITIES.get(character) ?? `&#${character.codePointAt(0)};`;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);
