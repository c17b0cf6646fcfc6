import { type MavenItem, parseMavenItems } from './maven-items.ts';
import { MAX_VERSION_LENGTH, notValid, type VersionReading } from './version.ts';

/** Characters that no file system and no repository path takes in a version (Maven's model validator). */
const ILLEGAL = /[\\/:"<>|?*[\](){},\s]/;

/** What the order of Maven puts before a release; `m1`, `a1` and `b1` were read as their long forms. */
const BEFORE_RELEASE: ReadonlySet<string> = new Set(['alpha', 'beta', 'milestone', 'rc', 'snapshot']);

/** Words people write for what comes before a release, which Maven's own order does not know. */
const ALSO_BEFORE: ReadonlySet<string> = new Set(['dev', 'ea', 'preview', 'pre', 'incubating']);

/**
 * Reads a version of a Maven artifact. Maven takes almost any text and rewrites none, so that what is normalised
 * is the text itself.
 */
export function readMaven(text: string): VersionReading {
  if (text === '' || text.length > MAX_VERSION_LENGTH) return notValid('is empty or too long');
  const illegal = ILLEGAL.exec(text);
  if (illegal !== null) return notValid(`has ${JSON.stringify(illegal[0])}, which no repository takes`);
  if (text.includes('${')) return notValid('has a property that is not replaced');
  return { valid: true, normalized: text, prerelease: isBeforeRelease(parseMavenItems(text)) };
}

/** Whether a version is one that Maven replaces until it is released. */
export function isSnapshot(text: string): boolean {
  return /-SNAPSHOT$/i.test(text) || /-\d{8}\.\d{6}-\d{1,9}$/.test(text);
}

/** Compares two versions: negative where `a` comes first (Maven's ComparableVersion, "Version Order Specification"). */
export function compareMaven(a: string, b: string): number {
  return compareItems(listOf(a), listOf(b));
}

function listOf(text: string): MavenItem {
  return { kind: 'list', items: parseMavenItems(text.slice(0, MAX_VERSION_LENGTH)) };
}

function isBeforeRelease(items: readonly MavenItem[]): boolean {
  return items.some((item) => {
    if (item.kind === 'list') return isBeforeRelease(item.items);
    return item.kind === 'word' && (BEFORE_RELEASE.has(item.word) || ALSO_BEFORE.has(item.word));
  });
}

const QUALIFIERS: readonly string[] = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const RELEASE = QUALIFIERS.indexOf('');

/** Known words by their place, others behind them by their letters. */
function compareWords(a: string, b: string): number {
  const [left, right] = [QUALIFIERS.indexOf(a), QUALIFIERS.indexOf(b)];
  if (left !== -1 || right !== -1) {
    return (left === -1 ? QUALIFIERS.length : left) - (right === -1 ? QUALIFIERS.length : right);
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A number comes after a list, and a list after a word; against nothing each is compared to its empty form. */
const RANK: Readonly<Record<MavenItem['kind'], number>> = { word: 0, list: 1, number: 2 };

function compareItems(a: MavenItem | undefined, b: MavenItem | undefined): number {
  if (a === undefined) return b === undefined ? 0 : -compareToNothing(b);
  if (b === undefined) return compareToNothing(a);
  if (a.kind === 'number' && b.kind === 'number') return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  if (a.kind === 'word' && b.kind === 'word') return compareWords(a.word, b.word);
  if (a.kind === 'list' && b.kind === 'list') {
    for (let i = 0; i < Math.max(a.items.length, b.items.length); i++) {
      const order = compareItems(a.items[i], b.items[i]);
      if (order !== 0) return order;
    }
    return 0;
  }
  return RANK[a.kind] - RANK[b.kind];
}

function compareToNothing(item: MavenItem): number {
  if (item.kind === 'number') return item.value === 0n ? 0 : 1;
  if (item.kind === 'word') {
    const place = QUALIFIERS.indexOf(item.word);
    return (place === -1 ? QUALIFIERS.length : place) - RELEASE;
  }
  for (const inner of item.items) {
    const order = compareToNothing(inner);
    if (order !== 0) return order;
  }
  return 0;
}
