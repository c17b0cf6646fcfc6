import { compareDigits, withoutZeros } from '@artifact-lifecycle/versions';
import { compareLists, defineOrder } from './order.ts';

/** What is no digit and a number behind it, as often as a text has them: dpkg compares them in turns. */
type Turn = readonly [text: string, digits: string];

interface DpkgVersion {
  readonly epoch: string;
  readonly upstream: readonly Turn[];
  readonly revision: readonly Turn[];
}

/** Debian Policy §5.6.12; the revision is what stands behind the last hyphen. */
const FORM = /^(?:(?<epoch>\d+):)?(?<rest>[0-9A-Za-z.+~:-]+)$/;

/** The order of Debian's packages and those of its descendants (deb-version(7), "Sorting algorithm"). */
export const dpkg = defineOrder(readDpkg, compareDpkg);

function readDpkg(text: string): DpkgVersion | undefined {
  const groups = FORM.exec(text)?.groups;
  const rest = groups?.['rest'];
  if (rest === undefined) return undefined;
  // Colons stand only where an epoch does.
  if (groups?.['epoch'] === undefined && rest.includes(':')) return undefined;
  const hyphen = rest.lastIndexOf('-');
  const upstream = hyphen === -1 ? rest : rest.slice(0, hyphen);
  const revision = hyphen === -1 ? '0' : rest.slice(hyphen + 1);
  // dpkg takes neither a version that is only a revision nor an empty revision.
  if (upstream === '' || revision === '' || revision.includes(':')) return undefined;
  return {
    epoch: withoutZeros(groups?.['epoch'] ?? '0'),
    upstream: turnsOf(upstream),
    revision: turnsOf(revision),
  };
}

function turnsOf(text: string): readonly Turn[] {
  const pieces = text.split(/(\d+)/);
  const turns: Turn[] = [];
  for (let i = 0; i < pieces.length; i += 2) {
    turns.push([pieces[i] ?? '', withoutZeros(pieces[i + 1] ?? '0')]);
  }
  return turns;
}

const NOTHING: Turn = ['', '0'];

function compareDpkg(a: DpkgVersion, b: DpkgVersion): number {
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareLists(a.upstream, b.upstream, NOTHING, compareTurns) ||
    compareLists(a.revision, b.revision, NOTHING, compareTurns)
  );
}

function compareTurns([text, digits]: Turn, [otherText, otherDigits]: Turn): number {
  const length = Math.max(text.length, otherText.length);
  for (let i = 0; i < length; i++) {
    const order = weightOf(text, i) - weightOf(otherText, i);
    if (order !== 0) return order;
  }
  return compareDigits(digits, otherDigits);
}

/** Behind the letters' code points, so that every letter comes before every other character. */
const BEHIND_LETTERS = 256;

/** A tilde comes before the end, the end before letters, letters before the rest. */
function weightOf(text: string, index: number): number {
  const character = text[index];
  if (character === undefined) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return isLetter(character) ? code : code + BEHIND_LETTERS;
}

function isLetter(character: string): boolean {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}
