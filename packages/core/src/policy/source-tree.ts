import { Composer, type CST, type Document, LineCounter, Parser, type YAMLParseError } from 'yaml';
import { buildNode, MAX_NODES } from './node-builder.ts';
import type { Problem } from './problem.ts';
import { MAX_POLICY_BYTES } from './size.ts';
import type { OffsetProblem, SourceNode } from './source-node.ts';

/** The deepest setting lies 9 levels down; the composer of the YAML library recurses once a level. */
export const MAX_DEPTH = 32;

/** Each costs the library an error; where there are more, the text is no YAML at all. */
const MAX_STRAY_TOKENS = 20;

/** A text that was read: its tree, or its problems. */
export type SourceTree = (
  | { readonly root: SourceNode; readonly problems?: never }
  | { readonly root?: never; readonly problems: readonly Problem[] }
) & { readonly lines: LineCounter };

/**
 * Reads YAML 1.2 (core schema) as a tree with positions, so that hostile text does no harm: bounded size and
 * depth, aliases counted and never expanded, one document, and no directives, tags, merge keys or duplicate keys.
 */
export function readSourceTree(text: string): SourceTree {
  const lines = new LineCounter();
  const fail = (found: readonly OffsetProblem[]): SourceTree => ({
    lines,
    problems: found.map(({ offset, message }) => ({ ...positionOf(lines, offset), message })),
  });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_POLICY_BYTES) {
    return fail([
      { offset: 0, message: `the text is ${bytes} bytes long; at most ${MAX_POLICY_BYTES} are read` },
    ]);
  }
  const parser = new Parser(lines.addNewLine);
  const tokens = withoutMostStray(Array.from(parser.parse(withoutByteOrderMark(text))));
  const unsound = checkTokens(tokens);
  if (unsound !== undefined) return fail([unsound]);
  const document = compose(tokens, text.length);
  if (document.errors.length > 0) {
    const quotes = quotedTexts(tokens);
    const found = document.errors.map((error) => explain(error, quotes));
    return fail(firstOfEachLine(found, lines));
  }
  const problems: OffsetProblem[] = [];
  const root = buildNode(document.contents, problems);
  return problems.length > 0 ? fail(problems) : { lines, root };
}

/** The line and column of an offset, both from 1. */
export function positionOf(
  lines: LineCounter,
  offset: number,
): { readonly line: number; readonly column: number } {
  // An empty text has no lines, and its end stands at 0:0 there.
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function withoutMostStray(tokens: readonly CST.Token[]): readonly CST.Token[] {
  let stray = 0;
  return tokens.filter(({ type }) => {
    if (type === 'error') stray += 1;
    return type !== 'error' || stray <= MAX_STRAY_TOKENS;
  });
}

/** Finds what must not reach the composer: a second document, directives, too many values, deep nesting. */
function checkTokens(tokens: readonly CST.Token[]): OffsetProblem | undefined {
  const documents = tokens.filter((token) => token.type === 'document');
  const second = documents[1];
  if (second !== undefined) {
    return { offset: second.offset, message: 'a second document starts here; a policy is one document' };
  }
  const directive = tokens.find((token) => token.type === 'directive');
  if (directive !== undefined) {
    return { offset: directive.offset, message: 'YAML directives are not read; remove the line' };
  }
  return documents[0]?.value === undefined ? undefined : findTooMuch(documents[0].value);
}

function findTooMuch(root: CST.Token): OffsetProblem | undefined {
  let count = 0;
  for (const { token, depth } of descend([root])) {
    count += 1;
    if (depth > MAX_DEPTH) {
      return { offset: token.offset, message: `this is nested more than ${MAX_DEPTH} levels deep` };
    }
    if (count > 2 * MAX_NODES) {
      return { offset: root.offset, message: `the text has more than ${MAX_NODES} values` };
    }
  }
  return undefined;
}

/** All tokens of keys and values below some, without recursion: nobody has looked yet how deep they are. */
function* descend(
  roots: readonly CST.Token[],
): Generator<{ readonly token: CST.Token; readonly depth: number }> {
  const pending = roots.map((token) => ({ token, depth: 1 }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    yield next;
    const { token, depth } = next;
    if (token.type === 'document' && token.value !== undefined) pending.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key !== undefined && key !== null) pending.push({ token: key, depth: depth + 1 });
      if (value !== undefined) pending.push({ token: value, depth: depth + 1 });
    }
  }
}

function compose(tokens: readonly CST.Token[], length: number): Document.Parsed {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    customTags: [],
    resolveKnownTags: false,
    // The library compares each key with all before it: quadratic. The node builder looks for duplicates itself.
    uniqueKeys: false,
    prettyErrors: false,
  });
  const [document] = composer.compose(tokens, true, length);
  if (document === undefined) throw new TypeError('The YAML composer gave no document.');
  return document;
}

/** One slip makes the rest of its line look wrong as well: only the first error of a line helps. */
function firstOfEachLine(found: readonly OffsetProblem[], lines: LineCounter): readonly OffsetProblem[] {
  const byLine = new Map<number, OffsetProblem>();
  for (const problem of found.toSorted((a, b) => a.offset - b.offset)) {
    const { line } = positionOf(lines, problem.offset);
    if (!byLine.has(line)) byLine.set(line, problem);
  }
  return [...byLine.values()];
}

/** The library's messages, but for those that quote the text, which may be a secret. */
function explain({ code, message, pos }: YAMLParseError, quotes: ReadonlyMap<number, number>): OffsetProblem {
  const [offset] = pos;
  switch (code) {
    case 'BAD_DQ_ESCAPE':
      return {
        offset,
        message: 'a "\\" in double quotes starts no escape that YAML knows; use single quotes',
      };
    case 'BAD_SCALAR_START':
      return { offset, message: 'text that starts with this character needs quotes' };
    case 'UNEXPECTED_TOKEN':
      return { offset, message: 'this is not expected here; is a quote, a comma or a line break missing?' };
    case 'TAG_RESOLVE_FAILED':
    case 'BAD_COLLECTION_TYPE':
      return { offset, message: 'tags (!name) are not read; write the plain value' };
    case 'TAB_AS_INDENT':
      return { offset, message: 'a tab indents this line; YAML is indented with spaces' };
    default:
      return message.startsWith('Missing closing')
        ? { offset: quotes.get(offset) ?? offset, message: 'the quote that opens here is not closed' }
        : { offset, message: `not valid YAML: ${message}` };
  }
}

/** Where quoted texts start, by where they end: the library says where the end of one is missing. */
function quotedTexts(tokens: readonly CST.Token[]): ReadonlyMap<number, number> {
  const starts = new Map<number, number>();
  for (const { token } of descend(tokens)) {
    if (token.type !== 'double-quoted-scalar' && token.type !== 'single-quoted-scalar') continue;
    starts.set(token.offset + token.source.length, token.offset);
  }
  return starts;
}
