/** A piece of a Maven version: a number, a word, or what a hyphen or a change of kind has begun. */
export type MavenItem =
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'list'; readonly items: readonly MavenItem[] };

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cr', 'rc'],
  ['ga', ''],
  ['final', ''],
  ['release', ''],
]);

/** `a1` is `alpha-1`, but `a` is `a`. */
const BEFORE_DIGITS: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);

interface OpenList {
  readonly kind: 'list';
  readonly items: (MavenItem | OpenList)[];
}

/**
 * Takes a version apart as Maven's ComparableVersion does: dots part items, hyphens and changes between digits and
 * letters begin lists within the list, and what is nothing at the end of a list (`0`, `ga`) is dropped.
 *
 * @param text is at most 256 characters, so that lists are at most as deep.
 */
export function parseMavenItems(text: string): readonly MavenItem[] {
  const root: OpenList = { kind: 'list', items: [] };
  const lists = [root];
  let list = root;
  const open = (): void => {
    const inner: OpenList = { kind: 'list', items: [] };
    list.items.push(inner);
    lists.push(inner);
    list = inner;
  };
  const addWord = (word: string, isBeforeDigits: boolean): void => {
    // `1.0.X1` is `1.0-X1` for any word X.
    if (list.items.length > 0) open();
    list.items.push({ kind: 'word', word: canonical(word, isBeforeDigits) });
  };
  // Each token with what stands behind it: a dot, a hyphen, or nothing where the kind changes.
  for (const { token, separator, isLast } of tokensOf(text.toLowerCase())) {
    if (token === '') list.items.push({ kind: 'number', value: 0n });
    else if (/^\d/.test(token)) list.items.push({ kind: 'number', value: BigInt(token) });
    else addWord(token, separator === '' && !isLast);
    if (separator === '-' || (separator === '' && !isLast)) open();
  }
  for (const one of lists.reverse()) dropNothings(one.items);
  return root.items;
}

interface Token {
  readonly token: string;
  readonly separator: string;
  readonly isLast: boolean;
}

function tokensOf(text: string): readonly Token[] {
  const tokens = [...text.matchAll(/(\d+|[^\d.-]+|)([.-]|$|)/g)]
    .map(([, token = '', separator = '']) => ({ token, separator }))
    .filter(({ token, separator }) => token !== '' || separator !== '');
  return tokens.map((one, index) => ({ ...one, isLast: index === tokens.length - 1 }));
}

function canonical(word: string, isBeforeDigits: boolean): string {
  const long = isBeforeDigits ? (BEFORE_DIGITS.get(word) ?? word) : word;
  return ALIASES.get(long) ?? long;
}

/** Maven's `normalize`: nothings go at the end, and before a word or a list that begins with one. */
function dropNothings(items: (MavenItem | OpenList)[]): void {
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i];
    if (item === undefined || !isNothing(item)) continue;
    const next = items[i + 1];
    const first = next?.kind === 'list' ? next.items[0] : next;
    if (next === undefined || first?.kind === 'word') items.splice(i, 1);
  }
}

function isNothing(item: MavenItem | OpenList): boolean {
  if (item.kind === 'number') return item.value === 0n;
  return item.kind === 'word' ? item.word === '' : item.items.length === 0;
}
