/** What stands between the operators of an expression, or a group of such. */
export type Expression =
  | { readonly kind: 'licence'; readonly text: string }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] };

/** Longer than any expression that people write; what is longer is a text. */
const MAX_TOKENS = 512;

interface Token {
  readonly kind: 'word' | 'and' | 'or' | 'open' | 'close' | 'comma';
  readonly text: string;
}

/**
 * Reads expressions of all ecosystems: `MIT OR Apache-2.0`, `GPLv2+ and (BSD or MIT)`, `MIT/Apache-2.0`,
 * Debian's comma, which binds weakest (`GPL-2+ or Artistic, and BSD`). What stands between operators may have
 * spaces and exceptions, and is not looked at here.
 *
 * `undefined` where operators and brackets do not add up.
 */
export function parseExpression(text: string): Expression | undefined {
  const tokens = tokenise(text);
  if (tokens.length === 0 || tokens.length > MAX_TOKENS) return undefined;
  // One operand and operator a step (Dijkstra's shunting yard): depth costs no stack.
  const operands: Expression[] = [];
  const operators: (Token & { readonly binds: number })[] = [];
  const reduce = (): boolean => {
    const operator = operators.pop();
    const right = operands.pop();
    const left = operands.pop();
    if (left === undefined || right === undefined || (operator?.kind !== 'and' && operator?.kind !== 'or'))
      return false;
    operands.push(combine(operator.kind, [left, right]));
    return true;
  };
  let wantsOperand = true;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) return undefined;
    if (token.kind === 'word' || token.kind === 'open') {
      if (!wantsOperand) return undefined;
      if (token.kind === 'open') operators.push({ ...token, binds: 0 });
      else operands.push({ kind: 'licence', text: token.text });
      wantsOperand = token.kind === 'open';
      continue;
    }
    if (wantsOperand) return undefined;
    if (token.kind === 'close') {
      while (operators.at(-1)?.kind !== 'open') if (!reduce()) return undefined;
      operators.pop();
      continue;
    }
    let kind = token.kind;
    let binds = kind === 'and' ? 3 : 2;
    if (kind === 'comma') {
      const next = tokens[at + 1]?.kind;
      kind = next === 'or' ? 'or' : 'and';
      if (next === 'and' || next === 'or') at++;
      binds = 1;
    }
    while ((operators.at(-1)?.binds ?? 0) >= binds) if (!reduce()) return undefined;
    operators.push({ kind, text: token.text, binds });
    wantsOperand = true;
  }
  if (wantsOperand) return undefined;
  while (operators.length > 0) if (!reduce()) return undefined;
  return operands.length === 1 ? operands[0] : undefined;
}

/** Joins expressions, flat: parts that are joined in the same way are parts of the whole. */
export function combine(kind: 'and' | 'or', parts: readonly Expression[]): Expression {
  const of = parts.flatMap((part) => (part.kind === kind ? part.of : [part]));
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}

/** Words in a row are one operand: `CC0 1.0`, `GPLv2+ with exceptions`. */
function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let words: string[] = [];
  const flush = (): void => {
    if (words.length > 0) tokens.push({ kind: 'word', text: words.join(' ') });
    words = [];
  };
  for (const [piece] of text.matchAll(/[()]|\|{1,2}|&{1,2}|[,;/]|[^\s()|&,;/]+/g)) {
    const kind = kindOf(piece);
    if (kind === 'word') {
      words.push(piece);
      continue;
    }
    flush();
    tokens.push({ kind, text: piece });
    if (tokens.length > MAX_TOKENS) break;
  }
  flush();
  return tokens;
}

function kindOf(piece: string): Token['kind'] {
  switch (piece.toLowerCase()) {
    case '(':
      return 'open';
    case ')':
      return 'close';
    case 'and':
    case '&':
    case '&&':
      return 'and';
    case 'or':
    case '|':
    case '||':
    case '/':
      return 'or';
    case ',':
    case ';':
      return 'comma';
    default:
      return 'word';
  }
}
