import { SuiteError } from '@artifact-lifecycle/core';

/** An element of an XML document, its attributes left out. */
export interface XmlElement {
  /** Without a namespace's prefix. */
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Its own text, trimmed. */
  readonly text: string;
}

/** A POM nests some ten deep. */
const MOST_LEVELS = 100;
const MOST_ELEMENTS = 100_000;

/** The five that XML has without a document type; all others stay as they stand. */
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

interface OpenElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/**
 * Reads the elements and texts of an XML document: enough of XML for a POM. Document types are passed over, and
 * with them every entity somebody defines.
 *
 * @throws SuiteError `CONTENT_INVALID` where it has no element, `LIMIT_EXCEEDED`
 */
export function parseXml(text: string): XmlElement {
  const root: OpenElement = { name: '', children: [], text: '' };
  const open: OpenElement[] = [root];
  let elements = 0;
  const close = (): void => {
    const done = open.pop();
    const parent = open[open.length - 1];
    if (done !== undefined && parent !== undefined) parent.children.push({ ...done, text: done.text.trim() });
  };

  for (let at = 0; at < text.length; ) {
    const tag = text.indexOf('<', at);
    const current = open[open.length - 1] ?? root;
    if (tag !== at) current.text += decode(text.slice(at, tag < 0 ? text.length : tag));
    if (tag < 0) break;
    const special = specialEnd(text, tag);
    if (special !== undefined) {
      current.text += special.text;
      at = special.end;
      continue;
    }
    const end = tagEnd(text, tag);
    const inner = text.slice(tag + 1, end);
    at = end + 1;
    const name = /^\/?\s*(?:[^\s:/>]*:)?([^\s:/>]+)/.exec(inner)?.[1] ?? '';
    if (inner.startsWith('/')) {
      // An element that nobody closed ends with the one around it.
      const opened = open.findLastIndex((element) => element.name === name);
      while (opened > 0 && open.length > opened) close();
      continue;
    }
    if (++elements > MOST_ELEMENTS) {
      throw new SuiteError('LIMIT_EXCEEDED', `It has more than ${MOST_ELEMENTS} elements.`);
    }
    if (open.length > MOST_LEVELS) {
      throw new SuiteError('LIMIT_EXCEEDED', `It nests deeper than ${MOST_LEVELS} levels.`);
    }
    open.push({ name, children: [], text: '' });
    if (inner.endsWith('/')) close();
  }
  while (open.length > 1) close();
  const [first] = root.children;
  if (first === undefined) throw new SuiteError('CONTENT_INVALID', 'It has no XML element.');
  return first;
}

/** Where a comment, a CDATA section, an instruction or a document type ends, and the text it holds. */
function specialEnd(text: string, tag: number): { readonly end: number; readonly text: string } | undefined {
  const after = (mark: string, from: number): number => {
    const found = text.indexOf(mark, from);
    return found < 0 ? text.length : found + mark.length;
  };
  if (text.startsWith('<!--', tag)) return { end: after('-->', tag + 4), text: '' };
  if (text.startsWith('<?', tag)) return { end: after('?>', tag + 2), text: '' };
  if (text.startsWith('<![CDATA[', tag)) {
    const end = after(']]>', tag + 9);
    return { end, text: text.slice(tag + 9, end - 3) };
  }
  if (!text.startsWith('<!', tag)) return undefined;
  const plain = after('>', tag);
  const bracket = text.slice(tag, plain).indexOf('[');
  return { end: bracket < 0 ? plain : after('>', after(']', tag + bracket)), text: '' };
}

/** The `>` that ends a tag, past those in the quotes of its attributes. */
function tagEnd(text: string, tag: number): number {
  let quote = '';
  for (let at = tag + 1; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '>') return at;
  }
  return text.length;
}

function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/** The text at the end of a path of names below an element; `undefined` where there is none. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const text = childAt(element, ...path)?.text;
  return text === '' ? undefined : text;
}

/** The first element at the end of a path of names. */
export function childAt(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let at = element;
  for (const name of path) at = at?.children.find((child) => child.name === name);
  return at;
}
