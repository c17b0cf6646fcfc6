import type { DeclaredLicence } from '../inventory/package.ts';
import { findException } from './exceptions.ts';
import { licenceRef } from './licence-ref.ts';
import { findLicenceByName } from './names.ts';
import { combine, type Expression, parseExpression } from './parse-expression.ts';
import { nameByAddress, recogniseLicenceText } from './texts.ts';

type Style = DeclaredLicence['style'];

/** Longer than any expression; what is longer is the text of a licence. */
const MAX_EXPRESSION_CHARS = 4096;
/** Operands of one package; Debian's largest copyright files name some two hundred. */
const MAX_OPERANDS = 1000;

/** What people write to say that they do not say it. */
const NOTHING = new Set(['', 'none', '(none)', 'noassertion', 'unknown', 'n/a', 'null', 'undefined', '-']);

/**
 * Reads what a package declares as one SPDX expression (SPDX 2.3, Annex D): several licences are joined by AND, since
 * each covers a part. What SPDX has no name for becomes `LicenseRef-…`; `undefined` where nothing is declared.
 */
export function licenceExpression(declared: readonly DeclaredLicence[]): string | undefined {
  const parts: Expression[] = [];
  for (const { text, style } of declared) {
    const trimmed = text.trim();
    if (!NOTHING.has(trimmed.toLowerCase())) parts.push(read(trimmed, style));
  }
  return parts.length === 0 ? undefined : write(combine('and', parts), 0);
}

function read(text: string, style: Style): Expression {
  if (text.length > MAX_EXPRESSION_CHARS || text.includes('\n')) {
    const recognised = recogniseLicenceText(text);
    return leaf(recognised ?? licenceRef(text));
  }
  if (style === 'pypi' && text.includes('::')) return readClassifier(text);
  const known = readName(text, style);
  if (known !== undefined) return known;
  const parsed = parseExpression(text);
  const isWords = style === undefined || style === 'free' || style === 'pypi';
  if (parsed !== undefined && parsed.kind !== 'licence') {
    // "Dual licensed under MIT or GPL" is a sentence: only if all of it is known, it is an expression.
    const resolved = resolve(parsed, style, isWords);
    if (resolved !== undefined) return resolved;
  } else if (parsed !== undefined && parsed.text !== text) {
    // Brackets around a single name.
    return read(parsed.text, style);
  } else if (style === 'alpine') {
    return combine(
      'and',
      text.split(/\s+/).map((word) => readName(word, style) ?? leaf(licenceRef(word))),
    );
  }
  const recognised = isWords ? recogniseLicenceText(text) : undefined;
  return leaf(recognised ?? licenceRef(text));
}

/** `License :: OSI Approved :: MIT License`; the classes above are no licences. */
function readClassifier(text: string): Expression {
  const name = text.split('::').at(-1)?.trim() ?? '';
  return readName(name, 'free') ?? leaf(licenceRef(name));
}

/** One name, with an exception or without; `undefined` where it is not known. */
function readName(text: string, style: Style): Expression | undefined {
  const name = nameByAddress(text) ?? text;
  if (/^LicenseRef-[A-Za-z0-9.-]{1,128}$/.test(name)) return leaf(name);
  const known = findLicenceByName(name, style);
  if (known !== undefined) return parseExpression(known);
  const found = /^(\S.{0,200}?) with (.{1,200})$/i.exec(name);
  if (found === null) return undefined;
  const licence = findLicenceByName(String(found[1]), style);
  const exception = licence === undefined ? undefined : findException(String(found[2]), licence);
  return licence === undefined || exception === undefined || / /.test(licence)
    ? undefined
    : leaf(`${licence} WITH ${exception}`);
}

function resolve(expression: Expression, style: Style, isStrict: boolean): Expression | undefined {
  if (expression.kind === 'licence') {
    const known = readName(expression.text, style);
    if (known !== undefined || isStrict) return known;
    if (style === 'alpine' && expression.text.includes(' ')) return read(expression.text, style);
    return leaf(licenceRef(expression.text));
  }
  const of: Expression[] = [];
  for (const part of expression.of) {
    const resolved = resolve(part, style, isStrict);
    if (resolved === undefined) return undefined;
    of.push(resolved);
  }
  return combine(expression.kind, of);
}

/** Equal parts are written once, in the order they came. */
function write(expression: Expression, depth: number): string {
  if (expression.kind === 'licence') return expression.text;
  const parts = [...new Set(expression.of.map((part) => write(part, depth + 1)))].slice(0, MAX_OPERANDS);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const text = parts.join(expression.kind === 'and' ? ' AND ' : ' OR ');
  return depth === 0 ? text : `(${text})`;
}

function leaf(text: string): Expression {
  return { kind: 'licence', text };
}
