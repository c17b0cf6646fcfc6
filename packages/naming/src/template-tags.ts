/** What stands between two braces and two braces. */
export interface Tag {
  readonly kind: 'tag';
  readonly content: string;
}

type Part = Tag | { readonly kind: 'text'; readonly text: string };

/** A template cut into texts and tags, or what is wrong with its braces. */
export type TemplateParts = { readonly parts: readonly Part[] } | { readonly problem: string };

/** Longer texts are no tag and no label; the limit bounds the work on what somebody generates. */
const MAX_TEMPLATE_LENGTH = 64 * 1024;

/**
 * Cuts a template at its braces. Comments are left out, `~` takes the white space beside a tag, `\{{` is two
 * braces.
 */
export function splitTemplate(text: string): TemplateParts {
  if (text.length > MAX_TEMPLATE_LENGTH)
    return { problem: `is longer than ${MAX_TEMPLATE_LENGTH} characters` };
  const parts: Part[] = [];
  let before = '';
  let at = 0;
  let trimNext = false;
  const flush = (end: string): void => {
    const whole = before + end;
    if (whole !== '') parts.push({ kind: 'text', text: whole });
    before = '';
  };
  for (;;) {
    const start = text.indexOf('{{', at);
    let literal = text.slice(at, start === -1 ? undefined : start);
    if (trimNext) literal = literal.trimStart();
    trimNext = false;
    if (start === -1) {
      flush(literal);
      return { parts };
    }
    if (literal.endsWith('\\') && !literal.endsWith('\\\\')) {
      before += `${literal.slice(0, -1)}{{`;
      at = start + 2;
      continue;
    }
    const tag = readTag(text, start);
    if (tag === undefined) return { problem: 'has braces that do not close as they open' };
    const shown = literal.endsWith('\\\\') ? literal.slice(0, -1) : literal;
    flush(tag.trimBefore ? shown.trimEnd() : shown);
    if (tag.content !== undefined) parts.push({ kind: 'tag', content: tag.content });
    trimNext = tag.trimAfter;
    at = tag.end;
  }
}

interface FoundTag {
  /** `undefined` for a comment. */
  readonly content: string | undefined;
  readonly trimBefore: boolean;
  readonly trimAfter: boolean;
  readonly end: number;
}

function readTag(text: string, start: number): FoundTag | undefined {
  const trimBefore = text[start + 2] === '~';
  const from = start + (trimBefore ? 3 : 2);
  if (text[from] === '!') {
    const close = text.startsWith('!--', from) ? '--}}' : '}}';
    const end = text.indexOf(close, from);
    if (end === -1) return undefined;
    return { content: undefined, trimBefore, trimAfter: text[end - 1] === '~', end: end + close.length };
  }
  const isTriple = text[from] === '{';
  const inside = from + (isTriple ? 1 : 0);
  const end = findClose(text, inside);
  // As many braces close as were opened: a third one would be a hyphen in a tag.
  if (end === -1 || isTriple !== (text[end + 2] === '}')) return undefined;
  const trimAfter = text[end - 1] === '~' && end - 1 >= inside;
  const content = text.slice(inside, trimAfter ? end - 1 : end).trim();
  // An ampersand is another way to say that nothing is escaped, which nothing is here.
  return {
    content: content.startsWith('&') ? content.slice(1).trim() : content,
    trimBefore,
    trimAfter,
    end: end + (isTriple ? 3 : 2),
  };
}

/** Where two braces close outside of quotes; -1 where they do not. */
function findClose(text: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '}' && text[at + 1] === '}') return at;
  }
  return -1;
}
