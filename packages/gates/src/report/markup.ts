/** Where markup keeps its text: no value that came as JSON can have this key, so that none can pass for markup. */
const TEXT: unique symbol = Symbol('markup');

/** A piece of HTML that is safe to be put into HTML. */
export interface Markup {
  readonly [TEXT]: string;
}

/** What may stand in a template: text is escaped, markup is not; nothing is written for `undefined`. */
export type Content = string | number | undefined | Markup | readonly Content[];

/** A longer text is no name or sentence, and would fill the page. */
const MAX_TEXT_LENGTH = 2000;

/** Characters that reorder or hide the text around them, and control characters other than white space. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const DECEIVING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Writes HTML: what stands between the pieces of the template is escaped, for text and for quoted attributes alike. */
export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  // The indentation of the source is none of the page's.
  const parts = strings.map((part) => part.replace(/\n\s*/g, '\n'));
  return { [TEXT]: parts.map((part, index) => part + write(values[index])).join('') };
}

/** Escapes a text, so that a browser shows it as it is; what deceives is shown as a replacement character. */
export function escapeHtml(text: string): string {
  const cut = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
  return cut
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(DECEIVING, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '');
}

/** Takes a text of our own for markup: the style of the page, which is no text to be escaped. */
export function trustedMarkup(text: string): Markup {
  return { [TEXT]: text };
}

/** The HTML as text. */
export function formatMarkup(content: Content): string {
  return write(content);
}

/** A link where it is one that a browser may follow safely, else its words alone. */
export function link(to: string, words: Content): Markup {
  return isWebAddress(to) ? markup`<a href="${to}" rel="noreferrer">${words}</a>` : markup`${words}`;
}

/** Whether a text is an address of the web: `javascript:` and what else a browser would run is none. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s/]/.test(text) && text.length <= MAX_TEXT_LENGTH;
}

/** A digest, name or number, in the face of code. */
export function code(text: string): Markup {
  return markup`<code>${text}</code>`;
}

function write(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return TEXT in content ? content[TEXT] : content.map(write).join('');
}
