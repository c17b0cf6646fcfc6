import { compareDigits, withoutZeros } from '@artifact-lifecycle/versions';
import { compareLists, compareTexts, defineOrder } from './order.ts';

/** What parts a version, in its order: a tilde before the end, the end before a caret, letters before numbers. */
type Rank = 0 | 1 | 2 | 3 | 4;

const TILDE: Rank = 0;
const END: Rank = 1;
const CARET: Rank = 2;
const LETTERS: Rank = 3;
const NUMBER: Rank = 4;

interface Segment {
  readonly rank: Rank;
  readonly text: string;
}

interface RpmVersion {
  readonly epoch: string;
  readonly version: readonly Segment[];
  /** `undefined` where there is none, which comes before an empty one. */
  readonly release: readonly Segment[] | undefined;
}

/**
 * The order of rpm's packages, `epoch:version-release` (rpm-version(7); rpmvercmp). A missing epoch is 0; what
 * stands before a colon and is no number is no epoch.
 */
export const rpm = defineOrder(readRpm, compareRpm);

function readRpm(text: string): RpmVersion | undefined {
  const epoch = /^\d*(?=:)/.exec(text)?.[0];
  const rest = epoch === undefined ? text : text.slice(epoch.length + 1);
  const hyphen = rest.indexOf('-');
  return {
    epoch: withoutZeros(epoch === undefined || epoch === '' ? '0' : epoch),
    version: segmentsOf(hyphen === -1 ? rest : rest.slice(0, hyphen)),
    release: hyphen === -1 ? undefined : segmentsOf(rest.slice(hyphen + 1)),
  };
}

/** Everything else, letters beyond ASCII too, parts segments and counts for nothing. */
const SEGMENT = /~|\^|\d+|[A-Za-z]+/g;

function segmentsOf(text: string): readonly Segment[] {
  return (text.match(SEGMENT) ?? []).map((segment) => {
    if (segment === '~') return { rank: TILDE, text: '' };
    if (segment === '^') return { rank: CARET, text: '' };
    return /^\d/.test(segment)
      ? { rank: NUMBER, text: withoutZeros(segment) }
      : { rank: LETTERS, text: segment };
  });
}

const NO_SEGMENT: Segment = { rank: END, text: '' };

function compareRpm(a: RpmVersion, b: RpmVersion): number {
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareLists(a.version, b.version, NO_SEGMENT, compareSegments) ||
    compareReleases(a.release, b.release)
  );
}

function compareReleases(a: RpmVersion['release'], b: RpmVersion['release']): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareLists(a, b, NO_SEGMENT, compareSegments);
}

function compareSegments(a: Segment, b: Segment): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.rank === NUMBER ? compareDigits(a.text, b.text) : compareTexts(a.text, b.text);
}
