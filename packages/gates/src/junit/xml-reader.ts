import { SuiteError } from '@artifact-lifecycle/core';

/** What is told of a document while it is read; nothing of it is kept. */
export interface XmlListener {
  /** An element begins: its name as it is written, its attributes. */
  open(name: string, attributes: ReadonlyMap<string, string>): void;
  /** The element that was opened last and not closed ends. */
  close(): void;
}

/** Suites in suites in suites; deeper nobody's are. */
const MAX_DEPTH = 100;

/** An element has ten attributes at most; a thousand are an attack on whoever keeps them. */
const MAX_ATTRIBUTES = 100;

/** The five entities of XML itself; there are no others without a document type. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** XML 1.0, "NameStartChar" and "NameChar", all of what is not ASCII taken for a letter. */
const NAME = /[A-Za-z_:\u0080-\uffff][\w:.\u0080-\uffff-]*/y;
const BLANKS = /[ \t\r\n]*/y;

/**
 * Reads a hostile XML document (XML 1.0) in one pass, in time linear in its length, and tells its elements. Strict where
 * it matters for counting: each element is closed by its own name, there is one root, nothing is left open, since a
 * report that was cut off must not be taken for a whole one. Lenient where it does not: text, of which test runners
 * write whatever a test printed.
 *
 * Document types are refused, and with them every entity that somebody defines.
 *
 * @param what names the document, for errors: `test report reports/a.xml`.
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function readXml(text: string, what: string, listener: XmlListener): void {
  const open: string[] = [];
  let hasRoot = false;
  let at = 0;
  for (;;) {
    const tag = text.indexOf('<', at);
    const outside = text.slice(at, tag < 0 ? text.length : tag);
    if (open.length === 0 && /[^\s\ufeff]/.test(outside))
      throw broken(what, 'has text outside of its root element');
    if (tag < 0) break;
    if (text.startsWith('<!--', tag)) {
      at = endOf(text, '-->', tag + 4, what);
    } else if (text.startsWith('<?', tag)) {
      at = endOf(text, '?>', tag + 2, what);
    } else if (text.startsWith('<![CDATA[', tag) && open.length > 0) {
      at = endOf(text, ']]>', tag + 9, what);
    } else if (text.startsWith('<!', tag)) {
      throw broken(what, 'has a document type or another declaration, which is not read');
    } else if (text.startsWith('</', tag)) {
      const name = readName(text, tag + 2, what);
      at = skipBlanks(text, tag + 2 + name.length);
      if (text[at] !== '>' || open.pop() !== name)
        throw broken(what, `closes ${quote(name)}, which is not open`);
      at++;
      listener.close();
    } else {
      const name = readName(text, tag + 1, what);
      if (open.length === 0 && hasRoot) throw broken(what, 'has more than one root element');
      hasRoot = true;
      if (open.length >= MAX_DEPTH) {
        throw new SuiteError('LIMIT_EXCEEDED', `The ${what} nests deeper than ${MAX_DEPTH} levels.`);
      }
      const { attributes, end, isEmpty } = readAttributes(text, tag + 1 + name.length, what);
      at = end;
      listener.open(name, attributes);
      if (isEmpty) listener.close();
      else open.push(name);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) throw broken(what, `ends before ${quote(unclosed)} is closed: it was cut off`);
  if (!hasRoot) throw broken(what, 'has no element');
}

interface Attributes {
  readonly attributes: ReadonlyMap<string, string>;
  /** Behind the tag. */
  readonly end: number;
  readonly isEmpty: boolean;
}

function readAttributes(text: string, start: number, what: string): Attributes {
  const attributes = new Map<string, string>();
  for (let at = start; ; ) {
    const next = skipBlanks(text, at);
    if (text[next] === '>') return { attributes, end: next + 1, isEmpty: false };
    if (text.startsWith('/>', next)) return { attributes, end: next + 2, isEmpty: true };
    if (next === at) throw broken(what, 'has a tag that is none');
    const name = readName(text, next, what);
    const equals = skipBlanks(text, next + name.length);
    const from = skipBlanks(text, equals + 1);
    const mark = text[from];
    if (text[equals] !== '=' || (mark !== '"' && mark !== "'")) {
      throw broken(what, `has an attribute ${quote(name)} without a value`);
    }
    const to = text.indexOf(mark, from + 1);
    if (to < 0) throw broken(what, `ends inside of the attribute ${quote(name)}`);
    const value = text.slice(from + 1, to);
    if (value.includes('<')) throw broken(what, `has a "<" in the attribute ${quote(name)}`);
    if (attributes.has(name)) throw broken(what, `has the attribute ${quote(name)} twice`);
    if (attributes.size >= MAX_ATTRIBUTES) {
      throw new SuiteError('LIMIT_EXCEEDED', `The ${what} has more than ${MAX_ATTRIBUTES} attributes.`);
    }
    attributes.set(name, decode(value));
    at = to + 1;
  }
}

function readName(text: string, at: number, what: string): string {
  NAME.lastIndex = at;
  const name = NAME.exec(text)?.[0];
  if (name === undefined) throw broken(what, 'has a "<" that begins no tag');
  return name;
}

function skipBlanks(text: string, at: number): number {
  BLANKS.lastIndex = at;
  BLANKS.test(text);
  return BLANKS.lastIndex;
}

function endOf(text: string, mark: string, from: number, what: string): number {
  const end = text.indexOf(mark, from);
  if (end < 0) throw broken(what, `ends before a ${quote(mark)}: it was cut off`);
  return end + mark.length;
}

/** Attributes go into messages only; an entity that nobody defines stays as it stands. */
function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return ENTITIES.get(name) ?? whole;
      const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function broken(what: string, fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The ${what} ${fact}.`, {
    remedy: 'Write it as JUnit XML, whole; a run that crashed may have left half of it.',
  });
}
