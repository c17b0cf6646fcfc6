/** One way a server offers to be convinced (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case, values as they were meant, without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** More challenges than any server has schemes; the rest of a hostile header is left alone. */
const MAX_CHALLENGES = 16;

/** Node takes at most 16 KiB of headers; this bounds the work where another client is behind the seam. */
const MAX_HEADER_LENGTH = 16 * 1024;

const SPACE = /[\t ]*/y;
const SPACE_AND_COMMAS = /[\t ,]*/y;
const TOKEN = /[^\t ,="]+/y;
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[\t ]*(?:,|$))/y;
/** Servers leave URLs unquoted, so a bare value is all up to the next comma or space. */
const BARE_VALUE = /[^\t ,]*/y;

/**
 * Reads the challenges of one or several `WWW-Authenticate` headers joined by commas. What is not understood
 * is passed over: an unknown scheme must not hide the one that is known.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const text = header.slice(0, MAX_HEADER_LENGTH);
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let position = 0;
  const take = (expression: RegExp): string => {
    expression.lastIndex = position;
    const match = expression.exec(text)?.[0] ?? '';
    position += match.length;
    return match;
  };
  while (position < text.length && challenges.length <= MAX_CHALLENGES) {
    take(SPACE_AND_COMMAS);
    const token = take(TOKEN);
    if (token === '') {
      position += 1;
      continue;
    }
    take(SPACE);
    if (text[position] !== '=') {
      challenges.push({ scheme: token.toLowerCase(), parameters: new Map() });
      take(TOKEN68);
      continue;
    }
    position += 1;
    take(SPACE);
    let value: string;
    if (text[position] === '"') {
      const quoted = readQuoted(text, position);
      value = quoted.value;
      position = quoted.end;
    } else {
      value = take(BARE_VALUE);
    }
    const parameters = challenges.at(-1)?.parameters;
    // The first of two equal names counts: a server's own parameters come before what a proxy appends.
    if (parameters !== undefined && !parameters.has(token.toLowerCase())) {
      parameters.set(token.toLowerCase(), value);
    }
  }
  return challenges.slice(0, MAX_CHALLENGES);
}

/** A quoted-string (RFC 9110, section 5.6.4) from its opening quote on; one left open ends with the text. */
function readQuoted(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = '';
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') return { value, end: index + 1 };
    if (character === '\\' && index + 1 < text.length) index += 1;
    value += text[index];
  }
  return { value, end: text.length };
}
